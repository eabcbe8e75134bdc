"""When a page that is known is asked for again: soon while it is new, then at a growing distance."""

from __future__ import annotations

from time import time

from index.records import Article
from index.storage.places import KnownPage

_SOONEST = 15 * 60  # seconds
_SHARE = 2  # a page is left alone for this part of its age
_LATEST = 30 * 24 * 3600  # seconds
_RESTLESS = 5  # changes in a row, after which a page is taken to be another whenever it is asked for


def read_clock() -> int:
    """The moment, in seconds since 1970."""
    return int(time())


def note_visit(page: KnownPage, known: KnownPage | None, article: Article | None, old: Article | None) -> KnownPage:
    """Return what is to be remembered of a page that answered; `known` is what was known of it, `old` its article then.

    Its age is counted from its article's date, else from when it was first read, and a change makes it no younger:
    whatever a page does, it is asked for some twenty times in a month.
    """
    now = read_clock()
    published = article.published if article else None
    since = (known.since if known else 0) or min(now, int(published.timestamp()) if published else now)
    changed = article is not None and old is not None and article.content_hash != old.content_hash
    changes = (known.changes if known else 0) + 1 if changed else 0
    return postpone(page._replace(since=since, changes=changes, gone=0))


def note_gone(page: KnownPage) -> KnownPage:
    """Return what is to be remembered of a page that is no more, as its server says."""
    return postpone(page._replace(gone=page.gone or read_clock()))


def postpone(page: KnownPage) -> KnownPage:
    """Leave a page alone for half its age, a quarter of an hour at least and a month at most."""
    now = read_clock()
    return page._replace(due=now + min(max(_SOONEST, (now - page.since) // _SHARE), _LATEST))


def is_resting(page: KnownPage | None) -> bool:
    """True for a page that was another each time of late, until its age says that it is asked for again."""
    return page is not None and page.changes >= _RESTLESS and page.due > read_clock()
