"""Whether a model's reply is a refusal: in the agreed words, or in any of the usual ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.llm.markers import read_marked
from rag.records import REFUSAL_MARK, Sentence

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


def starts_refusal(reply: str) -> bool:
    """True where the reply so far begins, or may yet turn out to begin, with the agreed words."""
    return bool(reply.strip()) and REFUSAL_MARK.startswith(_bare(reply)[: len(REFUSAL_MARK)])


def is_unsure(sentence: str) -> bool:
    """True for a sentence that says that something isn't known, or isn't in the articles."""
    return _UNSURE.search(sentence.strip()) is not None


def read_refusal(reply: str, sentences: Sequence[Sentence]) -> str | None:
    """What the model says is missing, "" where it doesn't say; None where the reply is an answer.

    A reply without the agreed words is a refusal where it begins with "I don't know" or the like and holds
    no sentence that is an answer: one that cites, and is not about the passages themselves.
    """
    if _bare(reply).startswith(REFUSAL_MARK):
        words = " ".join(marked.text for marked in read_marked(reply))
        return re.sub(f"^.*?{REFUSAL_MARK}", "", words, count=1, flags=re.IGNORECASE).strip(' :.-*_"“”')
    unsure = [is_unsure(s.text) for s in sentences]
    if not any(unsure):
        return None
    answers = (
        s.citations and not doubtful and not _ABOUT.search(s.text)
        for s, doubtful in zip(sentences, unsure, strict=True)
    )
    return None if any(answers) else ""


def _bare(reply: str) -> str:
    """The reply in capitals, without the stars and quotation marks that models put around the agreed words."""
    return reply.lstrip(" \n*_#>`'\"“").upper()
