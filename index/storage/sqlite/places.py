"""Followed places and the pages that were read, in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator

from index.storage.places import KnownPage, Place
from index.storage.sqlite.connection import SqlitePart


class SqliteFollowed(SqlitePart):
    """The table `followed`."""

    def __iter__(self) -> Iterator[Place]:
        rows = self.db.execute("SELECT address, kind, columns FROM followed ORDER BY rowid")
        return iter([Place(address, kind, json.loads(columns)) for address, kind, columns in rows])

    def add(self, place: Place) -> None:
        """Follow a place, or change how it is followed."""
        self.db.execute(
            "INSERT INTO followed VALUES (?, ?, ?) ON CONFLICT (address) DO UPDATE "
            "SET kind = excluded.kind, columns = excluded.columns",
            (place.address, place.kind, json.dumps(dict(place.columns))),
        )

    def remove(self, address: str) -> bool:
        """Follow a place no more; its articles stay. True where it was followed."""
        return self.db.execute("DELETE FROM followed WHERE address = ?", (address,)).rowcount > 0


class SqlitePages(SqlitePart):
    """The table `pages`."""

    def get(self, address: str) -> KnownPage | None:
        """What is known of an address."""
        row = self.db.execute("SELECT * FROM pages WHERE address = ?", (address,)).fetchone()
        return KnownPage(*row) if row else None

    def listed_in(self, address: str) -> list[KnownPage]:
        """The pages that a feed or sitemap listed at any time, by address."""
        rows = self.db.execute("SELECT * FROM pages WHERE listed_in = ? ORDER BY address", (address,))
        return [KnownPage(*row) for row in rows]

    def put(self, page: KnownPage) -> None:
        """Remember an address, or what is new of it."""
        self.db.execute("REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", page)

    def remove(self, address: str) -> None:
        """Forget an address."""
        self.db.execute("DELETE FROM pages WHERE address = ?", (address,))

    def remove_article(self, article_id: str) -> None:
        """Forget the addresses that an article was read from."""
        self.db.execute("DELETE FROM pages WHERE article_id = ?", (article_id,))
