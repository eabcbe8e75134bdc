"""Who and what a text names: persons with their sex, places, bodies, and groups of people or things."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from rag.english.follow_up.given_names import Sex, guess_sex, looks_female, read_title_sex
from rag.english.names import find_names, fold, is_title

MentionKind = Literal["person", "place", "body", "name"]
_LONGEST = 60  # characters of a name
_BODIES = re.compile(
    r"\b(?:Agency|Alliance|Army|Assembly|Association|Authority|Bank|Board|Bureau|Cabinet|Church|Club|Coalition|College"
    r"|Commission|Committee|Company|Congress|Corporation|Corps|Council|Court|Department|Federation|Force|Forces"
    r"|Foundation|Front|Fund|Government|Group|Guard|House|Inc|Institute|Ltd|Ministry|Movement|Nations|Navy|Office"
    r"|Organi[sz]ation|Parliament|Party|Police|Press|Senate|Service|Society|Times|Post|Trust|Union|United|University"
    r"|Airlines|Airways|Motors|Energy|Steel|Holdings|Rail|Railways|Technologies|FC)\b"
)
_PLACES = re.compile(
    r"\b(?:Airport|Base|Bay|Beach|Bridge|Canal|Castle|City|Coast|County|Dam|Desert|District|Harbou?r|Hill|Hills|Hospital"
    r"|Island|Islands|Lake|Library|Museum|School|Stadium|Theatre|Theater|Hall|Tower|Tunnel|Mill|Mine|Market|Mountain|Mountains|Mount|Park|Peninsula|Port|Province|Region|River|Road|Sea|Square|State"
    r"|Station|Strait|Street|Valley|Village)\b"
)
_CITIES = frozenset(
    "abuja accra athens baghdad bamako bangkok beijing beirut berlin bogota brasilia brussels budapest cairo caracas"
    " dakar damascus delhi dhaka dublin gaza geneva hanoi havana helsinki istanbul jakarta jerusalem johannesburg kabul"
    " khartoum kigali kinshasa kyiv lagos lima lisbon london madrid manila moscow mumbai nairobi niamey oslo ottawa"
    " paris prague quito riyadh rome santiago seoul shanghai stockholm sydney tehran tokyo tripoli tunis vienna warsaw"
    " washington york zurich africa europe asia america sahel england scotland wales california texas".split()
)
_SAYS = r"(?:said|says|told|added|argued|wrote|warned|explained|announced|resigned|replied|insisted|denied|claimed)"
_IN = re.compile(r"\b(?:in|at|near|from|to|into|around|across|outside|throughout|of) (?:the )?$")
_WITHIN = re.compile(r"\b(?:in|at|near) (?:the )?$")
_AGE_OR_ROLE = re.compile(r", (?:\d\d,|who\b|a |an |the |its |his |her )")
_NATION = re.compile(r"(?:[A-Z][a-z]+(?:an|ian|ese|ish|i|ans|ians)|French|Dutch|Greek|Greeks|Swiss|Czech|Thai)$")
# Those whose form is not that of the country's name.
_NATIONS = frozenset(
    "african asian european american british briton french dutch german spanish danish polish swiss greek welsh"
    " scottish irish english palestinian kurdish catalan arab filipino burmese emirati".split()
)
_PRONOUN = {"he": re.compile(r"\b(?:he|his|him)\b", re.I), "she": re.compile(r"\b(?:she|her|hers)\b", re.I)}
_OWNER = re.compile(r"[’']s(?= [A-Z])")  # "Kenya's Joyce Chepkwemoi" names two
_MEMBER = "people|children|men|women|police|crew|troops"
_GROUP = re.compile(
    r"\b(?:(?:the|some|many|most|several|all|about|around|nearly|more than|at least|these|those|both) )?"
    r"(?:[\d.,]+(?: (?:million|thousand|hundred))? |(?:two|three|four|five|six|seven|eight|nine|ten|dozens of"
    r"|hundreds of|thousands of) )?"
    rf"(?:(?:[A-Z][\w-]+|[a-z]+(?:al|ic|ous|ed|ing|ary|an|ish|ive|y)|new|old|last|first|local|young) ){{0,2}}"
    rf"(?:{_MEMBER}|[a-z]{{2,}}[^su\W\d]s)\b(?! (?:the|a|an|that)\b)"
)
_NO_GROUP = frozenset("was has does this his its less news yes is always perhaps says times".split())
_COUNTING = "how which what some many most any several all these those about".split()
_COUNT = re.compile(r"^(?:(?:about|around|nearly|more than|at least) )?(?:some )?[\d.,]+(?: (?:million|thousand))? ")


class Mention(NamedTuple):
    """A name in a text: the words, what kind of thing has it, and a person's sex where that is known."""

    text: str
    kind: MentionKind
    sex: Sex = ""


