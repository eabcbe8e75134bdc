"""Follow-ups that only limit, or no longer limit, what is searched: "only Reuters", "since May", "anywhere else?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Filters, name_language
from rag.english.follow_up.context import Context
from rag.english.follow_up.times import find_time, put_time, read_time
from rag.english.named_filters import read_question_filters

_LEAD = r"(?:(?:and|but|ok|okay|now|please|just|only|what about|how about|show me|limit (?:it|that) to|search) )*"
_PRESS = r"(?:articles?|coverage|news|newspapers?|papers?|press|media|outlets?|reports?|sources?|stories)"
_FROM = r"(?:(?:from|in|by|according to|with|using|what (?:does|did|do)) )?(?:the )?"
_REST = rf"(?: (?:{_PRESS}|only|alone|say|report|write)(?: about (?:it|that|this)| say)?)*"
_LIFT_SOURCES = re.compile(
    rf"{_LEAD}(?:anywhere else|(?:in |from |according to )?(?:the )?(?:other|any other|any|all|all other) {_PRESS}"
    r"|elsewhere|what do (?:the )?others say|does anyone else (?:say|report) (?:so|that|it)|everywhere)",
    re.IGNORECASE,
)
_LIFT_DATES = re.compile(
    rf"{_LEAD}(?:(?:at |from )?(?:any (?:other )?time|any (?:other )?date|all dates|all years)|whenever"
    r"|without (?:the|that) dates?)",
    re.IGNORECASE,
)
_LIFT_LANGUAGES = re.compile(rf"{_LEAD}(?:in )?(?:any|all|every|other) languages?", re.IGNORECASE)
# Of an event's own day ("on 17 March 2024") papers report later, so that limits nothing.
_LIMITS = re.compile("in|during|since|until|till|between|from|last|this|before|after", re.IGNORECASE)
_ACCORDING = re.compile(r",? according to [^?]+?(?=\?|$)")
_SOURCE_WORDS = re.compile(rf",? (?:in|from|by) (?:the )?(?:\w+ {_PRESS})(?=\W|$)", re.IGNORECASE)


def apply_filter(question: str, context: Context, sources: Sequence[str], languages: Sequence[str]) -> str:
    """The last question with the filter that `question` is, or without the one that it lifts; else nothing."""
    asked = " ".join(question.split()).strip(" ?.!").removesuffix(" please").rstrip(",")
    if _LIFT_SOURCES.fullmatch(asked):
        return _lift_sources(context)
    if _LIFT_DATES.fullmatch(asked):
        return _lift_dates(context.question)
    if _LIFT_LANGUAGES.fullmatch(asked):
        return _without_press(context.question)
    if outlet := _read_source(asked, sources):
        return _say_according_to(context.question, outlet)
    if language := _read_language(asked, languages):
        return _say_according_to(context.question, f"{language} articles")
    when = read_time(re.sub(rf"^{_LEAD}", "", f"{asked} ", flags=re.IGNORECASE).strip())
    return put_time(context.question, when) if when else ""


def _lift_sources(context: Context) -> str:
    plain = _without_press(context.question)
    if plain != context.question:
        return plain
    when = find_time(context.question)
    return _lift_dates(context.question) if when and _LIMITS.match(when[0]) else ""


def _lift_dates(question: str) -> str:
    match = find_time(question)
    return f"{question[: match.start()].rstrip(' ,')}{question[match.end() :]}" if match else question


def _without_press(question: str) -> str:
    return _SOURCE_WORDS.sub("", _ACCORDING.sub("", question))


def _say_according_to(question: str, whom: str) -> str:
    bare = _without_press(question).rstrip(" ?")
    return f"{bare}, according to {whom}?"


def _read_source(asked: str, sources: Sequence[str]) -> str:
    """The outlet that the follow-up names and nothing else; one that no article is from where "only" says so."""
    for source in sorted(sources, key=len, reverse=True):
        bare = source.removeprefix("The ").strip()
        named = rf"{_LEAD}{_FROM}{re.escape(bare)}(?:[’']s)?{_REST}"
        if len(bare) > 1 and re.fullmatch(named, asked, re.IGNORECASE):
            return source
    unknown = re.fullmatch(
        rf"(?i:(?:and |but )?(?:only|just|according to)) (?:from |by |the )?([A-Z][\w.’' -]{{1,40}}?){_REST}", asked
    )
    return (
        unknown[1]
        if unknown and not read_time(unknown[1]) and not re.match("(?:in|on|since|after|before) ", unknown[1], re.I)
        else ""
    )


def _read_language(asked: str, languages: Sequence[str]) -> str:
    for language in (name_language(code) for code in languages):
        name = re.escape(language)
        named = rf"{_LEAD}(?:in {name}|(?:from |in )?(?:the )?{name}(?:-language)? (?:{_PRESS}|only)|only {name})"
        if re.fullmatch(named, asked, re.IGNORECASE):
            return language
    return ""


def carry_filters(
    question: str, context: Context, sources: Sequence[str], languages: Sequence[str], *, with_dates: bool
) -> str:
    """The question with the outlets, languages and, `with_dates`, the time that limit the one before it."""
    when = find_time(context.question)
    if with_dates and when and _LIMITS.match(when[0]) and not find_time(question):
        question = put_time(question, when[0])
    before = read_question_filters(context.question, sources, languages)
    now = read_question_filters(question, sources, languages)
    whom = _name_press(before, now)
    return f"{question.rstrip(' ?')}, according to {whom}?" if whom else question


def _name_press(before: Filters, now: Filters) -> str:
    outlets = list(before.sources) if not now.sources else []
    spoken = [f"{name_language(code)} articles" for code in before.languages] if not now.languages else []
    return " and ".join([*outlets, *spoken])
