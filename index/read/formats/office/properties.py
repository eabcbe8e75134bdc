"""What office documents say of themselves (who wrote them, and when), and the zip archives that most of them are."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from index.read.formats.archives import Budget, refuse_overlaps
from index.read.formats.plain_text import read_text
from index.records import Article
from index.text.dates import Dated, read_date

_PARTS = ("docProps/core.xml", "meta.xml")  # of Office Open XML (ECMA-376) and of OpenDocument
_AUTHOR_NAMES = ("initial-creator", "creator")
_DATE_NAMES = ("created", "creation-date")
# Whom a document names that a program made from its own template, with the template's date.
_TEMPLATE_AUTHORS = {"python-docx", "openpyxl", "Steve Canny"}
_NO_NAMES = {"", "admin", "author", "microsoft office user", "unknown", "unknown author", "user", "windows user"}
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)  # before it there were none: it is where a program's clock begins


class Properties(NamedTuple):
    """What a document says of itself; nothing and None where it doesn't."""

    author: str = ""
    created: Dated | None = None


def open_office_zip(content: bytes) -> zipfile.ZipFile:
    """Open an office document that is a zip archive; raise DatelineError for one that holds too much."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    refuse_overlaps(archive)
    Budget(len(content), 0).spend(sum(info.file_size for info in archive.infolist()))
    return archive


def read_properties(archive: zipfile.ZipFile) -> Properties:
    """Return the author and the date of creation; nothing of a part that is damaged, which is not the article."""
    from lxml import etree

    part = next((name for name in _PARTS if name in archive.namelist()), None)
    if part is None:
        return Properties()
    try:
        root = etree.fromstring(archive.read(part), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return Properties()
    names = [(root.findtext(f".//{{*}}{name}") or "").strip() for name in _AUTHOR_NAMES]
    dates = [(root.findtext(f".//{{*}}{name}") or "").strip() for name in _DATE_NAMES]
    return check_properties(next(filter(None, names), ""), next(filter(None, dates), ""))


def check_properties(author: str, created: str | datetime | None) -> Properties:
    """Return what can be believed of an author and a date: no template's, no clock that was never set, no future."""
    if author in _TEMPLATE_AUTHORS:
        return Properties()
    dated = read_date(created)
    if dated and not _FIRST < dated.when < datetime.now(UTC) + timedelta(days=1):
        dated = None
    return Properties("" if author.casefold() in _NO_NAMES else author, dated)


def read_document(text: str, origin: str, properties: Properties) -> list[Article]:
    """Make one article of a document's text, and of what its properties say and the text doesn't."""
    created = properties.created
    return [complete(article, properties) for article in read_text(text, origin, created.when if created else None)]


def complete(article: Article, properties: Properties) -> Article:
    """Return the article with what its text doesn't say, and the document's properties do."""
    if properties.author and not article.authors:
        names = (" ".join(properties.author.split()),)
        article = replace(article, authors=names, authors_evidence="likely, by the document's author")
    if properties.created and not article.published:
        when, precision = properties.created
        said = f"likely, by the document's creation: {when.isoformat(' ', 'minutes')}"
        article = replace(article, published=when, published_precision=precision, date_evidence=said)
    return article
