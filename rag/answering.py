"""A question in, an Answer out, growing on the way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from index import NO_FILTERS, Filters, Library, Scope, check_question, load_settings
from rag.answerer import Answerer, Draft
from rag.assemble import choose_answerer, make_follow_up_writer, make_translator, make_verifier
from rag.disagreements.in_hits import add_disagreements
from rag.english.gate import QuestionRange
from rag.event_log import EventLog
from rag.extract.answer_words import mark_answer
from rag.llm.follow_up import FollowUpWriter, WrittenOut
from rag.other_language import find_other_language
from rag.overview.brief import list_brief_hits
from rag.provider.spent import NOTHING_SPENT, Spent
from rag.question.nothing_left import (
    explain_empty,
    explain_nothing_found,
    explain_nothing_left,
    explain_phrases,
    show_left_out,
)
from rag.question.question_time import explain_age, explain_time, find_old_pile
from rag.question.record import ParsedQuestion
from rag.question.reported_later import REPORTED_LATER, list_naming, may_be_reported_later
from rag.question.search import search_parts
from rag.question.understand import understand
from rag.records import Answer, Turn
from rag.settings import OFFLINE, Settings, show_settings
from rag.verify.checker import Checker

_NAMED = 5  # of what is damaged
_DEEPER = 3  # times as many passages are looked at for those that name a time


def ask(
    library: Library,
    question: str,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
    filters: Filters | None = None,
    as_of: date | None = None,
    answerer: Answerer | None = None,
    without: Iterable[str] = (),
    today: date | None = None,
    exact: bool = False,
) -> Answer:
    """Answer a question from the library: what `stream` gives last."""
    *_, answer = stream(
        library, question, history, settings, filters, as_of, answerer, without, today=today, exact=exact
    )
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
    today: date | None = None,
    writer: FollowUpWriter | None = None,
    exact: bool = False,
) -> Iterator[Answer]:
    """Give the Answer as it grows, from the first passage to the last sentence; the last one has stage `done`.

    `history` is the conversation so far, for questions that lean on it. With `as_of`, only articles published up to
    that day are looked at, and words like "last week" are counted from it, else from `today`, by default the day that
    it is. Dates, sources and languages that the question itself names count too, each unless `filters` sets that kind
    or `without` lifts it ("dates", "sources", "languages"). Settings not given are the library's; an answerer not given
    is the one that they name, and so is the `writer` of follow-ups. With `depth`, the Answer has the `ranking` that it
    was made from, of at most so many passages. Passages with the phrases in double quotes come first; with `exact` no
    others count. Raises UsageError for a question that can't be asked, DatelineError
    where a model fails.
    """
    settings = settings or load_settings(Settings, library.folder)
    lifted = list(without)
    written_out = _write_out(library, check_question(question), history, settings, writer)
    chosen, written = filters or NO_FILTERS, written_out.question
    read = partial(understand, library, question, history, chosen, as_of, today=today, written_out=written, exact=exact)
    respond = partial(_respond, library, history=history, settings=settings, answerer=answerer, depth=depth)
    parsed = read(without=lifted)
    for answer in respond(parsed, spent=written_out.spent):
        if answer.stage != "done" or not answer.refused:
            yield answer
    if not answer.refused:
        return
    if not may_be_reported_later(parsed):
        yield answer
        return
    *_, later = respond(read(without=[*lifted, "dates"]), named=parsed.time)
    if later.refused:
        yield _charge(answer, _list_spent(later))
    else:
        yield _charge(replace(later, warnings=(REPORTED_LATER, *later.warnings)), _list_spent(answer))


def _respond(
    library: Library,
    parsed: ParsedQuestion,
    *,
    history: Sequence[Turn],
    settings: Settings,
    answerer: Answerer | None,
    depth: int,
    spent: Spent = NOTHING_SPENT,
    named: QuestionRange | None = None,
) -> Iterator[Answer]:
    """The Answer to a question that is understood; from passages that name the time `named`, where that is given."""
    answer = Answer(
        question=parsed.asked,
        standalone_question=parsed.standalone,
        model=settings.model,
        filters=parsed.filters,
        named=parsed.named,
        as_of=parsed.as_of,
        counted_from=parsed.counted_from,
        corrections=parsed.corrections,
        newest_day=find_old_pile(library, parsed),
        warnings=tuple(explain_time(library, parsed)),
        settings=show_settings(settings),
        stage="searching",
    )
    yield answer
    log = EventLog(settings)
    if reason := explain_nothing_left(library, parsed):
        log.write("searched", question=parsed.asked, model=settings.model, passages=[], seconds=0.0)
        yield _finish(library, replace(answer, refused=True, reason=reason))
        return
    given = answerer is not None  # by somebody who means that answerer, and no other model
    answerer = choose_answerer(library, parsed, settings, answerer)
    answer = _search(library, parsed, answer, settings, depth, log, named)
    if parsed.wanted == "brief" and answerer.name != OFFLINE:
        answer = replace(answer, hits=tuple(list_brief_hits(library, parsed.topic, parsed.filters)) or answer.hits)
    if said := explain_phrases(parsed, answer.hits):
        answer = replace(answer, warnings=(*answer.warnings, said))
    if answer.hits:
        yield answer
        for grown in _grow(library, parsed, answer, history, answerer, settings, log):
            if grown.stage != "done":
                yield grown
        done = _charge(grown, spent)
        model = "" if given else _choose_translator(done, answerer, settings)
        yield from _translate(library, done, settings, model)
    else:
        reason = explain_nothing_found(library, parsed) or explain_refusal(
            library.scope(parsed.filters), parsed.filters, phrases=parsed.demanded
        )
        yield _finish(library, replace(answer, refused=True, reason=reason))


def _write_out(
    library: Library, question: str, history: Sequence[Turn], settings: Settings, writer: FollowUpWriter | None
) -> WrittenOut:
    """What the model makes of a follow-up; nothing offline, and where there is no conversation."""
    writer = (writer or make_follow_up_writer(library, settings)) if history else None
    return writer.write_out(question, history) if writer else WrittenOut("", NOTHING_SPENT)


def _list_spent(answer: Answer) -> Spent:
    return Spent(answer.prompt_tokens, answer.completion_tokens, answer.cost_usd)


def _charge(answer: Answer, spent: Spent) -> Answer:
    """The answer, with what something beside it took."""
    took = _list_spent(answer).plus(spent)
    return replace(answer, **took._asdict()) if spent != NOTHING_SPENT else answer


def _choose_translator(answer: Answer, answerer: Answerer, settings: Settings) -> str:
    """The model that translates: the one that answered, else that of the settings; empty where that has failed."""
    if answer.model == OFFLINE and answerer.name != OFFLINE:
        return ""
    return answer.model if answer.model != OFFLINE else settings.model


def _translate(library: Library, answer: Answer, settings: Settings, model: str) -> Iterator[Answer]:
    """The answer as it is done, with translations by `model` beside the quotes in another language than the question.

    They are made for an answer that stands already, and change nothing else of it.
    """
    question = answer.standalone_question
    foreign = any(find_other_language(citation.hit.article, question) for citation in answer.citations)
    if model in ("", OFFLINE) or answer.refused or not foreign:
        yield answer
        return
    yield replace(answer, stage="translating")
    clock = time.perf_counter()
    citations, spent = make_translator(library, settings, model).translate(answer.citations, question)
    seconds = {**answer.seconds, "translate": time.perf_counter() - clock}
    yield _charge(replace(answer, citations=citations, seconds=seconds), spent)


def _finish(library: Library, answer: Answer) -> Answer:
    """The answer as it is at the end, with what was left out of it."""
    damaged = library.damaged()
    if not damaged:
        return replace(answer, stage="done")
    more = f" and {len(damaged) - _NAMED} more" if len(damaged) > _NAMED else ""
    said = f"Damaged in the library, and left out: {', '.join(damaged[:_NAMED])}{more}."
    return replace(answer, stage="done", warnings=(*answer.warnings, said))


def _search(
    library: Library,
    question: ParsedQuestion,
    answer: Answer,
    settings: Settings,
    depth: int,
    log: EventLog,
    named: QuestionRange | None,
) -> Answer:
    """The answer with the passages to make it from; with `named`, those that name this time."""
    passages = max(1, settings.passages)
    clock = time.perf_counter()
    found = search_parts(library, question, max(passages, depth) * (_DEEPER if named else 1))
    found = list_naming(found, named) if named else found
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
    notes = answer.warnings
    clock = time.perf_counter()
    checker = Checker(
        lambda: make_verifier(library, settings),
        remove=settings.remove_unsupported,
        at_end=settings.verifier != OFFLINE,
    )
    draft = Draft(answer.hits)
    for draft in answerer.answer(question, answer.hits, history):
        checked = checker.check(draft, finished=False)
        answer = _take(answer, checked, scope, searched, time.perf_counter() - clock, notes)
        yield answer
    answered = time.perf_counter() - clock
    yield replace(answer, stage="checking")
    answer = _take(answer, checker.check(draft, finished=True), scope, searched, answered, notes)
    if answer.sentences and answer.model != OFFLINE:
        library.warm(reader=True)
        answer = add_disagreements(answer, question, library.reader)
        answer = mark_answer(answer, question, library.reader)
    if not answer.refused:
        said = show_left_out(scope).strip(" ()"), explain_age(question, answer.citations)
        answer = replace(answer, warnings=(*answer.warnings, *filter(None, said)))
    seconds = {**answer.seconds, "check": time.perf_counter() - clock - answered}
    log.write("checked", sentences=[{"verdict": s.verdict, "support": s.support} for s in answer.sentences])
    log.write("done", model=answer.model, refused=answer.refused, unresolved=list(answer.unresolved), seconds=seconds)
    yield _finish(library, replace(answer, seconds=seconds))


def _take(
    answer: Answer, draft: Draft, scope: Scope, searched: float, answered: float, notes: tuple[str, ...]
) -> Answer:
    """The answer with what a draft holds; `notes` are the warnings that don't depend on it."""
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
        warnings=(*notes, *draft.warnings),
        disagreements=draft.disagreements,
        seconds={"search": searched, "answer": answered},
    )


