"""A "why" is answered by the reason first, not by the sentence that repeats what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import AnswerSpan, Library, Reading, make_article
from index.read.files import read_file
from rag import ask
from rag.extract.offline_answerer import OfflineAnswerer
from rag.settings import Settings
from tests.doubles import OverlapReranker
from tests.rag.material import make_hit, parse

REPEATED = "Niger revoked its deal with Washington on Saturday, a blow to the Pentagon."
REASON = "Tensions at a meeting in Niamey led to the decision."
NIGER = make_article(f"{REPEATED} {REASON}", id="n", title="Niger", language="en")
CHAD = make_article("Chad sent troops home because of a quarrel over pay.", id="c", title="Chad", language="en")


class _DeedReader:
    """Takes each sentence for the answer, the first one by far the likeliest."""

    name = sha256 = "deed"

    def __init__(self, reason: float = 0.001) -> None:
        self._reason = reason

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        shares = {REPEATED: 0.9, REASON: self._reason, CHAD.text: 0.0005}
        spans = (
            AnswerSpan(text.index(s), text.index(s) + len(s) - 1, share) for s, share in shares.items() if s in text
        )
        return Reading(tuple(spans), 2.0)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Why did Niger revoke the deal?", REASON),
        ("What was the reason for which Niger revoked the deal?", REASON),
        ("When did Niger revoke the deal?", REPEATED),
        ("What did Niger reason about the deal?", REPEATED),
    ],
)
def test_the_reason_goes_before_what_repeats_the_question(question: str, first: str) -> None:
    answerer = OfflineAnswerer(_DeedReader(), OverlapReranker(), Settings(min_confidence=0.0))
    *_, draft = answerer.answer(parse(question), [make_hit(NIGER), make_hit(CHAD, 2)], ())
    assert draft.sentences[0].text.startswith(first)
    assert any(REPEATED[:-1] in sentence.text for sentence in draft.sentences)


def test_another_article_gives_no_reason_for_this_one() -> None:
    deed = make_article(REPEATED, id="d", title="Niger", language="en")
    answerer = OfflineAnswerer(_DeedReader(), OverlapReranker(), Settings(min_confidence=0.0))
    *_, draft = answerer.answer(parse("Why did Niger revoke the deal?"), [make_hit(deed), make_hit(CHAD, 2)], ())
    assert draft.sentences[0].text.startswith(REPEATED)


def test_a_reason_may_be_less_likely_than_other_further_sentences() -> None:
    other = make_article(f"{REPEATED} {CHAD.text} {REASON}", id="o", title="Niger", language="en")
    answerer = OfflineAnswerer(_DeedReader(1e-5), OverlapReranker(), Settings(min_confidence=0.0))
    *_, draft = answerer.answer(parse("Why did Niger revoke the deal?"), [make_hit(NIGER)], ())
    assert [sentence.text for sentence in draft.sentences] == [REASON, REPEATED]
    one = OfflineAnswerer(_DeedReader(1e-5), OverlapReranker(), Settings(min_confidence=0.0, answer_sentences=1))
    *_, draft = one.answer(parse("Why did Niger revoke the deal?"), [make_hit(NIGER)], ())
    assert [sentence.text for sentence in draft.sentences] == [REASON]
    *_, draft = answerer.answer(parse("What did Niger revoke?"), [make_hit(other)], ())
    assert REASON not in [sentence.text for sentence in draft.sentences]


@pytest.mark.models
def test_the_given_page_gives_the_reason_and_none_for_the_opposite(library: Library) -> None:
    page = Path(__file__).parents[3] / "seeds" / "000_5a1bd12f0bfe0d6e.txt"
    library.add(read_file(page, 20))
    answer = ask(library, "why did Niger revoke the deal?")
    assert "Tensions arose during the meetings" in answer.sentences[0].text
    assert ask(library, "why did Niger keep the deal?").refused
