"""MultiHop-RAG's format (Tang and Yang 2024): `corpus.json` and `MultiHopRAG.json`, each one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from evals.lines import get_text, naming, read_json_list
from evals.records import Dataset, Fact, Question
from index import Article, make_article

NAME = "MultiHop-RAG"
HOLDS = "corpus.json, MultiHopRAG.json"
_CORPUS, _QUERIES = "corpus.json", "MultiHopRAG.json"
_UNANSWERABLE = "null_query"


def recognise(folder: Path) -> bool:
    """True for a folder of this format."""
    return (folder / _CORPUS).is_file() and (folder / _QUERIES).is_file()


def load(folder: Path) -> Dataset:
    """Read the queries; the articles that their evidence is from are relevant. Ids are made from the URLs."""
    corpus = folder / _CORPUS
    ids = _index_places(_read_articles(corpus))
    questions = tuple(_read_queries(folder / _QUERIES, ids))
    return Dataset(folder.resolve().name, partial(_read_articles, corpus), questions, (corpus,), (folder / _QUERIES,))


def _read_articles(path: Path) -> Iterator[Article]:
    seen: set[str] = set()
    for row in read_json_list(path):
        with naming(row.place):
            article = _make_article(row.values, get_text(row.values, "body"))
        if article.id not in seen:  # the same page twice is one article
            seen.add(article.id)
            yield article


def _make_article(values: Mapping[str, Any], text: str) -> Article:
    title = get_text(values, "title")
    return make_article(
        text,
        title=title,
        url=str(values.get("url") or "") or None,
        origin=title,  # known by its title where it has no URL
        source=str(values.get("source") or "") or None,
        authors=[str(values["author"])] if values.get("author") else (),
        published=str(values.get("published_at") or "") or None,
    )


def _index_places(articles: Iterator[Article]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for article in articles:
        ids.setdefault(article.title, article.id)
    return ids


def _read_queries(path: Path, ids: Mapping[str, str]) -> Iterator[Question]:
    for n, row in enumerate(read_json_list(path), start=1):
        values = row.values
        with naming(row.place):
            unanswerable = values.get("question_type") == _UNANSWERABLE
            facts = () if unanswerable else tuple(_to_fact(f, ids) for f in values.get("evidence_list") or ())
            yield Question(
                id=str(n),
                question=get_text(values, "query"),
                answers=() if unanswerable else (get_text(values, "answer"),),
                relevant=tuple(dict.fromkeys(fact.article for fact in facts)),
                unanswerable=unanswerable,
                evidence=facts,
            )


def _to_fact(values: Mapping[str, Any], ids: Mapping[str, str]) -> Fact:
    """The fact with its article's id: by its title, as the corpus has it, else by its URL."""
    text = get_text(values, "fact")
    title = " ".join(get_text(values, "title").split())
    return Fact(ids.get(title) or _make_article(values, text).id, text)
