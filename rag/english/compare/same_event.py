"""Whether two articles may tell of the same event: words that set one apart from its like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.names import find_names, fold, missing_words

_APART = tuple(
    tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in group)
    for group in (
        (r"men[’']?s|men|male", r"women[’']?s|women|female"),
        (r"boys?[’']?", r"girls?[’']?"),
        (r"northern|north", r"southern|south", r"eastern|east", r"western|west"),
        (r"upper house|senate", r"lower house|house of representatives|assembly"),
        (r"junior|under-\d+|youth", r"senior|veterans?"),
        (r"spring", r"summer", r"autumn|fall season", r"winter"),
        (r"first(?:[- ](?:quarter|half|leg|round|phase|stage|day))", r"second(?:[- ](?:quarter|half|leg|round"
        r"|phase|stage|day))",
         r"third(?:[- ](?:quarter|leg|round|phase|stage|day))", r"fourth(?:[- ](?:quarter|round|phase|stage|day))"),
        (r"(?<!-)(?<!semi )(?<!quarter )finals?", r"semi[- ]?finals?", r"quarter[- ]?finals?"),
        (r"(?:whole|full)(?:[- ]year| of (?:the year|20\d\d))|annual", r"quarter(?:ly)?|half[- ]year"),
        (r"morning", r"evening|afternoon"),
        (r"singles", r"doubles"),
        (r"half[- ]marathon|10km|10k", r"(?<!half )(?<!half-)marathon"),
        (r"adult", r"child(?:ren)?(?:[’']s)?"),
        (r"gold", r"silver", r"bronze"),
    )
)  # fmt: skip
_NTH = re.compile(
    r"\b(\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|inaugural)"
    r"(?: annual)? ([a-z]{3,})",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d,.])((?:19|20)\d\d)(?![\d,.])")


def may_be_same(sentences: Sequence[str], titles: Sequence[str], question: str) -> bool:
    """False where the two sentences, or the two titles, are each of another one of their kind."""
    return all(not _are_apart(one, other, question) for one, other in (sentences, titles))


def _are_apart(one: str, other: str, question: str) -> bool:
    for group in _APART:
        mine = {n for n, words in enumerate(group) if words.search(one)}
        theirs = {n for n, words in enumerate(group) if words.search(other)}
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            return True
    numbers = [{m[2].lower(): _read_nth(m[1]) for m in _NTH.finditer(text)} for text in (one, other)]
    if any(numbers[0][what] != numbers[1][what] for what in numbers[0].keys() & numbers[1].keys()):
        return True
    years = [list_years(text) for text in (one, other)]
    return bool(years[0] and years[1]) and not years[0] & years[1] and not re.match(r"\W*when\b", question, re.I)


def _read_nth(word: str) -> str:
    names = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
    low = word.lower()
    return "1" if low == "inaugural" else str(names.index(low) + 1) if low in names else re.sub(r"\D", "", low)


def list_anchors(text: str, question: str) -> set[str]:
    """The folded last words of the names that a text has and a question has not."""
    asked = {fold(name.split()[-1]) for name in find_names(f"… {question}")}
    return {fold(name.split()[-1]) for name in find_names(text)} - asked


def has_name(name: str, text: str) -> bool:
    """True where a text has the name, in whole or by its last word."""
    return not missing_words(name, [text])


def list_years(text: str) -> set[int]:
    """The years that a text names."""
    return {int(year) for year in _YEAR.findall(text)}
