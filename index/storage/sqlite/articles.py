"""Articles and their versions in SQLite."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.errors import ArticleDamaged, LibraryDamaged
from index.records import NO_FILTERS, Article, Filters, Version
from index.storage.article_rows import article_values, to_article, to_version, version_values
from index.storage.sqlite.checked import ARTICLES, VERSIONS, Row, is_whole, read_both_ends, seal
from index.storage.sqlite.chunks import bind_chunks
from index.storage.sqlite.connection import SqlitePart
from index.storage.sqlite.filters import write_where

_SELECT = f"SELECT {ARTICLES.listed} FROM articles"
_PUT = (
    f"INSERT {ARTICLES.insert} ON CONFLICT (id) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in (*ARTICLES.columns[1:], 'checksum'))}"
)
_NEXT_VERSION = "SELECT COALESCE(MAX(number), 0) + 1 FROM versions WHERE article_id = ?"


class SqliteArticles(SqlitePart):
    """The tables `articles` and `versions`."""

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None; raise ArticleDamaged where it is not what was written."""
        row = self.db.execute(f"{_SELECT} WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return None
        if not is_whole(row):
            raise ArticleDamaged(article_id, self._connections.path.parent)
        return to_article(row)

    def get_all(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there and whole."""
        found: dict[str, Article] = {}
        for marks, chunk in bind_chunks(sorted(ids)):
            try:
                rows = self.db.execute(f"{_SELECT} WHERE id IN ({marks})", chunk).fetchall()
            except LibraryDamaged:
                rows = list(self._read_singly(chunk))
            found.update((article.id, article) for article in self._keep_whole(rows))
        return found

    def _read_singly(self, ids: Iterable[str]) -> Iterator[Row]:
        for article_id in ids:
            try:
                yield from self.db.execute(f"{_SELECT} WHERE id = ?", (article_id,)).fetchall()
            except LibraryDamaged:
                self._damage.notice_article(article_id)

    def _keep_whole(self, rows: Iterable[Row]) -> Iterator[Article]:
        """The articles of those rows that are what was written; the others are noticed."""
        for row in rows:
            if is_whole(row):
                yield to_article(row)
            else:
                self._damage.notice_article(row[0])

    def within(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters that have these words in title or text; the oldest first, undated last.

        Those that the filters leave out are looked at too: one may be left out for what is damaged in it.
        """
        where, values = write_where(filters, containing)
        if where:
            others = f"WHERE ({where.removeprefix('WHERE ')}) IS NOT TRUE"
            deque(self._read_what_can_be(others, values), maxlen=0)
        try:  # all have been read before the first is given, to put them in order
            rows = self.db.execute(f"{_SELECT} {where} ORDER BY published_at IS NULL, published_at, id", values)
        except LibraryDamaged:
            yield from sorted(self._read_what_can_be(where, values), key=_by_date)
            return
        yield from self._keep_whole(rows)

    def _read_what_can_be(self, where: str, values: Sequence[Any]) -> Iterator[Article]:
        try:
            yield from self._keep_whole(read_both_ends(self.db, ARTICLES, where, values))
        except LibraryDamaged:
            self._damage.notice("a part of the table of articles")

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        """`limit` of those articles from the `offset`th on, and how many there are in all; undated ones come last."""
        where, values = write_where(filters, containing)
        order = f"published_at IS NULL, published_at {'DESC' if newest_first else 'ASC'}, id"
        try:
            rows = self.db.execute(f"{_SELECT} {where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset])
            found = list(self._keep_whole(rows))
            total: int = self.db.execute(f"SELECT COUNT(*) FROM articles {where}", values).fetchone()[0]
        except LibraryDamaged:
            everything = list(self.within(filters, containing))
            dated = [article for article in everything if article.published]
            undated = everything[len(dated) :]
            found = [*(reversed(dated) if newest_first else dated), *undated][offset : offset + limit]
            total = len(everything)
        return found, total

    def ids(self) -> list[str]:
        """The ids of all articles, in the order of their adding."""
        return [row[0] for row in self.db.execute("SELECT id FROM articles ORDER BY rowid")]

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
        """The texts that an article had before, the oldest first; those that are not what was written are left out."""
        rows = self.db.execute(
            f"SELECT {VERSIONS.listed} FROM versions WHERE article_id = ? ORDER BY number", (article_id,)
        )
        found = []
        for row in rows:
            if is_whole(row):
                found.append(to_version(row))
            else:
                self._damage.notice(VERSIONS.called.format(*row))
        return found

    def put(self, article: Article) -> None:
        """Add an article, or put it in the place of the one with its id, whose text, if another, becomes a version."""
        try:
            old = self.get(article.id)
        except ArticleDamaged:
            old = None  # what takes its place is whole
        if old is not None and old.content_hash != article.content_hash:
            number = self.db.execute(_NEXT_VERSION, (old.id,)).fetchone()[0]
            self.db.execute(f"INSERT {VERSIONS.insert}", seal(*version_values(old, number)))
        self.db.execute(_PUT, seal(*article_values(article)))

    def remove(self, article_id: str) -> None:
        """Remove an article without passages, and its versions."""
        self.db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        self.db.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def _by_date(article: Article) -> tuple[bool, int, str]:
    moment = article.published
    return moment is None, int(moment.timestamp()) if moment else 0, article.id
