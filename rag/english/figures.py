"""Numbers in a text, however they are written: "1,000", "a thousand", "1.2 million", "$5bn", "12 percent"."""

from __future__ import annotations

import re
from typing import NamedTuple

from index import content_words

_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9}
_SCALES |= {"trillion": 1e12, "tn": 1e12, "hundred": 1e2, "dozen": 12.0}
_VAGUE = re.compile(r"\b(hundreds|thousands|millions|billions|dozens|tens)\b", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
_FIGURE = re.compile(
    r"(?P<currency>[$€£¥])?\s?(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|hundred|dozen|k|mn|m|bn|b|tn)\b)?"
    r"(?P<ordinal>st|nd|rd|th)?(?P<percent>\s?%|\s(?:percent|per cent)\b)?",
    re.IGNORECASE,
)
_DECADES = re.compile(r"\b(\d+(?:\.\d+)?) (decades?|century|centuries)\b", re.IGNORECASE)
_HALF = re.compile(r"\b(\d+) and a half\b(?: (1000|1000000|1000000000)\b)?")
_CLAUSE = re.compile(r"[.,;:!?](?:\s|$)")
_ROUGH = re.compile(
    r"\b(about|around|some|roughly|nearly|almost|approximately|more than|over|under|up to|at least|an estimated"
    r"|close to|fewer than|less than|well (?:over|below))\W*(?:[$€£¥]\s?)?$",
    re.IGNORECASE,
)
_BEFORE = 3  # words in front of a number, and behind it, that say what it counts
_AFTER = 4
_AROUND = 40  # characters


class Figure(NamedTuple):
    """A number: its value, its unit (`%`, a currency's sign, or empty), and the content words beside it.

    `rough` says that the text calls it a rough one; `written` is how it stands there, in digits, and `before` and
    `after` are the words around it.
    """

    value: float
    unit: str
    beside: frozenset[str]
    rough: bool
    written: str
    before: str = ""
    after: str = ""


def find_figures(text: str) -> list[Figure]:
    """Return the numbers of `text` in order. "One" is left out: it is seldom a number."""
    plain = to_digits(text)
    return [figure for match in _FIGURE.finditer(plain) if (figure := _read(match, plain)).value != 1 or figure.unit]


def to_digits(text: str) -> str:
    """Write number words in digits, "two dozen" as "24"; "thousands of" stays as it is, since it is no number."""
    from text_to_num import alpha2digit  # loaded with the first sentence that is checked

    plain = _VAGUE.sub("many", _HYPHEN.sub(" ", text))
    plain = re.sub(
        r"\bhalf an? (hundred|thousand|million|billion|dozen|decade|century)\b", r"0.5 \1", plain, flags=re.IGNORECASE
    )
    plain = re.sub(r"\b(?:an?|one) (?=(?:dozen|decade|century)\b)", "1 ", plain, flags=re.IGNORECASE)
    # Digits with a scale behind them are read here: the library reads "1.2 million" as two numbers.
    plain = re.sub(
        r"(?<=\d)[\s-](thousand|million|billion|trillion)\b",
        lambda m: {"t": "k", "m": "m", "b": "bn"}[m[1][0].lower()] if m[1].lower() != "trillion" else "tn",
        plain,
        flags=re.IGNORECASE,
    )
    digits: str = alpha2digit(plain, "en", threshold=0)
    digits = _DECADES.sub(lambda m: f"{float(m[1]) * (10 if m[2][0] in 'dD' else 100):g} years", digits)
    return _HALF.sub(lambda m: f"{(float(m[1]) + 0.5) * float(m[2] or 1):.0f}" if m[2] else f"{m[1]}.5", digits)


def same_figure(claimed: Figure, given: Figure) -> bool:
    """True where one number says what the other does: equal, or a rough one near it."""
    if claimed.unit != given.unit and "%" in (claimed.unit, given.unit):
        return False
    if claimed.unit and given.unit and claimed.unit != given.unit:
        return False
    wide = 0.1 if claimed.rough and claimed.value >= 20 else 1e-6
    return abs(claimed.value - given.value) <= wide * max(abs(claimed.value), abs(given.value))


def _read(match: re.Match[str], text: str) -> Figure:
    scale = (match["scale"] or "").lower()
    value = float(match["digits"].replace(",", "")) * _SCALES.get(scale, 1.0)
    before = text[: match.start()]
    near = _CLAUSE.split(before)[-1].split()[-_BEFORE:] + _CLAUSE.split(text[match.end() :])[0].split()[:_AFTER]
    beside = (word for word in content_words(" ".join(near)) if not word[0].isdigit())
    unit = "%" if match["percent"] else match["currency"] or _currency_behind(text, match.end())
    rough = _ROUGH.search(before[-30:]) is not None
    around = before[-_AROUND:], text[match.end() : match.end() + _AROUND]
    return Figure(value, unit, frozenset(beside), rough, match[0].strip(), *around)


def _currency_behind(text: str, end: int) -> str:
    found = re.match(r"\s(?:U\.?S\.? )?(dollar|euro|pound|yen)", text[end : end + 20], re.IGNORECASE)
    return {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥"}[found[1].lower()] if found else ""
