"""Passages in SQLite."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from index.errors import LibraryDamaged
from index.records import NO_FILTERS, Article, Filters, Passage
from index.storage.sqlite.articles import SqliteArticles
from index.storage.sqlite.checked import PASSAGES, Row, is_whole, seal
from index.storage.sqlite.chunks import bind_chunks
from index.storage.sqlite.connection import Connections, SqlitePart
from index.storage.sqlite.filters import write_where
from index.storage.store import NumberedText
from index.text.languages import choose_rules

_SEARCHED = "SELECT title, text, language, language_evidence FROM articles WHERE id = ?"
# Numbers rise with the generations. By itself SQLite would look at every passage, to have them in order; the plus sign
# has it use the index of generations.
NEWER = "number >= (SELECT MIN(+number) FROM passages WHERE generation > :since) AND generation > :since"
_COUNT_SINCE = (
    "SELECT (SELECT COUNT(*) FROM passages WHERE generation > :since) "
    "+ (SELECT COUNT(*) FROM removals WHERE generation > :since)"
)
_NEXT_NUMBER = "SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'passages'"


class SqlitePassages(SqlitePart):
    """The tables `passages` and `removals`."""

    def __init__(self, connections: Connections, articles: SqliteArticles) -> None:
        super().__init__(connections)
        self._articles = articles

    def get(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return the passages with these numbers, each with its article; one that is gone or damaged is left out."""
        rows: list[Row] = []
        for marks, chunk in bind_chunks(numbers):
            try:
                rows += self.db.execute(f"SELECT {PASSAGES.listed} FROM passages WHERE number IN ({marks})", chunk)
            except LibraryDamaged:
                rows += self._read_singly(chunk)
        whole = [row for row in rows if is_whole(row)]
        for row in rows:
            if row not in whole:
                self._damage.notice(PASSAGES.called.format(*row))
        articles = self._articles.get_all({row[1] for row in whole})
        found: dict[int, tuple[Passage, Article]] = {}
        for number, id_, ordinal, start, stop, *_ in whole:
            if (article := articles.get(id_)) is None:
                self._damage.notice_article(id_)
                continue
            passage = Passage(f"{id_}:{ordinal}", id_, ordinal, start, stop, article.text[start:stop])
            found[number] = (passage, article)
        return found

    def _read_singly(self, numbers: Sequence[int]) -> Iterator[Row]:
        for number in numbers:
            try:
                yield from self.db.execute(f"SELECT {PASSAGES.listed} FROM passages WHERE number = ?", (number,))
            except LibraryDamaged:
                self._damage.notice("a part of the table of passages")

    def numbers(self, filters: Filters = NO_FILTERS) -> list[int]:
        """Numbers of the passages whose articles pass the filters, sorted."""
        where, values = write_where(filters)
        # From the articles to their passages: a narrow filter looks at few of these.
        tables = f"articles CROSS JOIN passages ON article_id = id {where}" if where else "passages"
        try:
            return [row[0] for row in self.db.execute(f"SELECT number FROM {tables} ORDER BY number", values)]
        except LibraryDamaged:
            if not where:
                raise
        ids = {article.id for article in self._articles.within(filters)}
        rows = self.db.execute("SELECT number, article_id FROM passages ORDER BY number")
        return [number for number, article_id in rows if article_id in ids]

    def spans(self, article_id: str) -> list[tuple[int, int, int]]:
        """Ordinal, start and end (in characters) of each passage of an article, by ordinal."""
        return self.db.execute(
            "SELECT ordinal, start, stop FROM passages WHERE article_id = ? ORDER BY ordinal", (article_id,)
        ).fetchall()

    def keys(self, article_id: str) -> list[bytes]:
        """The key of the vector of each passage of an article, by ordinal."""
        rows = self.db.execute("SELECT vector_key FROM passages WHERE article_id = ? ORDER BY ordinal", (article_id,))
        return [row[0] for row in rows]

    def texts_since(self, generation: int) -> Iterator[NumberedText]:
        """The passages that came after `generation` and are still there, as they are searched, by number."""
        rows = self.db.execute(
            f"SELECT number, article_id, start, stop FROM passages WHERE {NEWER} ORDER BY number", {"since": generation}
        )
        # SQLite's substr looks for its beginning from the first letter on: for a long article, that is no way to go.
        for article_id, of_one in groupby(rows, key=itemgetter(1)):
            title, text, *said = self.db.execute(_SEARCHED, (article_id,)).fetchone()
            rules = choose_rules(*said)
            yield from (NumberedText(n, f"{title}\n{text[start:stop]}", rules) for n, _, start, stop in of_one)

    def removed_since(self, generation: int) -> list[int]:
        """Numbers of the passages that went after `generation`, sorted."""
        rows = self.db.execute("SELECT number FROM removals WHERE generation > ? ORDER BY +number", (generation,))
        return [row[0] for row in rows]

    def count_since(self, generation: int) -> int:
        """How many passages came or went after `generation`."""
        return int(self.db.execute(_COUNT_SINCE, {"since": generation}).fetchone()[0])

    def put(self, passages: Sequence[Passage], keys: Sequence[bytes], generation: int) -> None:
        """Add passages, each with the key of its vector, which is there, as new in `generation`."""
        first = self.db.execute(_NEXT_NUMBER).fetchone()[0]
        pairs = enumerate(zip(passages, keys, strict=True), start=first)
        self.db.executemany(
            f"INSERT {PASSAGES.insert}",
            [seal(n, p.article_id, p.ordinal, p.start, p.end, key, generation) for n, (p, key) in pairs],
        )

    def remove(self, article_id: str, generation: int, keep: Container[bytes] = ()) -> None:
        """Remove an article's passages, and vectors that no passage has any more, but for those in `keep`."""
        self.db.execute(
            "INSERT OR REPLACE INTO removals SELECT number, ? FROM passages WHERE article_id = ?",
            (generation, article_id),
        )
        keys = self.db.execute("SELECT vector_key FROM passages WHERE article_id = ?", (article_id,)).fetchall()
        self.db.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))
        self.db.executemany(
            "DELETE FROM vectors WHERE key = ? AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = key)",
            [row for row in keys if row[0] not in keep],
        )

    def clear(self, generation: int) -> None:
        """Remove all passages; the vectors stay."""
        self.db.execute("INSERT OR REPLACE INTO removals SELECT number, ? FROM passages", (generation,))
        self.db.execute("DELETE FROM passages")
