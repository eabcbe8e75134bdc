"""BEIR's format (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, `qrels/*.tsv` with graded relevance."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from evals.lines import get_text, naming, read_jsonl, read_lines
from evals.records import Dataset, Question
from index import Article, DatelineError, make_article

NAME = "BEIR"
HOLDS = "corpus.jsonl, queries.jsonl, qrels/*.tsv"
_CORPUS, _QUERIES, _QRELS = "corpus.jsonl", "queries.jsonl", "qrels"


def recognise(folder: Path) -> bool:
    """True for a folder of this format."""
    return (folder / _CORPUS).is_file() and (folder / _QUERIES).is_file() and any((folder / _QRELS).glob("*.tsv"))


def load(folder: Path) -> Dataset:
    """Read the queries that are judged: by `qrels/test.tsv`, or by the only file there is."""
    qrels = _choose_qrels(folder / _QRELS)
    judged = _read_qrels(qrels)
    questions = list(_read_queries(folder / _QUERIES, judged))
    missing = len(judged) - len(questions)
    note = f"{missing} judged queries are not in {_QUERIES}: left out"
    corpus = folder / _CORPUS
    return Dataset(
        folder.resolve().name,
        partial(_read_articles, corpus),
        tuple(questions),
        (corpus,),
        (folder / _QUERIES, qrels),
        (note,) if missing else (),
    )


def _choose_qrels(folder: Path) -> Path:
    files = sorted(folder.glob("*.tsv"))
    test = folder / "test.tsv"
    if test in files:
        return test
    if len(files) > 1:
        raise DatelineError(f"{folder} has {len(files)} files and none is test.tsv. Leave the one to be used.")
    return files[0]


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """{query id: {article id: grade}}; grades of 0 and less say that it is not relevant."""
    judged: dict[str, dict[str, int]] = {}
    for n, (place, line) in enumerate(read_lines(path)):
        with naming(place):
            fields = [field.strip() for field in line.split("\t")]
            if len(fields) != 3:
                raise ValueError("it has not three fields: query, article, grade")
            query, article, grade = fields
            if n == 0 and not grade.lstrip("-").isdigit():
                continue  # the header
            grades = judged.setdefault(query, {})
            if int(grade) > 0:
                grades[article] = int(grade)
    return judged


def _read_queries(path: Path, judged: dict[str, dict[str, int]]) -> Iterator[Question]:
    for row in read_jsonl(path):
        with naming(row.place):
            query = get_text(row.values, "_id")
            if query in judged:
                grades = judged[query]
                yield Question(query, get_text(row.values, "text"), relevant=tuple(grades), grades=grades)


def _read_articles(path: Path) -> Iterator[Article]:
    for row in read_jsonl(path):
        with naming(row.place):
            title, text = (row.values.get(name) or "" for name in ("title", "text"))
            if not isinstance(title, str) or not isinstance(text, str):
                raise TypeError("`title` or `text` is not a text")
            article = get_text(row.values, "_id")
            if text.strip() or title.strip():  # some sets have documents without any words: nothing finds them
                yield make_article(text if text.strip() else title, title=title, id=article)
