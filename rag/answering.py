"""A question in, an Answer out, growing on the way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from index import NO_FILTERS, Filters, Library, Scope, load_settings, quoted_phrases
from rag.answerer import Answerer, Draft
from rag.assemble import make_answerer, make_verifier
from rag.event_log import EventLog
from rag.question.nothing_left import explain_nothing_found, explain_nothing_left, show_left_out
from rag.question.record import ParsedQuestion
from rag.question.search import search_parts
from rag.question.understand import understand
from rag.records import Answer, Turn
from rag.settings import OFFLINE, Settings, show_settings
from rag.verify.checker import Checker

_NAMED = 5  # of what is damaged


def ask(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
    filters: Filters | None = None,
    as_of: date | None = None,
    answerer: Answerer | None = None,
    without: Iterable[str] = (),
) -> Answer:
    """Answer a question from the library: what `stream` gives last."""
    *_, answer = stream(library, question, history, settings, filters, as_of, answerer, without)
    return answer


def stream(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
    filters: Filters | None = None,
    as_of: date | None = None,
    answerer: Answerer | None = None,
    without: Iterable[str] = (),
    depth: int = 0,
) -> Iterator[Answer]:
    """Give the Answer as it grows, from the first passage to the last sentence; the last one has stage `done`.

    `history` is the conversation so far, for questions that lean on it. With `as_of`, only articles published up to
    that day are looked at. Dates, sources and languages that the question itself names count too, each unless `filters`
    sets that kind or `without` lifts it ("dates", "sources", "languages"). Settings not given are the library's; an
    answerer not given is the one that they name. With `depth`, the Answer has the `ranking` that it was made from, of
    at most so many passages. Raises UsageError for a question that can't be asked, DatelineError where a model fails.
    """
    settings = settings or load_settings(Settings, library.folder)
    parsed = understand(library, question, history, filters or NO_FILTERS, as_of, without)
    answer = Answer(
        question=parsed.asked,
        standalone_question=parsed.standalone,
        model=settings.model,
        filters=parsed.filters,
        named=parsed.named,
        as_of=as_of,
        settings=show_settings(settings),
        stage="searching",
    )
    yield answer
    log = EventLog(settings)
    if reason := explain_nothing_left(library, parsed):
        log.write("searched", question=parsed.asked, model=settings.model, passages=[], seconds=0.0)
        yield _finish(library, replace(answer, refused=True, reason=reason))
        return
    answerer = answerer or make_answerer(library, settings)
    answer = _search(library, parsed, answer, settings, depth, log)
    if answer.hits:
        yield answer
        yield from _grow(library, parsed, answer, history, answerer, settings, log)
    else:
        phrases = quoted_phrases(parsed.standalone)
        reason = explain_nothing_found(library, parsed) or explain_refusal(
            library.scope(parsed.filters), parsed.filters, phrases=phrases
        )
        yield _finish(library, replace(answer, refused=True, reason=reason))


def _finish(library: Library, answer: Answer) -> Answer:
    """The answer as it is at the end, with what was left out of it."""
    damaged = library.damaged()
    if not damaged:
        return replace(answer, stage="done")
    more = f" and {len(damaged) - _NAMED} more" if len(damaged) > _NAMED else ""
    said = f"Damaged in the library, and left out: {', '.join(damaged[:_NAMED])}{more}."
    return replace(answer, stage="done", warnings=(*answer.warnings, said))


def _search(
    library: Library, question: ParsedQuestion, answer: Answer, settings: Settings, depth: int, log: EventLog
) -> Answer:
    """The answer with the passages to make it from."""
    passages = max(1, settings.passages)
    clock = time.perf_counter()
    found = search_parts(library, question, max(passages, depth))
    searched = time.perf_counter() - clock
    hits, ranking = tuple(found[:passages]), tuple(found[:depth])
    log.write(
        "searched",
        question=question.asked,
        model=settings.model,
        passages=[{"id": h.passage.id, "article": h.article.id, "score": h.score} for h in hits],
        seconds=searched,
    )
    return replace(answer, hits=hits, ranking=ranking, stage="answering", seconds={"search": searched})


def _grow(
    library: Library,
    question: ParsedQuestion,
    answer: Answer,
    history: Sequence[Turn],
    answerer: Answerer,
    settings: Settings,
    log: EventLog,
) -> Iterator[Answer]:
    """The answer as the answerer writes it and the checker checks it."""
    searched = answer.seconds["search"]
    scope = library.scope(question.filters)
    clock = time.perf_counter()
    checker = Checker(
        lambda: make_verifier(library, settings),
        remove=settings.remove_unsupported,
        at_end=settings.verifier != OFFLINE,
    )
    draft = Draft(answer.hits)
    for draft in answerer.answer(question, answer.hits, history):
        checked = checker.check(draft, finished=False)
        answer = _take(answer, checked, scope, searched, time.perf_counter() - clock)
        yield answer
    answered = time.perf_counter() - clock
    yield replace(answer, stage="checking")
    answer = _take(answer, checker.check(draft, finished=True), scope, searched, answered)
    seconds = {**answer.seconds, "check": time.perf_counter() - clock - answered}
    log.write("checked", sentences=[{"verdict": s.verdict, "support": s.support} for s in answer.sentences])
    log.write("done", model=answer.model, refused=answer.refused, unresolved=list(answer.unresolved), seconds=seconds)
    yield _finish(library, replace(answer, seconds=seconds))


def _take(answer: Answer, draft: Draft, scope: Scope, searched: float, answered: float) -> Answer:
    """The answer with what a draft holds."""
    return replace(
        answer,
        hits=draft.hits,
        answer=None if draft.refused else draft.answer,
        sentences=draft.sentences,
        citations=draft.citations,
        unresolved=draft.unresolved,
        refused=draft.refused,
        reason=explain_refusal(scope, answer.filters, draft) if draft.refused else "",
        confidence=draft.confidence,
        signals=draft.signals,
        model=draft.model,
        prompt_tokens=draft.prompt_tokens,
        completion_tokens=draft.completion_tokens,
        cost_usd=draft.cost_usd,
        warnings=draft.warnings,
        seconds={"search": searched, "answer": answered},
    )


def explain_refusal(scope: Scope, filters: Filters, draft: Draft | None = None, *, phrases: Sequence[str] = ()) -> str:
    """Why there is no answer, and what would help; `phrases` are the quoted words that no passage has."""
    if scope.articles == 0:
        return "The library is empty. Add articles, then ask again."
    left_out = show_left_out(scope)
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
    nearest = f" {draft.nearest}" if draft and draft.nearest else ""
    dates = f" ({_show_dates(scope.first, scope.last)})" if scope.first and scope.last else ""
    widen = ", widen the dates, sources or languages" if filters else ""
    return (
        f"The articles don't say: nothing in the {within} {noun} searched{dates} answers this."
        f"{missing}{nearest}{left_out} The nearest passages are listed. Ask in other words{widen}, or add articles "
        "that tell of it."
    )


def _show_dates(first: datetime, last: datetime) -> str:
    days = [f"{moment.day} {moment:%B %Y}" for moment in (first, last)]
    return " to ".join(dict.fromkeys(days))
