"""Articles and their versions as rows of a database: the columns, and the values in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from index.records import Article, DatePrecision, Version

Value = str | int | None

ARTICLE_COLUMNS = (
    "id", "title", "text", "content_hash", "url", "origin", "source", "authors", "published", "published_at",
    "published_precision", "modified", "language", "date_evidence", "removed", "language_evidence",
    "source_evidence", "authors_evidence", "agency", "word_places", "collections",
)  # fmt: skip
VERSION_COLUMNS = ("article_id", "number", "title", "text", "content_hash", "published", "modified")


def article_values(article: Article) -> tuple[Value, ...]:
    """What a row of `articles` has in its columns."""
    return (
        article.id,
        article.title,
        article.text,
        article.content_hash,
        article.url,
        article.origin,
        article.source,
        json.dumps(article.authors, ensure_ascii=False),
        _write_moment(article.published),
        int(article.published.timestamp()) if article.published else None,
        article.published_precision,
        _write_moment(article.modified),
        article.language,
        article.date_evidence,
        article.removed,
        article.language_evidence,
        article.source_evidence,
        article.authors_evidence,
        article.agency,
        article.word_places,
        write_collections(article.collections),
    )


def version_values(old: Article, number: int) -> tuple[Value, ...]:
    """What a row of `versions` has in its columns, of an article as it was."""
    dates = _write_moment(old.published), _write_moment(old.modified)
    return old.id, number, old.title, old.text, old.content_hash, *dates


def to_article(row: Sequence[Any]) -> Article:
    """The article of a row of `articles`; what stands behind its columns is passed over."""
    (
        id_, title, text, content_hash, url, origin, source, authors, published, _, precision, modified, language,
        evidence, removed, language_evidence, source_evidence, authors_evidence, agency, word_places,
        collections, *_,
    ) = row  # fmt: skip
    known: DatePrecision | None = precision
    return Article(
        id=id_,
        title=title,
        text=text,
        content_hash=content_hash,
        url=url,
        origin=origin,
        source=source,
        authors=tuple(json.loads(authors)),
        published=to_datetime(published),
        published_precision=known,
        modified=to_datetime(modified),
        language=language,
        date_evidence=evidence,
        removed=removed,
        language_evidence=language_evidence,
        source_evidence=source_evidence,
        authors_evidence=authors_evidence,
        agency=agency,
        word_places=word_places,
        collections=to_collections(collections),
    )


def to_version(row: Sequence[Any]) -> Version:
    """The version of a row of `versions`; what stands behind its columns is passed over."""
    _, number, title, text, _, published, modified, *_ = row
    return Version(number, title, text, to_datetime(published), to_datetime(modified))


def write_collections(names: Sequence[str]) -> str:
    """The names of collections as they are kept: in quotation marks, which no name has in it."""
    return json.dumps(names, ensure_ascii=False)


def to_collections(value: str | bytes) -> tuple[str, ...]:
    """The names of collections that are kept so; none in what is damaged, of which just this is counted."""
    try:
        return tuple(json.loads(value))
    except ValueError:
        return ()


def to_datetime(value: str | None) -> datetime | None:
    """A moment as it is kept; None for what is none."""
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:  # only in a row that is damaged, of which just this is counted
        return None


def _write_moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
