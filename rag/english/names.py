"""Names of people, places and bodies in a text, and whether another text has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_PART = r"(?:(?:[A-Z]\.){2,}|[A-Z][\w’'&-]*|\b[a-z]{2,3}-[A-Z][\w’'-]*)"
_NAME = re.compile(rf"{_PART}(?:(?:(?<=\b[A-Z])\.)? (?:(?:al|bin|de|der|du|la|van|von|of|the) ){{0,2}}{_PART})*")
_SHORT_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Rep|Sen|Gov|Prof|Rev|St|Jr|Sr)\.")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_][\w&-]*")
_POSSESSIVE = re.compile(r"[’'](?:s\b|(?=\W|$))")
_PASTS = (
    "became began brought came chose drew fell felt flew fought found gave got went grew held kept knew led left lost"
    " made met paid put quit ran read rose said saw sent set sold sought spoke spent stood swore taught thought told"
    " took won wrote"
).replace(" ", "|")
_VERB = re.compile(rf" (?:has|had|was|is|can|could|may|might|will|would|says?|did|does|also|{_PASTS}|[a-z]+ed)\b")
_AND_NAME = re.compile(r" and [A-Z]")
# Says nothing of who is meant: titles, and what opens a sentence.
_TITLES = frozenset(
    "mr mrs ms miss dr sir lord lady gen lt col maj capt sgt cmdr adm rep sen gov prof rev st jr sr president general"
    " colonel major lieutenant captain admiral senator representative governor secretary minister ambassador prime"
    " deputy assistant spokesman spokeswoman spokesperson king queen prince princess judge justice chief professor"
    " doctor sergeant officer chairman director mayor pope bishop archbishop cardinal pastor rabbi imam sheikh coach"
    " councillor former".split()
)
_OPENERS = frozenset(
    "a about above according after again against ago all almost along already also although among an and another any"
    " anyone are around as asked at back be because been before being below between both but by can could dear despite"
    " did do does during each earlier either even ever every everyone few first five following for four from had has"
    " have having he her here hers him his how however i if in indeed instead is it its just last later less let like"
    " many may meanwhile more moreover most much must my near nearly neither never new next no nobody nor not nothing"
    " now of off officials on once one only or other others our out over people per perhaps police rather reportedly"
    " she should since six so some someone soon still such ten than that the their them then there these they thing"
    " this those though three through thus to today together tomorrow tonight too toward towards two under unless"
    " until up upon us was we were what when where whether which while who whole whom whose why will with within"
    " without would yes yesterday yet you your monday tuesday wednesday thursday friday saturday sunday january"
    " february march april may june july august september october november december".split()
)
# The same place by its adjective, its people or its short name; a line holds what counts as one.
_SAME = """
us usa united-states american americans america u.s. u.s.a. washington
uk united-kingdom britain british briton britons u.k.
eu european-union
un united-nations
france french frenchman
niger nigerien nigeriens
nigeria nigerian nigerians
russia russian russians kremlin moscow
china chinese beijing
ukraine ukrainian ukrainians
germany german germans
spain spanish spaniard spaniards
italy italian italians
israel israeli israelis
iran iranian iranians
iraq iraqi iraqis
japan japanese
korea korean koreans
india indian indians
pakistan pakistani pakistanis
turkey turkish turks
poland polish poles
sweden swedish swedes
ireland irish
netherlands dutch
switzerland swiss
canada canadian canadians
mexico mexican mexicans
brazil brazilian brazilians
australia australian australians
egypt egyptian egyptians
mali malian malians
chad chadian chadians
africa african africans
europe european europeans
asia asian asians
tv television televised
islam islamic islamist islamists muslim muslims
democrat democrats democratic
republican republicans gop
defense-department department-of-defense pentagon
""".strip().splitlines()
_GROUP = {name.replace("-", " ").replace(".", ""): group for group, line in enumerate(_SAME) for name in line.split()}


def fold(text: str) -> str:
    """Lower case without accents and dots: "U.S." is "us", "Itté" is "itte"."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if not unicodedata.combining(c)).replace(".", "").lower()


def is_title(word: str) -> bool:
    """True for what stands in front of a person's name: "Gen.", "President"."""
    return fold(word) in _TITLES


def is_opener(word: str) -> bool:
    """True for a word that is no name, whatever capital it has where it opens a sentence."""
    return fold(word) in _OPENERS


