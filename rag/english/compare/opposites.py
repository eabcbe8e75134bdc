"""What a claim would say if it said the opposite, or said it of somebody else: the texts that it is held against."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.names import find_names, fold

_MOST = 8  # swapped claims: each is one more text to embed
_WITHOUT_DENIAL = (
    (re.compile(r"\bcan(?:not|[’']t)\b"), "can"),
    (re.compile(r"\bwon[’']t\b"), "will"),
    (re.compile(r" not\b(?! only)"), ""),
    (re.compile(r"n[’']t\b"), ""),
    (re.compile(r"\bnever "), ""),
    (re.compile(r"\b[Nn]o(?= [a-z])"), "some"),
    (re.compile(r"\b(?:denied|rejected)\b"), "confirmed"),
    (re.compile(r"\b(?:refused|declined)\b"), "agreed"),
    (re.compile(r"\bwithout\b", re.IGNORECASE), "with"),
)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|did|does|do|may|might)\b")


def deny(claim: str) -> str:
    """Return the claim without its first denial, or with one where it has none."""
    for pattern, instead in _WITHOUT_DENIAL:
        if pattern.search(claim):
            return pattern.sub(instead, claim, count=1)
    if found := _AUXILIARY.search(claim):
        return f"{claim[: found.end()]} not{claim[found.end() :]}"
    return f"It is not true that {claim}"


def swap_names(claim: str, sentences: Sequence[str]) -> list[str]:
    """Return the claim with, for each of its names, each other name of `sentences`; at most eight such claims."""
    others = dict.fromkeys(name for sentence in sentences for name in find_names(sentence))
    mine = [name for name in find_names(claim) if name in claim]
    swapped = [
        claim.replace(name, other, 1) for name in mine for other in others if fold(other.split()[-1]) not in fold(claim)
    ]
    return swapped[:_MOST]
