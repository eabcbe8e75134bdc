"""Questions made of sentences: words that could answer are asked for in their place, "it bought Twitter for how much?".

Learning from such questions is due to Lewis, Denoyer and Riedel, "Unsupervised Question Answering by Cloze
Translation" (ACL 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan\\.|Feb\\.|Aug\\.|Sept\\.|Oct\\.|Nov\\.|Dec\\."
)
_WEEKDAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_COUNT = (
    r"(?:\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand))?|two|three|four|five|six|seven|eight|nine|ten|dozens?)"
)
_NAME = r"[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'.-]+){0,3}"
_PERSON_BEFORE = (
    r"(?:President|Prime Minister|Sen\.|Gov\.|Rep\.|Mr\.|Ms\.|Mrs\.|Dr\.|Secretary|Justice|King|Queen|Prince|actor"
    r"|actress|singer|author|star|coach|player|founder|director|spokesman|spokeswoman|spokesperson|lawyer|wife|husband"
    r"|daughter|son|rapper|comedian|CEO)"
)
_PERSON_AFTER = r"(?:,? (?:said|says|told|wrote|added|tweeted|argued|announced|testified)\b|, \d\d,|, who\b)"
# What is asked for, and the words that ask for it in its place.
_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"[$€£]\d[\d,.]*\d?(?: (?:million|billion|trillion))?", ("how much", "how much money", "what amount")),
    (r"\d+(?:\.\d+)?(?:%| percent| per cent)", ("what percentage", "what share", "how much")),
    (rf"\b(?:on )?(?:(?:{_MONTHS}) \d{{1,2}}(?:, \d{{4}})?|{_WEEKDAYS})\b", ("when", "on what day")),
    (r"\b(?:in )?(?:19|20)\d\d\b(?![-–/])", ("when", "in what year", "in which year")),
    (rf"\b{_COUNT}(?= (?:[a-z-]+ )?[a-z]+s\b)", ("how many",)),
    (rf"\bin {_NAME}(?=[,.]| [a-z])", ("where", "in which place")),
    (rf"(?:(?<=[a-z,] )|^){_NAME}(?={_PERSON_AFTER})", ("who",)),
    (rf"\b{_PERSON_BEFORE} {_NAME}", ("who",)),
    (rf"(?<=[a-z,] ){_NAME}", ("what", "who or what")),
)  # fmt: skip
_CLAUSE_END = re.compile(r"[,;:—–]\s+")
_LEAST_WORDS = 6


class Cloze(NamedTuple):
    """A question, and the characters `start` to `end` of the sentence that answer it."""

    question: str
    start: int
    end: int


def make_cloze(sentence: str, random: Random) -> Cloze | None:
    """Ask for one thing in `sentence`; None where it has none."""
    found = list(_find(sentence))
    if not found:
        return None
    match, words = random.choice(found)
    start, end = _cut(sentence, match, random)
    before, after = sentence[start : match.start()], sentence[match.end() : end].rstrip(" .”\"'")
    asked = f"{before}{random.choice(words)}{after}?"
    return Cloze(asked[:1].upper() + asked[1:], *_narrow(match))


def _find(sentence: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
    """What could be asked for, each thing by the first rule that finds it."""
    taken: list[tuple[int, int]] = []
    for pattern, words in _RULES:
        for match in re.finditer(pattern, sentence):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield match, words


def _cut(sentence: str, match: re.Match[str], random: Random) -> tuple[int, int]:
    """Often the clause that holds the match, where it says enough by itself; else the whole sentence."""
    bounds = [0, *(m.end() for m in _CLAUSE_END.finditer(sentence)), len(sentence)]
    start = max(b for b in bounds if b <= match.start())
    end = min(b for b in bounds if b >= match.end())
    clause = sentence[start:end].rstrip(" ,;:—–")
    if len(clause.split()) >= _LEAST_WORDS and random.random() < 0.6:
        return start, start + len(clause)
    return 0, len(sentence)


def _narrow(match: re.Match[str]) -> tuple[int, int]:
    """The words that answer, without a preposition or a title before them."""
    lead = re.match(rf"(?:in|on|{_PERSON_BEFORE}) ", match.group())
    return match.start() + (lead.end() if lead else 0), match.end()
