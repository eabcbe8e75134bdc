"""Exact match and token F1, as SQuAD defines them (Rajpurkar et al. 2016, its official script)."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation and the words a, an, the; white space squeezed."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def score_exact_match(text: str, answers: Sequence[str]) -> float:
    """1 where `text` is one of the answers, once normalised."""
    return float(any(normalise(text) == normalise(answer) for answer in answers))


def score_token_f1(text: str, answers: Sequence[str]) -> float:
    """The best F1 of the words that `text` shares with an answer."""
    return max(_f1(normalise(text).split(), normalise(answer).split()) for answer in answers)


def _f1(said: Sequence[str], expected: Sequence[str]) -> float:
    if not said or not expected:  # nothing is right only where nothing is expected (SQuAD 2.0)
        return float(said == expected)
    same = sum((Counter(said) & Counter(expected)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(said), same / len(expected)
    return 2 * precision * recall / (precision + recall)


def holds_any(text: str, answers: Sequence[str]) -> bool:
    """True where the words of an answer stand in `text` one after the other.

    Both are normalised as in SQuAD, after accents and typographic quotes, which articles have and questions
    often not, are folded. ALCE's STR-EM (Gao et al. 2023) is the same but that a part of a word will do.
    """
    inside = f" {_fold(text)} "
    return any(f" {words} " in inside for answer in answers if (words := _fold(answer)))


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return normalise("".join(c for c in apart if not unicodedata.combining(c)))
