"""What is whole in a database that is damaged anywhere, by the checksum of each row alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.identify import hash_content
from index.models.embedder import Vectors
from index.records import Article, Version
from index.storage.article_rows import to_article, to_version
from index.storage.encoding import decode_vectors
from index.storage.places import KnownPage, Place
from index.storage.raw_log import apply_log
from index.storage.raw_rows import Row, read_rows
from index.storage.sqlite.checked import (
    ARTICLES,
    FOLLOWED,
    MANIFEST,
    PAGES,
    PASSAGES,
    VECTORS,
    VERSIONS,
    Checked,
    is_whole,
)
from index.storage.sqlite.connection import copy_database
from index.storage.sqlite.places import to_place


@dataclass
class Salvaged:
    """What could be read, and the names of what could not ("article 12")."""

    manifest: dict[str, str] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    versions: dict[str, dict[int, Version]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    pages: list[KnownPage] = field(default_factory=list)
    vectors: dict[bytes, Vectors] = field(default_factory=dict)
    lost: dict[str, None] = field(default_factory=dict)


# Articles as they were in format 7, in 6 and before it, places in 7, and pages before 6.
_ARTICLES_7 = ARTICLES._replace(columns=ARTICLES.columns[:20])
_ARTICLES_6 = ARTICLES._replace(columns=ARTICLES.columns[:19])
_EARLIER = ARTICLES._replace(columns=ARTICLES.columns[:15])
_EARLIER_PAGES = PAGES._replace(columns=PAGES.columns[:6])
_EARLIER_FOLLOWED = FOLLOWED._replace(columns=FOLLOWED.columns[:3])
_ALL_ARTICLES = (ARTICLES, _ARTICLES_7, _ARTICLES_6, _EARLIER)
_NONE = "[]"  # no collections
_MADE_UP = (*(None,) * 19, "", _NONE)  # what an article's columns have that came later
_TEXT, _NUMBER, _BYTES, _MAYBE = str, int, bytes, (str, type(None))
# What kinds of values a row has in its columns, by which it is known whose it is.
_SHAPES: dict[Checked, tuple[Any, ...]] = {
    MANIFEST: (_TEXT, _TEXT),
    ARTICLES: (
        *(_TEXT,) * 4, *(_MAYBE,) * 3, _TEXT, _MAYBE, (int, type(None)), *(_MAYBE,) * 4, _TEXT, *(_MAYBE,) * 4,
        *(_TEXT,) * 2,
    ),
    _ARTICLES_7: (
        *(_TEXT,) * 4, *(_MAYBE,) * 3, _TEXT, _MAYBE, (int, type(None)), *(_MAYBE,) * 4, _TEXT, *(_MAYBE,) * 4, _TEXT,
    ),
    _ARTICLES_6: (
        *(_TEXT,) * 4, *(_MAYBE,) * 3, _TEXT, _MAYBE, (int, type(None)), *(_MAYBE,) * 4, _TEXT, *(_MAYBE,) * 4,
    ),
    _EARLIER: (
        *(_TEXT,) * 4, *(_MAYBE,) * 3, _TEXT, _MAYBE, (int, type(None)), *(_MAYBE,) * 4, _TEXT,
    ),
    VERSIONS: (_TEXT, _NUMBER, _TEXT, _TEXT, _TEXT, _MAYBE, _MAYBE),
    PASSAGES: (_NUMBER, _TEXT, _NUMBER, _NUMBER, _NUMBER, _BYTES, _NUMBER),
    VECTORS: (_BYTES, _BYTES),
    FOLLOWED: (_TEXT, _TEXT, _TEXT, _TEXT),
    _EARLIER_FOLLOWED: (_TEXT, _TEXT, _TEXT),
    PAGES: (_TEXT, _MAYBE, _TEXT, _MAYBE, _MAYBE, _MAYBE, *(_NUMBER,) * 4),
    _EARLIER_PAGES: (_TEXT, _MAYBE, _TEXT, _MAYBE, _MAYBE, _MAYBE),
}  # fmt: skip


def read_database(path: Path, scratch: Path) -> Salvaged:
    """Read all that is whole in the database at `path`; `scratch` is an empty folder for a copy of it.

    Of formats without checksums, texts are whole that have the hash that stands beside them, and all else is trusted.
    """
    copy = copy_database(path, scratch)
    apply_log(copy.with_name(f"{copy.name}-wal"), copy)
    found = _Reading(has_checksums=True).read(copy)
    return found if found.articles else _Reading(has_checksums=False).read(copy)


class _Reading:
    """One reading of all rows."""

    def __init__(self, *, has_checksums: bool) -> None:
        self._found = Salvaged()
        self._named: set[str] = set()  # ids of articles that other rows are of
        self._has_checksums = has_checksums
        more = (_NUMBER,) if has_checksums else ()
        self._shapes = {checked: (*shape, *more) for checked, shape in _SHAPES.items()}

    def read(self, path: Path) -> Salvaged:
        for number, row in read_rows(path):
            row = (number, *row[1:]) if number is not None and row[:1] == (None,) else row
            for checked, shape in self._shapes.items():
                if len(row) == len(shape) and all(map(isinstance, row, shape)):
                    self._take(checked, row)
        names = (ARTICLES.called.format(article_id) for article_id in self._named - self._found.articles.keys())
        self._found.lost.update(dict.fromkeys(sorted(names)))
        return self._found

    def _is_whole(self, checked: Checked, row: Row) -> bool:
        if self._has_checksums:
            return is_whole(row)
        if checked not in (*_ALL_ARTICLES, VERSIONS):
            return True
        title, text, known = row[2:5] if checked is VERSIONS else row[1:4]
        return bool(hash_content(title, text) == known)

    def _take(self, checked: Checked, row: Row) -> None:
        """Put a row where it belongs."""
        found = self._found
        if not self._is_whole(checked, row):
            if checked in (*_ALL_ARTICLES, VERSIONS, FOLLOWED, _EARLIER_FOLLOWED):
                found.lost[checked.called.format(*row)] = None
        elif checked is ARTICLES:
            found.articles[row[0]] = to_article(row)
        elif checked in _ALL_ARTICLES:
            written = row[: len(checked.columns)]
            found.articles[row[0]] = to_article((*written, *_MADE_UP[len(written) :]))
        elif checked is VERSIONS:
            found.versions.setdefault(row[0], {})[row[1]] = to_version(row)
            self._named.add(row[0])
        elif checked is PASSAGES:
            self._named.add(row[1])
        elif checked is FOLLOWED:
            found.places.append(to_place(row))
        elif checked is _EARLIER_FOLLOWED:
            found.places.append(to_place((*row[: len(_EARLIER_FOLLOWED.columns)], _NONE)))
        elif checked is PAGES:
            found.pages.append(KnownPage(*row[: len(PAGES.columns)]))
        elif checked is _EARLIER_PAGES:
            found.pages.append(KnownPage(*row[: len(_EARLIER_PAGES.columns)]))
        elif checked is MANIFEST:
            found.manifest[row[0]] = row[1]
        elif checked is VECTORS and row[1]:
            found.vectors[row[0]] = decode_vectors([row[1]], len(row[1]))[0]
