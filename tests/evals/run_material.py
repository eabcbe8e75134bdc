"""Small finished runs, written by the run folder's own writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.compare.statistics import interval
from evals.runs.run_folder import FORMAT, AnswerRow, RunFolder, ScoreRow, open_run, read_run
from index import Hit, Passage
from index.identify import make_article
from rag import Answer, Citation, Quote, Sentence
from rag.records import answer_to_dict

TEXT = "The market opened. Anna left on Monday. Bob stayed."


def answer_dict(question: str, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    """An answer of two sentences, the second uncited, with one quote from the second sentence of `text`."""
    start = text.find(". ") + 2
    end = text.find(". ", start) + 1
    article = make_article(text, id="a", title=fields.pop("title", "News"), url=fields.pop("url", None))
    hit = Hit(Passage("a:0", "a", 0, 0, len(text), text), article, 1, 0.9)
    sentences = (Sentence(text[start:end], (1,)), Sentence("Bob came too.", ()))
    values = {"sentences": sentences, "confidence": 0.8, **fields}
    cited: tuple[Citation, ...] = (Citation(1, hit, (Quote(start, end),)),)
    if values.get("refused"):
        values["sentences"], cited = (), ()
    answer = Answer(question, question, "double", citations=cited, hits=(hit,), **values)
    row = answer_to_dict(answer)
    del row["seconds"]
    return row


def asked(id: str, question: str = "Who left?", **fields: Any) -> AnswerRow:
    """A row that was answered, unless `fields` say otherwise."""
    values = {
        "answers": ("Anna",),
        "relevant": ("a",),
        "ranking": ("a", "b"),
        "answer": answer_dict(question),
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
    measures = {name: interval(scored, name)._asdict() for name in names}
    timings = [
        {
            "id": row.id,
            "variant": row.variant,
            "seconds": {"total": milliseconds / 1000},
        }
        for row in rows
    ]
    with open_run(folder) as writer:
        writer.begin({"format": FORMAT, "settings": {"model": "offline", "rerank_depth": 8}})
        for row, timing in zip(rows, timings, strict=True):
            writer.append(row, timing)
        errors = sum(bool(row.error) for row in rows)
        summary = {"dataset": "double", "questions": len(rows), "errors": errors, "measures": measures}
        writer.finish([], scored, summary, {"questions": timings})
    return read_run(folder)
