"""What a library remembers of the places that its articles come from: those it follows, and the pages got there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from index.storage.sqlite import Store

PlaceKind = Literal["feed", "sitemap", "folder"]


class Place(NamedTuple):
    """A feed or sitemap, by its address, or a folder, by its whole path; `columns` as `read_files` takes them."""

    address: str
    kind: PlaceKind
    columns: Mapping[str, str]


class Page(NamedTuple):
    """An address that was read. `stamp` is what the feed or sitemap `listed_in` said of it then.

    `etag` and `last_modified` are the server's, by which it can say that nothing has changed since; `article_id` is
    None for listings, and for pages without an article.
    """

    address: str
    listed_in: str | None = None
    stamp: str = ""
    article_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class Followed:
    """The places that `sync` looks at again, in the order of their adding."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __iter__(self) -> Iterator[Place]:
        rows = self._store.connection.execute("SELECT address, kind, columns FROM followed ORDER BY rowid")
        return iter([Place(address, kind, json.loads(columns)) for address, kind, columns in rows])

    def add(self, place: Place) -> None:
        """Follow a place, or change how it is followed."""
        self._store.connection.execute(
            "INSERT INTO followed VALUES (?, ?, ?) ON CONFLICT (address) DO UPDATE "
            "SET kind = excluded.kind, columns = excluded.columns",
            (place.address, place.kind, json.dumps(dict(place.columns))),
        )

    def remove(self, address: str) -> bool:
        """Follow a place no more; its articles stay. True where it was followed."""
        return self._store.connection.execute("DELETE FROM followed WHERE address = ?", (address,)).rowcount > 0


class Pages:
    """The addresses that were read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, address: str) -> Page | None:
        """What is known of an address."""
        row = self._store.connection.execute("SELECT * FROM pages WHERE address = ?", (address,)).fetchone()
        return Page(*row) if row else None

    def put(self, page: Page) -> None:
        """Remember an address, or what is new of it."""
        self._store.connection.execute("REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", page)

    def remove(self, address: str) -> None:
        """Forget an address."""
        self._store.connection.execute("DELETE FROM pages WHERE address = ?", (address,))

    def remove_article(self, article_id: str) -> None:
        """Forget the addresses that an article was read from."""
        self._store.connection.execute("DELETE FROM pages WHERE article_id = ?", (article_id,))

    def listed_in(self, address: str) -> list[Page]:
        """The pages that a feed or sitemap listed at any time."""
        rows = self._store.connection.execute("SELECT * FROM pages WHERE listed_in = ? ORDER BY address", (address,))
        return [Page(*row) for row in rows]
