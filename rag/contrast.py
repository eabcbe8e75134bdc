"""A claim with one thing put otherwise, to see which of the two its source is nearer to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.names import find_names

_MOST = 8  # variants of a claim: each costs an embedding
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
_MONTH = re.compile(r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_DENIAL = re.compile(r" not\b(?! only)|n[’']t\b|\bnever |\bno longer ")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|do|does|did)\b")


def deny(claim: str) -> str:
    """The claim without its denial, or with one where it has none."""
    if _DENIAL.search(claim):
        return _DENIAL.sub("", claim, count=1)
    if re.search(r"\b[Nn]o ", claim):
        return re.sub(r"\b([Nn])o ", lambda m: "A " if m[1] == "N" else "a ", claim, count=1)
    if found := _AUXILIARY.search(claim):
        return f"{claim[: found.end()]} not{claim[found.end() :]}"
    return f"It is not true that {claim[:1].lower()}{claim[1:]}"


def swap(claim: str, sentences: Sequence[str]) -> list[str]:
    """The claim with another of the sentences' names, numbers, months and weekdays in the place of its own."""
    return list(dict.fromkeys(_swap(claim, " ".join(sentences))))[:_MOST]


def _swap(claim: str, given: str) -> Iterator[str]:
    for pattern in (_NUMBER, _MONTH, _WEEKDAY):
        theirs = [w for w in dict.fromkeys(pattern.findall(given)) if w not in claim]
        for match in pattern.finditer(claim):
            if match.group() in given:
                for other in theirs[:3]:
                    yield claim[: match.start()] + other + claim[match.end() :]
    mine = [name for name in find_names(claim) if name in claim and name.split()[-1] in given]
    theirs = [name for name in find_names(given) if not set(name.split()) & set(claim.split())]
    for name in mine:
        for other in theirs[:4]:
            yield claim.replace(name, other, 1)
