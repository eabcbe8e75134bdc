"""RealTimeQA's format (Kasai et al. 2023): weekly `*_qa.jsonl` with the search results in `*_gcs.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from evals.lines import Row, get_text, get_texts, naming, read_jsonl
from evals.measures.squad import holds_any
from evals.records import Dataset, Question
from index import Article, make_article

NAME = "RealTimeQA"
HOLDS = "*_qa.jsonl, each with its *_gcs.jsonl"
_QA, _RESULTS = "_qa.jsonl", "_gcs.jsonl"


def recognise(folder: Path) -> bool:
    """True for a folder of this format."""
    return bool(_find_weeks(folder))


def load(folder: Path) -> Dataset:
    """Read the questions of all weeks.

    Relevant are the articles that the search gave for the question and that hold the words of a right answer
    (distant supervision, as in Mintz et al. 2009): some are missing, and some are wrong.
    """
    weeks = _find_weeks(folder)
    results = tuple(week.with_name(week.name.replace(_QA, _RESULTS)) for week in weeks)
    questions = tuple(q for week, found in zip(weeks, results, strict=True) for q in _read_week(week, found))
    return Dataset(folder.resolve().name, partial(_read_articles, results), questions, results, tuple(weeks))


def _find_weeks(folder: Path) -> list[Path]:
    weeks = sorted(folder.glob(f"*{_QA}"))
    return [week for week in weeks if week.with_name(week.name.replace(_QA, _RESULTS)).is_file()]


def _read_articles(results: Sequence[Path]) -> Iterator[Article]:
    """Each page once, however many questions it was found for; pages without text are left out."""
    seen: set[str] = set()
    for path in results:
        for row in read_jsonl(path):
            for article in _to_articles(row):
                if article.id not in seen:
                    seen.add(article.id)
                    yield article


def _to_articles(row: Row) -> Iterator[Article]:
    with naming(row.place):
        for found in row.values.get("search_result") or ():
            text = found.get("text") or ""
            if text.strip() and found.get("url"):
                yield make_article(
                    text,
                    title=found.get("title") or "",
                    url=get_text(found, "url"),
                    authors=get_texts(found, "authors"),
                    published=found.get("publish_date") or None,
                )


def _read_week(questions: Path, results: Path) -> Iterator[Question]:
    found = {get_text(row.values, "question_id"): tuple(_to_articles(row)) for row in read_jsonl(results)}
    for row in read_jsonl(questions):
        with naming(row.place):
            values = row.values
            name = get_text(values, "question_id")
            answers = tuple(_choose(values))
            relevant = (a.id for a in found.get(name, ()) if holds_any(f"{a.title}\n{a.text}", answers))
            yield Question(
                id=name,
                question=get_text(values, "question_sentence"),
                answers=answers,
                relevant=tuple(dict.fromkeys(relevant)),
                choices=get_texts(values, "choices"),
            )


def _choose(values: Mapping[str, Any]) -> Iterator[str]:
    """The right ones of the choices, which `answer` names by their number, from 0."""
    choices = get_texts(values, "choices")
    for number in get_texts(values, "answer"):
        if not number.isdigit() or int(number) >= len(choices):
            raise ValueError(f"`answer` {number!r} is not the number of a choice")
        yield choices[int(number)]
