"""Sentences said another way, and sentences with one thing changed: a number, a date, a name, a denial, a speaker.

Written apart from what the verifier reads claims with, so that a slip there doesn't hide itself here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_MONTH = "|".join(_MONTHS)
_NUMBER = re.compile(r"(?<![\w.,/:-])\d{1,3}(?:,\d{3})+\b|(?<![\w.,/:-])\d+(?:\.\d+)?(?![\w:/]|,\d|-\d)")
_DATE_BESIDE = re.compile(rf"(?:{_MONTH})\.? $|^(?:st|nd|rd|th)? (?:{_MONTH})\b")
_YEAR = re.compile(r"(?<![\w,.$-])(?:19|20)\d\d(?![\w,.-]\d|\w)")
_DAY = re.compile(rf"\b({_MONTH}) (\d{{1,2}})\b(?!\d)|\b(\d{{1,2}}) ({_MONTH})\b")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|did|does|do)\b(?! not|n[’']t)"
)
_PERSON = r"(?:[A-Z][a-z]+(?:-[A-Z][a-z]+)? ){0,2}[A-Z][a-z]+(?:-[A-Z][a-z]+)?"
_SAID = r"(?:said|says|told|added|wrote|tweeted|argued|warned|announced|confirmed|explained|noted|complained)"
_SPEAKER = re.compile(rf"\b({_PERSON})(?=,? {_SAID}\b)|(?<=said )({_PERSON})\b|(?<=ccording to )({_PERSON})\b")
_PRONOUN_SPEAKER = re.compile(rf"\b(?:[Hh]e|[Ss]he)(?= {_SAID}\b)")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]{2,}\b")
_NOT_NAMES = re.compile(rf"\b(?:{_MONTH}|{'|'.join(_WEEKDAYS)}|I|The|A|An|In|On|He|She|It|Mr|Ms|Mrs|Dr|Gen|Col)\b")
_CERTAIN = re.compile(r"\b(?:could|may|might)\b(?! \d)|\b(?:possibly|allegedly|reportedly|likely|probably) ")

_QUOTED = re.compile(r"[“”\"]([^“”\"]{3,})[“”\"]")

Change = Callable[[str, Random, Sequence[str]], str | None]


def change_number(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """Another number for one of the sentence's: every other time one that stands elsewhere in the article."""
    spots = [m for m in _NUMBER.finditer(sentence) if not _is_date(sentence, m)]
    spots += list(re.finditer(rf"\b(?:{'|'.join(_SMALL)})\b", sentence))
    if not spots:
        return None
    spot = random.choice(spots)
    old = spot.group()
    if old in _SMALL:
        new = random.choice([word for word in _SMALL if word != old])
    else:
        near = [
            m.group()
            for other in others
            for m in _NUMBER.finditer(other)
            if not _is_date(other, m) and m.group() not in sentence and len(m.group()) == len(old)
        ]
        new = random.choice(near) if near and random.random() < 0.5 else _another(old, random)
    return _put(sentence, spot, new)