def explain_refusal(scope: Scope, filters: Filters, draft: Draft | None = None, *, phrases: Sequence[str] = ()) -> str:
    """Why there is no answer, what comes nearest, and what would help, in at most three lines.

    `phrases` are the quoted words that no passage has.
    """
    if reason := explain_empty(scope):
        return reason
    left_out = show_left_out(scope).strip()
    within = f"{scope.searched} of {scope.articles}" if filters else str(scope.articles)
    noun = "article" if scope.searched == 1 and not filters else "articles"
    if phrases:
        quoted = " and ".join(f"“{phrase}”" for phrase in phrases)
        none = f"No passage of the {within} {noun} searched has the words {quoted}."
        return _write_lines(none, left_out, "Leave `exact` out to search by meaning too.")
    if draft is None:  # models that can't read the question's script found nothing either
        none = f"No passage of the {within} {noun} searched has a word of the question."
        return _write_lines(none, left_out, "Ask in the language of the articles, or in other words.")
    missing = f"Missing: {draft.missing.rstrip('.')}." if draft.missing else ""
    dates = f" ({_show_dates(scope.first, scope.last)})" if scope.first and scope.last else ""
    widen = ", widen the dates, sources or languages" if filters else ""
    return _write_lines(
        f"The articles don't say: nothing in the {within} {noun} searched{dates} answers this.",
        " ".join(filter(None, (missing, draft.nearest, left_out))),
        f"Ask in other words{widen}, or add articles that tell of it.",
    )


def _write_lines(*lines: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _show_dates(first: datetime, last: datetime) -> str:
    days = [f"{moment.day} {moment:%b %Y}" for moment in (first, last)]
    return " to ".join(dict.fromkeys(days))
