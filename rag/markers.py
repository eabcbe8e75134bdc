"""Reading the markers, like [1] or [2, 3], that a model puts after its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.sentences import split_sentences

_NUMBER = r"\d{1,9}"  # longer ones are no marker, and may be longer than int() takes
MARKER = re.compile(rf"\s*[\[【]\s*({_NUMBER}(?:\s*(?:,|;|-|–|and)\s*{_NUMBER})*)\s*[\]】]")
# A marker whose end has not come yet, "[1 an" among them.
_OPEN = re.compile(r"\s*[\[【](?:[\d\s,;–-]|(?<=[\d\s])and(?=\s*\d))*(?:(?<=[\d\s])an?d?\s*)?$")
# A number in front of a line's words is a list's; one that has no words behind it may be the answer.
_DECORATION = re.compile(r"(?m)^\s*(?:[-*•#>]+\s+|\d{1,2}[.)]\s+(?=[^\s\[【]))|\*\*|__|`")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its markers, and the numbers they named, as written."""

    text: str
    numbers: tuple[int, ...]


def read_marked(text: str) -> list[MarkedSentence]:
    """Split a model's reply into sentences and the numbers that each is marked with.

    A marker belongs to the sentence it stands in or behind, also where it stands at the next one's start.
    An unfinished marker at the end, as a stream has it, is left out.
    """
    text = _DECORATION.sub("", _OPEN.sub("", text))
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


def _read_numbers(written: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r",|;|and", written):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _LONGEST_RANGE:
            numbers.extend(range(ends[0], ends[1] + 1))
        else:
            numbers.extend(ends)
    return numbers
