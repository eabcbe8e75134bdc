"""The store in one SQLite file, `dateline.db`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.errors import NotALibrary, OtherFormat
from index.messages import say
from index.storage.full_disk import name_full_disk
from index.storage.sqlite.articles import SqliteArticles
from index.storage.sqlite.connection import READING_KIB, WRITING_KIB, Connections, set_cache
from index.storage.sqlite.counts import SqliteCounts
from index.storage.sqlite.manifest import read_generation, read_manifest, write_manifest
from index.storage.sqlite.passages import SqlitePassages
from index.storage.sqlite.places import SqliteFollowed, SqlitePages
from index.storage.sqlite.schema import FORMAT, create_tables, is_older, read_format, upgrade_tables
from index.storage.sqlite.stories import SqliteStories
from index.storage.sqlite.vectors import SqliteUpcomingVectors, SqliteVectors

_MOST_NAMED = 5  # of damaged places


class SqliteStore:
    """A `Store` with write-ahead logging, so that readers never wait for a writer; each thread has a connection."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; bring one of an older format up to date, and say so on stderr."""
        self._path = path
        self._connections = Connections(path)
        self.articles = SqliteArticles(self._connections)
        self.passages = SqlitePassages(self._connections, self.articles)
        self.vectors = SqliteVectors(self._connections)
        self.upcoming = SqliteUpcomingVectors(self._connections)
        self.stories = SqliteStories(self._connections)
        self.followed = SqliteFollowed(self._connections)
        self.pages = SqlitePages(self._connections)
        self.counts = SqliteCounts(self._connections)
        try:
            with name_full_disk(path.parent):
                found = self._prepare()
        except sqlite3.DatabaseError as error:
            self.close()
            raise NotALibrary(path, str(error)) from error
        if found != str(FORMAT):
            self.close()
            raise OtherFormat(path.parent, found, FORMAT)

    def _prepare(self) -> str | None:
        """Make the tables, or bring older ones up to date; of two processes that try at once, the first does.

        Returns the format that they have then.
        """
        db = self._connections.get()
        found = read_format(db)
        if found is not None and not is_older(found):
            return found
        with self._transaction() as db:
            found = read_format(db)
            if found is None:
                create_tables(db)
            elif is_older(found):
                upgrade_tables(db, found)
            now = read_format(db)
        if found is not None and found != now:
            say(f"the library {self._path.parent} was brought from format {found} to {now}.")
        return now

    def close(self) -> None:
        """Close every thread's connection."""
        self._connections.close()

    @contextmanager
    def read(self) -> Iterator[int]:
        """Hold one generation, whose number is given, for the reads inside."""
        db = self._connections.get()
        db.execute("BEGIN")
        try:
            yield read_generation(db)
        finally:
            db.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[int]:
        """One transaction that makes the next generation, whose number is given; all of it or nothing."""
        with self._transaction() as db:
            generation = read_generation(db) + 1
            write_manifest(db, {"generation": generation})
            yield generation

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._connections.get()
        set_cache(db, WRITING_KIB)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
            set_cache(db, READING_KIB)
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def generation(self) -> int:
        """The number of the newest committed write; 0 for an empty library."""
        return read_generation(self._connections.get())

    def manifest(self) -> dict[str, str]:
        """What the library was made with: format, generation, embedder, passage settings."""
        return read_manifest(self._connections.get())

    def put_manifest(self, values: Mapping[str, object]) -> None:
        """Set values of the manifest, kept as text."""
        write_manifest(self._connections.get(), values)

    def find_damage(self) -> list[str]:
        """What SQLite finds broken in the file, a line each."""
        lines = [row[0] for row in self._connections.get().execute(f"PRAGMA integrity_check({_MOST_NAMED})")]
        return [] if lines == ["ok"] else lines

    def find_strays(self) -> list[str]:
        """Rows that belong to others which are not there, a line each."""
        rows = self._connections.get().execute("PRAGMA foreign_key_check")
        return [f"row {row} of {table} belongs to nothing in {parent}" for table, row, parent, _ in rows]

    def copy_to(self, path: Path) -> None:
        """Copy all of it, as it stands at one moment, to a new file; others may go on writing."""
        self._connections.get().execute("VACUUM INTO ?", (str(path),))