def is_country(name: str) -> bool:
    """True for a country, a capital that stands for one, or a people."""
    return fold(name) in _GROUP


def opens_with_verb(after: str) -> bool:
    """True for what stands behind a name that a verb is said of: " has left", " read the letter"."""
    return _VERB.match(after) is not None


def find_names(text: str) -> list[str]:
    """Return the names in `text` in order, each as it stands there without title and possessive.

    A capital that only opens the sentence makes no name, unless what follows is said of one person or body.
    """
    names: list[str] = []
    plain = _SHORT_TITLE.sub(r"\1", _POSSESSIVE.sub("", text))
    for match in _NAME.finditer(plain):
        written = match.group().split()
        words = [w for w in written if fold(w) not in _TITLES]
        opens = _opens_sentence(plain, match.start()) and len(words) == len(written)
        while words and (fold(words[0]) in _OPENERS or (words[0][0].islower() and "-" not in words[0])):
            words, opens = words[1:], False
        while words and words[-1].islower():
            words.pop()
        if not words or (opens and len(words) == 1 and not _is_said_of_one(words[0], plain[match.end() :])):
            continue
        name = " ".join(words).strip(" .")
        if len(name) > 1 and name not in names:
            names.append(name)
    return names


def missing_words(name: str, texts: Sequence[str]) -> list[str]:
    """Return the words of `name` that none of `texts` has, in no form of them that is the same.

    A last name stands for the whole, unless the texts give it another first name.
    """
    given = " ".join(fold(_POSSESSIVE.sub("", text)) for text in texts)
    words = set(_WORD.findall(given))
    first, last = name.split()[0], name.split()[-1]
    if first != last and fold(last) in words and not _has_other_first_name(first, last, texts):
        return []
    groups = {_GROUP[w] for w in words if w in _GROUP} | {
        group for phrase, group in _GROUP.items() if " " in phrase and phrase in given
    }
    whole = fold(name)
    if _GROUP.get(whole) in groups or _initials_are_there(name, texts):
        return []
    lacking = []
    for word in _WORD.findall(whole):
        known = word in words or _GROUP.get(word, -1) in groups or word in _OPENERS or word in _TITLES
        if not known and not _has_form(word, words):
            lacking.append(word)
    if lacking and any(phrase in whole and _GROUP[phrase] in groups for phrase in _GROUP if " " in phrase):
        lacking = [word for word in lacking if not any(word in phrase.split() for phrase in _GROUP if " " in phrase)]
    return lacking


def _has_other_first_name(first: str, last: str, texts: Sequence[str]) -> bool:
    before = [
        fold(m[1]) for text in texts for m in re.finditer(rf"([A-Z][\w-]+)\.? (?:[A-Z]\. )?{re.escape(last)}\b", text)
    ]
    return bool(before) and not any(word == fold(first) or word in _TITLES or word in _OPENERS for word in before)


def _has_form(word: str, words: set[str]) -> bool:
    """True for a plural or singular, or a part of a hyphened word."""
    forms = {word + "s", word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
    parts = word.split("-") if "-" in word else []
    return bool(forms & words) or (bool(parts) and all(p in words for p in parts)) or any(
        word in w.split("-") for w in words if "-" in w
    )  # fmt: skip


def _initials_are_there(name: str, texts: Sequence[str]) -> bool:
    """True where `name` is the initials of a run of capitalized words in the texts, or the other way round."""
    short = name.replace(".", "")
    if short.isupper() and len(short) >= 2 and " " not in short:
        for text in texts:
            words = _WORD.findall(text.replace("-", " "))
            letters = "".join(w[0] if w[0].isupper() else " " for w in words if w not in ("of", "the"))
            if short in letters:
                return True
    initials = "".join(w[0] for w in name.split() if w[0].isupper())
    return len(initials) >= 3 and any(re.search(rf"\b{re.escape(initials)}\b", t.replace(".", "")) for t in texts)


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" “\"'‘(")
    return not before or before[-1] in ".!?:;\n—"


def _is_said_of_one(word: str, after: str) -> bool:
    """True for a lone first word that a verb or a comma shows to be one person's or body's name."""
    if (word.isupper() and len(word) > 1) or fold(word) in _GROUP:
        return True
    if fold(word) in _OPENERS or word.endswith(("s", "ing", "ly", "ed")):
        return False
    return opens_with_verb(after) or bool(_AND_NAME.match(after))
