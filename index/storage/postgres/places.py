"""Followed places and the pages that were read, in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from index.storage.article_rows import to_collections, write_collections
from index.storage.places import KnownPage, Place
from index.storage.postgres.connection import Database

_FIELDS = KnownPage._fields
_PAGE = f"SELECT {', '.join(_FIELDS)} FROM pages"
_PUT_PAGE = (
    f"INSERT INTO pages ({', '.join(_FIELDS)}) VALUES ({', '.join(['%s'] * len(_FIELDS))}) "
    f"ON CONFLICT (address) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _FIELDS[1:])}"
)
_FOLLOW = (
    "INSERT INTO followed (address, kind, columns, collections) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (address) DO UPDATE SET kind = excluded.kind, columns = excluded.columns, "
    "collections = excluded.collections"
)


class PostgresFollowed:
    """The table `followed`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def __iter__(self) -> Iterator[Place]:
        query = "SELECT address, kind, columns, collections FROM followed ORDER BY added"
        for address, kind, columns, collections in self._db.rows(query):
            yield Place(address, kind, json.loads(columns), to_collections(collections))

    def add(self, place: Place) -> None:
        """Follow a place, or change how it is followed."""
        names = write_collections(place.collections)
        self._db.run(_FOLLOW, (place.address, place.kind, json.dumps(dict(place.columns)), names))

    def remove(self, address: str) -> bool:
        """Follow a place no more; its articles stay. True where it was followed."""
        return self._db.run("DELETE FROM followed WHERE address = %s", (address,)) > 0


class PostgresPages:
    """The table `pages`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def _find(self, where: str, values: Sequence[Any]) -> list[KnownPage]:
        return [KnownPage(*row) for row in self._db.rows(f"{_PAGE} WHERE {where}", values)]

    def __iter__(self) -> Iterator[KnownPage]:
        return (KnownPage(*row) for row in self._db.stream(f"{_PAGE} ORDER BY address"))

    def get(self, address: str) -> KnownPage | None:
        """What is known of an address."""
        return next(iter(self._find("address = %s", (address,))), None)

    def listed_in(self, address: str) -> list[KnownPage]:
        """The pages that a feed or sitemap listed at any time, by address."""
        return self._find("listed_in = %s ORDER BY address", (address,))

    def due(self, listed_in: str, moment: int, most: int) -> list[KnownPage]:
        """At most `most` of the pages with an article that a listing listed and that are due, the longest due first."""
        where = "listed_in = %s AND article_id IS NOT NULL AND due <= %s ORDER BY due, address LIMIT %s"
        return self._find(where, (listed_in, moment, most))

    def of_article(self, article_id: str) -> list[KnownPage]:
        """The pages that an article was read from, by address."""
        return self._find("article_id = %s ORDER BY address", (article_id,))

    def put(self, page: KnownPage) -> None:
        """Remember an address, or what is new of it."""
        self._db.run(_PUT_PAGE, page)

    def remove(self, address: str) -> None:
        """Forget an address."""
        self._db.run("DELETE FROM pages WHERE address = %s", (address,))

    def remove_article(self, article_id: str) -> None:
        """Forget the addresses that an article was read from."""
        self._db.run("DELETE FROM pages WHERE article_id = %s", (article_id,))
