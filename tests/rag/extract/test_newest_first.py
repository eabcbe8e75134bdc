"""What a newer article says goes first, also where nothing shows that it contradicts the older one."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Library
from rag import ask
from rag.settings import Settings

OLDER = "Breeder Olga Venn has been charged with cruelty after sheep died on her farm near Ardle."
NEWER = "Prosecutors have dropped all charges against Olga Venn, the breeder whose sheep died near Ardle."
QUESTION = "Is the breeder Olga Venn facing cruelty charges?"


@pytest.mark.parametrize(
    ("days", "first"), [(("2024-03-01", "2024-09-02"), NEWER), (("2024-09-02", "2024-09-02"), OLDER)]
)
def test_what_changed_goes_first_where_days_lie_between(
    run_models: None, tmp_path: Path, days: tuple[str, str], first: str
) -> None:
    with Library.open(tmp_path / "library", create=True, settings=Settings()) as library:
        library.add(
            {"id": f"n{n}", "title": "Sheep of Ardle", "text": text, "date": day}
            for n, (text, day) in enumerate(zip((OLDER, NEWER), days, strict=True))
        )
        answer = ask(library, QUESTION, settings=Settings())
    assert first[:40] in answer.sentences[0].text
