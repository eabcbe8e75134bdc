"""Articles and their versions in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from index.records import NO_FILTERS, Article, DatePrecision, Filters, Version
from index.storage.sqlite.chunks import bind_chunks
from index.storage.sqlite.connection import SqlitePart
from index.storage.sqlite.filters import write_where

_COLUMNS = (
    "id, title, text, content_hash, url, origin, source, authors, published, published_precision, modified, language, "
    "date_evidence, removed"
)
_WRITTEN = [*_COLUMNS.split(", "), "published_at"]
_PUT = (
    f"INSERT INTO articles ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _WRITTEN[1:])}"
)
_KEEP_VERSION = (
    "INSERT INTO versions SELECT id, (SELECT COUNT(*) + 1 FROM versions WHERE article_id = id), title, "
    "text, content_hash, published, modified FROM articles WHERE id = ? AND content_hash != ?"
)


class SqliteArticles(SqlitePart):
    """The tables `articles` and `versions`."""

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        return next(iter(self._select("WHERE id = ?", (article_id,))), None)

    def get_all(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there."""
        found: dict[str, Article] = {}
        for marks, chunk in bind_chunks(sorted(ids)):
            found.update((a.id, a) for a in self._select(f"WHERE id IN ({marks})", chunk))
        return found

    def within(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters that have these words in title or text; the oldest first, undated last."""
        where, values = write_where(filters, containing)
        return self._select(f"{where} ORDER BY published_at IS NULL, published_at, id", values)

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        """`limit` of those articles from the `offset`th on, and how many there are in all; undated ones come last."""
        where, values = write_where(filters, containing)
        order = f"published_at IS NULL, published_at {'DESC' if newest_first else 'ASC'}, id"
        found = list(self._select(f"{where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset]))
        total: int = self.db.execute(f"SELECT COUNT(*) FROM articles {where}", values).fetchone()[0]
        return found, total

    def ids_beginning(self, prefix: str) -> list[str]:
        """Ids that begin with `prefix`, sorted, at most ten."""
        rows = self.db.execute(
            "SELECT id FROM articles WHERE substr(id, 1, length(?)) = ? ORDER BY id LIMIT 10", (prefix, prefix)
        )
        return [row[0] for row in rows]

    def ids_with_content(self, content_hash: str) -> list[str]:
        """Ids of the articles with this content, sorted."""
        rows = self.db.execute("SELECT id FROM articles WHERE content_hash = ? ORDER BY id", (content_hash,))
        return [row[0] for row in rows]

    def origins(self) -> list[tuple[str, str]]:
        """The id of each article with the path or address that it was read from, where there is one."""
        return self.db.execute("SELECT id, origin FROM articles WHERE origin IS NOT NULL").fetchall()

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before the present one, the oldest first."""
        rows = self.db.execute(
            "SELECT number, title, text, published, modified FROM versions WHERE article_id = ? ORDER BY number",
            (article_id,),
        )
        return [Version(n, title, text, to_datetime(p), to_datetime(m)) for n, title, text, p, m in rows]

    def put(self, article: Article) -> None:
        """Add an article, or put it in the place of the one with its id, whose text, if another, becomes a version."""
        self.db.execute(_KEEP_VERSION, (article.id, article.content_hash))
        self.db.execute(_PUT, _to_row(article))

    def remove(self, article_id: str) -> None:
        """Remove an article without passages, and its versions."""
        self.db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        self.db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def _select(self, where: str, values: Sequence[Any]) -> Iterator[Article]:
        for row in self.db.execute(f"SELECT {_COLUMNS} FROM articles {where}", values):
            yield _to_article(row)


def to_datetime(value: str | None) -> datetime | None:
    """A moment as it is kept."""
    return datetime.fromisoformat(value) if value else None


def _to_row(article: Article) -> tuple[str | int | None, ...]:
    return (
        article.id,
        article.title,
        article.text,
        article.content_hash,
        article.url,
        article.origin,
        article.source,
        json.dumps(article.authors, ensure_ascii=False),
        article.published.isoformat() if article.published else None,
        article.published_precision,
        article.modified.isoformat() if article.modified else None,
        article.language,
        article.date_evidence,
        article.removed,
        int(article.published.timestamp()) if article.published else None,
    )


def _to_article(row: tuple[Any, ...]) -> Article:
    (
        id_, title, text, content_hash, url, origin, source, authors, published, precision, modified, language,
        evidence, removed,
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
    )
