"""Reading the markers, like [1] or [2, 3], that a model puts after its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import split_sentences

_NUMBER = r"\d{1,3}"  # longer ones are years and the like
_JOIN = r"(?:,? ?and |,? ?& ?|[,;/–-])"
MARKER = re.compile(rf"\s*[\[【［]\s*({_NUMBER}(?:\s*{_JOIN}\s*{_NUMBER})*)\s*[\]】］]")
# How else models write a marker, made plain: what is matched, and what stands for it.
_PLAIN = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\\(?=[\[\]])", ""),  # \[1\]
        (r"\^?([\[【［])\^?(?=[^\]】］]{1,40}[\]】］])", r"\1"),  # ^[1]^ and [^1]
        (r"(?<=[\]】］])\^", ""),
        (r"\[(\[[\d ,;–-]{1,40}\])\]", r"\1"),  # [[1]]
        (r"([\[【［][\d ,;–-]{0,30})†[^\]】］]{0,40}", r"\1"),  # 【1†source】
        (r"(?<=[\[【［])\s*(?:passages?|sources?|articles?|refs?\.?|no\.?|#):?\s*(?=#?\d)", ""),  # [Passage 1]
        (r"(?<=[\d ,;])(?:passages?|sources?|articles?|#)\s*(?=\d{1,3}[^\[【［\]】］]{0,30}[\]】］])", ""),
        (r"(?<=\d[\]】］])\([^)\s]*\)", ""),  # [1](address)
        (r"(?<=\d[\]】］])(?:\s*,|\s*;)?(?:\s*and|\s*&)?\s*(?=[\[【［]\d)", ""),  # [1], [2] and [3]
    )
)
# A marker, or the address behind one, whose end has not come yet: "[1 an", "[Pass", "[1](htt".
_OPEN = re.compile(
    r"\s*[\^\\]*(?:[\[【［]\s*(?:[a-z]*\.?|[^\[\]【】［］]{0,20}\d[^\[\]【】［］]{0,40})|(?<=\d\])\([^)\s]*)$",
    re.IGNORECASE,
)
# A number in front of a line's words is a list's; one that has no words behind it may be the answer.
_DECORATION = re.compile(r"(?m)^\s*(?:[-*•#>]+\s+|\d{1,2}[.)]\s+(?=[^\s\[【［]))|\*\*|__|^[ \t]*```\w*[ \t]*$|`")
_TABLE_RULE = re.compile(r"(?m)^[ \t]*\|?[ \t]*:?-{3,}[-:| \t]*$")
_TABLE_ROW = re.compile(r"(?m)^[ \t]*\|(.*?)\|?[ \t]*$")
_LONGEST_RANGE = 20
# Runs of white space mean no more than their first signs, and would be gone through again from each of them.
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"(?: ?\n){2,} ?")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers they named, as written."""

    text: str
    numbers: tuple[int, ...]


def read_marked(text: str) -> list[MarkedSentence]:
    """Split a model's reply into sentences and the numbers that each is marked with.

    A marker belongs to the sentence it stands in or behind, also where it stands at the next one's start.
    An unfinished marker at the end, as a stream has it, is left out. A table's cells are sentences of their own.
    """
    text = _squeeze(_DECORATION.sub("", _make_plain(_OPEN.sub("", _squeeze(text)))))
    plain, places = "", []
    at = 0
    for match in MARKER.finditer(text):
        plain += text[at : match.start()]
        places.append((len(plain.rstrip()), _read_numbers(match[1])))
        at = match.end()
    plain += text[at:]
    spans = split_sentences(plain)
    numbers: list[list[int]] = [[] for _ in spans]
    for place, found in places:
        owner = max((i for i, span in enumerate(spans) if span.start < place), default=0)
        if spans:
            numbers[owner].extend(n for n in found if n not in numbers[owner])
    return [
        MarkedSentence(" ".join(plain[s.start : s.end].split()), tuple(n)) for s, n in zip(spans, numbers, strict=True)
    ]


def _squeeze(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", text))


def _make_plain(text: str) -> str:
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    return _squeeze(_TABLE_ROW.sub(lambda row: row[1].replace("|", "\n"), _TABLE_RULE.sub("", text)))


def _read_numbers(written: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r",|;|/|&|and", written):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _LONGEST_RANGE:
            numbers.extend(range(ends[0], ends[1] + 1))
        else:
            numbers.extend(ends)
    return numbers
