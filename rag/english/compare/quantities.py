"""Numbers with what they leave open, "at least 12" or "about 1.2 million", in units that can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import floor, inf, log10
from typing import NamedTuple

from rag.english.dates.days import blank_days
from rag.english.figures import Figure, find_figures

_LEADS: tuple[tuple[re.Pattern[str], float, float], ...] = tuple(
    (re.compile(rf"\b(?:{words})\W*(?:(?:the|a|an|some)\W*)?(?:[$€£¥]\s?)?$", re.IGNORECASE), low, high)
    for words, low, high in (
        ("just (?:over|above)|slightly (?:more than|over)|a little over", 1.0, 1.15),
        ("just under|nearly|almost|close to|approaching|not quite", 0.85, 1.0),
        ("at least|(?<!no )more than|over|no (?:fewer|less) than|not less than|upwards? of|above|exceed(?:s|ed|ing)?"
         "|a minimum of|in excess of|well over", 1.0, inf),
        ("up to|at most|no more than|(?<!no )(?:fewer|less) than|under|below|a maximum of|as many as"
         "|as much as", 0.0, 1.0),
        ("about|around|some|roughly|approximately|an estimated|estimated(?: at)?|or so|in the region of"
        "|circa", 0.9, 1.1),
    )
)  # fmt: skip
_BEHIND = re.compile(r"^\s*(?:(?P<least>or more|and counting|plus\b)|(?P<rough>or so|-odd|odd\b))", re.IGNORECASE)
_PLUS = re.compile(r"^\+")
_RANGE = re.compile(r"^\s?(?:to|and|-|–|or)\s?$", re.IGNORECASE)
_LETS_PASS = re.compile(r"\b(?:from)\W*(?:[$€£¥]\s?)?$", re.IGNORECASE)
# What a unit is as a number of the first one of its line.
_UNITS = (
    {"km": 1.0, "kilometre": 1.0, "kilometer": 1.0, "mile": 1.609, "metre": 0.001, "meter": 0.001, "m": 0.001,
     "feet": 0.000305, "foot": 0.000305, "ft": 0.000305, "centimetre": 1e-5, "centimeter": 1e-5, "cm": 1e-5,
     "inch": 2.54e-5, "inches": 2.54e-5, "millimetre": 1e-6, "mm": 1e-6, "yard": 0.000914},
    {"tonne": 1.0, "ton": 1.0, "kg": 0.001, "kilogram": 0.001, "kilo": 0.001, "pound": 0.000454, "gram": 1e-6},
    {"hectare": 1.0, "acre": 0.4047, "square kilometre": 100.0, "square kilometer": 100.0, "square mile": 259.0},
    {"litre": 1.0, "liter": 1.0, "gallon": 3.785},
    {"hour": 1.0, "minute": 1 / 60, "second": 1 / 3600, "day": 24.0, "week": 168.0, "fortnight": 336.0,
     "month": 730.5, "year": 8766.0, "decade": 87660.0},
    {"mph": 1.609, "km/h": 1.0, "kph": 1.0},
    {"megawatt": 1.0, "mw": 1.0, "gigawatt": 1000.0, "gw": 1000.0, "kilowatt": 0.001},
)  # fmt: skip
_UNIT = re.compile(
    r"^[\s-]?(" + "|".join(sorted((re.escape(u) for line in _UNITS for u in line), key=len, reverse=True)) + r")s?\b",
    re.IGNORECASE,
)
# Who is counted: a number of the one says nothing of the others.
_GROUPS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"kill\w*|dead|di(?:e|es|ed|ying)|deaths?|death toll|fatalit\w+|lives|bodies|victims|perish\w*",
        r"injur\w+|wounded|hurt|casualties",
        r"missing|unaccounted",
        r"rescued|saved|survivors?|survived",
        r"evacuat\w+|displaced|homeless|fled",
        r"arrest\w+|detain\w+|jailed|charged",
        r"hospitali[sz]\w+|hospital|treated",
        r"infected|infections|cases",
        r"in favou?r|voted for|ayes",
        r"against|opposed",
        r"abstain\w*|abstentions",
    )
)
_RATE = re.compile(
    r"^(?:\W+\w+){0,2}?\W+(?:an?|per|each|every) (hour|day|week|month|year)\b|^\W*(annually"
    r"|monthly|weekly|daily)\b",
    re.IGNORECASE,
)
_DEGREES = re.compile(r"^\W*(?:degrees? )?(C|F|Celsius|centigrade|Fahrenheit)\b")
_RATES = {"annually": "year", "monthly": "month", "weekly": "week", "daily": "day"}
_ASKED_UNIT = re.compile(r"\bhow (old)\b|\bhow many (seconds|minutes|hours|days|weeks|months|years)\b", re.IGNORECASE)
_ALL_OF = re.compile(r"\b(?:nation|country|state|world|region|city|province|island)[- ]?wide\b"
r"|\bacross the (?:country|state|region|world)\b|\bin total\b|\balone\b|\bso far this year\b"
r"|\boverall\b|\badditional\b|\banother\b|\ba further\b|\bextra\b", re.IGNORECASE)  # fmt: skip
_NEAR = 20  # characters from a number in which such words are said of it
_SLACK = 0.05  # of a round number beside an exact one
_HALF = {"half": 50.0, "a third": 33.3, "two thirds": 66.7, "a quarter": 25.0, "three quarters": 75.0, "a fifth": 20.0}
_FRACTION = re.compile(r"\b(half|a third|two[ -]thirds|a quarter|three[ -]quarters|a fifth)\b", re.IGNORECASE)
_FREE = re.compile(r"^\W*(?:(?:for )?free|nothing|none|nobody|no one|no(?!\.| \d))\b", re.IGNORECASE)
_SINGLE = re.compile(r"^\W*(?:one|a single|only one|just one)\b", re.IGNORECASE)


class Quantity(NamedTuple):
    """From `low` to `high` in `unit`, as far as a text leaves it open; `value` is the number that it names.

    `counts` are the places in a list of what people are counted for, `wide` words like "nationwide" beside it; `spans`
    that both ends were named, as of "12 to 45".
    """

    value: float
    low: float
    high: float
    unit: str
    counts: frozenset[int]
    wide: frozenset[str]
    spans: bool = False

    @property
    def bounded(self) -> bool:
        """False for "at least" and "up to", which another number may agree with."""
        return self.high != inf and self.low > 0.0

    @property
    def hedge(self) -> tuple[bool, bool]:
        """Whether a lower and a higher number than the one named may be meant."""
        return self.low < self.value, self.high > self.value


def read_quantity(sentence: str, start: int, end: int, question: str) -> Quantity | None:
    """The number that characters `start` to `end` of a sentence name, or that alone stands in the sentence."""
    words = sentence[start:end]
    named = find_figures(blank_days(words))
    everywhere = find_figures(blank_days(sentence))
    if not named:
        if _SINGLE.match(words):
            return Quantity(1.0, 1.0, 1.0, "", _list_groups(sentence), _list_wide(sentence))
        if _FREE.match(words):
            return Quantity(0.0, 0.0, 0.0, "", frozenset(), frozenset())
        if fraction := _FRACTION.search(words):
            share = _HALF[fraction[1].lower().replace("-", " ")]
            return Quantity(share, share * 0.9, share * 1.1, "%", frozenset(), _list_wide(sentence))
        return None
    first = len(find_figures(blank_days(sentence[:start])))
    figures = everywhere[first : first + len(named)] or named
    return _join(_choose(figures, question), sentence, question)


def _choose(figures: Sequence[Figure], question: str) -> Sequence[Figure]:
    """The figures of a range, or the one that counts: the latter of "from 12 to 19", or the one of what is asked."""
    if len(figures) > 1:
        between = figures[0].after[: max(0, figures[0].after.find(figures[1].written))]
        if _LETS_PASS.search(figures[0].before):
            return figures[1:2]
        if _RANGE.match(between):
            return figures[:2]
        asked = _list_groups(question)
        if asked:
            fitting = [f for f in figures if asked & _list_groups(" ".join(f.beside))]
            return fitting[:1] or figures[:1]
    return figures[:1]


def _join(figures: Sequence[Figure], sentence: str, question: str) -> Quantity:
    figure, last = figures[0], figures[-1]
    low, high = read_bounds(figure)
    if len(figures) > 1:
        low, high = figure.value, max(figure.value, last.value)
    factor, unit = _read_unit(figure.unit, last.after, question)
    beside = " ".join(figure.beside)
    counts = _list_groups(beside) or _list_groups(sentence)
    return Quantity(
        figure.value * factor,
        low * factor,
        high * factor,
        unit,
        counts,
        _list_wide(f"{figure.before[-_NEAR:]} {figure.after[:_NEAR]}"),
        len(figures) > 1,
    )


def _read_unit(unit: str, after: str, question: str) -> tuple[float, str]:
    """What a number is multiplied by to stand in the unit that is compared, and that unit."""
    if degrees := _DEGREES.match(after):  # the one is no multiple of the other
        return 1.0, f"degrees {degrees[1][0].upper()}"
    factor = 1.0
    if not unit and (found := _UNIT.match(after)):
        factor, unit = _find_unit(found[1].lower())
    elif not unit and (asked := _ASKED_UNIT.search(question)):
        factor, unit = _find_unit("year" if asked[1] else asked[2].lower().removesuffix("s"))
    if rate := _RATE.match(after):
        per = rate[1] or _RATES[rate[2].lower()]
        return factor / _find_unit(per.lower())[0], f"{unit} an hour"
    return factor, unit


def _find_unit(name: str) -> tuple[float, str]:
    line = next(line for line in _UNITS if name in line)
    return line[name], next(iter(line))


def read_bounds(figure: Figure) -> tuple[float, float]:
    """The least and the most that a number may mean by the words beside it: "at least 40" is 40 and infinity."""
    value = figure.value
    behind = _BEHIND.match(figure.after)
    if _PLUS.match(figure.after) or (behind and behind["least"]):
        return value, inf
    if behind:
        return 0.9 * value, 1.1 * value
    for lead, low, high in _LEADS:
        if lead.search(figure.before):
            if figure.unit == "%" and low and high < inf:  # of a share, ten percent of it is more than "about" leaves
                low, high = max(low, 0.95), min(high, 1.05)
            return low * value, high * value
    return value, value


def _list_groups(text: str) -> frozenset[int]:
    return frozenset(n for n, group in enumerate(_GROUPS) if group.search(text))


def _list_wide(text: str) -> frozenset[str]:
    return frozenset(" ".join(found.group().lower().split()) for found in _ALL_OF.finditer(text))


def compare_quantities(one: Quantity, other: Quantity) -> bool | None:
    """True where one says what the other does, or may; False where they contradict; None where nobody can tell."""
    if one.unit != other.unit and one.value and other.value:
        return None
    if one.counts and other.counts and not one.counts & other.counts:
        return None
    limits = (one.low, one.high) != (other.low, other.high) and one.low == other.low == 0.0
    if (one.spans and other.spans and (one.low, one.high) != (other.low, other.high)) or limits:
        return False
    if one.low <= other.high and other.low <= one.high:
        return True
    if _rounds_to(one.value, other.value) or _rounds_to(other.value, one.value):
        return True
    return None if one.wide != other.wide else False


def _rounds_to(round_one: float, exact: float) -> bool:
    """True where the first is the second in fewer digits, from two zeros on or behind a decimal point."""
    if exact <= 0 or round_one <= 0 or abs(round_one - exact) > _SLACK * max(round_one, exact):
        return False
    digits = f"{round_one:.6g}" if round_one < 100 else f"{round_one:.0f}"
    if "e" in digits:
        return False
    if "." in digits:
        return round(exact, len(digits.split(".")[1])) == round_one
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros < 2:
        return exact != floor(exact) and round(exact) == round_one
    significant = len(digits) - zeros
    places = significant - 1 - floor(log10(exact))
    return round(exact, places) == round_one
