"""The format of a run folder: each record as JSON has it, with every name on disk spelled out here.

Format 3 has the words that answer, and says of each quote in which `field` of the article it stands. Format 2 says of
each sentence whether it is a `gap`, and of each answer which filters its question `named`. Format 1, of version 0.1.0,
has none of these. All are read, and a run is never written anew.
"""

from __future__ import annotations

from typing import Any, get_args

from evals.records import DayRange, Fact
from evals.rows import AnswerRow, RankedPassage, ScoreRow, Summary, Timing, Timings, Variant
from evals.runs.answer_format import Json, answer_to_json, read_answer
from evals.runs.json_fields import JsonFields
from evals.statistics import Interval

FORMAT = 3
READ_FORMATS = (1, 2, 3)
_VARIANTS: tuple[Variant, ...] = get_args(Variant)


def answer_row_to_json(row: AnswerRow) -> Json:
    """A line of `answers.jsonl`."""
    return {
        "id": row.id,
        "question": row.question,
        "variant": row.variant,
        "answers": list(row.answers),
        "relevant": list(row.relevant),
        "grades": dict(row.grades),
        "unanswerable": row.unanswerable,
        "choices": list(row.choices),
        "nuggets": list(row.nuggets),
        "evidence": [[fact.article, fact.text] for fact in row.evidence],
        "as_of": row.as_of.isoformat() if row.as_of else None,
        **({"written_out": row.written_out} if row.written_out else {}),
        "earlier": list(row.earlier),
        "disputed": row.disputed,
        **({"range": _range_to_json(row.range)} if row.range else {}),
        "ranking": list(row.ranking),
        "passages": [[passage.article, passage.start, passage.end] for passage in row.passages],
        "answer": answer_to_json(row.answer) if row.answer else None,
        "error": row.error,
    }


def _range_to_json(days: DayRange) -> Json:
    return {name: day.isoformat() if day else None for name, day in days._asdict().items()}


def _read_range(row: JsonFields) -> DayRange | None:
    days = row.optional_object("range")
    return DayRange(days.optional_day("after"), days.optional_day("before")) if days else None


def answer_row_from_json(values: object) -> AnswerRow:
    """The row of a line; raise KeyError, TypeError or ValueError that names what is wrong with it."""
    row = JsonFields(values)
    answer = row.optional_object("answer")
    return AnswerRow(
        id=row.text("id"),
        question=row.text("question"),
        variant=row.one_of("variant", _VARIANTS, "asked"),
        answers=row.texts("answers"),
        relevant=row.texts("relevant"),
        grades=row.wholes("grades"),
        unanswerable=row.flag("unanswerable", default=False),
        choices=row.texts("choices"),
        nuggets=row.texts("nuggets"),
        evidence=row.list("evidence", _fact_from_json),
        as_of=row.optional_day("as_of"),
        written_out=row.text("written_out", ""),
        earlier=row.texts("earlier"),
        disputed=row.flag("disputed") if row.has("disputed") else None,
        range=_read_range(row),
        ranking=row.texts("ranking"),
        passages=row.list("passages", _ranked_passage_from_json),
        answer=read_answer(answer) if answer else None,
        error=row.text("error", ""),
    )


def _fact_from_json(values: Any) -> Fact:
    article, text = values
    if not isinstance(article, str) or not isinstance(text, str):
        raise TypeError("`evidence` holds what is not a text")
    return Fact(article, text)


def _ranked_passage_from_json(values: Any) -> RankedPassage:
    article, start, end = values
    if not isinstance(article, str) or type(start) is not int or type(end) is not int:
        raise TypeError("`passages` holds what is not an id, a start and an end")
    return RankedPassage(article, start, end)


def score_row_to_json(row: ScoreRow) -> Json:
    """A line of `scores.jsonl`."""
    return {"id": row.id, "variant": row.variant, "scores": dict(row.scores), "unscored": dict(row.unscored)}


