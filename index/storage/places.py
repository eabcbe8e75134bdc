"""What a library remembers of the places that its articles come from: those it follows, and the pages got there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

PlaceKind = Literal["feed", "sitemap", "folder", "page"]


class Place(NamedTuple):
    """A feed, sitemap or page, by its address, or a folder, by its whole path; `columns` as `read_files` takes them."""

    address: str
    kind: PlaceKind
    columns: Mapping[str, str]


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
