"""What is asked in another order than questions have: "the school, when does it open?", "the second one"."""

from __future__ import annotations

import re

from rag.english.follow_up.context import Context
from rag.english.follow_up.mentions import list_mentions
from rag.english.follow_up.question_form import AUXILIARY, QUESTION_WORD

_TOPIC_FIRST = re.compile(
    r"(?:(?:what about|how about|as for|about) )?(?P<topic>[^,?:;–—]{2,60}?)"
    rf" ?[,?:–—] ?(?:and )?(?P<asked>(?:{QUESTION_WORD}|{AUXILIARY})\b.*)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(he|she|it|they|him|her|them|his|its|their|that|those)\b(?P<noun> [a-z]{3,})?", re.IGNORECASE)
_OWNS = ("his", "its", "their")
_ORDINAL = re.compile(
    r"\bthe (?:(?P<nth>first|second|third|fourth|other|last) (?:one|man|woman|person)|(?P<of_two>former|latter))"
    r"(?=[’']s\b|\W*$|[,?] | (?:of|in|at|say|said|do|did|is|was|has|have)\b)",
    re.IGNORECASE,
)
_ORDINAL_ALONE = re.compile(r"(?<!\w)(?<=and |out |but )the (first|second|third|last)(?=\W*$)", re.IGNORECASE)
_CONTRACTED = re.compile(r"^(who|what|when|where|why|how)[’'](s|re)\b(?= ([\w’'-]+))", re.IGNORECASE)
_PLACES = {"first": 0, "former": 0, "second": 1, "other": 1, "latter": 1, "third": 2, "fourth": 3, "last": -1}


def spell_out(question: str) -> str:
    """The question with "what is" for "what's", "who has" for "who's been"."""
    match = _CONTRACTED.match(question)
    if match is None:
        return question
    short = {"s": "has" if match[3] in ("been", "happened", "become", "changed") else "is", "re": "are"}
    return f"{match[1]} {short[match[2]]}{question[match.end() :]}"


def join_topic(question: str) -> str:
    """The question with what stands in front of it in the place of its pronoun; as it is where nothing stands there.

    "The school, when does it open?" is "When does the school open?".
    """
    match = _TOPIC_FIRST.fullmatch(question.strip())
    if match is None or not (pronoun := _PRONOUN.search(match["asked"])):
        return question
    topic, asked = match["topic"].strip(), match["asked"]
    named = list_mentions(f"x {topic}")
    if not re.match("(?:the|his|her|its|their) ", topic, re.IGNORECASE) and [m.text for m in named] != [topic]:
        return question
    if not named:
        topic = topic[:1].lower() + topic[1:]
    owns = pronoun[1].lower() in _OWNS or (pronoun[1].lower() == "her" and pronoun["noun"])
    return f"{asked[: pronoun.start()]}{topic}{'’s' if owns else ''}{asked[pronoun.end(1) :]}"


def replace_ordinal(question: str, context: Context) -> str:
    """The question with whom or what "the second one" is in the last answer; as it is where nobody can tell."""
    match = _ORDINAL.search(question) or _ORDINAL_ALONE.search(question)
    if match is None:
        return question
    at = _PLACES[next(filter(None, match.groups())).lower()]
    named = [m.text for m in context.said if m.kind == "person"] or [m.text for m in context.said]
    if len(named) < 2 or at >= len(named):
        return question
    return f"{question[: match.start()]}{named[at]}{question[match.end() :]}"
