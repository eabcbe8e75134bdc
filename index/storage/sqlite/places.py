"""Followed places and the pages that were read, in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from index.storage.article_rows import to_collections, write_collections
from index.storage.places import KnownPage, Place
from index.storage.sqlite.checked import FOLLOWED, PAGES, Row, is_whole, seal
from index.storage.sqlite.connection import SqlitePart

_PAGE = f"SELECT {PAGES.listed} FROM pages"


class SqliteFollowed(SqlitePart):
    """The table `followed`."""

    def __iter__(self) -> Iterator[Place]:
        rows = self.db.execute(f"SELECT {FOLLOWED.listed} FROM followed ORDER BY rowid").fetchall()
        for row in rows:
            if is_whole(row):
                yield to_place(row)
            else:
                self._damage.notice(FOLLOWED.called.format(*row))

    def add(self, place: Place) -> None:
        """Follow a place, or change how it is followed."""
        self.db.execute(
            f"INSERT {FOLLOWED.insert} ON CONFLICT (address) DO UPDATE "
            "SET kind = excluded.kind, columns = excluded.columns, collections = excluded.collections, "
            "checksum = excluded.checksum",
            seal(place.address, place.kind, json.dumps(dict(place.columns)), write_collections(place.collections)),
        )

    def remove(self, address: str) -> bool:
        """Follow a place no more; its articles stay. True where it was followed."""
        return self.db.execute("DELETE FROM followed WHERE address = ?", (address,)).rowcount > 0


class SqlitePages(SqlitePart):
    """The table `pages`. A row that is damaged counts as none: the page is read again."""

    def __iter__(self) -> Iterator[KnownPage]:
        yield from _keep_whole(self.db.execute(f"{_PAGE} ORDER BY address"))

    def get(self, address: str) -> KnownPage | None:
        """What is known of an address."""
        rows = self.db.execute(f"{_PAGE} WHERE address = ?", (address,)).fetchall()
        return next(iter(_keep_whole(rows)), None)

    def listed_in(self, address: str) -> list[KnownPage]:
        """The pages that a feed or sitemap listed at any time, by address."""
        return _keep_whole(self.db.execute(f"{_PAGE} WHERE listed_in = ? ORDER BY address", (address,)))

    def due(self, listed_in: str, moment: int, most: int) -> list[KnownPage]:
        """At most `most` of the pages with an article that a listing listed and that are due, the longest due first."""
        where = "listed_in = ? AND article_id IS NOT NULL AND due <= ? ORDER BY due, address LIMIT ?"
        return _keep_whole(self.db.execute(f"{_PAGE} WHERE {where}", (listed_in, moment, most)))

    def of_article(self, article_id: str) -> list[KnownPage]:
        """The pages that an article was read from, by address."""
        return _keep_whole(self.db.execute(f"{_PAGE} WHERE article_id = ? ORDER BY address", (article_id,)))

    def put(self, page: KnownPage) -> None:
        """Remember an address, or what is new of it."""
        self.db.execute(f"REPLACE {PAGES.insert}", seal(*page))

    def remove(self, address: str) -> None:
        """Forget an address."""
        self.db.execute("DELETE FROM pages WHERE address = ?", (address,))

    def remove_article(self, article_id: str) -> None:
        """Forget the addresses that an article was read from."""
        self.db.execute("DELETE FROM pages WHERE article_id = ?", (article_id,))


def to_place(row: Row) -> Place:
    """The place of a whole row of `followed`."""
    address, kind, columns, collections, *_ = row
    return Place(address, kind, json.loads(columns), to_collections(collections))


def _keep_whole(rows: Iterable[Row]) -> list[KnownPage]:
    return [KnownPage(*row[:-1]) for row in rows if is_whole(row)]
