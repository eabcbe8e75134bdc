"""What a text denies, what it hedges, and who is said to have said it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index import content_words
from rag.english.names import find_names, fold

# One alternative each; "~" stands for any ending of a verb.
_NOT_WORDS = (
    "not|no|never|neither|nor|without|none|nobody|nothing|cannot|hardly|barely|fail~ to|refus~|den~|reject~|declin~"
    "|lack~|rul~ out|unlikely|unable to|stop~ short of|yet to"
)
_NO_DENIALS = "not only|no doubt|no matter|if not|just not|not least|whether or not|not just"
_HEDGE_WORDS = (
    "could|(?<!\\d )may(?! \\d)|might|would|should|can|possible|possibly|perhaps|probably|likely|unlikely|potential"
    "|potentially|maybe|reported|reportedly|alleged|allegedly|allegation|allegations|apparent|apparently|suspect~|suspicion"
    "|suspicions|expect~ to|plan~ to|planned to|hop~ to|want~ to|seek~ to|try to|tries to|tried to|trying to"
    "|attempt~ to|threaten~ to|consider~|propos~|proposal|if|unless|whether|appear~ to|seem~ to|believed to|thought to"
    "|estimated|in case|is to|are to|aim~ to|intend~ to|is set to|are set to"
)
_SAYING_WORDS = (
    "said|say~|told|tell~|add~|argu~|claim~|stat~|announc~|declar~|explain~|insist~|warn~|confirm~|acknowledg~|admit~"
    "|admitted|not(?:es|ed)|wrote|writes|tweeted|emphasiz~|stress~|complain~|den~|reject~|accus~|call~|report~|testif~"
    "|recall~|believ~|suggest~|describ~|put|counted"
)


def _compile(words: str, also: str = "") -> re.Pattern[str]:
    spelled = words.replace("~", "(?:s|es|ed|d|e|y|ies|ied|ying|ing)?")
    return re.compile(rf"\b(?:{spelled})\b{also}", re.IGNORECASE)


_NOT = _compile(_NOT_WORDS, "|n[’']t\\b")
_NOT_A_DENIAL = _compile(_NO_DENIALS)
_HEDGE = _compile(_HEDGE_WORDS)
_SAID = _compile(_SAYING_WORDS, "|\\baccording to\\b")
_SAYING = _compile(_SAYING_WORDS).pattern
_SPEAKER_AFTER = re.compile(rf"{_SAYING},? (?P<who>[^,.;:“\"]{{2,60}})")
_SPEAKER_BEFORE = re.compile(
    rf"(?P<who>[^.;:“\"]{{2,120}}?),? (?:(?:has|have|had|also|later|then|then) ){{0,2}}{_SAYING}\b"
)
_ACCORDING = re.compile(r"\baccording to (?P<who>[^,.;:“\"]{2,60})", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(he|she|they)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,.;:!?]\s|\b(?:but|and|while|although)\b")
_AUXILIARY = frozenset("have has had do does did is are was were be been will would could".split())


class Stance(NamedTuple):
    """The word behind each denial and each hedge of a sentence, its content words, and whom it lets speak, folded."""

    denied: tuple[str, ...]
    hedged: tuple[str, ...]
    words: frozenset[str]
    speakers: frozenset[str]
    says: bool


def read_stance(sentence: str, before: Sequence[str] = ()) -> Stance:
    """Return the stance of one sentence; `before` are the sentences that its pronouns may point back to."""
    plain = _NOT_A_DENIAL.sub(" ", sentence)
    return Stance(
        denied=_reach(_NOT, plain),
        hedged=_reach(_HEDGE, plain),
        words=frozenset(content_words(sentence)),
        speakers=find_speakers(sentence, before),
        says=_SAID.search(sentence) is not None,
    )


def find_speakers(sentence: str, before: Sequence[str] = ()) -> frozenset[str]:
    """Return the folded last words of the names in front of or behind a word of saying."""
    spans = [m["who"] for pattern in (_SPEAKER_AFTER, _SPEAKER_BEFORE, _ACCORDING) for m in pattern.finditer(sentence)]
    names = [name for span in spans for name in find_names(f"… {span}")]
    if not names and any(_PRONOUN.search(span) for span in spans):
        earlier = [name for text in before for name in find_names(text)]
        names = earlier[-4:]
    return frozenset(fold(name).split()[-1] for name in names)


def _reach(cue: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The first content word behind each cue, within its clause; "" where there is none."""
    found = []
    for match in cue.finditer(text):
        clause = _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]
        words = [w for w in content_words(clause) if len(w) > 1 and w not in _AUXILIARY]
        found.append(words[0] if words else "")
    return tuple(found)
