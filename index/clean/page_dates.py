"""When a web page's article was published, by what the page says: its markup, a line at its headline, its address."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from index.clean.blocks import Block
from index.clean.prose import count_words, ends_sentence, is_prose
from index.text.dates import Dated, DateEvidence, find_date, find_url_date, is_day_first, read_date, read_path
from index.text.outlets import read_host

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "og:pubdate", "datepublished",
    "article.published", "article:published", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date",
    "publish_date", "publication_date", "publication-date", "pubdate", "dc.date.issued", "dcterms.issued",
    "citation_publication_date", "citation_date", "originalpublicationdate", "cxenseparse:recs:publishtime",
    "article_date_original", "article:post_date", "displaydate",
)  # fmt: skip
# Where some write when the page was made, or made again: what readers are shown at the headline counts more.
_LOOSE_METAS = (
    "date", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "dc.created", "datecreated",
    "date.created", "timestamp", "release_date", "last-publication",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "lastmod", "last-modified", "article.updated",
)  # fmt: skip
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review|Recipe|Critique|CreativeWork$", re.IGNORECASE)
_OTHER_TYPES = re.compile(r"Comment|Answer|Question|Product|Event|Rating|Image|Person|Organization", re.IGNORECASE)
_TIME_CLASSES = re.compile(r"publish|entry-date|post-?date|article-?date|pub-?date|date-?line|created", re.IGNORECASE)
_NEAR = 6  # how many blocks from the headline a byline is looked for
_INSIDE = 4  # how many blocks from the first paragraph on
_LONGEST_BYLINE = 12  # words
_LONGEST_NOTE = 50  # words of a line that says "published"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a date that was never set
_ZONES = (-8, 9)  # hours from UTC, from Los Angeles to Tokyo
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(?!\d)")
_SAYS_PUBLISHED = re.compile(
    r"\b(?:published|posted|publi[ée]e?|publicado|pubblicato|veröffentlicht|gepostet|erstellt|geschrieben|opublikowan\w+"
    r"|gepubliceerd|written|erschienen|mis en ligne|eingestellt|online seit)\b",
    re.IGNORECASE,
)
_SAYS_UPDATED = re.compile(
    r"\b(?:updated?|modified|aktualisiert|ge[äa]ndert|mis à jour|modifié|actualizado|aggiornato|atualizado|zuletzt"
    r"|aktualizacja|bijgewerkt|retrieved|abgerufen|consulté)\b",
    re.IGNORECASE,
)


class Page(NamedTuple):
    """A page as far as its dates need it; `kept` are the article's own blocks, at least one.

    `searched` is the day that htmldate finds, which looks through markup of all kinds.
    """

    tree: HtmlElement
    blocks: list[Block]
    title: str
    kept: list[str]
    url: str | None
    language: str | None
    searched: str | None


class PageDates(NamedTuple):
    """The dates of a page's article; None where there is no evidence."""

    published: DateEvidence | None
    modified: Dated | None


def find_page_dates(page: Page) -> PageDates:
    """Return the dates that a page gives its article.

    The address counts most, then markup that says "published", then a line at the headline, then markup that may mean
    another day. A date in the text, a footer or a list of other articles is none of the article's.
    """
    tree = page.tree
    day_first = is_day_first(page.language, read_host(page.url) or None)
    data = list(_read_json_ld(tree))
    modified = next((d for d in (read_date(v, day_first) for v in _modified_values(tree, data)) if d), None)
    finders = (
        filter(None, [find_url_date(page.url)]),
        _in_markup(tree, data, day_first),
        _in_bylines(page, day_first),
        _in_metas(tree, _LOOSE_METAS, day_first),
        _in_times(tree, day_first),
        _in_search(page),
    )
    found = (evidence for finder in finders for evidence in finder)
    published = next((evidence for evidence in found if evidence.dated.when != _EPOCH), None)
    if published and (others := _list_other_days(published.dated)):
        shown = next(_in_bylines(page, day_first), None)
        published = shown if shown and shown.dated.when.date() in others else published
    if published and modified and modified.when < published.dated.when:
        modified = None
    return PageDates(published and published._replace(dated=_to_local(published.dated, tree)), modified)


def _in_markup(tree: HtmlElement, data: list[dict[str, Any]], day_first: bool | None) -> Iterator[DateEvidence]:
    yield from _in_metas(tree, _PUBLISHED_METAS, day_first)
    for item in data:
        if dated := read_date(_to_text(item.get("datePublished")), day_first):
            yield DateEvidence(dated, "markup: JSON-LD datePublished")
    for element in tree.iterfind('.//*[@itemprop="datePublished"]'):
        if dated := _read_element(element, day_first):
            yield DateEvidence(dated, "markup: datePublished")
    for element in tree.iterfind(".//time[@pubdate]"):
        if dated := _read_element(element, day_first):
            yield DateEvidence(dated, "markup: time pubdate")
    for element in tree.iterfind(".//time[@class]"):
        if _TIME_CLASSES.search(element.get("class")) and (dated := _read_element(element, day_first)):
            yield DateEvidence(dated, f"markup: time {element.get('class')}")


