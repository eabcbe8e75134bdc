"""What news agencies send: NewsML-G2, NewsML 1 and NITF (IPTC)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from index.errors import DatelineError
from index.identify import make_article
from index.records import Article, Failure
from index.text.dates import Dated, read_date

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = tuple(f"{{*}}{name}" for name in "p hl2 h1 h2 h3 h4 h5 h6 li pre blockquote".split())
_CAPTIONS = ("{*}media", "{*}figure", "{*}script", "{*}style")
# Where the formats have what: the first that says anything counts. "@" stands before an attribute.
_TITLES = ("contentMeta/headline", "NewsLines/HeadLine", "hedline/hl1", "head/title")
_BYLINES = ("contentMeta/by", "NewsLines/ByLine", "contentMeta/creator/name", "byline/person", "byline")
_SOURCES = (
    "itemMeta/provider/name", "itemMeta/provider@literal", "contentMeta/infosource/name", "distributor/org",
    "distributor", "pubdata@name", "ProviderId",
)  # fmt: skip
_DATES = (
    "contentMeta/contentCreated", "itemMeta/firstCreated", "itemMeta/versionCreated", "FirstCreated",
    "date.issue@norm", "story.date@norm", "date.release@norm", "pubdata@date.publication",
)  # fmt: skip
_CHANGES = ("contentMeta/contentModified", "itemMeta/versionCreated", "ThisRevisionCreated")
_LANGUAGES = ("contentMeta/language@tag", "Language@FormalName")
_IDS = ("NewsIdentifier/PublicIdentifier", "doc-id@id-string")
_BODIES = ("body.content", "contentSet/inlineXML", "contentSet/inlineData", "DataContent")
_BY = re.compile(r"^by\s+", re.IGNORECASE)


def read_news_xml(content: bytes, origin: str) -> Iterator[Article | Failure]:
    """Make an article of each item; entities are not written out, and nothing outside the file is read."""
    from lxml import etree

    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if root is None:
        raise DatelineError("it is damaged XML; get it again")
    items = list(root.iter("{*}newsItem", "{*}NewsItem")) or list(root.iter("{*}nitf"))
    if not items:
        raise DatelineError("it has no news items; leave it out")
    for n, item in enumerate(items):
        place = f"{origin}#{n}" if len(items) > 1 else origin
        try:
            yield _read_item(item, place)
        except DatelineError as error:
            yield Failure(place, str(error))
        except UnicodeError:  # lxml lets half of a character in ("&#xD800;") and can't write it out
            yield Failure(place, "it has a character that is none; get it again")


def _read_item(item: _Element, place: str) -> Article:
    place_of_date, dated = next(((path, d) for path in _DATES if (d := _read_moment(_find(item, path)))), ("", None))
    byline = _BY.sub("", _find(item, *_BYLINES))
    return make_article(
        _read_text(item),
        title=_find(item, *_TITLES),
        id=item.get("guid") or _find(item, *_IDS) or None,
        origin=place,
        source=_find(item, *_SOURCES) or None,
        source_evidence="markup",
        authors=[byline] if byline else [],
        authors_evidence="markup",
        published=dated,
        date_evidence=f"markup: {place_of_date}" if dated else None,
        modified=_read_moment(_find(item, *_CHANGES)),
        language=_find(item, *_LANGUAGES) or item.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _find(item: _Element, *paths: str) -> str:
    """The words of the first element among `paths` that has any, or of its attribute; else nothing."""
    for path in paths:
        names, _, attribute = path.partition("@")
        for element in item.iterfind(".//" + "/".join(f"{{*}}{name}" for name in names.split("/"))):
            words = element.get(attribute, "") if attribute else " ".join("".join(element.itertext()).split())
            if words:
                return words
    return ""


def _read_text(item: _Element) -> str:
    """The paragraphs of the first body, without captions."""
    from lxml import etree

    for path in _BODIES:
        body = item.find(".//" + "/".join(f"{{*}}{name}" for name in path.split("/")))
        if body is not None:
            etree.strip_elements(body, *_CAPTIONS, with_tail=False)
            blocks = [b for b in body.iter(*_BLOCKS) if next(b.iterdescendants(*_BLOCKS), None) is None]
            found = [" ".join("".join(block.itertext()).split()) for block in blocks or [body]]
            return "\n\n".join(filter(None, found))
    return ""


def _read_moment(text: str) -> Dated | None:
    """A date in any form of ISO 8601: agencies write 20240305T103000Z too."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return read_date(text)
    return read_date(when if "T" in text else when.date())
