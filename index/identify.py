"""What makes an article the same, another version, or another one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from index.errors import DatelineError
from index.records import Article, DatePrecision, Version
from index.text.collection_names import read_collections
from index.text.datelines import Dateline, date_by_dateline, find_dateline
from index.text.dates import Dated, find_url_date, read_date
from index.text.outlets import find_agency, settle_outlet
from index.word_places import check_word_places

_LONGEST_TITLE = 500
_LONGEST_ID = 500
_LONGEST_EVIDENCE = 200
_LONGEST_LANGUAGE = 100
_LONGEST_AGENCY = 100
_GIVEN = "given with the article"
_NOT_WORD = re.compile(r"[\s_-]+")
# The fields of an article, with the other names that feeds and exports have for them.
ARTICLE_FIELDS = {
    "text": ("body", "content", "articleBody", "fullText", "mainText", "story", "articleText"),
    "title": ("headline",),
    "id": (),
    "url": ("link", "webUrl", "canonicalUrl"),
    "origin": (),
    "source": ("publisher", "outlet", "sourceName", "newspaper"),
    "authors": ("author",),
    "published": (
        *("date", "datePublished", "publishedAt", "pubDate", "pubDatetime", "publishDate", "publishedDate"),
        *("publicationDate", "webPublicationDate"),
    ),
    "published_precision": (),
    "modified": ("dateModified", "updated", "updatedDate", "lastmod", "lastModified", "lastModifiedAt", "modDatetime"),
    "language": ("lang",),
    "date_evidence": (),
    "language_evidence": (),
    "source_evidence": (),
    "authors_evidence": (),
    "agency": (),
    "word_places": (),
    "collections": (),
    "removed": (),
}
# Parameters that say where a reader came from, not what is read.
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "ref_src", "cmpid")


def canonical_url(url: str) -> str:
    """Return the URL without fragment, tracking parameters and a slash at the end; host in lower case."""
    parts = urlsplit(url.strip())
    kept = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if not n.lower().startswith(_TRACKING)]
    path = parts.path.rstrip()
    while path.endswith("/"):
        path = path.rstrip("/").rstrip()
    return urlunsplit((parts.scheme.lower(), parts.netloc.strip().lower(), path, urlencode(kept), ""))


def hash_content(title: str, text: str) -> str:
    """Return the sha256 of title and text, white space squeezed."""
    squeezed = " ".join(title.split()) + "\n" + " ".join(text.split())
    return hashlib.sha256(squeezed.encode()).hexdigest()


def make_article(
    text: str,
    *,
    title: str = "",
    id: str | None = None,
    url: str | None = None,
    origin: str | None = None,
    source: str | None = None,
    authors: Sequence[str] = (),
    published: str | date | Dated | None = None,
    modified: str | date | Dated | None = None,
    language: str | None = None,
    date_evidence: str | None = None,
    language_evidence: str | None = None,
    source_evidence: str | None = None,
    authors_evidence: str | None = None,
    agency: str | None = None,
    printed: str | date | Dated | None = None,
    word_places: str = "",
    collections: Iterable[str] = (),
    removed: str = "",
) -> Article:
    """Make an Article of clean text; raise DatelineError where there is no text or no identity.

    The id is the one given, else made from the canonical URL, else from `origin`. Without a date, the day in the URL
    counts, else that of the dateline, whose year may be known from when the article was `printed` or changed. The
    outlet is settled by `settle_outlet`; where there is neither outlet nor URL, it is the agency of the dateline.
    """
    text = make_storable(text).strip()
    title = _squeeze(title)[:_LONGEST_TITLE].rstrip()
    if not text:
        raise DatelineError("it has no text; leave it out")
    try:
        url = canonical_url(make_storable(url)) if url else None
    except ValueError:
        raise DatelineError(f"its url {url!r} is not a URL; fix it or leave it out") from None
    origin = make_storable(origin) if origin else None
    if word_places:
        check_word_places(word_places, title, text)
    dated, changed = read_date(published), read_date(modified)
    dateline = find_dateline(text)
    there = read_date(printed) or changed
    if not dated and (found := find_url_date(url) or date_by_dateline(dateline, there.when if there else None)):
        dated, date_evidence = found
    authors = [name for a in authors if (name := _squeeze(a))]
    outlet, source_evidence = settle_outlet(_squeeze(source) or None, source_evidence, url)
    if outlet is None and url is None and dateline:
        outlet, source_evidence = dateline.agency, f"likely, by its dateline: {dateline.written}"
    return Article(
        id=_make_id(id, url or origin),
        title=title,
        text=text,
        content_hash=hash_content(title, text),
        url=url,
        origin=origin,
        source=outlet,
        authors=tuple(authors),
        published=dated.when if dated else None,
        published_precision=dated.precision if dated else None,
        modified=changed.when if changed else None,
        language=_squeeze(language)[:_LONGEST_LANGUAGE] or None,
        date_evidence=_shorten(date_evidence) if dated else None,
        language_evidence=_shorten(language_evidence) if language else None,
        source_evidence=_shorten(source_evidence or _GIVEN) if outlet else None,
        authors_evidence=_shorten(authors_evidence or _GIVEN) if authors else None,
        agency=_squeeze(agency)[:_LONGEST_AGENCY] or _name_agency(dateline, authors),
        word_places=word_places,
        collections=read_collections(collections),
        removed=make_storable(removed),
    )


def _name_agency(dateline: Dateline | None, authors: Iterable[str]) -> str | None:
    """The news agency that a dateline or byline names."""
    return dateline.agency if dateline else next(filter(None, map(find_agency, authors)), None)


def _squeeze(text: str | None) -> str:
    return " ".join(make_storable(text or "").split())


def _shorten(evidence: str | None) -> str | None:
    return make_storable(evidence)[:_LONGEST_EVIDENCE] if evidence else None


def _make_id(given: str | None, place: str | None) -> str:
    """The id that was given, else one made of the place; raise DatelineError where there is neither."""
    if given is not None:
        given = make_storable(given).strip()
        if not given or len(given) > _LONGEST_ID:
            raise DatelineError(f"its id is empty or longer than {_LONGEST_ID} characters; give it another")
        return given
    if not place:
        raise DatelineError("it has neither `id` nor `url`; give it one, so that it can be known again")
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def make_article_from_mapping(
    fields: Mapping[str, Any], *, origin: str | None = None, columns: Mapping[str, str] | None = None
) -> Article:
    """Make an Article of a mapping with `text` and at least `id` or `url`; names it doesn't know are passed over.

    The names that feeds and exports use are understood too, in any case ("Headline", "pub_date"); `columns` says by
    what other name a field goes ({"title": "kicker"}).
    """
    found = find_columns(fields, columns or {})
    given = {field: fields[name] for field, name in found.items()}
    modified = given.get("modified")
    id_ = given.get("id")
    return make_article(
        _text(given, "text"),
        title=_text(given, "title"),
        id=str(id_) if id_ is not None else None,
        url=_text(given, "url") or None,
        origin=_text(given, "origin") or origin,
        source=_text({"source": _name(given.get("source"))}, "source") or None,
        authors=_names(given.get("authors")),
        published=_read_published(given.get("published"), given.get("published_precision")),
        modified=modified if isinstance(modified, (str, date)) else None,
        language=_text(given, "language") or None,
        date_evidence=_text(given, "date_evidence") or _GIVEN,
        language_evidence=_text(given, "language_evidence") or None,
        source_evidence=_text(given, "source_evidence") or None,
        authors_evidence=_text(given, "authors_evidence") or None,
        agency=_text(given, "agency") or None,
        word_places=_text(given, "word_places"),
        collections=_list_collections(given.get("collections")),
        removed=_text(given, "removed"),
    )


def article_to_fields(article: Article) -> dict[str, Any]:
    """Return what `make_article_from_mapping` makes the same article of; times are ISO 8601."""
    values = {field.name: getattr(article, field.name) for field in fields(article)}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


def find_columns(names: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the name that each field of an article goes by among `names`, for those that are there.

    `columns` comes first: {"title": "kicker"}. Case, spaces, hyphens and underscores don't count.
    """
    by_form = {_NOT_WORD.sub("", str(name)).lower(): name for name in reversed(list(names))}
    found = {}
    for field, aliases in ARTICLE_FIELDS.items():
        wanted = [columns[field]] if field in columns else [field, *aliases]
        forms = (_NOT_WORD.sub("", name).lower() for name in wanted)
        name = next((by_form[form] for form in forms if form in by_form), None)
        if name is not None:
            found[field] = name
    return found


