"""What the page says while uploaded files are added."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from index import IndexSettings, Library
from tests.doubles import HashingEmbedder
from ui.chat.add_form import AddForm


def test_a_file_of_many_articles_is_counted_while_they_are_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
    monkeypatch.setattr("ui.chat.add_form._take_newest", lambda updates: updates.get())  # a page that shows them all
    folder = tmp_path / "uploads" / "0123"
    folder.mkdir(parents=True)
    rows = ({"id": str(n), "text": f"The ferry number {n} has left the harbour."} for n in range(100))
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "note.txt").write_text("The last ferry of the day has left the harbour of the old town.")
    with Library.open(tmp_path / "library", create=True, settings=IndexSettings()) as library:
        form = AddForm(library, read_only=False)
        *said, (report, _, _) = form.add_files([str(folder / "rows.jsonl"), str(folder / "note.txt")])
    counts = [tuple(map(int, re.findall(r"\d+", line))) for line, _, _ in said]
    assert counts == sorted(counts)
    assert {(1, 2, 32), (1, 2, 100), (2, 2, 0), (2, 2, 1)} <= set(counts)
    assert "101 added" in report


@pytest.mark.usefixtures("doubles")
def test_what_is_added_goes_into_the_collections_that_are_named(tmp_path: Path) -> None:
    file = tmp_path / "0123" / "note.txt"
    with Library.open(tmp_path / "library", create=True, settings=IndexSettings()) as library:
        form = AddForm(library, read_only=False)
        for collections, said in (("Sahel, west-africa,", "1 added"), ("ferries", "1 updated"), ("<b>", "1 failed")):
            file.parent.mkdir(exist_ok=True)
            file.write_text("The last ferry of the day has left the harbour of the old town.")
            *_, (report, _, _) = form.add_files([str(file)], collections)
            assert said in report
            assert "<b>" not in report
        assert library.collections() == {"ferries": 1, "sahel": 1, "west-africa": 1}
