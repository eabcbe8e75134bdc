"""What a library remembers of the places that its articles come from: those it follows, and the pages got there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

PlaceKind = Literal["feed", "sitemap", "folder"]


class Place(NamedTuple):
    """A feed or sitemap, by its address, or a folder, by its whole path; `columns` as `read_files` takes them."""

    address: str
    kind: PlaceKind
    columns: Mapping[str, str]


class KnownPage(NamedTuple):
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
