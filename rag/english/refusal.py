"""Sentences that say that something isn't known, and what comes along with them."""

from __future__ import annotations

import re

_NOT = r"(?:(?:do|does|did|is|are|was|were|can|could|has|have) ?(?:not|n['’]?t)|cannot|can['’]?t|fails? to|never|no)"
_SOURCES = (
    r"(?:passages?|articles?|sources?|texts?|excerpts?|documents?|context|coverage|reporting|material|information"
    r"|news (?:items|stories)|they|it|none of (?:them|these|the \w+))"
)
_TELLS = (
    r"(?:say|mention|contain|provide|state|answer|specif\w+|include|address|discuss|tell|give|cover|indicate|reveal"
    r"|explain|describe|name|identify|report|clarif\w+|refer|offer|hold|have|mentioned|stated|specified|provided"
    r"|given|available|addressed|clear|enough|sufficient|relevant)"
)
_LACKING = "information|mention|answer|details?|data|indication|evidence"
_STATED = "mentioned|stated|specified|provided|given|covered|addressed|discussed|answered|found|available|included"
_UNSURE = re.compile(
    "|".join(
        (
            r"\b(?:i|we) (?:am|are|['’]m|['’]re) (?:not (?:sure|certain|able)|unable|sorry)\b",
            rf"\b(?:i|we) {_NOT} (?:\w+ ){{0,2}}?"
            r"(?:know|answer|find|determine|tell|say|confirm|see|locate|have|provide|help|establish|identify)\b",
            r"\bi['’]m (?:not (?:sure|certain|able)|unable|sorry|afraid)\b",
            rf"\b{_SOURCES}\b[^.;]{{0,60}}?\b{_NOT}\b (?:\w+ ){{0,3}}?{_TELLS}\b",
            r"\b(?:there (?:is|are|was|were)|contains?|has|have|holds?|gives?|includes?|with) no (?:\w+ ){0,2}?"
            rf"(?:{_LACKING}|reference|word|record|account)\b",
            rf"^no (?:\w+ ){{0,2}}?(?:{_LACKING}|passages?|articles?|sources?)\b",
            r"\bnone of (?:the|these|them)\b[^.]{0,40}"
            r"\b(?:answers?|mentions?|says?|contains?|address\w*|discuss\w*|provides?)\b",
            r"\b(?:it is|it['’]s|this is|that is|remains?) "
            r"(?:unclear|unknown|not (?:clear|known|possible|stated|mentioned|specified|said))\b",
            r"\b(?:cannot|can['’]?t|could ?n['’]?t|could not|can not) be "
            r"(?:answered|determined|found|established|confirmed|inferred)\b",
            rf"\b(?:not|isn['’]?t|aren['’]?t|wasn['’]?t) (?:\w+ )?(?:{_STATED}|contained) (?:\w+ ){{0,2}}?"
            r"(?:in|by) (?:the|these|any|this)\b",
            r"\b(?:insufficient|not enough) (?:\w+ )?(?:information|detail|details|context|evidence|data)\b",
            r"\bunable to (?:answer|find|determine)\b",
            r"\bno (?:relevant|such) (?:information|passages?|articles?)\b",
            r"^(?:unknown|not (?:stated|mentioned|specified|given|known|found))\b",
            r"\bsilent (?:on|about)\b",
            r"\bbeyond (?:what|the scope)\b",
        )
    ),
    re.IGNORECASE,
)
# What comes along with a refusal and is no answer: what the passages are about instead, and offers of help.
_ABOUT = re.compile(
    r"^(?:however,? |instead,? |but |only |unfortunately,? )"
    r"|^(?:sorry|please|if you|you (?:may|might|could)|let me)\b"
    rf"|\b(?:the|these|those|they|provided|given|available) ?(?:\w+ )?{_SOURCES}? ?"
    r"(?:only |merely |just |mainly |all |instead )*"
    r"(?:discuss|focus|talk|deal|concern|cover|speak|are about|is about|relate|mention only|refer)\w*\b",
    re.IGNORECASE,
)


def is_unsure(sentence: str) -> bool:
    """True for a sentence that says that something isn't known, or isn't in the articles."""
    return _UNSURE.search(sentence.strip()) is not None


def is_beside_refusal(sentence: str) -> bool:
    """True for what comes along with a refusal and is no answer: what the passages are about instead, or help."""
    return _ABOUT.search(sentence) is not None
