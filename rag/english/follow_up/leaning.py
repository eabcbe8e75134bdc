"""Whether a question without pronouns leans on the conversation, and the words of it that such a one lacks."""

from __future__ import annotations

import re

from index import content_words
from rag.english.follow_up.context import Context
from rag.english.follow_up.mentions import is_nation, list_mentions
from rag.english.follow_up.phrases import find_event, find_tail, find_thing, has_name
from rag.english.follow_up.question_form import read_form

_FEW_WORDS = 2
_SHORT_WORDS = 6
# What is always somebody's or something's, so that it leans where nothing says whose.
_RELATIONAL = frozenset(
    """
    admiral agreement answer army attacker author bill board boss captain cause ceo chairman champion champions
    charge charges chief coach colonel commission company consequence consequences contract cost costs council
    court crew customers damage date deadline death decision defendant details director dockers doctors driver
    drivers effect effects emperor employees family fans farmers fine fishermen funding general goal government
    governor hostages impact inquiry investigators investors judge jury king landlords law lawyer lawyers leader
    loser losers management mayor miners minister ministry motive negotiations neighbours next operator
    opposition organisers organizers outcome owner owners parents parliament passengers patients penalty pilots
    plan plans players police pope predecessor president price prince princess prisoners programme project
    prosecutor prosecutors purpose queen reaction reactions reason reasons regulator repair repairs rescuers
    residents response result results rival rivals ruling senate sentence shareholders sheriff skipper spokesman
    spokesperson spokeswoman sponsor staff students successor survivors suspect suspects talks teachers team
    tenants terms toll trial union unions verdict victim victims vote voters winner witnesses workers
    """.split()
)
# Stems of words that ask and say nothing.
_SMALL = frozenset(
    """
    who whom whose what which when where whi how mani much ani anyon anybodi someon did doe do were was are has have had
    will would can could should been there now still els so also
    """.split()
)
_ROLE_ENDS = re.compile(r"(?:[a-z]{2}(?:ector|nator|itor|ator|isor|ernor|ist|man|woman|men|women|ian|eer))s?$")
# "the airport's boss", "the other bank's chairman"
_WHOSE = r"(?:(?:other|same|first|second|last|new|next|old|former|current) )?(?:[a-z]+[’']s? )?"
_DEFINITE = re.compile(
    rf"\bthe ({_WHOSE})([a-z][\w-]+)\b(?![’'])(?P<of> (?:of|in|at|on|for|from|between|near|who|that)\b)?"
)
_CAPITAL = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z]")
_ENDS_IN_SPEECH = re.compile(
    r"^(?!.* (?:and|but) (?:who|what|when|where|why|how|did|does|do|will|would|has|have)\b)"
    r".*\b(?:say|saying|answer|reply|respond|comment|think|argue|tell (?:them|reporters))\W*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:say|said|think|know|known|write|decide|report) (?:.* )?about (.+?)(?: in \d{4})?\W*$")
_IS_NOW = re.compile(r"(?:what|how \w+|who) (?:is|are)\b", re.IGNORECASE)
_ASKS_WHAT_IT_IS = re.compile(r"(?:what|who) (?:is|are) (?:an? )?[a-z-]+\W*$", re.IGNORECASE)
_OF_AN_EVENT = re.compile(
    r"\b(?:did|was|were|had|has|have|will|sent|paid|won|lost|led|made|died|[a-z]{3,}ed|(?:is|are) [a-z]+ing)\b", re.I
)
_ANYBODY = re.compile(r"\b(?:any|some)(?:one|body|thing)\b", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:say|said|answer|reply|respond|react|comment|think|know|write|claim|argue|warn|announce)\w*\b", re.I
)


