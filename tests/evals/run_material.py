"""Small finished runs, written by the run folder's own writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.measures.registry import find_formula
from evals.rows import AnswerRow, KeptAnswer, ScoreRow, Summary, Timing, Timings
from evals.runs.keep_rows import keep_answer
from evals.runs.run_folder import RunFolder, open_run, read_run
from evals.runs.run_format import FORMAT
from evals.statistics import Interval, estimate
from index import Hit, Passage
from index.identify import make_article
from rag import Answer, Citation, Quote, Sentence

TEXT = "The market opened. Anna left on Monday. Bob stayed."


def make_kept(question: str, text: str = TEXT, **fields: Any) -> KeptAnswer:
    """An answer of two sentences, the second uncited; its quote is `text`'s second sentence, or as `quotes` say."""
    start = text.find(". ") + 2
    end = text.find(". ", start) + 1
    article = make_article(text, id="a", title=fields.pop("title", "News"), url=fields.pop("url", None))
    hit = Hit(Passage("a:0", "a", 0, 0, len(text), text), article, 1, 0.9)
    sentences = (Sentence(text[start:end], (1,)), Sentence("Bob came too.", ()))
    values = {"sentences": sentences, "confidence": 0.8, **fields}
    cited: tuple[Citation, ...] = (Citation(1, hit, values.pop("quotes", (Quote(start, end),))),)
    if values.get("refused"):
        values["sentences"], cited = (), ()
    return keep_answer(Answer(question, question, "double", citations=cited, hits=(hit,), **values))


def asked(id: str, question: str = "Who left?", **fields: Any) -> AnswerRow:
    """A row that was answered, unless `fields` say otherwise."""
    values = {
        "answers": ("Anna",),
        "relevant": ("a",),
        "ranking": ("a", "b"),
        "answer": make_kept(question),
        **fields,
    }
    return AnswerRow(id, question, **values)


def write_run(
    folder: Path,
    scores: Sequence[Mapping[str, float | None]],
    rows: Sequence[AnswerRow] | None = None,
    milliseconds: float = 20.0,
) -> RunFolder:
    """A run with these scores, question by question; `rows` default to answered ones named q0, q1 …"""
    rows = rows or [asked(f"q{n}") for n in range(len(scores))]
    scored = [
        ScoreRow(row.id, row.variant, dict(s), {name: "no label" for name, value in s.items() if value is None})
        for row, s in zip(rows, scores, strict=True)
    ]
    names = dict.fromkeys(name for s in scores for name in s)
    measures = {name: estimate(scored, find_formula(name)) for name in names}
    timings = [Timing(row.id, row.variant, {"total": milliseconds / 1000}) for row in rows]
    with open_run(folder) as writer:
        writer.begin({"format": FORMAT, "settings": {"model": "offline", "rerank_depth": 8}})
        for row, timing in zip(rows, timings, strict=True):
            writer.append(row, timing)
        writer.finish([], scored, make_summary(rows, measures), make_timings(timings))
    return read_run(folder)


def make_summary(rows: Sequence[AnswerRow], measures: Mapping[str, Interval]) -> Summary:
    """The summary of these rows."""
    return Summary("double", len(rows), len(rows), sum(bool(row.error) for row in rows), measures)


def make_timings(questions: Sequence[Timing]) -> Timings:
    """Timings of a run that was made at once."""
    total = sum(timing.seconds["total"] for timing in questions)
    return Timings(
        finished=datetime(2026, 1, 2, tzinfo=UTC),
        cpus=2,
        asked_now=len(questions),
        asking_seconds=total,
        scoring_seconds=0.5,
        overhead=0.01,
        seconds={"total": total},
        prompt_tokens=0,
        completion_tokens=0,
        cost_usd=0.0,
        spent_usd=0.0,
        replies_asked=0,
        replies_kept=0,
        questions=tuple(questions),
    )
