"""Where the labelled facts of a question stand in the articles, and which passages hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from evals.rows import AnswerRow
from index import Article, Passage

Span = tuple[str, int, int]
FindArticle = Callable[[str], Article | None]


def find_relevant_passages(
    row: AnswerRow, find_article: FindArticle, split: Callable[[Article], Iterable[Passage]]
) -> dict[str, int]:
    """{name of a passage: 1} for all passages that hold words of a labelled fact; empty where none is found."""
    facts = list(find_facts(row, find_article))
    return {
        name_passage((p.article_id, p.start, p.end)): 1
        for article in dict.fromkeys(fact[0] for fact in facts)
        for p in split(get_article(article, find_article))
        if any(overlap((p.article_id, p.start, p.end), fact) for fact in facts)
    }


def find_facts(row: AnswerRow, find_article: FindArticle) -> Iterator[Span]:
    """Where the facts stand, as (article id, start, end); white space may differ."""
    for fact in row.evidence:
        article = find_article(fact.article)
        words = fact.text.split()
        if article and (found := re.search(r"\s+".join(map(re.escape, words)), article.text)):
            yield article.id, found.start(), found.end()


def name_passage(span: Span) -> str:
    """The name of a passage in rankings."""
    return "{}:{}-{}".format(*span)


def overlap(one: Span, other: Span) -> bool:
    """True where two spans of the same article share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def get_article(id: str, find_article: FindArticle) -> Article:
    """The article that a row names: it is in the library that was asked."""
    article = find_article(id)
    assert article is not None
    return article
