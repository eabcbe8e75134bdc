"""What a library remembers of the places that its articles come from: those it follows, and the pages got there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

PlaceKind = Literal["feed", "sitemap", "folder", "page"]


class Place(NamedTuple):
    """A feed, sitemap or page, by its address, or a folder, by its whole path; `columns` as `read_files` takes them.

    What is read there goes into the `collections`.
    """

    address: str
    kind: PlaceKind
    columns: Mapping[str, str]
    collections: tuple[str, ...] = ()


class KnownPage(NamedTuple):
    """An address that was read. `stamp` is what the feed or sitemap `listed_in` said of it then.

    `etag` and `last_modified` are the server's, by which it can say that nothing has changed since; `article_id` is
    None for listings, and for pages without an article. Moments are in seconds since 1970: `since` is when the page was
    new, `due` when it is to be asked for again, `gone` when the server first said that it is no more, or 0. `changes`
    counts how many times in a row it was another than before.
    """

    address: str
    listed_in: str | None = None
    stamp: str = ""
    article_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    since: int = 0
    due: int = 0
    changes: int = 0
    gone: int = 0


class Followed(Protocol):
    """The places that `sync` looks at again, in the order of their adding."""

    def __iter__(self) -> Iterator[Place]: ...

    def add(self, place: Place) -> None:
        """Follow a place, or change how it is followed."""
        ...

    def remove(self, address: str) -> bool:
        """Follow a place no more; its articles stay. True where it was followed."""
        ...


class Pages(Protocol):
    """The addresses that were read."""

    def __iter__(self) -> Iterator[KnownPage]:
        """All of them, by address."""
        ...

    def get(self, address: str) -> KnownPage | None:
        """What is known of an address."""
        ...

    def listed_in(self, address: str) -> list[KnownPage]:
        """The pages that a feed or sitemap listed at any time, by address."""
        ...

    def due(self, listed_in: str, moment: int, most: int) -> list[KnownPage]:
        """At most `most` of the pages with an article that a listing listed and that are due, the longest due first."""
        ...

    def of_article(self, article_id: str) -> list[KnownPage]:
        """The pages that an article was read from, by address."""
        ...

    def put(self, page: KnownPage) -> None:
        """Remember an address, or what is new of it."""
        ...

    def remove(self, address: str) -> None:
        """Forget an address."""
        ...

    def remove_article(self, article_id: str) -> None:
        """Forget the addresses that an article was read from."""
        ...
