"""Whether a sentence says yes or no to a question, and whether two answers in a few words are opposites.

Looser than `rag/english/yes_no.py`, which speaks for the whole answer: here two sentences are held against each other,
and only where one says yes and the other no is anything said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

from index import content_words
from rag.english.names import find_names

Side = Literal["yes", "no", ""]

_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:is|are|was|were|will|did|do|does|has|have|had|can|could|should|would|must|may)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\bor\b|\b(?:what|who|which|when|where|how|why)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[,;:—–]\s|\b(?:but|although|while|whereas|despite|after|because|who"
    r"|which)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:if|whether|may|might|could|consider\w*|possibly|perhaps|undecided|yet to (?:decide|be decided)|not yet"
    r"|would|hop(?:es?|ed|ing) to|wants? to|call(?:s|ed|ing)? for|urg\w+|propos\w+|demand\w*|debat\w+|discuss\w+"
    r"|feared?|unless|rumou?rs?|speculat\w+|vote on)\b",
    re.IGNORECASE,
)
# What is decided against, whatever it is: not beside these words where the question itself has them.
_AGAINST = re.compile(
    r"\b(?:scrap(?:s|ped)|cancel\w*|call(?:s|ed)? off|abandon\w*|shelv\w+|axed|drop(?:s|ped)|rul(?:es?|ed|ing) out"
    r"|reject\w*|refus\w+|den(?:y|ies|ied)|block(?:s|ed)|veto\w*|barred|thrown out|turn(?:s|ed) down|vot(?:es?"
    r"|ed) down"
    r"|vot(?:es?|ed) against|struck down|oppos(?:es?|ed)|halt(?:s|ed)|withdr[ae]wn?|pull(?:s|ed) out|backed out"
    r"|declin(?:es?|ed)|terminat\w+"
    r"|fail(?:s|ed) to|failed|unable to|lift(?:s|ed)|overturn\w*|revok\w+|quash\w*|no longer|without|banned"
    r"|bans|ended|ends"
    r"|free of|collapsed|walk(?:s|ed) away|instead of|rather than|unaffected|spared)\b",
    re.IGNORECASE,
)
_PAIRS = tuple(
    (re.compile(rf"\b(?:{yes})\b", re.IGNORECASE), re.compile(rf"\b(?:{no})\b", re.IGNORECASE))
    for yes, no in (
        (r"approv\w+|pass(?:es|ed)?|accept\w*|back(?:s|ed)?|adopt\w*|endors\w+|ratif\w+|agree[sd]?|green light"
        r"|go-ahead|granted?",
         r"reject\w*|block(?:s|ed)?|refus\w+|veto\w*|turn(?:s|ed)? down|vot(?:es?|ed) (?:down|against)"
         r"|thrown out|throws? out|declin\w+|oppos\w+"),
        (r"go(?:es|ing)? ahead|proceed\w*|take place|took place|be held|held|run|start",
         r"cancel\w*|call(?:s|ed)? off|scrap\w*|abandon\w*|shelv\w+|axed|postpon\w+|suspend\w*"),
        (r"(?<!not )guilty|convict\w+|found liable", r"acquit\w*|not guilty|cleared|innocent|not liable"),
        (r"(?:re-?)?open(?:s|ed|ing)?", r"clos(?:e|es|ed|ing|ure)|shut(?:s|ting)?"),
        (r"resum\w+|restart\w*|continu\w+", r"halt\w*|stop(?:s|ped)?|suspend\w*"),
        (r"win|wins|won|victory|beat", r"los(?:e|es|t)|defeat\w*|beaten"),
        (r"stay(?:s|ed|ing)?|remain\w*|keep|keeps", r"leav(?:e|es|ing)|left|quit|resign\w*|step(?:s|ped"
        r"|ping)? down|depart\w*|moves? (?:away|to)"),
        (r"allow\w*|permit\w*|legal|lift(?:s|ed)?|authori[sz]\w+", r"bans?|banned|illegal|prohibit\w*|forb\w+"
        r"|outlaw\w*|barred"),
        (r"free|no charge|without charge", r"charg(?:e|es|ed)|fees?|pay|paid"),
        (r"alive|surviv\w+", r"dead|died|killed|death"),
        (r"increas\w+|rais(?:e|es|ed|ing)|rise|rises|rose|risen|higher|up|grew|grow\w*|hik\w+",
         r"cut|cuts|lower\w*|reduc\w+|fall|falls|fell|fallen|drop\w*|decreas\w+|down|shr[aiu]nk"),
        (r"join\w*", r"withdr\w+|leav\w+|left|stay(?:s|ed)? out"),
        (r"(?<!not )safe", r"unsafe|contaminat\w+|not safe|dangerous"),
        (r"accidental(?:ly)?|accident", r"arson|deliberate(?:ly)?|on purpose"),
        (r"restor\w+|regain\w*|recover\w*", r"los(?:e|es|t)|cut off|severed"),
        (r"sold|sell|sells", r"keep|kept|not for sale"),
        (r"succe\w+", r"fail\w*"),
        (r"extend\w*", r"expir\w+|end(?:s|ed)?|lapse\w*"),
        (r"demolish\w*|tor[en] down|knock\w* down|pulled down|raz\w+", r"preserv\w+|sav(?:e|es|ed)|restor\w+"
        r"|kept|spared|stay"),
        (r"merg\w+", r"separate|independent"),
        (r"confirm\w*|admit\w*", r"den(?:y|ies|ied)"),
        (r"fully|all of", r"partly|partially"),
        (r"deliver\w*|arriv\w+", r"missing|never came"),
    )
)  # fmt: skip
_DENIAL = re.compile(r"\b(?:not|no|never|nobody|none|neither|cannot|nothing)\b|n[’']t\b", re.IGNORECASE)
_NO_DENIAL = re.compile(
    r"\b(?:not (?:only|guilty|liable|for sale|safe)|no (?:doubt|matter|longer"
    r"|charge))\b",
    re.IGNORECASE,
)
_BESIDE = frozenset("still go now already yet ever".split())  # not what is asked about
_STEM = 4  # letters that two words must have in common, "merge" and "merger"
_A_THIRD = 1 / 3  # of what the question asks must stand in a sentence that says no, and more than that in one of yes


def is_yes_no(question: str) -> bool:
    """True for a question that begins as those do which yes or no answers."""
    return _ASKS.match(question) is not None and not _CHOICE.search(question)


def read_side(question: str, sentence: str) -> Side:
    """Whether a sentence says yes or no to a question; empty where it leaves it open, or that can't be seen."""
    asked = _list_asked(question)
    share = len(_list_shared(asked, sentence)) / max(1, len(asked))
    if share < _A_THIRD:
        return ""
    clause = max(_split(sentence), key=lambda c: _weigh(asked, c))
    if _OPEN.search(clause):
        return ""
    flips = _count_flips(question, clause) + len(_list_denials(clause)) + len(_list_denials(question))
    return "no" if flips % 2 else "yes" if share > _A_THIRD else ""


