"""Addresses to articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from index.errors import DatelineError, ReadError
from index.fetch.addresses import parse_address
from index.fetch.fetch_error import FetchError
from index.fetch.fetcher import Fetched, Fetcher
from index.fetch.own_site import Find, is_same_site, keep_to_site
from index.fetch.schedule import is_resting, note_gone, note_visit, postpone, read_clock
from index.read.charsets import decode_as
from index.read.formats.listing import Listed, Listing, complete, keep_known, make_listed_article
from index.read.kinds import ENDINGS
from index.read.subprocesses import BytesReader
from index.records import Article, Failure
from index.storage.places import Followed, KnownPage, Pages, Place

_DEEPEST = 2  # sitemaps in sitemaps
_TYPES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/markdown": ".md", "application/json": ".json",
    "text/csv": ".csv", "application/x-ndjson": ".jsonl", "text/plain": ".txt",
}  # fmt: skip
_LEFT_OUT = "left out"  # the stamp of a page that its feed or sitemap listed, and lists no more
_MOST_DUE = 100  # pages of one feed or sitemap that are asked for again in one go, though it says nothing new of them
_MOST_FAILURES = 1_000  # of one feed or sitemap that are named
_LISTINGS_BEGIN = (b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"{")
_LONGEST_META = 1024  # bytes at the beginning, in which a page names its charset: HTML, 4.2.5.4


class Outcome(NamedTuple):
    """What became of an address: an article or the reason why there is none, one that is there as it is, or is gone.

    `page` is to be remembered once the article is kept.
    """

    given: Article | Failure | None = None
    page: KnownPage | None = None
    unchanged: str | None = None
    gone: KnownPage | None = None


@dataclass
class _Walk:
    """A feed or sitemap with all that is in it, what was met of that, and what was asked for.

    `again`: it was read before, and what was read of it need not be there still. `conditional`: it need not be sent
    if it has not changed.
    """

    root: str
    again: bool = False
    conditional: bool = False
    seen: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seen.add(self.root)


class WebReader:
    """Reads pages, feeds and sitemaps for one library, whose articles `find` gives by their ids.

    `total` counts the addresses met so far: those in feeds and sitemaps too. What is followed by it goes into
    `collections`.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        content: BytesReader,
        pages: Pages,
        followed: Followed,
        find: Find,
        collections: tuple[str, ...] = (),
    ) -> None:
        self._fetcher = fetcher
        self._pages = pages
        self._followed = followed
        self._find = find
        self._collections = collections
        self._content = content
        self.total = 0

    def read(self, address: str, *, follow: bool = False) -> Iterator[Outcome]:
        """Read what is at an address. A feed or sitemap is followed from then on, and its pages are read.

        With `follow`, so is a page that has an article.
        """
        self.total += 1
        try:
            address = parse_address(address)
            fetched, page = self._fetch(address)
            listing = self._content.read_listing(fetched.content, fetched.url) if fetched.content is not None else None
        except DatelineError as error:
            yield Outcome(Failure(address, str(error), error.kind))
            return
        if listing is not None:
            self._followed.add(Place(address, listing.kind, {}, self._collections))
            yield from self._read_listing(listing, address, fetched, _Walk(address))
            return
        if fetched.content is None:
            outcomes = [Outcome(unchanged=page and page.article_id)]
        else:
            outcomes = list(self._read_page(Listed(address), address, fetched, page and page.listed_in))
        if follow and not any(isinstance(outcome.given, Failure) for outcome in outcomes):
            self._followed.add(Place(address, "page", {}, self._collections))
        yield from outcomes

    def read_again(self, address: str, *, ask_gone: bool) -> Iterator[Outcome]:
        """Read what is new in a feed or sitemap, and the pages that it listed at any time and that are due.

        With `ask_gone`, it is asked too whether pages are there that it lists no more, once when it leaves them out,
        and each time for those that were gone.
        """
        walk = _Walk(address, again=True, conditional=not ask_gone)
        whole = True
        for outcome in self._open_listing(address, walk):
            whole = whole and not isinstance(outcome.given, Failure)
            yield outcome
        if ask_gone and whole:
            for page in self._pages.listed_in(address):
                if page.address not in walk.seen and (page.gone or not is_left_out(page)):
                    yield from self._ask_again(page._replace(stamp=_LEFT_OUT), walk)
        for page in self._pages.due(address, read_clock(), _MOST_DUE) if whole or not ask_gone else ():
            if page.address not in walk.asked:
                yield from self._ask_again(page, walk)

    def read_followed_page(self, address: str) -> Iterator[Outcome]:
        """Read a page that is followed by itself, if it has changed."""
        page = self._pages.get(address) or KnownPage(address)
        if is_resting(page):
            yield Outcome(unchanged=page.article_id)
        else:
            yield from self._ask_again(page, _Walk(address))

    def _open_listing(self, address: str, walk: _Walk, depth: int = 0) -> Iterator[Outcome]:
        self.total += 1
        page = self._pages.get(address) if walk.conditional else None
        try:
            fetched = self._fetcher.get(address, page and page.etag, page and page.last_modified)
            if fetched.content is None:
                return
            listing = self._content.read_listing(fetched.content, fetched.url)
            if listing is None:
                raise ReadError("it is no feed or sitemap any more", "listing")
        except DatelineError as error:
            yield Outcome(Failure(address, str(error), error.kind))
            return
        yield from self._read_listing(listing, address, fetched, walk, depth)

    def _read_listing(
        self, listing: Listing, address: str, fetched: Fetched, walk: _Walk, depth: int = 0
    ) -> Iterator[Outcome]:
        failed = False
        failures = 0
        for sitemap in listing.sitemaps if depth < _DEEPEST else ():
            if sitemap not in walk.seen:
                walk.seen.add(sitemap)
                yield from self._open_listing(sitemap, walk, depth + 1)
        self.total += len(listing.pages)
        for listed in listing.pages:
            for outcome in self._read_listed(listed, fetched.url, walk):
                if isinstance(outcome.given, Failure):
                    failures += 1
                    failed = failed or outcome.page is None
                    outcome = outcome if failures <= _MOST_FAILURES else outcome._replace(given=None)
                yield outcome
        if failures > _MOST_FAILURES:
            left = failures - _MOST_FAILURES
            yield Outcome(Failure(address, f"{left:,} more of its pages can't be read; look at those before them"))
        # Only when all of it is in may the server say the next time that nothing is new.
        if not failed and not listing.sitemaps:
            yield Outcome(page=KnownPage(address, etag=fetched.etag, last_modified=fetched.last_modified))

    def _read_listed(self, listed: Listed, listing: str, walk: _Walk) -> Iterator[Outcome]:
        """Read a page that the listing at the address `listing` names; what that says of another site's is nothing."""
        try:
            address = parse_address(listed.url)
        except FetchError as error:
            yield Outcome(Failure(listed.url, str(error), error.kind), KnownPage(listed.url, walk.root, listed.stamp))
            return
        if address in walk.seen:
            return
        walk.seen.add(address)
        listed = listed if is_same_site(address, listing) else listed._replace(fields=None)
        try:
            page = self._pages.get(address)
            there = self._find_read(page)
            if page and (page.stamp == listed.stamp or is_resting(page)) and (there or walk.again):
                yield Outcome(unchanged=page.article_id if there else None)
                return
            walk.asked.add(address)
            fetched, page = self._fetch(address)
            self._refuse_listing(fetched)
        except DatelineError as error:
            if isinstance(error, FetchError) and error.passing:
                yield Outcome(Failure(address, str(error), error.kind))
            elif page and page.listed_in == walk.root and there and not there.feed and _is_gone(error):
                yield Outcome(gone=note_gone(page._replace(stamp=listed.stamp)))
            else:
                yield self._fall_back(listed, address, listing, walk.root, Failure(address, str(error), error.kind))
            return
        if fetched.content is not None:
            yield from self._read_page(listed, address, fetched, walk.root, listing)
        elif page:
            seen = page._replace(stamp=listed.stamp, listed_in=walk.root)
            yield Outcome(unchanged=page.article_id, page=note_visit(seen, page, there, there))

    def _refuse_listing(self, fetched: Fetched) -> None:
        """Raise DatelineError for a feed or sitemap in the place of a page: it might be the same under another name."""
        start = (fetched.content or b"")[:_LONGEST_META].lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith(_LISTINGS_BEGIN) and self._content.read_listing(fetched.content or b"", fetched.url):
            raise DatelineError("it is a feed or sitemap that another lists as a page; add its address by itself")

    def _fetch(self, address: str) -> tuple[Fetched, KnownPage | None]:
        """Get a page, if it has changed since the library's article was read from it."""
        page = self._pages.get(address)
        if page and self._find_read(page):
            return self._fetcher.get(address, page.etag, page.last_modified), page
        return self._fetcher.get(address), page

    def _find_read(self, page: KnownPage | None) -> Article | None:
        """The article that was read from a page, where it is there still."""
        return self._find(page.article_id) if page and page.article_id else None

    def _read_page(
        self, listed: Listed, address: str, fetched: Fetched, listed_in: str | None, listing: str = ""
    ) -> Iterator[Outcome]:
        ending = _TYPES.get(_read_type(fetched)) or PurePosixPath(urlsplit(fetched.url).path).suffix.lower()
        content = _to_utf8(fetched)
        ending = ending if ending in ENDINGS else ".html"
        read = self._content.read(content, fetched.url, ending=ending, url=fetched.url)
        articles = [keep_to_site(one, fetched.url, self._find) for one in read if isinstance(one, Article)]
        failures = [
            one._replace(origin=one.origin.replace(fetched.url, address)) for one in read if isinstance(one, Failure)
        ]
        if len(articles) == 1:
            # What a listing says is of the page at the address that it names, not of where that leads.
            fields = listed.fields if is_same_site(address, fetched.url) else None
            article = complete(articles[0], fields)
            old = self._find(article.id)
            if old is not None and fields is None and not old.feed:
                article = keep_known(article, old)
            page = KnownPage(address, listed_in, listed.stamp, article.id, fetched.etag, fetched.last_modified)
            yield Outcome(article, note_visit(page, self._pages.get(address), article, old))
        elif not articles:
            nothing = Failure(address, "there is nothing to read in it")
            failure = next(iter(failures), nothing)
            yield self._fall_back(listed, address, listing, listed_in, failure._replace(origin=address))
        else:
            yield from map(Outcome, articles)
            yield from map(Outcome, failures)

    def _fall_back(
        self, listed: Listed, address: str, listing: str, listed_in: str | None, failure: Failure
    ) -> Outcome:
        """What the feed itself has of a page that can't be read; the page is let be until the feed changes.

        It never takes the place of what was read from the page.
        """
        article = make_listed_article(listed, address, listing)
        known = self._pages.get(address)
        if article is None:
            page = KnownPage(address, listed_in, listed.stamp) if listed_in else None
            if known and known.article_id:
                page = postpone(known._replace(stamp=listed.stamp))
            return Outcome(failure, page)
        for article_id in filter(None, (article.id, known and known.article_id)):
            old = self._find(article_id)
            if old is not None and old.feed != article.feed:
                kept = KnownPage(address, listed_in, listed.stamp, old.id)
                return Outcome(unchanged=old.id, page=note_visit(kept, known, None, None))
        page = KnownPage(address, listed_in, listed.stamp, article.id)
        return Outcome(article, note_visit(page, known, article, None))

    def _ask_again(self, page: KnownPage, walk: _Walk) -> Iterator[Outcome]:
        """Ask for a page that was read before. What can't be had takes nothing away, and is asked for later."""
        self.total += 1
        walk.asked.add(page.address)
        article = self._find_read(page)
        if page.article_id and article is None:
            yield Outcome(page=postpone(page))  # somebody removed it, and it is not to come back
            return
        try:
            fetched, _ = self._fetch(page.address)
        except FetchError as error:
            if error.gone:
                yield Outcome(gone=note_gone(page))
            else:
                known = self._pages.get(page.address) or page
                yield Outcome(Failure(page.address, str(error), error.kind), postpone(known))
            return
        if fetched.content is None:
            yield Outcome(unchanged=page.article_id, page=note_visit(page, page, article, article))
        else:
            yield from self._read_page(Listed(page.address, page.stamp), page.address, fetched, page.listed_in)


def _is_gone(error: DatelineError) -> bool:
    return isinstance(error, FetchError) and error.gone


def is_left_out(page: KnownPage) -> bool:
    """True for a page that its feed or sitemap listed, and lists no more."""
    return page.stamp == _LEFT_OUT


def _read_type(fetched: Fetched) -> str:
    return fetched.content_type.partition(";")[0].strip().lower()


def _to_utf8(fetched: Fetched) -> bytes:
    """The content in UTF-8 where the server alone says which charset it is in, and it may be that."""
    content = fetched.content or b""
    _, _, charset = fetched.content_type.lower().partition("charset=")
    charset = charset.partition(";")[0].strip(" \"'")
    if not charset or b"\0" in content or b"charset" in content[:_LONGEST_META].lower():
        return content
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        pass
    text = decode_as(content, charset)
    return content if text is None else text.encode("utf-8")
