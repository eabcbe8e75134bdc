"""In which order articles are listed."""

from __future__ import annotations

from collections.abc import Callable

from index import Article


def _put_newest_first(articles: list[Article]) -> list[Article]:
    dated = [a for a in articles if a.published]
    return dated[::-1] + articles[len(dated) :]  # they come by date, the undated last


# How a list of articles, the oldest first, is put in order.
ORDERS: dict[str, Callable[[list[Article]], list[Article]]] = {
    "oldest": lambda articles: articles,
    "newest": _put_newest_first,
    "title": lambda articles: sorted(articles, key=lambda a: a.title.casefold()),
    "source": lambda articles: sorted(articles, key=lambda a: (not a.attributed, a.attributed.casefold())),
}
