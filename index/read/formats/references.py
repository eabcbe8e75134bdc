"""What reference managers export: RIS, and Zotero's RDF. The text is the notes and the abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.errors import DatelineError
from index.read.formats.csl import join_notes
from index.read.formats.rows import make_row
from index.records import Article, Failure

if TYPE_CHECKING:
    from lxml.etree import _Element

_RIS_LINE = re.compile(r"^([A-Z][A-Z0-9])  -[ \t]?(.*)$")
_RIS_FIELDS = {
    "title": ("TI", "T1", "CT"),
    "source": ("T2", "JO", "JF", "BT", "PB"),
    "published": ("DA", "PY", "Y1"),
    "url": ("UR", "L2"),
    "language": ("LA",),
}
_RIS_AUTHORS = ("AU", "A1")
_RIS_TEXTS = ("N2", "AB", "N1")
_ZOTERO = "{http://www.zotero.org/namespaces/export#}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NO_ITEMS = ("attachment", "note", "")


def read_ris(text: str, origin: str) -> Iterator[Article | Failure]:
    """Make an article of each reference of a RIS file."""
    for n, tags in enumerate(_split_ris(text)):
        fields: dict[str, Any] = {
            name: next((tags[tag][0] for tag in given if tag in tags), None) for name, given in _RIS_FIELDS.items()
        }
        fields["published"] = (fields["published"] or "").strip("/").replace("/", "-") or None
        fields["authors"] = [_turn_name(name) for tag in _RIS_AUTHORS for name in tags.get(tag, ())]
        fields["text"] = join_notes(note for tag in _RIS_TEXTS for note in tags.get(tag, ()))
        yield make_row({k: v for k, v in fields.items() if v}, f"{origin}#{n}", {})


def _split_ris(text: str) -> Iterator[dict[str, list[str]]]:
    """The references, each with the values of its tags; a line without a tag goes on with the value before it."""
    tags: dict[str, list[str]] = {}
    last: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        match = _RIS_LINE.match(line)
        if match and match[1] == "ER":
            yield tags
            tags, last = {}, []
        elif match:
            last = tags.setdefault(match[1], [])
            last.append(match[2].strip())
        elif last:
            last[-1] += f"\n{line}"
    if tags:
        yield tags


def read_zotero(content: bytes, origin: str) -> Iterator[Article | Failure]:
    """Make an article of each item of an export of Zotero in RDF, with the notes that belong to it."""
    from lxml import etree

    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if root is None:
        raise DatelineError("it is damaged XML; export it again")
    notes = {e.get(f"{_RDF}about"): e.findtext(f"{_RDF}value") or "" for e in root.iterfind("{*}Memo")}
    items = [item for item in root if item.findtext(f"{_ZOTERO}itemType", "") not in _NO_ITEMS]
    if not items:
        raise DatelineError("it is an export without items; leave it out")
    for n, item in enumerate(items):
        texts = [notes.get(e.get(f"{_RDF}resource"), "") for e in item.iterfind("{*}isReferencedBy")]
        fields = {
            "text": join_notes([item.findtext("{*}abstract") or "", *texts]),
            "title": item.findtext("{*}title"),
            "source": item.findtext("{*}isPartOf/*/{*}title") or item.findtext("{*}publisher//{*}name"),
            "published": item.findtext("{*}date"),
            "url": item.findtext(f"{{*}}identifier/{{*}}URI/{_RDF}value"),
            "language": item.findtext(f"{_ZOTERO}language") or item.findtext("{*}language"),
            "authors": list(filter(None, map(_read_person, item.iterfind("{*}authors//{*}Person")))),
        }
        yield make_row({k: v for k, v in fields.items() if v}, f"{origin}#{n}", {})


def _read_person(person: _Element) -> str:
    names = (person.findtext("{*}givenName"), person.findtext("{*}surname"))
    return " ".join(name.strip() for name in names if name)


def _turn_name(name: str) -> str:
    """ "Smith, Jo" as "Jo Smith"."""
    family, _, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip()
