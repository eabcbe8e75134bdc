"""The library's only truth: articles, versions, passages and vectors in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import DatelineError
from index.models.embedder import Vectors
from index.records import NO_FILTERS, Article, DatePrecision, Filters, Passage, Version
from index.storage.connection import READING_KIB, WRITING_KIB, connect_sqlite, set_cache
from index.storage.encoding import encode_vectors
from index.storage.full_disk import name_full_disk
from index.storage.schema import FORMAT, create_tables, is_older, read_format, upgrade_tables
from index.storage.sql_filters import fold_case, write_where
from index.text.languages import read_language

_COLUMNS = (
    "id, title, text, content_hash, url, origin, source, authors, published, published_precision, modified, language, "
    "date_evidence, removed"
)
_CHUNK = 500  # values bound in one statement; SQLite's own limit is 32,766


class Store:
    """Articles and passages in `dateline.db`. Each thread has a connection of its own.

    Reads between `read()` and its end see one generation; `write()` is one transaction and makes the next.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        try:
            with name_full_disk(path.parent):
                found = self._prepare()
        except sqlite3.DatabaseError as error:
            self.close()
            raise DatelineError(
                f"{path} is not a library that Dateline can open ({error}). Restore it from a backup, or "
                "remove the folder and add the articles again."
            ) from error
        if found != str(FORMAT):
            self.close()
            raise DatelineError(
                f"the library {path.parent} has format {found}; this Dateline reads format {FORMAT}. "
                "Use the Dateline that made it, or add the articles to a new library."
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            db = connect_sqlite(self._path)
            set_cache(db, READING_KIB)
            db.create_function("fold", 1, fold_case, deterministic=True)
            db.create_function("language_tag", 1, read_language, deterministic=True)
            self._close_unused()
            self._connections[threading.current_thread()] = db
            self._local.db = db
        db = self._local.db
        assert isinstance(db, sqlite3.Connection)
        return db

    def close(self) -> None:
        """Close every thread's connection."""
        while self._connections:
            self._connections.popitem()[1].close()
        self._local = threading.local()

    def _close_unused(self) -> None:
        """Close the connections of threads that are over: a server's come and go."""
        for thread in [thread for thread in list(self._connections) if not thread.is_alive()]:
            if db := self._connections.pop(thread, None):
                db.close()

    @contextmanager
    def read(self) -> Iterator[int]:
        """Hold one generation, whose number is given, for the reads inside."""
        self.connection.execute("BEGIN")
        try:
            yield self.generation()
        finally:
            self.connection.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[int]:
        """One transaction that makes the next generation, whose number is given; all of it or nothing."""
        with self._transaction():
            generation = self.generation() + 1
            self.put_manifest({"generation": generation})
            yield generation

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        set_cache(self.connection, WRITING_KIB)
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
            set_cache(self.connection, READING_KIB)
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _prepare(self) -> str | None:
        """Make the tables, or bring older ones up to date; of two processes that try at once, the first does.

        Returns the format that they have then.
        """
        if _is_ready(read_format(self.connection)):
            return read_format(self.connection)
        with self._transaction():
            found = read_format(self.connection)
            if found is None:
                create_tables(self.connection)
            elif is_older(found):
                upgrade_tables(self.connection, found)
            return read_format(self.connection)

    # The manifest

    def manifest(self) -> dict[str, str]:
        """What the library was made with: format, generation, embedder, passage settings."""
        return dict(self.connection.execute("SELECT name, value FROM manifest"))

    def put_manifest(self, values: dict[str, Any]) -> None:
        """Set values of the manifest, kept as text."""
        self.connection.executemany(
            "INSERT INTO manifest VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [(name, str(value)) for name, value in values.items()],
        )

    def generation(self) -> int:
        """The number of the newest committed write; 0 for an empty library."""
        (value,) = self.connection.execute("SELECT value FROM manifest WHERE name = 'generation'").fetchone()
        return int(value)

    # Articles

    def article(self, article_id: str) -> Article | None:
        """Return one article, or None."""
        return next(iter(self._articles("WHERE id = ?", (article_id,))), None)

    def articles(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters that have these words in title or text; the oldest first, undated last."""
        where, values = write_where(filters, containing)
        return self._articles(f"{where} ORDER BY published_at IS NULL, published_at, id", values)

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        """`limit` of those articles from the `offset`th on, and how many there are in all; undated ones come last."""
        where, values = write_where(filters, containing)
        order = f"published_at IS NULL, published_at {'DESC' if newest_first else 'ASC'}, id"
        found = list(self._articles(f"{where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset]))
        total: int = self.connection.execute(f"SELECT COUNT(*) FROM articles {where}", values).fetchone()[0]
        return found, total

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there."""
        found: dict[str, Article] = {}
        for chunk in _chunks(sorted(ids)):
            marks = ", ".join("?" * len(chunk))
            found.update((a.id, a) for a in self._articles(f"WHERE id IN ({marks})", chunk))
        return found

    def ids_beginning(self, prefix: str) -> list[str]:
        """Ids that begin with `prefix`, at most ten."""
        rows = self.connection.execute(
            "SELECT id FROM articles WHERE substr(id, 1, length(?)) = ? ORDER BY id LIMIT 10", (prefix, prefix)
        )
        return [row[0] for row in rows]

    def ids_with_content(self, content_hash: str) -> list[str]:
        """Ids of the articles with this content, sorted."""
        rows = self.connection.execute("SELECT id FROM articles WHERE content_hash = ? ORDER BY id", (content_hash,))
        return [row[0] for row in rows]

    def _articles(self, where: str, values: Sequence[Any]) -> Iterator[Article]:
        for row in self.connection.execute(f"SELECT {_COLUMNS} FROM articles {where}", values):
            yield _to_article(row)

    def put_article(self, article: Article) -> None:
        """Add an article, or put it in the place of the one with its id, whose text, if another, becomes a version."""
        self.connection.execute(
            "INSERT INTO versions SELECT id, (SELECT COUNT(*) + 1 FROM versions WHERE article_id = id), title, "
            "text, content_hash, published, modified FROM articles WHERE id = ? AND content_hash != ?",
            (article.id, article.content_hash),
        )
        names = [*_COLUMNS.split(", "), "published_at"]
        marks = ", ".join("?" * len(names))
        sets = ", ".join(f"{n} = excluded.{n}" for n in names[1:])
        self.connection.execute(
            f"INSERT INTO articles ({', '.join(names)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}",
            (
                article.id,
                article.title,
                article.text,
                article.content_hash,
                article.url,
                article.origin,
                article.source,
                json.dumps(article.authors, ensure_ascii=False),
                article.published.isoformat() if article.published else None,
                article.published_precision,
                article.modified.isoformat() if article.modified else None,
                article.language,
                article.date_evidence,
                article.removed,
                int(article.published.timestamp()) if article.published else None,
            ),
        )

    def remove_article(self, article_id: str, generation: int) -> None:
        """Remove an article with its versions and passages."""
        self.remove_passages(article_id, generation)
        self.connection.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        self.connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before the present one, the oldest first."""
        rows = self.connection.execute(
            "SELECT number, title, text, published, modified FROM versions WHERE article_id = ? ORDER BY number",
            (article_id,),
        )
        return [Version(n, title, text, to_datetime(p), to_datetime(m)) for n, title, text, p, m in rows]

    # Passages and vectors

    def put_passages(self, passages: Sequence[Passage], keys: Sequence[bytes], generation: int) -> None:
        """Add passages, each with the key of its vector, as new in `generation`."""
        self.connection.executemany(
            "INSERT INTO passages (article_id, ordinal, start, stop, vector_key, generation) VALUES (?, ?, ?, ?, ?, ?)",
            [(p.article_id, p.ordinal, p.start, p.end, key, generation) for p, key in zip(passages, keys, strict=True)],
        )

    def remove_passages(self, article_id: str, generation: int, keep: Container[bytes] = ()) -> None:
        """Remove an article's passages, and vectors that no passage has any more, but for those in `keep`."""
        self.connection.execute(
            "INSERT INTO removals SELECT number, ? FROM passages WHERE article_id = ?", (generation, article_id)
        )
        keys = self.connection.execute("SELECT vector_key FROM passages WHERE article_id = ?", (article_id,)).fetchall()
        self.connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        self.connection.executemany(
            "DELETE FROM vectors WHERE key = ? AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = key)",
            [row for row in keys if row[0] not in keep],
        )

    def missing_vectors(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of `keys` that have no vector yet."""
        wanted = set(keys)
        for chunk in _chunks(sorted(wanted)):
            marks = ", ".join("?" * len(chunk))
            wanted -= {r[0] for r in self.connection.execute(f"SELECT key FROM vectors WHERE key IN ({marks})", chunk)}
        return wanted

    def put_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector a key."""
        self.connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", pack_vectors(keys, vectors))

    def passages(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return the passages with these numbers, each with its article; a number that is gone is left out."""
        rows: list[tuple[int, str, int, int, int]] = []
        for chunk in _chunks(numbers):
            wanted = f"WHERE number IN ({', '.join('?' * len(chunk))})"
            rows += self.connection.execute(
                f"SELECT number, article_id, ordinal, start, stop FROM passages {wanted}", chunk
            )
        articles = self.articles_by_id({row[1] for row in rows})
        found: dict[int, tuple[Passage, Article]] = {}
        for number, id_, ordinal, start, stop in rows:
            article = articles[id_]
            passage = Passage(f"{id_}:{ordinal}", id_, ordinal, start, stop, article.text[start:stop])
            found[number] = (passage, article)
        return found

    def texts_since(self, generation: int) -> Iterator[tuple[int, str]]:
        """Number, and title with text, of the passages that came after `generation` and are still there, by number."""
        return self.connection.execute(
            "SELECT number, title || char(10) || substr(text, start + 1, stop - start) FROM passages "
            "JOIN articles ON id = article_id WHERE generation > ? ORDER BY number",
            (generation,),
        )

    def vectors_since(self, generation: int) -> Iterator[tuple[int, bytes]]:
        """Number and vector, as it is kept, of the passages that came after `generation` and are still there."""
        return self.connection.execute(
            "SELECT number, vector FROM passages JOIN vectors ON key = vector_key WHERE generation > ? ORDER BY number",
            (generation,),
        )

    def removals_since(self, generation: int) -> list[int]:
        """Numbers of the passages that went after `generation`."""
        rows = self.connection.execute("SELECT number FROM removals WHERE generation > ?", (generation,))
        return [row[0] for row in rows]

    # Filters and counts

    def numbers_within(self, filters: Filters) -> list[int]:
        """Numbers of the passages whose articles pass the filters, sorted."""
        where, values = write_where(filters)
        rows = self.connection.execute(
            f"SELECT number FROM passages JOIN articles ON id = article_id {where} ORDER BY number", values
        )
        return [row[0] for row in rows]

    def counts(self) -> dict[str, Any]:
        """Numbers of articles, passages, sources and undated articles, first and last `published`."""
        query = (
            "SELECT COUNT(*), (SELECT COUNT(*) FROM passages), COUNT(DISTINCT source), "
            "COUNT(*) - COUNT(published_at), "
            "(SELECT published FROM articles WHERE published IS NOT NULL ORDER BY published_at LIMIT 1), "
            "(SELECT published FROM articles ORDER BY published_at DESC LIMIT 1) FROM articles"
        )
        articles, passages, sources, undated, first, last = self.connection.execute(query).fetchone()
        return {
            "articles": articles,
            "passages": passages,
            "sources": sources,
            "undated": undated,
            "first_published": to_datetime(first),
            "last_published": to_datetime(last),
        }


def _is_ready(found: str | None) -> bool:
    return found is not None and not is_older(found)


def pack_vectors(keys: Sequence[bytes], vectors: Vectors) -> list[tuple[bytes, bytes]]:
    """Return each key with its vector as it is kept."""
    return list(zip(keys, encode_vectors(vectors), strict=True))


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[i : i + _CHUNK] for i in range(0, len(values), _CHUNK))


def to_datetime(value: str | None) -> datetime | None:
    """A moment as it is kept."""
    return datetime.fromisoformat(value) if value else None


def _to_article(row: tuple[Any, ...]) -> Article:
    (
        id_, title, text, content_hash, url, origin, source, authors, published, precision, modified, language,
        evidence, removed,
    ) = row  # fmt: skip
    known: DatePrecision | None = precision
    return Article(
        id=id_,
        title=title,
        text=text,
        content_hash=content_hash,
        url=url,
        origin=origin,
        source=source,
        authors=tuple(json.loads(authors)),
        published=to_datetime(published),
        published_precision=known,
        modified=to_datetime(modified),
        language=language,
        date_evidence=evidence,
        removed=removed,
    )