def _in_metas(tree: HtmlElement, names: Sequence[str], day_first: bool | None) -> Iterator[DateEvidence]:
    metas = _read_metas(tree)
    for name in names:
        if dated := read_date(metas.get(name), day_first):
            yield DateEvidence(dated, f"markup: {name}")


def _in_bylines(page: Page, day_first: bool | None) -> Iterator[DateEvidence]:
    """Short lines at the headline, above the first paragraph and below the last; then any that says "published"."""
    for line in _list_bylines(page):
        short = count_words(line) <= _LONGEST_BYLINE and not (is_prose(line) and ends_sentence(line))
        dated = _find_published(line, day_first) if short else None
        if dated and _fits_url(dated, page.url):
            yield DateEvidence(dated, f"byline: {line}")
    for line in (b.text for b in page.blocks if count_words(b.text) <= _LONGEST_NOTE):
        dated = _find_published(line, day_first) if _SAYS_PUBLISHED.search(line) else None
        if dated and _fits_url(dated, page.url):
            yield DateEvidence(dated, f"byline: {line}")


def _list_bylines(page: Page) -> Iterator[str]:
    texts = [block.text for block in page.blocks]
    first = next((i for i, text in enumerate(texts) if text == page.kept[0]), 0)
    last = next((i for i in range(len(texts) - 1, -1, -1) if texts[i] == page.kept[-1]), first)
    for head in (i for i, text in enumerate(texts) if text == page.title):
        yield from texts[head + 1 : head + 1 + _NEAR]
        yield from reversed(texts[max(0, head - 2) : head])
    yield from reversed(texts[max(0, first - 2 * _NEAR) : first])
    yield from texts[first : first + _INSIDE]
    yield from texts[last + 1 : last + 1 + _NEAR // 2]


def _fits_url(dated: Dated, url: str | None) -> bool:
    """False where the address names another year and month than the date's."""
    match = _URL_MONTH.search(read_path(url))
    return match is None or (int(match[1]), int(match[2])) == (dated.when.year, dated.when.month)


def _find_published(line: str, day_first: bool | None) -> Dated | None:
    """The date in a line, if it isn't said to be that of an update."""
    update = _SAYS_UPDATED.search(line)
    return find_date(line[: update.start()] if update else line, day_first)


def _in_times(tree: HtmlElement, day_first: bool | None) -> Iterator[DateEvidence]:
    """The first time element of the only article element."""
    articles = tree.findall(".//article")
    times = articles[0].findall(".//time[@datetime]")[:1] if len(articles) == 1 else []
    for element in times:
        if dated := _read_element(element, day_first):
            yield DateEvidence(dated, "markup: time")


def _in_search(page: Page) -> Iterator[DateEvidence]:
    """The first of a month is what htmldate makes of a month alone, and of a day that there isn't."""
    if (dated := read_date(page.searched)) and dated.when.day > 1 and _fits_url(dated, page.url):
        yield DateEvidence(dated, "page: found by htmldate")


def _list_other_days(published: Dated) -> set[date]:
    """The other day that it was, where most people live, at a moment that is given in UTC: the outlet may show that."""
    if published.precision != "instant" or published.when.utcoffset():
        return set()
    return {(published.when + timedelta(hours=hours)).date() for hours in _ZONES} - {published.when.date()}


def _to_local(published: Dated, tree: HtmlElement) -> Dated:
    """The same moment in the outlet's own time zone, where the page gives it in UTC and, elsewhere, in that zone."""
    if published.precision != "instant" or published.when.utcoffset():
        return published
    for element in tree.iterfind(".//time[@datetime]"):
        dated = read_date(element.get("datetime"))
        if dated and dated.precision == "instant" and dated.when.utcoffset() and dated.when == published.when:
            return dated
    return published


def _modified_values(tree: HtmlElement, data: list[dict[str, Any]]) -> Iterator[str | None]:
    metas = _read_metas(tree)
    for item in data:
        yield _to_text(item.get("dateModified"))
    for name in _MODIFIED_METAS:
        yield metas.get(name)
    for element in tree.iterfind('.//*[@itemprop="dateModified"]'):
        yield element.get("content") or element.get("datetime")


def _read_json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The things that the page's JSON-LD tells of, articles first, nothing that is part of an article."""
    found: list[tuple[bool, dict[str, Any]]] = []
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        try:
            waiting = deque([json.loads((script.text or "").strip().rstrip(";"), strict=False)])
        except (ValueError, RecursionError):
            continue
        while waiting:
            item = waiting.popleft()
            if isinstance(item, list):
                waiting.extendleft(reversed(item))
            elif isinstance(item, dict):
                kind = str(item.get("@type", ""))
                waiting += [item[n] for n in ("@graph", "mainEntity", "mainEntityOfPage") if n in item]
                if not _OTHER_TYPES.search(kind):
                    found.append((not _ARTICLE_TYPES.search(kind), item))
    return (item for _, item in sorted(found, key=lambda pair: pair[0]))


def _read_metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name.strip().lower(), meta.get("content").strip())
    return metas


def _read_element(element: HtmlElement, day_first: bool | None) -> Dated | None:
    for written in (element.get("datetime"), element.get("content"), element.text_content()):
        if dated := read_date(written, day_first) or find_date(written or "", day_first):
            return dated
    return None


def _to_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
