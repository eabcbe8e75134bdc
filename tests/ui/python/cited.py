"""What every framework's retriever must give of a passage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from index import Library


def assert_cites(library: Library, text: str, described: Mapping[str, Any]) -> None:
    """Hold that the words stand where the description says, in the article that it names."""
    article = library.get(described["article_id"])
    assert article.text[described["start"] : described["end"]] == text
    assert (described["title"], described["url"], described["source"]) == (article.title, article.url, article.source)
    assert described["published"] == (article.published.isoformat() if article.published else None)
    assert described["passage_id"].startswith(f"{article.id}:")
    assert all(value is None or isinstance(value, str | int | float) for value in described.values())
