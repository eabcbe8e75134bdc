"""The store in one SQLite file, `dateline.db`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import DatelineError, LibraryDamaged, NotALibrary, OtherFormat
from index.messages import say
from index.storage.full_disk import name_full_disk
from index.storage.sqlite.articles import SqliteArticles
from index.storage.sqlite.connection import (
    READING_KIB,
    WRITING_KIB,
    Connections,
    copy_database,
    find_readable,
    set_cache,
)
from index.storage.sqlite.counts import SqliteCounts
from index.storage.sqlite.faults import find_faults
from index.storage.sqlite.manifest import (
    read_generation,
    read_manifest,
    read_stamp,
    remove_damaged_history,
    write_generation,
    write_manifest,
)
from index.storage.sqlite.passages import SqlitePassages
from index.storage.sqlite.places import SqliteFollowed, SqlitePages
from index.storage.sqlite.schema import (
    FORMAT,
    create_tables,
    is_older,
    list_tables,
    read_format,
    restore_indexes,
    upgrade_tables,
)
from index.storage.sqlite.stories import SqliteStories
from index.storage.sqlite.vectors import SqliteUpcomingVectors, SqliteVectors


class SqliteStore:
    """A `Store` with write-ahead logging, so that readers never wait for a writer; each thread has a connection."""

    def __init__(self, path: Path, *, create: bool = True, scratch: Path | None = None) -> None:
        """Open the file; bring one of an older format up to date, and say so on stderr.

        With `create`, the tables are made where there are none. `scratch` is an empty folder for what has to be copied,
        where the file can only be read.
        """
        self._path = path
        self._connections = Connections(path)
        try:
            with name_full_disk(path.parent):
                if scratch is not None:
                    self._connections = _connect_read_only(path, scratch)
                found = self._prepare(create=create)
        except (sqlite3.DatabaseError, LibraryDamaged) as error:
            self.close()
            reason = error.reason if isinstance(error, LibraryDamaged) else str(error)
            raise NotALibrary(path, reason) from error
        except BaseException:
            self.close()
            raise
        if found != str(FORMAT):
            self.close()
            raise OtherFormat(path.parent, found, FORMAT)
        self.articles = SqliteArticles(self._connections)
        self.passages = SqlitePassages(self._connections, self.articles)
        self.vectors = SqliteVectors(self._connections)
        self.upcoming = SqliteUpcomingVectors(self._connections)
        self.stories = SqliteStories(self._connections)
        self.followed = SqliteFollowed(self._connections)
        self.pages = SqlitePages(self._connections)
        self.counts = SqliteCounts(self._connections)

    def _prepare(self, *, create: bool) -> str | None:
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
                if not create or list_tables(db):
                    reason = "it has no manifest" if list_tables(db) else "it is empty"
                    raise LibraryDamaged(self._path.parent, reason, path=self._path)
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
            yield read_generation(db, self._path)
        finally:
            with suppress(DatelineError):  # nothing was written, and who reads from a broken file knows it by now
                db.execute("COMMIT")

    @contextmanager
    def write(self, first: Callable[[], object] = lambda: None) -> Iterator[int]:
        """One transaction, begun by `first`, that makes the generation that is given; all of it or nothing."""
        with self._transaction() as db:
            first()
            generation = read_generation(db, self._path) + 1
            write_generation(db, generation)
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
        return read_generation(self._connections.get(), self._path)

    def manifest(self) -> dict[str, str]:
        """What the library was made with: format, generation, embedder, passage settings."""
        return read_manifest(self._connections.get(), self._path)

    def put_manifest(self, values: Mapping[str, object]) -> None:
        """Set values of the manifest, kept as text."""
        write_manifest(self._connections.get(), values)

    def stamp(self, generation: int) -> int | None:
        """The random number that the write of this generation made; None where this history has no such write."""
        return read_stamp(self._connections.get(), generation)

    def damaged(self) -> tuple[str, ...]:
        """What readers have left out since it is not what was written, in order."""
        return self._connections.damage.list_all()

    def find_damage(self) -> Iterator[str]:
        """What is broken in the file, in its tables, or in any row, a line each."""
        return find_faults(self._connections.get(), self._connections.damage)

    def repair(self) -> None:
        """Make the tables' indexes again, within a write, and forget the generations whose stamps are damaged."""
        db = self._connections.get()
        restore_indexes(db)
        remove_damaged_history(db)

    def copy_to(self, path: Path) -> None:
        """Copy all of it, as it stands at one moment, to a new file; others may go on writing."""
        self._connections.get().execute("VACUUM INTO ?", (str(path),))


def find_file_faults(path: Path) -> Iterator[str]:
    """What is broken in a database that can't be opened as a library, a line each, as far as it can be read."""
    with TemporaryDirectory() as scratch, suppress(DatelineError, sqlite3.DatabaseError):
        connections = Connections(path, find_readable(path, Path(scratch)))
        try:  # where it fails, whoever tried to open the file knows why
            yield from find_faults(connections.get(), connections.damage)
        finally:
            connections.close()


def _connect_read_only(path: Path, scratch: Path) -> Connections:
    """Connections that read the file where it is, or a copy of it in `scratch` where it is of an older format."""
    connections = Connections(path, find_readable(path, scratch))
    found = read_format(connections.get())
    if found is None or not is_older(found):
        return connections
    connections.close()
    return Connections(copy_database(path, scratch))
