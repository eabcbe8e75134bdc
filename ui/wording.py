"""How an article is named, and its text made safe to show, in the terminal and on the page alike."""

from __future__ import annotations

from datetime import datetime

from index import MOST_PASSAGES, Article, join_lines

PARTLY = (
    f"it is so long that only its first {MOST_PASSAGES:,} passages are searched; split it to have all of it searched"
)


def show_date(article: Article) -> str:
    """The day of an article as far as it is known."""
    if article.published is None:
        return "undated"
    shapes = {"year": "%Y", "month": "%B %Y"}
    return article.published.strftime(shapes.get(article.published_precision or "", "%-d %B %Y"))


def show_line(article: Article) -> str:
    """Title, outlet and date in a line."""
    parts = [article.title or "(no title)", article.attributed, show_date(article)]
    return join_lines(" · ".join(part for part in parts if part))


def show_period(first: datetime | None, last: datetime | None) -> str:
    """From the first to the last day, or none."""
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "none"
