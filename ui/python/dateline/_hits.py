"""What the retrievers for other programs' frameworks have in common: how they search, and what they say of a hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index import Hit, Library, SearchMode
from rag import article_to_dict, read_chosen_filters, search


def find_hits(
    library: Library,
    question: str,
    limit: int,
    mode: SearchMode,
    after: str | None,
    before: str | None,
    sources: Sequence[str],
    languages: Sequence[str],
    collections: Sequence[str],
) -> list[Hit]:
    """At most `limit` passages, best first, for the question as `ask` understands it; `after` and `before` are days in
    words. Raises UsageError for what is no question or no day.
    """
    named = tuple(sources), tuple(languages)
    filters = read_chosen_filters(after, before, *named, collections=tuple(collections)).filters
    return search(library, question, limit, mode, filters).hits


def describe_hit(hit: Hit) -> dict[str, Any]:
    """What is needed to cite a passage, flat and as JSON has it.

    `start` and `end` count characters of the article's text; `published` is ISO 8601; higher `score` is better.
    """
    article = article_to_dict(hit.article)
    return {
        "article_id": article.pop("id"),
        **article,
        "passage_id": hit.passage.id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "rank": hit.rank,
        "score": hit.score,
    }