def leans_on_topic(question: str, context: Context, *, led: bool = False) -> bool:
    """True for "What did the ministry answer?": it names nothing of its own, and what it speaks of was spoken of.

    `led` says that it began with "and" or the like.
    """
    if _names_something(question) or read_form(question) is None:
        return False
    known = set(content_words(f"{context.question} {context.answer}"))
    words = [word for word in content_words(question) if word not in _SMALL]
    nouns = list(_DEFINITE.finditer(question))
    related = set(words) & known or any({w, w.removesuffix("s")} & _RELATIONAL for w in re.findall("[a-z]+", question))
    if not words or (led and len(words) <= (_SHORT_WORDS if related else _FEW_WORDS + 1)):
        return True
    if nouns:
        return len(words) <= _SHORT_WORDS and any(_refers_back(noun, known) for noun in nouns)
    if _ASKS_WHAT_IT_IS.match(question):
        return False
    indefinite = re.search(r"\b(?:an?|any|some|new) [a-z]", question)
    if indefinite and not set(words) & known:
        return False
    if _OF_AN_EVENT.search(question):
        return len(words) <= _FEW_WORDS + 1
    # "Why are eggs so expensive?" is of no event, so that it need be of none that was spoken of.
    return len(words) <= 1 or (len(words) <= _FEW_WORDS and bool(related or _ANYBODY.search(question)))


def _names_something(question: str) -> bool:
    return bool(_CAPITAL.search(question.strip())) or bool(list_mentions(question)) or bool(re.search(r"\d", question))


def _refers_back(noun: re.Match[str], known: set[str]) -> bool:
    """True where the noun, with what stands before it, was named, or is one that is always of something."""
    words = content_words(f"{noun[1]}{noun[2]}")
    if noun["of"] and not set(words) <= known:
        return False
    is_role = noun[2] in _RELATIONAL or _ROLE_ENDS.search(noun[2]) is not None
    return bool(words) and (set(words) <= known or is_role)


def add_topic(question: str, context: Context) -> str:
    """The question with what the conversation is about, where it names nothing by which to find that."""
    bare = question.rstrip(" ?.")
    thing = find_thing(context)
    if ends_in_speech(bare) and thing and thing not in bare:
        return f"{bare} about {thing}?"
    if _has_own_name(question) or _says_the_same(bare, context):
        return question
    if head := _find_shared(bare, thing):
        return f"{bare.replace(f'the {head}', thing, 1)}?"
    if thing and has_name(thing) and _SPEAKS.search(bare) and not re.search(" (?:about|that) ", bare):
        return f"{bare} about {thing}?"
    if (about := _ABOUT.search(context.question)) and has_name(about[1]):
        return f"{bare} in the case of {about[1]}?"
    tail = find_tail(context.question)
    if tail and tail not in bare and bare.lower().startswith("when "):
        return f"{bare} {tail}?"
    if (event := find_event(context)) and has_name(event) and not _IS_NOW.match(bare):
        return f"{bare} when {event}?"
    if tail and tail not in bare:
        return f"{bare} {tail}?"
    if thing and has_name(thing):
        return f"{bare} in the case of {thing}?"
    known = next((m for m in context.mentions if m.text not in bare), None)
    if known is None:
        return question
    return f"{bare} in {known.text}?" if known.kind == "place" else f"{bare} in the case of {known.text}?"


def _says_the_same(bare: str, context: Context) -> bool:
    """True where the question says of somebody else what the last one says."""
    form = context.form
    return form is not None and form.is_whole and " " in form.verb_phrase() and form.verb_phrase() in bare


def ends_in_speech(question: str) -> bool:
    """True for "What did the mayor say?", which doesn't say of what."""
    return _ENDS_IN_SPEECH.search(question) is not None


def _has_own_name(question: str) -> bool:
    return has_name(question.partition(" ")[2]) or any(is_nation(w.strip("?,.")) for w in question.split()[1:])


def _find_shared(question: str, thing: str) -> str:
    """The noun, with "the" in front of it in the question, that the topic's phrase has."""
    if not has_name(thing) and " " not in thing.removeprefix("the "):
        return ""
    lead = thing.split(" that ")[0].split(" of ")[0].split(" in ")[0].split(" on ")[0]
    for match in _DEFINITE.finditer(question):
        noun = f"{match[1]}{match[2]}"
        if not match["of"] and re.search(rf"\b{re.escape(match[2])}$", lead) and thing.startswith("the "):
            return noun
    return ""
