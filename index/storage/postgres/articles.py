"""Articles and their versions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from index.errors import NoRights
from index.records import NO_FILTERS, Article, Filters, Version
from index.storage.article_rows import (
    ARTICLE_COLUMNS,
    VERSION_COLUMNS,
    article_values,
    to_article,
    to_version,
    version_values,
)
from index.storage.postgres.connection import Database
from index.storage.postgres.filters import write_where
from index.text.languages import read_language
from index.text.outlets import read_host

# What filters ask for, made of the others when an article is put.
_DERIVED = ("folded", "published_day", "source_folded", "url_host", "language_tag")
_OWN = ARTICLE_COLUMNS[:-1]  # the last, the collections, is a table
_COLLECTIONS = (
    "(SELECT coalesce(json_agg(collection ORDER BY collection), '[]')::text FROM memberships WHERE article_id = id)"
)
_SELECT = f"SELECT {', '.join(_OWN)}, {_COLLECTIONS} FROM articles"
_ALL = (*_OWN, *_DERIVED)
_PUT = (
    f"INSERT INTO articles ({', '.join(_ALL)}) VALUES ({', '.join(['%s'] * len(_ALL))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _ALL[1:])}"
)
_PUT_VERSION = (
    f"INSERT INTO versions ({', '.join(VERSION_COLUMNS)}) VALUES ({', '.join(['%s'] * len(VERSION_COLUMNS))})"
)
_JOIN = "INSERT INTO memberships (article_id, collection) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"
_LEAVE = "DELETE FROM memberships WHERE article_id = %s AND collection <> ALL(%s)"
_NEXT_VERSION = "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE article_id = %s"


class PostgresArticles:
    """The tables `articles`, `memberships` and `versions`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        row = self._db.row(f"{_SELECT} WHERE id = %s", (article_id,))
        return to_article(row) if row else None

    def get_all(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there."""
        rows = self._db.rows(f"{_SELECT} WHERE id = ANY(%s)", (list(ids),))
        return {row[0]: to_article(row) for row in rows}

    def within(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters that have these words in title or text; the oldest first, undated last."""
        where, values = write_where(filters, containing)
        order = "ORDER BY published_at ASC NULLS LAST, id"
        return map(to_article, self._db.stream(f"{_SELECT} {where} {order}", values))

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        """`limit` of those articles from the `offset`th on, and how many there are in all; undated ones come last."""
        where, values = write_where(filters, containing)
        order = f"ORDER BY published_at {'DESC' if newest_first else 'ASC'} NULLS LAST, id"
        rows = self._db.rows(f"{_SELECT} {where} {order} LIMIT %s OFFSET %s", [*values, limit, offset])
        total: int = self._db.value(f"SELECT count(*) FROM articles {where}", values)
        return list(map(to_article, rows)), total

    def ids(self) -> list[str]:
        """The ids of all articles, in the order of their adding."""
        return [row[0] for row in self._db.rows("SELECT id FROM articles ORDER BY added")]

    def ids_beginning(self, prefix: str) -> list[str]:
        """Ids that begin with `prefix`, sorted, at most ten."""
        after = "SELECT id FROM articles WHERE id >= %s AND starts_with(id, %s) ORDER BY id LIMIT 10"
        return [row[0] for row in self._db.rows(after, (prefix, prefix))]

    def ids_with_content(self, content_hash: str) -> list[str]:
        """Ids of the articles with this content, sorted."""
        rows = self._db.rows("SELECT id FROM articles WHERE content_hash = %s ORDER BY id", (content_hash,))
        return [row[0] for row in rows]

    def origins(self) -> list[tuple[str, str]]:
        """The id of each article with the path or address that it was read from, where there is one."""
        rows = self._db.rows("SELECT id, origin FROM articles WHERE origin IS NOT NULL ORDER BY added")
        return [(id_, origin) for id_, origin in rows]

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before the present one, the oldest first."""
        query = f"SELECT {', '.join(VERSION_COLUMNS)} FROM versions WHERE article_id = %s ORDER BY number"
        return [to_version(row) for row in self._db.rows(query, (article_id,))]

    def put(self, article: Article) -> None:
        """Add an article, or put it in the place of the one with its id, whose text, if another, becomes a version."""
        old = self.get(article.id)
        if old is not None and old.content_hash != article.content_hash:
            number = self._db.value(_NEXT_VERSION, (old.id,))
            self._db.run(_PUT_VERSION, version_values(old, number))
        names = list(article.collections)
        if names:
            self._db.run(_JOIN, (article.id, names))
        self._db.run(_PUT, [*article_values(article)[:-1], *_derive(article)])
        if old is not None and set(old.collections) - set(names):
            self._db.run(_LEAVE, (article.id, names))

    def remove(self, article_id: str) -> None:
        """Remove an article without passages, and its versions."""
        gone = self._db.run("DELETE FROM articles WHERE id = %s", (article_id,))
        if not gone and self._db.row("SELECT 1 FROM articles WHERE id = %s", (article_id,)):
            raise NoRights(f"article {article_id} may only be read, by this user,")


def _derive(article: Article) -> list[Any]:
    return [
        f"{article.title}\n{article.text}".casefold(),
        article.published.isoformat()[:10] if article.published else None,
        article.source.casefold() if article.source else None,
        read_host(article.url) if article.url else None,
        read_language(article.language) if article.language else None,
    ]
