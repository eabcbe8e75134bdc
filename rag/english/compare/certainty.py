"""How sure a sentence is of what it says: that it is done, to come, likely or meant, possible, or open."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from index import content_words

OPEN, POSSIBLE, LIKELY, COMING = 4, 3, 2, 1
_SPELLED = "(?:s|es|ed|d|e|ing|ning|ting)?"
_CUES = {
    OPEN: "if|whether|unless|unclear|left open|leaves? open|(?:not|n[’']t|never) ruled? out|in case",
    POSSIBLE: "could(?! not|n[’']t)|(?<!\\d )may(?! \\d)|might|possible|possibly|perhaps|maybe|potential|potentially",
    LIKELY: "should|likely|unlikely|probable|probably|expect~|believ~|thought to|suspect~|suspicions?|report(?:ed)? to"
    "|reportedly|alleg~|allegedly|allegations?|apparent|apparently|appear~ to|seem~ to|plan~ to|plans for"
    "|hop~|want~|wish~|seek~|sought|try to|tries to|tried to|trying to|attempt~|threaten~|consider~|propos~|proposals?"
    "|aim~|intend~|intention|prepar~|discussions?|discuss~|negotiat~|looking for|search~ for|confident",
    COMING: "will|would|shall|wo|is to|are to|was to|were to|(?:is|are|was|were) (?:set|due|going|bound) to|due|[’']ll"
    "|to be|until|by (?:19|20)\\d\\d|must|has to|have to",
}
_CUE = re.compile(
    "|".join(rf"(?P<l{level}>\b(?:{words.replace('~', _SPELLED)})\b)" for level, words in _CUES.items()),
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:!?]\s|\b(?:but|while|although)\b")
_DONE = re.compile(
    r"\b(?:has|have|had|was|were)\b(?! (?:to|yet|going|set|due|expected|likely|not)\b)"
    r"(?: [a-z]+ly| been| already| also){0,2} (?:\w+(?:ed|en|wn)|gone|done|begun|won|lost|left|made|sold|held"
    r"|met|put|cut|shut|hit|found|built|bought|brought|sent|paid|led|run|got|come|become)\b",
    re.IGNORECASE,
)
_LITTLE = frozenset("be been have has had do did is are was were not to the it its that".split())


class Cue(NamedTuple):
    """How far from certain a cue makes what follows, the word that follows, and all of its clause, stemmed."""

    level: int
    word: str
    scope: frozenset[str]


def list_cues(text: str) -> list[Cue]:
    """The cues of a sentence in order."""
    found = []
    for match in _CUE.finditer(text):
        clause = _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]
        words = [w for w in content_words(_CUE.sub(" ", clause)) if len(w) > 1 and w not in _LITTLE]
        found.append(Cue(int((match.lastgroup or "l0")[1:]), words[0] if words else "", frozenset(words)))
    return found


def overstates(claim: str, sentences: Sequence[str], denied: Set[str] = frozenset()) -> float:
    """1 where each of the sentences leaves open what the claim says outright of the same word, none of `denied`."""
    mine, words = list_cues(claim), set(content_words(claim)) - denied
    return float(bool(sentences) and all(_is_surer(mine, words, list_cues(text)) for text in sentences))


def _is_surer(mine: Sequence[Cue], words: Set[str], theirs: Sequence[Cue]) -> bool:
    levels = {cue.word: max(c.level for c in theirs if c.word == cue.word) for cue in theirs if cue.word in words}
    for word, level in levels.items():
        kept = max((cue.level for cue in mine if word in cue.scope or word == cue.word), default=0)
        if level >= LIKELY > kept:
            return True
    return False


def says_done(claim: str, sentences: Sequence[str]) -> float:
    """1 where the claim says that something has happened, with no cue, and each of the sentences only that it may."""
    if list_cues(claim) or not _DONE.search(claim):
        return 0.0
    return float(bool(sentences) and all(list_cues(text) and not _DONE.search(text) for text in sentences))


def understates(claim: str, sentences: Sequence[str]) -> float:
    """1 where the claim calls only possible what each of the sentences says outright."""
    possible = any(cue.level == POSSIBLE for cue in list_cues(claim))
    outright = all(cue.level < LIKELY for text in sentences for cue in list_cues(text))
    return float(bool(sentences) and possible and outright)
