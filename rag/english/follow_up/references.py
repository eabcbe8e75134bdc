"""What refers back to a statement or an event: "when did he say that?", "who did that?"."""

from __future__ import annotations

import re

from rag.english.follow_up.context import Context
from rag.english.follow_up.phrases import find_event, find_group, find_plan, find_statement
from rag.english.follow_up.pronouns import replace_pronouns

_SAY = r"(?:say|said|saying|claim|claimed|announce|announced|mention|argue|argued|write|warn|state|stated|says|claims)"
_END = r"(?=\W*$| (?:in|on|at|when|before|after|and|during|to|for|with)\b)"
_SAID_IT = re.compile(rf"\b({_SAY}) (?:that|this|it|so){_END}", re.IGNORECASE)
_DID_IT = re.compile(rf"\b(do|did|done|does|doing) (?:that|this|so|it){_END}", re.IGNORECASE)
_AFTER_IT = re.compile(rf"\b(after|before|since|until|following) (?:that|this|it|then){_END}", re.IGNORECASE)
_WHEN_WAS_IT = re.compile(
    r"^(when|where|why|how) (?:is|was|did|does|has|were) (?:that|this|it)"
    r"(?: (?:happen|happened|take place|occur))?\W*$",
    re.IGNORECASE,
)
_IS_IT_SO = re.compile(
    r"^(is|was) (?:that|this|it) (?:really |actually )?(true|right|correct|so|the case|confirmed|certain)\W*$",
    re.IGNORECASE,
)
_IS_IT = re.compile(
    r"^(is|was) (?:that|this) ((?!it\b|all\b|him\b|her\b|so\b|why\b|when\b|where\b|how\b)[a-z-]+)\W*$",
    re.IGNORECASE,
)
_REACT = re.compile(
    rf"\b(react\w*|respon\w+|repl\w+|object\w*|agree\w*) (?:to|with) (?:that|this|it){_END}", re.IGNORECASE
)
_WHAT_DOES_IT = re.compile(
    r"^(?:what|how|why) (?:does|did|will|would|could) (?:that|this) (mean|happen|come about|matter)\b(.*)$",
    re.IGNORECASE,
)
_OPENS_WITH_SPEAKER = re.compile(
    r"(?:[A-Z][\w.’'-]* )+(?:complained|accused|called|criticized|criticised|denied|condemned|praised|promised|demanded"
    r"|rejected|described|blamed|urged|warned|thanked|apologi[sz]ed|threatened|vowed|defended|asked|told|said)\b"
)


def replace_references(question: str, context: Context) -> str:
    """The question with what refers back written out; the same where nothing does, or nobody can tell to what."""
    for rule in (_refer_to_statement, _refer_to_event):
        if (written := rule(question, context)) != question:
            return written
    return replace_pronouns(question, context)


def _refer_to_statement(question: str, context: Context) -> str:
    """As "When did he say that?" asks of what the last answer states."""
    statement = find_statement(context)
    if not statement:
        return question
    if match := _IS_IT_SO.match(question):
        return f"{match[1].capitalize()} it true that {statement}?"
    if match := _SAID_IT.search(question):
        start, end = question[: match.start()], question[match.end() :]
        lead = replace_pronouns(start, context)
        if lead == start:
            lead = re.sub(r"\b(?:they|it)\b", find_group(context) or "they", start, count=1)
        word = question.split()[0].capitalize()
        if _OPENS_WITH_SPEAKER.match(statement) and re.fullmatch("When|Where|Why|How", word):
            return f"{word} was it that {statement}{_keep_end(end)}"
        return f"{lead}{match[1]} that {statement}{_keep_end(end)}"
    return question


def _refer_to_event(question: str, context: Context) -> str:
    event = find_event(context)
    if not event:
        return question
    form = context.form
    if match := _WHEN_WAS_IT.match(question):
        asked = form.ask(match[1].capitalize()) if form else ""
        return f"{asked or f'{match[1].capitalize()} was it that {event}'}?"
    if match := _IS_IT.match(question):
        return f"{match[1].capitalize()} it {match[2]} that {event}?"
    if match := _WHAT_DOES_IT.match(question):
        lead = " ".join(question.split()[:2])
        return f"{lead} it {match[1]} that {event}{_keep_end(match[2])}"
    if match := _REACT.search(question):
        lead = replace_pronouns(question[: match.start()] + match[1], context)
        return f"{lead} when {event}{_keep_end(question[match.end() :])}"
    if match := _AFTER_IT.search(question):
        lead = replace_pronouns(question[: match.start()], context)
        return f"{lead}{match[1]} {event}{_keep_end(question[match.end() :])}"
    if (match := _DID_IT.search(question)) and form and form.predicate:
        return _do_it(question, match, context)
    return question


def _do_it(question: str, match: re.Match[str], context: Context) -> str:
    """Write "Who did that?" as "Who revoked the deal?", "Why did they do that?" as "Why did they revoke the deal?"."""
    form = context.form
    assert form is not None
    lead = replace_pronouns(question[: match.start()], context)
    end = _keep_end(question[match.end() :])
    if not form.is_whole and form.aux and (plan := find_plan(context)):
        return f"{lead}{plan}{end}"
    if form.aux.lower() not in ("did", "do", "does"):
        said = form.predicate if not form.aux else find_event(context)
        return f"{lead}{match[1]} that when {said}{end}" if form.aux else f"{lead}{said}{end}"
    done = form.verb_phrase() if match[1].lower() in ("did", "does") else form.predicate
    return f"{lead}{done}{end}"


def _keep_end(end: str) -> str:
    end = end.rstrip()
    return end if end.endswith("?") else f"{end}?"
