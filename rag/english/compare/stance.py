"""What a text denies, and what it hedges."""

from __future__ import annotations

import re
from typing import NamedTuple

from index import content_words

# One alternative each; "~" stands for any ending of a verb.
_NOT_WORDS = (
    "not|no|never|neither|nor|without|none|nobody|nothing|cannot|hardly|barely|fail~ to|refus~|den~|reject~|declin~"
    "|lack~|rul~ out|unlikely|unable to|stop~ short of|yet to"
)
_NO_DENIALS = (
    "not only|no doubt|no matter|if not|just not|not least|whether or not|not just"
    "|(?:not|never) ruled? out|(?:no|not) (?:more|fewer|less|later) than"
)
_HEDGE_WORDS = (
    "could|(?<!\\d )may(?! \\d)|might|would|should|can|possible|possibly|perhaps|probably|likely|unlikely|potential"
    "|potentially|maybe|reported|reportedly|alleged|allegedly|allegation|allegations|apparent|apparently|suspect~|suspicion"
    "|suspicions|expect~ to|plan~ to|planned to|hop~ to|want~ to|seek~ to|try to|tries to|tried to|trying to"
    "|attempt~ to|threaten~ to|consider~|propos~|proposal|if|unless|whether|appear~ to|seem~ to|believed to|thought to"
    "|estimated|in case|is to|are to|aim~ to|intend~ to|is set to|are set to"
)


def _compile(words: str, also: str = "") -> re.Pattern[str]:
    spelled = words.replace("~", "(?:s|es|ed|d|e|y|ies|ied|ying|ing)?")
    return re.compile(rf"\b(?:{spelled})\b{also}", re.IGNORECASE)


_NOT = _compile(_NOT_WORDS, "|n[’']t\\b")
_NOT_A_DENIAL = _compile(_NO_DENIALS)
_HEDGE = _compile(_HEDGE_WORDS)
_CLAUSE_END = re.compile(r"[,.;:!?]\s|\b(?:but|and|while|although)\b")
_AUXILIARY = frozenset("have has had do does did is are was were be been will would could".split())


class Stance(NamedTuple):
    """The word behind each denial and each hedge of a sentence, all words behind its denials, and its content words."""

    denied: tuple[str, ...]
    hedged: tuple[str, ...]
    behind_denials: frozenset[str]
    words: frozenset[str]


def read_stance(sentence: str) -> Stance:
    """Return the stance of one sentence."""
    plain = _NOT_A_DENIAL.sub(" ", sentence)
    return Stance(
        denied=tuple(words[0] if words else "" for words in _reach(_NOT, plain)),
        hedged=tuple(words[0] if words else "" for words in _reach(_HEDGE, plain)),
        behind_denials=frozenset(word for words in _reach(_NOT, plain) for word in words),
        words=frozenset(content_words(sentence)),
    )


def _reach(cue: re.Pattern[str], text: str) -> list[list[str]]:
    """The content words behind each cue, within its clause."""
    found = []
    for match in cue.finditer(text):
        clause = _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]
        found.append([w for w in content_words(clause) if len(w) > 1 and w not in _AUXILIARY])
    return found
