"""Whether a model's reply is a refusal: in the agreed words, or in any of the usual ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.gate import is_beside_refusal, is_unsure
from rag.llm.markers import read_marked
from rag.records import REFUSAL_MARK, Sentence


def starts_refusal(reply: str) -> bool:
    """True where the reply so far begins, or may yet turn out to begin, with the agreed words."""
    return bool(reply.strip()) and REFUSAL_MARK.startswith(_bare(reply)[: len(REFUSAL_MARK)])


def read_refusal(reply: str, sentences: Sequence[Sentence]) -> str | None:
    """What the model says is missing, "" where it doesn't say; None where the reply is an answer.

    A reply without the agreed words is a refusal where it begins with "I don't know" or the like and holds
    no sentence that is an answer: one that cites, and is not about the passages themselves.
    """
    if _bare(reply).startswith(REFUSAL_MARK):
        words = " ".join(marked.text for marked in read_marked(reply))
        return re.sub(f"^.*?{REFUSAL_MARK}", "", words, count=1, flags=re.IGNORECASE).strip(' :.-*_"“”')
    unsure = [is_unsure(s.text) for s in sentences]
    if not any(unsure):
        return None
    answers = (
        s.citations and not doubtful and not is_beside_refusal(s.text)
        for s, doubtful in zip(sentences, unsure, strict=True)
    )
    return None if any(answers) else ""


def _bare(reply: str) -> str:
    """The reply in capitals, without the stars and quotation marks that models put around the agreed words."""
    return reply.lstrip(" \n*_#>`'\"“").upper()