@cache
def _territories() -> frozenset[str]:
    from babel import Locale  # takes as long to load as a search, and is needed in conversations alone

    return frozenset(fold(name) for name in Locale("en").territories.values())


def is_place(name: str) -> bool:
    """True for a country, a well-known city, and what is called a river, a port or the like."""
    bare = fold(name.removeprefix("the ").removeprefix("The "))
    return bare in _territories() or bare in _CITIES or _PLACES.search(name) is not None or bare in ("us", "uk", "usa")


def is_nation(word: str) -> bool:
    """True for an adjective or a people of a country by its form: "French", "Americans"."""
    bare = fold(word)
    if bare in _territories() or not _NATION.match(word):
        return False
    return bare.removesuffix("s") in _NATIONS or any(name.startswith(bare[:4]) for name in _territories())


def list_mentions(text: str) -> list[Mention]:
    """The names in `text`, in order. A last name alone is the whole name, where the text has that."""
    found: list[Mention] = []
    for name in find_names(_OWNER.sub(",", text)):
        name = name[:_LONGEST]
        if any(_is_last_name(name, other) for other in found) or is_nation(name):
            continue
        found.append(_tell_kind(name, text))
    return found


def _is_last_name(name: str, other: Mention) -> bool:
    return other.kind == "person" and other.text.split()[-1] == name


def _tell_kind(name: str, text: str) -> Mention:
    at = text.find(name)
    before, after = text[max(0, at - 40) : at], text[at + len(name) : at + len(name) + 30]
    words = name.split()
    pronoun = _read_pronoun(text)
    seen = "" if pronoun == "he" and looks_female(words[0]) else pronoun
    titles = [w for w in before.replace(",", " ").split()[-2:] if is_title(w) or read_title_sex(w)]
    stands_for_it = before.rstrip().endswith(("of", "in", "at"))
    if _BODIES.search(name) or (name.isupper() and len(name) > 1 and not is_place(name)):
        return Mention(name, "body")
    known = guess_sex(words[0])
    if is_place(name) and not (titles and not stands_for_it):
        return Mention(name, "place")
    if titles and not stands_for_it:
        sexes = (read_title_sex(w) for w in titles)
        return Mention(name, "person", next(filter(None, sexes), "") or known or seen)
    if _WITHIN.search(before) and not known:
        return Mention(name, "place")
    if known or (1 < len(words) < 5 and name.istitle() and not set(words) & {"of", "the", "and"}):
        return Mention(name, "person", known or seen)
    if re.match(rf" {_SAYS}\b", after) or _AGE_OR_ROLE.match(after):
        return Mention(name, "person" if len(words) > 1 else "name")
    return Mention(name, "place" if _IN.search(before) else "name")


def _read_pronoun(text: str) -> Sex:
    """The sex that the text's only kind of pronoun shows."""
    he, she = (bool(_PRONOUN[sex].search(text)) for sex in ("he", "she"))
    return "he" if he and not she else "she" if she and not he else ""


def list_groups(text: str) -> list[str]:
    """The groups of people or things in `text`, in order, uncounted: "some 1,500 troops" is "the troops"."""
    groups = []
    for match in _GROUP.finditer(text):
        words = _COUNT.sub("", match[0].strip()).split()
        if not words or words[-1].lower() in _NO_GROUP:
            continue
        while words and words[0].lower() in _COUNTING:
            words = words[1:]
        if words:
            phrase = " ".join(words)
            groups.append(phrase if words[0].lower() == "the" else f"the {phrase}")
    return list(dict.fromkeys(groups))