def change_date(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """Another day, month, year or weekday."""
    days = list(_DAY.finditer(sentence))
    years = list(_YEAR.finditer(sentence))
    weekdays = list(re.finditer(rf"\b(?:{'|'.join(_WEEKDAYS)})\b", sentence))
    if not days + years + weekdays:
        return None
    spot = random.choice(days + years + weekdays)
    if spot in weekdays:
        return _put(sentence, spot, random.choice([day for day in _WEEKDAYS if day != spot.group()]))
    if spot in years:
        return _put(sentence, spot, str(int(spot.group()) - random.randint(1, 12)))
    month, day = (spot[1], spot[2]) if spot[1] else (spot[4], spot[3])
    if random.random() < 0.5:
        month = random.choice([m for m in _MONTHS if m != month])
    else:
        day = random.choice([str(d) for d in range(1, 29) if str(d) != day])
    return _put(sentence, spot, f"{month} {day}" if spot[1] else f"{day} {month}")


def change_name(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """Another name, of as many words, from elsewhere: the article's own, or another article's."""
    spots = [m for m in _NAME.finditer(sentence) if not _NOT_NAMES.search(m.group())]
    if not spots:
        return None
    spot = random.choice(spots)
    new = _another_name(spot.group(), sentence, random, others)
    return _put(sentence, spot, new) if new else None


def change_negation(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """Take a denial out, or put one in."""
    for pattern, instead in ((r"\bcannot\b", "can"), (r" not\b(?! only)", ""), (r"n[’']t\b", ""), (r"\bnever ", "")):
        if re.search(pattern, sentence):
            return re.sub(pattern, instead, sentence, count=1)
    spots = list(_AUXILIARY.finditer(sentence))
    if not spots:
        return None
    spot = random.choice(spots)
    return _put(sentence, spot, f"{spot.group()} not")


def change_attribution(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """Another speaker for what is said."""
    spots = [m for m in _SPEAKER.finditer(sentence) if not _NOT_NAMES.search(m.group())]
    if spots:
        spot = random.choice(spots)
        new = _another_name(spot.group(), sentence, random, others)
    elif found := _PRONOUN_SPEAKER.search(sentence):
        spot, new = found, _another_name("A B", sentence, random, others[-1:])
    else:
        return None
    return _put(sentence, spot, new) if new else None


def change_hedge(sentence: str, random: Random, others: Sequence[str]) -> str | None:
    """State as certain what the sentence leaves open."""
    spot = _CERTAIN.search(sentence)
    return _put(sentence, spot, "" if spot.group().endswith(" ") else "will") if spot else None


CHANGES: dict[str, Change] = {
    "number": change_number,
    "date": change_date,
    "name": change_name,
    "negation": change_negation,
    "attribution": change_attribution,
    "hedge": change_hedge,
}


def say_otherwise(sentence: str, random: Random) -> str:
    """The same sentence in other words, as far as rules can do that: some of them, by chance, where they fit.

    Words in quotation marks stay as they are.
    """
    for pattern, instead in _WORDINGS:
        said = re.sub(pattern, instead, sentence, count=1)
        if random.random() < 0.7 and all(words in sentence for words in _QUOTED.findall(said)):
            sentence = said
    return sentence[:1].upper() + sentence[1:]


_WORDINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # "…," he said. -> He said that …
    (r"^[“\"]?([^“”\"]{20,}),[”\"]? ((?:[A-Z][\w.]+ ){1,3}|[Hh]e |[Ss]he |[Tt]hey )said\.$", r"\2said that \1."),
    (r"^[“\"]?([^“”\"]{20,}),[”\"]? said ((?:[A-Z][\w.]+ ?){1,3})\.$", r"According to \2, \1."),
    (r"^(In|On|By|Since) ([^,]{4,30}), ([^,]{30,})\.$", lambda m: f"{m[3]} {m[1].lower()} {m[2]}."),
    (r", (?:which|who) [^,.]{5,60},", ""),
    (r" \([^)]{3,60}\)", ""),
    (r"^(?:But|And|However,|Meanwhile,|Still,|So) (\w)", lambda m: m[1].upper()),
    (r"\b(?:Mr|Mrs|Ms|Dr)\. (?=[A-Z])", ""),
    (rf"\b({_MONTH}) (\d{{1,2}})\b(?!\d)", r"\2 \1"),
    (r"\b(\d+(?:\.\d+)?) percent\b", r"\1%"),
    (r"(\d+(?:\.\d+)?)%", r"\1 percent"),
    (r"(?<=\d),(?=\d{3}\b)", ""),
    (r"\$(\d+) million\b", r"\1,000,000 dollars"),
    (r"\b(did|does|is|was|has|have|had|would|could) not\b", r"\1n't"),
    (r"\b(two|three|four|five|six|seven|eight|nine|ten)\b", lambda m: str(_SMALL.index(m[1]) + 2)),
    (r"\babout (?=\d)", "around "),
    (r"\bmore than (?=[$\d])", "over "),
    (r"\bUnited States\b", "U.S."),
    (r"\b(?:told reporters|told CNN) (?:that )?", "said "),
    (r"\bbegan\b", "started"),
    (r"\bcountry\b", "nation"),
    (r"\bcompany\b", "firm"),
    (r"\bchildren\b", "kids"),
    (r"\bpurchase(d?)\b", r"acquire\1"),
    (r"\bhelp\b", "assist"),
    (r"\bpeople\b", "persons"),
    (r"\balso ", ""),
    (r"\blarge\b", "big"),
    (r"\bafter\b", "following"),
    (r"\bhowever,? ", ""),
)


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    around = sentence[max(0, match.start() - 11) : match.start()], sentence[match.end() : match.end() + 14]
    year = re.fullmatch(r"(?:1[6-9]|20)\d\d", match.group()) is not None
    return year or any(_DATE_BESIDE.search(part) for part in around)


def _another(number: str, random: Random) -> str:
    """A number of the same look, at least a fifth away."""
    value = float(number.replace(",", ""))
    changed = value * random.choice([0.3, 0.5, 0.7, 1.4, 2.0, 3.0])
    if "." in number:
        return f"{changed:.{len(number.split('.')[1])}f}"
    whole = max(2, round(changed))
    whole += 3 * (whole == value)
    return f"{whole:,}" if "," in number else str(whole)


def _another_name(old: str, sentence: str, random: Random, others: Sequence[str]) -> str | None:
    words = len(old.split())
    sources = list(others[:-1]) if random.random() < 0.5 else [others[-1]]
    names = {
        m.group()
        for other in [*sources, others[-1]]
        for m in _NAME.finditer(other)
        if len(m.group().split()) == words and not _NOT_NAMES.search(m.group())
    }
    new = [name for name in sorted(names) if not set(name.split()) & set(sentence.replace(",", "").split())]
    return random.choice(new) if new else None


def _put(sentence: str, spot: re.Match[str], new: str) -> str:
    return sentence[: spot.start()] + new + sentence[spot.end() :]