def _list_asked(question: str) -> dict[str, int]:
    """The words that a question asks about, but for names, with their places."""
    words = [word for word in content_words(_ASKS.sub("", question)) if word not in _BESIDE]
    named = {word for name in find_names(f"… {question}") for word in content_words(name)}
    return {word: n for n, word in enumerate(words) if word not in named} or {w: n for n, w in enumerate(words)}


def _weigh(asked: Mapping[str, int], clause: str) -> tuple[int, int]:
    """How many of the words a clause has, and how far behind in the question the last of them stands."""
    shared = [asked[word] for word in _list_shared(asked, clause)]
    return len(shared), max(shared, default=-1)


def _list_shared(asked: Collection[str], text: str) -> set[str]:
    """Those of the words that a text has, in one form or another."""
    words = content_words(text)
    return {a for a in asked if any(a == w or (min(len(a), len(w)) >= _STEM and _begins(a, w)) for w in words)}


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _count_flips(question: str, clause: str) -> int:
    """How often a clause turns what a question asks round without "not": by an opposite, by what is decided against."""
    mine, theirs = _list_signs(question), _list_signs(clause)
    opposed = [n for n in mine.keys() & theirs.keys() if mine[n] != theirs[n]]
    words = [found.group() for found in _AGAINST.finditer(clause)]
    own = [word for word in words if not _AGAINST.search(question) and not _is_of_pairs(word, opposed)]
    return int(bool(opposed)) + int(bool(own))


def _is_of_pairs(word: str, pairs: Collection[int]) -> bool:
    return any(pattern.search(word) for n in pairs for pattern in _PAIRS[n])


def are_opposites(one: str, other: str) -> bool:
    """True where one answer says what the other denies: "guilty" and "acquitted", "a toll" and "no toll"."""
    mine, theirs = _list_signs(one), _list_signs(other)
    denied = len(_list_denials(one)) % 2 != len(_list_denials(other)) % 2
    common = mine.keys() & theirs.keys()
    if common:
        return any((mine[n] != theirs[n]) != denied for n in common)
    words = set(content_words(one)), set(content_words(other))
    return denied and bool(words[0] and words[1]) and len(words[0] & words[1]) >= 0.5 * min(map(len, words))


def _list_signs(text: str) -> dict[int, bool]:
    """For each pair of opposites of which a text has one word and not the other, which one."""
    found = {}
    for n, (yes, no) in enumerate(_PAIRS):
        sides = yes.search(text) is not None, no.search(text) is not None
        if sides[0] != sides[1]:
            found[n] = sides[0]
    return found


def _list_denials(text: str) -> list[str]:
    """The plain denials: "not", "no", "never"; verbs like "refuse" are counted as what is decided against."""
    return _DENIAL.findall(_NO_DENIAL.sub(" ", text))


def _split(sentence: str) -> list[str]:
    return [part for part in _CLAUSE_END.split(sentence) if part.strip()] or [sentence]
