"""An answer that is put together from its events is the answer, whatever it was on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st

from tests.conftest import ROOT
from tests.ui.presented import REFUSAL, RICH
from ui.api.publish import publish_answer
from ui.api.rest.events import list_changes

# What a model may say on its way: any part of an answer, in any order, and what it takes back.
PARTS = st.builds(
    lambda answer, n, m: replace(
        answer, sentences=RICH.sentences[:n], citations=RICH.citations[:m], unresolved=RICH.unresolved[m:]
    ),
    st.sampled_from([RICH, REFUSAL]),
    st.integers(0, 4),
    st.integers(0, 2),
)


def read_documented_lines() -> str:
    """How docs/api.md says to put events together."""
    document = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return "for event in events:" + document.partition("```python\nfor event in events:")[2].partition("```")[0]


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_the_documented_lines_give_the_answer(answers: list[Any]) -> None:
    together: dict[str, Any] = {}
    events = [json.loads(json.dumps(event)) for _, event in list_changes(iter(answers))]
    exec(read_documented_lines(), {"events": events, "answer": together})
    assert together == json.loads(json.dumps(publish_answer(answers[-1])))


def test_what_stays_is_sent_once() -> None:
    steps = [replace(RICH, sentences=RICH.sentences[:n]) for n in range(5)]
    first, *later = (event for _, event in list_changes(iter(steps)))
    assert set(first["lists"]) >= {"hits", "citations"}
    for n, event in enumerate(later):
        assert event["lists"]["sentences"]["start"] == n
        assert len(event["lists"]["sentences"]["items"]) == 1
        assert "hits" not in event["lists"]
