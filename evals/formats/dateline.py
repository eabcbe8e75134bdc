"""Dateline's own format: `corpus.jsonl`, and `queries.jsonl` with labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from evals.lines import Row, get_text, get_texts, naming, read_jsonl
from evals.records import Dataset, DayRange, Fact, Question
from index import Article, make_article_from_mapping
from rag import Turn

NAME = "Dateline"
HOLDS = "corpus.jsonl, queries.jsonl"
_CORPUS, _QUERIES = "corpus.jsonl", "queries.jsonl"
# A question's `date` is when it was asked. It limits nothing: only `as_of` does. `review` waits for a person.
_FIELDS = {
    *(
        "id",
        "question",
        "answers",
        "relevant",
        "unanswerable",
        "choices",
        "nuggets",
        "evidence",
        "as_of",
        "history",
        "written_out",
        "range",
        "date",
        "review",
        "earlier",
        "disputed",
    ),
}


def recognise(folder: Path) -> bool:
    """True for a folder of this format."""
    return (folder / _CORPUS).is_file() and (folder / _QUERIES).is_file()


def load(folder: Path) -> Dataset:
    """Read the questions; the articles are read when they are asked for."""
    corpus, queries = folder / _CORPUS, folder / _QUERIES
    questions = tuple(read_questions(queries))
    marked = sum(bool(row.values.get("review")) for row in read_jsonl(queries))
    notes = (f"{marked} of {len(questions)} questions are still marked for review",) if marked else ()
    return Dataset(folder.resolve().name, lambda: read_articles(corpus), questions, (corpus,), (queries,), notes)


def read_articles(path: Path) -> Iterator[Article]:
    """Articles, one JSON object a line: `id`, `title`, `text`, and optional `date`, `url`, `source`."""
    for row in read_jsonl(path):
        with naming(row.place):
            yield make_article_from_mapping({**row.values, "id": get_text(row.values, "id")})


def read_questions(path: Path) -> Iterator[Question]:
    """Questions, one JSON object a line: `id`, `question`, and labels."""
    for row in read_jsonl(path):
        yield _to_question(row)


def _to_question(row: Row) -> Question:
    values = row.values
    with naming(row.place):
        _check_names(values)
        question = Question(
            id=get_text(values, "id"),
            question=get_text(values, "question"),
            answers=get_texts(values, "answers"),
            relevant=get_texts(values, "relevant"),
            unanswerable=_get_flag(values, "unanswerable"),
            choices=get_texts(values, "choices"),
            nuggets=get_texts(values, "nuggets"),
            evidence=tuple(Fact(get_text(f, "article"), get_text(f, "text")) for f in values.get("evidence") or ()),
            earlier=get_texts(values, "earlier"),
            disputed=_get_flag(values, "disputed") if "disputed" in values else None,
            as_of=date.fromisoformat(get_text(values, "as_of")) if values.get("as_of") else None,
            history=tuple(Turn(get_text(t, "question"), get_text(t, "answer")) for t in values.get("history") or ()),
            written_out=get_text(values, "written_out") if values.get("written_out") else "",
            range=_get_range(values),
        )
        if question.unanswerable and (question.answers or question.relevant or question.evidence):
            raise ValueError("it is unanswerable, and has labels of an answer")
    return question


def _get_range(values: Mapping[str, Any]) -> DayRange | None:
    if "range" not in values:
        return None
    days = values["range"]
    if not isinstance(days, dict) or days.keys() != {"after", "before"}:
        raise ValueError("`range` is not an object of `after` and `before`")
    after, before = (date.fromisoformat(get_text(days, name)) if days[name] else None for name in ("after", "before"))
    return DayRange(after, before)


def _check_names(values: Mapping[str, Any]) -> None:
    """Refuse names that are almost a label's: passed over like other names, they would lose it in silence."""
    for name in values:
        near = get_close_matches(name, _FIELDS, n=1, cutoff=0.8)
        if name not in _FIELDS and near:
            raise ValueError(f"unknown field `{name}`; did you mean `{near[0]}`?")


def _get_flag(values: Mapping[str, Any], name: str) -> bool:
    value = values.get(name, False)
    if not isinstance(value, bool):
        raise TypeError(f"`{name}` is neither true nor false")
    return value