def score_row_from_json(values: object) -> ScoreRow:
    """The row of a line; raise KeyError, TypeError or ValueError that names what is wrong with it."""
    row = JsonFields(values)
    scores = JsonFields(row.mapping("scores"))
    reasons = JsonFields(row.mapping("unscored", {}))
    return ScoreRow(
        row.text("id"),
        row.one_of("variant", _VARIANTS, "asked"),
        {name: scores.optional_number(name) for name in row.mapping("scores")},
        {name: reasons.text(name) for name in row.mapping("unscored", {})},
    )


def timing_to_json(timing: Timing) -> Json:
    """How long a row took, in `timings.json`."""
    return {"id": timing.id, "variant": timing.variant, "seconds": dict(timing.seconds)}


def timing_from_json(values: object) -> Timing:
    """The timing; raise KeyError, TypeError or ValueError that names what is wrong with it."""
    return _read_timing(JsonFields(values))


def _read_timing(timing: JsonFields) -> Timing:
    return Timing(timing.text("id"), timing.one_of("variant", _VARIANTS, "asked"), timing.numbers("seconds"))


def summary_to_json(summary: Summary) -> Json:
    """What stands in `summary.json`; `judge` only where there was one."""
    found: Json = {
        "dataset": summary.dataset,
        "questions": summary.questions,
        "rows": summary.rows,
        "errors": summary.errors,
        "measures": {name: interval_to_json(interval) for name, interval in summary.measures.items()},
    }
    return found if summary.judge is None else {**found, "judge": summary.judge}


def interval_to_json(interval: Interval) -> Json:
    """A measure over all questions."""
    return {"mean": interval.mean, "n": interval.n, "low": interval.low, "high": interval.high}


def summary_from_json(values: object) -> Summary:
    """The summary; raise KeyError, TypeError or ValueError that names what is wrong with it."""
    summary = JsonFields(values)
    measures = summary.object("measures")
    return Summary(
        dataset=summary.text("dataset"),
        questions=summary.whole("questions"),
        rows=summary.whole("rows"),
        errors=summary.whole("errors"),
        measures={name: _read_interval(measures.object(name)) for name in summary.mapping("measures")},
        judge=summary.optional_text("judge"),
    )


def _read_interval(interval: JsonFields) -> Interval:
    return Interval(
        interval.optional_number("mean"),
        interval.whole("n"),
        interval.optional_number("low"),
        interval.optional_number("high"),
    )


def timings_to_json(timings: Timings) -> Json:
    """What stands in `timings.json`."""
    return {
        "finished": timings.finished.isoformat(),
        "cpus": timings.cpus,
        "asked_now": timings.asked_now,
        "asking_seconds": timings.asking_seconds,
        "scoring_seconds": timings.scoring_seconds,
        "overhead": timings.overhead,
        "seconds": dict(timings.seconds),
        "tokens": {"prompt_tokens": timings.prompt_tokens, "completion_tokens": timings.completion_tokens},
        "cost_usd": timings.cost_usd,
        "spent_usd": timings.spent_usd,
        "replies": {"asked": timings.replies_asked, "kept": timings.replies_kept},
        "questions": [timing_to_json(timing) for timing in timings.questions],
    }


def timings_from_json(values: object) -> Timings:
    """The timings; raise KeyError, TypeError or ValueError that names what is wrong with them."""
    timings = JsonFields(values)
    tokens, replies = timings.object("tokens"), timings.object("replies")
    return Timings(
        finished=timings.time("finished"),
        cpus=timings.optional_whole("cpus"),
        asked_now=timings.whole("asked_now"),
        asking_seconds=timings.number("asking_seconds"),
        scoring_seconds=timings.number("scoring_seconds"),
        overhead=timings.optional_number("overhead"),
        seconds=timings.numbers("seconds"),
        prompt_tokens=tokens.whole("prompt_tokens"),
        completion_tokens=tokens.whole("completion_tokens"),
        cost_usd=timings.number("cost_usd"),
        spent_usd=timings.number("spent_usd"),
        replies_asked=replies.whole("asked"),
        replies_kept=replies.whole("kept"),
        questions=timings.objects("questions", _read_timing),
    )
