"""A "why" is answered by the reason first, not by the sentence that repeats what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index import AnswerSpan, Reading, make_article
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

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        shares = {REPEATED: 0.9, REASON: 0.001, CHAD.text: 0.0005}
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
