"""The store in a schema of a PostgreSQL database."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.errors import DatelineError, LibraryDamaged, LibraryMissing
from index.identify import hash_content
from index.storage.address import Address
from index.storage.postgres.articles import PostgresArticles
from index.storage.postgres.connection import Database
from index.storage.postgres.counts import PostgresCounts
from index.storage.postgres.lock import Turns
from index.storage.postgres.passages import PostgresPassages
from index.storage.postgres.places import PostgresFollowed, PostgresPages
from index.storage.postgres.schema import check_version, upgrade
from index.storage.postgres.stories import PostgresStories
from index.storage.postgres.vectors import PostgresUpcomingVectors, PostgresVectors

_GENERATION = "SELECT value FROM manifest WHERE name = 'generation'"
_PUT = "INSERT INTO manifest VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_STAMP = "INSERT INTO history VALUES (%s, %s)"
_MAY_WRITE = "SELECT NOT pg_is_in_recovery() AND has_table_privilege('articles', 'INSERT')"
_BYTES = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s AND relkind = 'r'"
)
# How many passages have each term, counted anew, beside what is kept.
_WRONG_TERMS = (
    "SELECT count(*) FROM ts_stat('SELECT terms FROM passages') found FULL JOIN terms ON word = term "
    "WHERE ndoc IS DISTINCT FROM terms.passages"
)
_LENGTHS = "SELECT count(*), coalesce(sum(length), 0) FROM passages"


class PostgresStore:
    """A `Store` whose readers never wait for a writer. Writers take turns at the end of their transactions."""

    def __init__(self, address: Address, *, create: bool = True, lock_seconds: float = 10.0) -> None:
        """Connect to the library; with `create`, make its tables where there are none.

        Who writes waits `lock_seconds` for another.

        Raises DatelineError where it can't be reached, or is of another Dateline.
        """
        try:
            check_version(address)
        except LibraryMissing:
            if not create:
                raise
            upgrade(address, create=True)
        self.database = Database(address, lock_seconds)
        self._turns = Turns(self.database)
        self._address = address
        self.articles = PostgresArticles(self.database)
        self.passages = PostgresPassages(self.database, self.articles)
        self.vectors = PostgresVectors(self.database)
        self.upcoming = PostgresUpcomingVectors(self.database, self.vectors)
        self.stories = PostgresStories(self.database)
        self.followed = PostgresFollowed(self.database)
        self.pages = PostgresPages(self.database)
        self.counts = PostgresCounts(self.database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    @contextmanager
    def read(self) -> Iterator[int]:
        """Hold one generation, whose number is given, for the reads inside."""
        with self.database.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield self.generation()

    @contextmanager
    def write(self, first: Callable[[], object] = lambda: None) -> Iterator[int]:
        """One transaction, begun by `first`; then others wait, and the generation that it makes is given."""
        with self.database.transaction():
            self._turns.share()
            first()
            self._turns.take()
            generation = self._to_generation(self.database.row(f"{_GENERATION} FOR UPDATE")) + 1
            self.put_manifest({"generation": generation})
            self.database.run(_STAMP, (generation, secrets.randbits(63)))
            yield generation

    def generation(self) -> int:
        """The number of the newest committed write; 0 for an empty library."""
        return self._to_generation(self.database.row(_GENERATION))

    def _to_generation(self, row: tuple[str] | tuple[object, ...] | None) -> int:
        if row is None or not str(row[0]).isdecimal():
            raise LibraryDamaged(self._address, "its manifest's generation is missing, or none")
        return int(str(row[0]))

    def manifest(self) -> dict[str, str]:
        """What the library was made with: generation, embedder, passage settings."""
        return dict(self.database.rows("SELECT name, value FROM manifest"))

    def put_manifest(self, values: Mapping[str, object]) -> None:
        """Set values of the manifest, kept as text; from a `dimension` on, vectors have an index."""
        self.database.run_each(_PUT, [(name, str(value)) for name, value in values.items()])
        if "dimension" in values:
            self.vectors.index(int(str(values["dimension"])))

    def stamp(self, generation: int) -> int | None:
        """The random number that the write of this generation made; None where this history has no such write."""
        row = self.database.row("SELECT stamp FROM history WHERE generation = %s", (generation,))
        return int(row[0]) if row else None

    def measure(self) -> int:
        """The bytes of all tables and their indexes."""
        seen = "SELECT sum(pg_column_size(text)) FROM articles"  # of those who don't see all, their articles' texts
        everything = self.database.value("SELECT sees_all()")
        size = self.database.value(*((_BYTES, (self._address.schema,)) if everything else (seen,)))
        return int(size or 0)

    def can_write(self) -> bool:
        """True where this user may add articles, and the server is no replica."""
        return bool(self.database.value(_MAY_WRITE))

    def damaged(self) -> tuple[str, ...]:
        """Nothing: PostgreSQL has checksums of its own, and does not read past what is damaged."""
        return ()

    def find_damage(self) -> Iterator[str]:
        """What is not as it was written in any record, a line each."""
        newest = self.database.value("SELECT max(generation) FROM history")
        if newest != self.generation():
            yield f"the manifest's generation is {self.generation()}, and the last write made {newest}"
        for table, called in (("articles", "article {0}"), ("versions", "version {1} of article {0}")):
            names = "id, 0" if table == "articles" else "article_id, number"
            for *name, title, text, known in self.database.stream(
                f"SELECT {names}, title, text, content_hash FROM {table}"
            ):
                if hash_content(title, text) != known:
                    yield f"{called.format(*name)}: not what was written"
        if not self.database.value("SELECT sees_all()"):
            return  # what is counted over all passages is for those who see them
        if wrong := self.database.value(_WRONG_TERMS):
            yield f"the number of passages with a word is wrong for {wrong} words"
        if self.database.rows(_LENGTHS) != self.database.rows("SELECT passages, terms FROM lengths"):
            yield "the number of words in all passages is wrong"

    def repair(self) -> None:
        """Count anew, within a write, how many passages have each word, and take generations out that never were."""
        self.database.run("DELETE FROM terms")
        self.database.run("INSERT INTO terms SELECT word, ndoc FROM ts_stat('SELECT terms FROM passages')")
        passages, terms = self.database.rows(_LENGTHS)[0]
        self.database.run("UPDATE lengths SET passages = %s, terms = %s", (passages, terms))
        self.database.run("DELETE FROM history WHERE generation > %s", (self.generation(),))

    def copy_to(self, path: Path) -> None:
        """Raise DatelineError: a database is copied by its own means."""
        raise DatelineError(
            f"{self._address} is a database. Back it up as one, with pg_dump say, or copy the library to a folder."
        )
