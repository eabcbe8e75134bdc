"""Questions that lean on the conversation before them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import LONGEST_QUESTION, content_words

_LEANS = re.compile(
    r"\b(it|its|they|them|their|he|him|his|she|her|hers|that|this|those|these|there|then|one|ones|same|else|so)\b"
    r"|^(and|but|or|also|what about|how about|why|when|where|who|how)\b[^\w]*$|^(and|but|or|what about|how about)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 4


def make_standalone(question: str, history: Sequence[tuple[str, str]]) -> str:
    """Return a question that can be searched for by itself: one that leans on the conversation gets what it leans on.

    `history` are questions with their answers. What a short follow-up with a pronoun leans on is the last question, so
    that is put in front of it.
    """
    if not history or not _LEANS.search(question.strip()) or len(content_words(question)) > _FEW_WORDS:
        return question
    room = LONGEST_QUESTION - len(question) - 1
    return f"{history[-1][0].strip()[:room]} {question.strip()}" if room > 0 else question
