"""A question in, an Answer out, growing on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from index import Filters, Library, Scope, check_question, load_settings, quoted_phrases
from rag.answerer import Answerer, Draft
from rag.assemble import make_answerer, make_verifier
from rag.english.question_parts import find_gaps, search_parts
from rag.english.standalone import make_standalone
from rag.event_log import EventLog
from rag.records import Answer, Turn
from rag.settings import OFFLINE, Settings, show_settings
from rag.verify.checker import Checker


def ask(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
    filters: Filters | None = None,
    as_of: date | None = None,
    answerer: Answerer | None = None,
) -> Answer:
    """Answer a question from the library: what `stream` gives last."""
    *_, answer = stream(library, question, history, settings, filters, as_of, answerer)
    return answer


def stream(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
    filters: Filters | None = None,
    as_of: date | None = None,
    answerer: Answerer | None = None,
) -> Iterator[Answer]:
    """Give the Answer as it grows, from the first passage to the last sentence; the last one has stage `done`.

    `history` is the conversation so far, for questions that lean on it. With `as_of`, only articles published up to
    that day are looked at. Settings not given are the library's; an answerer not given is the one that they
    name. Raises UsageError for a question that can't be asked, DatelineError where a model fails.
    """
    settings = settings or load_settings(Settings, library.folder)
    question = check_question(question)
    filters = _until(filters or Filters(), as_of)
    answer = Answer(
        question=question,
        standalone_question=make_standalone(question, history),
        model=settings.model,
        filters=filters,
        as_of=as_of,
        settings=show_settings(settings),
        stage="searching",
    )
    yield answer
    answerer = answerer or make_answerer(library, settings)
    clock = time.perf_counter()
    hits = search_parts(library, answer.standalone_question, max(1, settings.passages), filters)
    searched = time.perf_counter() - clock
    scope = library.scope(filters)
    answer = replace(answer, hits=tuple(hits), stage="answering", seconds={"search": searched})
    log = EventLog(settings)
    log.write(
        "searched",
        question=question,
        model=settings.model,
        passages=[{"id": h.passage.id, "article": h.article.id, "score": h.score} for h in hits],
        seconds=searched,
    )
    if not hits:
        reason = explain_refusal(scope, filters, phrases=quoted_phrases(answer.standalone_question))
        yield replace(answer, refused=True, reason=reason, stage="done")
        return
    yield answer
    clock = time.perf_counter()
    checker = Checker(
        lambda: make_verifier(library, settings),
        remove=settings.remove_unsupported,
        at_end=settings.verifier != OFFLINE,
    )
    draft = Draft(tuple(hits))
    for draft in answerer.answer(answer.standalone_question, hits, history, as_of):
        checked = checker.check(draft, finished=False)
        answer = _take(answer, checked, scope, searched, time.perf_counter() - clock)
        yield answer
    answered = time.perf_counter() - clock
    yield replace(answer, stage="checking")
    answer = _take(answer, checker.check(draft, finished=True), scope, searched, answered)
    seconds = {**answer.seconds, "check": time.perf_counter() - clock - answered}
    log.write("checked", sentences=[{"verdict": s.verdict, "support": s.support} for s in answer.sentences])
    log.write("done", model=answer.model, refused=answer.refused, unresolved=list(answer.unresolved), seconds=seconds)
    yield replace(answer, seconds=seconds, stage="done")


def _take(answer: Answer, draft: Draft, scope: Scope, searched: float, answered: float) -> Answer:
    """The answer with what a draft holds."""
    return replace(
        answer,
        hits=draft.hits,
        sentences=draft.sentences,
        citations=draft.citations,
        unresolved=draft.unresolved,
        refused=draft.refused,
        reason=explain_refusal(scope, answer.filters, draft) if draft.refused else "",
        confidence=draft.confidence,
        signals=draft.signals,
        gaps=find_gaps(draft.sentences),
        model=draft.model,
        prompt_tokens=draft.prompt_tokens,
        completion_tokens=draft.completion_tokens,
        cost_usd=draft.cost_usd,
        warnings=draft.warnings,
        seconds={"search": searched, "answer": answered},
    )


def _until(filters: Filters, as_of: date | None) -> Filters:
    if as_of is None or (filters.before is not None and filters.before < as_of):
        return filters
    return replace(filters, before=as_of)


def explain_refusal(scope: Scope, filters: Filters, draft: Draft | None = None, *, phrases: Sequence[str] = ()) -> str:
    """Why there is no answer, and what would help; `phrases` are the quoted words that no passage has."""
    if scope.articles == 0:
        return "The library is empty. Add articles, then ask again."
    left_out = _show_left_out(scope.undated_left_out, "without a date")
    left_out += _show_left_out(scope.unnamed_left_out, "that don't say their language")
    if scope.searched == 0:
        none = "The one article is not" if scope.articles == 1 else f"None of the {scope.articles} articles is"
        return f"{none} within the dates, sources and languages asked for.{left_out}"
    within = f"{scope.searched} of {scope.articles}" if filters else str(scope.articles)
    noun = "article" if scope.searched == 1 and not filters else "articles"
    if phrases:
        quoted = " and ".join(f"“{phrase}”" for phrase in phrases)
        return (
            f"No passage of the {within} {noun} searched has the words {quoted}.{left_out} "
            "Leave the quotation marks out to search by meaning."
        )
    missing = f" Missing: {draft.missing.rstrip('.')}." if draft and draft.missing else ""
    dates = f" ({_show_dates(scope.first, scope.last)})" if scope.first and scope.last else ""
    widen = ", widen the dates, sources or languages" if filters else ""
    return (
        f"The articles don't say: nothing in the {within} {noun} searched{dates} answers this.{missing}{left_out} "
        f"The nearest passages are listed. Ask in other words{widen}, or add articles that tell of it."
    )


def _show_left_out(articles: int, which: str) -> str:
    if not articles:
        return ""
    return (
        f" ({articles} article{' ' if articles == 1 else 's '}{which} {'was' if articles == 1 else 'were'} left out.)"
    )


def _show_dates(first: datetime, last: datetime) -> str:
    days = [f"{moment.day} {moment:%B %Y}" for moment in (first, last)]
    return " to ".join(dict.fromkeys(days))
