"""A follow-up as a question that stands alone, by what the conversation before it asked and answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from index import LONGEST_QUESTION
from rag.english.follow_up.context import Context, make_context
from rag.english.follow_up.ellipsis import CONNECTOR, complete_question
from rag.english.follow_up.filters import apply_filter, carry_filters
from rag.english.follow_up.leaning import add_topic, ends_in_speech, leans_on_topic
from rag.english.follow_up.order import join_topic, replace_ordinal, spell_out
from rag.english.follow_up.references import replace_references
from rag.english.follow_up.times import find_time
from rag.english.language import is_english

_READ_TURNS = 8  # of a conversation: what lies further back is no longer referred to
_ASKS_TIME = re.compile(
    r"\b(?:when|since when|what (?:day|date|year|month|time)|which (?:day|date|year|month))\b"
    r"|\b(?:before|after|later|next|now|latest|today|still|afterwards|so far)\b",
    re.IGNORECASE,
)
_OF_NOW = re.compile(r"^(?:\w+ ){0,3}(?:is|are|am|do|does|will|can)\b|^who [a-z]+s\b(?<!was)", re.IGNORECASE)
_OF_PERSON = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.IGNORECASE)  # whose story goes on
# What leans by its form: a lone question word, or one that only stands for something else.
_LEANS = re.compile(
    r"^(?:why|when|where|who|how|what|how many|how much|which one)\b[^\w]*$|\b(?:else|same)\b(?!-)"
    r"|^(?:tell me )?more\b[^,]{0,25}$"
    r"|^\w+(?: \w+){0,3} (?:it|its|that|this|they|them|those|there|then)\b(?! is\b| are\b)[^,]{0,25}$",
    re.IGNORECASE,
)


class PastTurn(Protocol):
    """A question of the conversation and its answer's text; `standalone` is the question as it was understood."""

    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def standalone(self) -> str: ...


def make_standalone(
    question: str, history: Sequence[PastTurn], sources: Sequence[str] = (), languages: Sequence[str] = ()
) -> str:
    """The question with what it leans on of the conversation; as it is where it stands alone or nobody can tell.

    `sources` are the outlets that there are, `languages` the codes of those that articles are in: they tell a filter
    ("only Reuters") from a topic.
    """
    context = _read(history, sources, languages)
    return _write_out(question, context, sources, languages) if context else question


def _read(history: Sequence[PastTurn], sources: Sequence[str], languages: Sequence[str]) -> Context | None:
    """The context behind the last turns, each of which may lean on those before it."""
    context: Context | None = None
    for turn in history[-_READ_TURNS:]:
        if not is_english(turn.question):
            context = None
            continue
        asked = turn.standalone
        if not asked:
            asked = _write_out(turn.question, context, sources, languages) if context else turn.question
        context = make_context(asked, turn.answer, context)
    return context


def _write_out(question: str, context: Context, sources: Sequence[str], languages: Sequence[str]) -> str:
    if limited := apply_filter(question, context, sources, languages):
        return _finish(limited, question)
    asked = replace_ordinal(question.strip(), context)
    bare = spell_out(CONNECTOR.sub("", asked))
    if context.form is None and _LEANS.search(bare):
        return _put_behind(context.question, question)
    joined = join_topic(bare)
    led = joined != bare or CONNECTOR.match(asked) is not None
    if joined == bare and (completed := complete_question(asked, context)):
        return _finish(completed, question)
    written = replace_references(joined, context)
    asks_on = leans_on_topic(joined, context, led=led) or (led and ends_in_speech(joined))
    if written == joined and not asks_on:
        return _finish(joined, question) if asked != question.strip() else question
    topical = add_topic(written, context)
    dated = (not _OF_PERSON.search(joined) or _asks_the_same(joined, context)) and not (
        _ASKS_TIME.search(bare) or _OF_NOW.search(bare) or find_time(bare)
    )
    return _finish(carry_filters(topical, context, sources, languages, with_dates=dated), question)


def _asks_the_same(question: str, context: Context) -> bool:
    """True for "What did she say about Chad?" behind "What did she say about Niger in 2023?"."""
    verb = context.form.predicate.partition(" ")[0] if context.form else ""
    return bool(verb) and re.search(rf"\b{re.escape(verb)}\b", question) is not None


def _put_behind(last: str, question: str) -> str:
    """The question behind the last one, where that has a form in which nothing can be replaced."""
    together = f"{last} {question.strip()}"
    return together if len(together) <= LONGEST_QUESTION else question


def _finish(written: str, question: str) -> str:
    """The question as a sentence; the one that was asked where it would be too long to ask."""
    text = " ".join(written.split()).rstrip(" .")
    text = text[:1].upper() + text[1:]
    if not text.endswith("?"):
        text += "?"
    return text if len(text) <= LONGEST_QUESTION else question
