"""A JSON file with one article or a list of them."""

from __future__ import annotations

import json

from index.errors import DatelineError
from index.identify import make_article_from_mapping
from index.records import Article


def read_json(text: str, origin: str) -> list[Article]:
    """Make an article of each object: at least `text`; `title`, `date`, `url`, `source` … where they are."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatelineError(f"it is not JSON ({str(error)[:100]}); mend it there") from None
    rows = value if isinstance(value, list) else [value]
    if not rows:
        raise DatelineError("its list is empty; leave it out")
    articles = []
    for n, row in enumerate(rows):
        if not isinstance(row, dict):
            raise DatelineError(f"item {n} of it is not an object with `title` and `text`; mend it")
        place = f"{origin}#{n}" if isinstance(value, list) else origin
        try:
            articles.append(make_article_from_mapping(row, origin=place))
        except DatelineError as error:
            raise DatelineError(f"item {n}: {error}" if isinstance(value, list) else str(error)) from None
    return articles