def make_storable(text: str) -> str:
    """Take out what no text column or page can hold: nulls and halves of surrogate pairs; line ends become \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _read_published(value: Any, precision: Any) -> Dated | None:
    """The date, as precise as `article_to_fields` says beside it."""
    dated = read_date(value) if isinstance(value, (str, date)) else None
    known = next((known for known in get_args(DatePrecision) if known == precision), None)
    if known is None or not isinstance(value, str):
        return dated
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return dated
    return Dated(when if when.tzinfo else when.replace(tzinfo=UTC), known)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DatelineError(f"its `{name}` is not a text; fix it")
    return value


def _name(value: Any) -> Any:
    """The name in an object with one (as news services write sources), else the value itself."""
    return value.get("name") if isinstance(value, Mapping) else value


def _names(value: Any) -> list[str]:
    """The names in a text, in an object with `name` (as JSON-LD has it), or in a list of either."""
    found = [_name(a) for a in (value if isinstance(value, list | tuple) else [value])]
    if any(name is not None and not isinstance(name, str) for name in found):
        raise DatelineError("its `authors` is not a list of names; fix it")
    return [name for name in found if name and name.strip()]


def _list_collections(value: Any) -> list[str]:
    """The names in a list, or in a text with commas between them, as a table has it."""
    if isinstance(value, str):
        value = [name for name in value.split(",") if name.strip()]
    found = [] if value is None else value
    if not isinstance(found, list | tuple) or not all(isinstance(name, str) for name in found):
        raise DatelineError("its `collections` is not a list of names; fix it")
    return list(found)


def recall_version(article: Article, version: Version) -> Article:
    """The article with a text that it had before."""
    return replace(
        article,
        title=version.title,
        text=version.text,
        content_hash=hash_content(version.title, version.text),
        published=version.published,
        modified=version.modified,
        word_places="",
    )
