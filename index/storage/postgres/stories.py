"""Stories, and the bands that near-duplicates are found by, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from index.storage.postgres.connection import Database

_AT_ONCE = 20  # articles that are read before the next
_SAME_CONTENT = (
    "SELECT other.story FROM articles one JOIN articles other USING (content_hash) "
    "WHERE one.id = %s AND other.story IS NOT NULL LIMIT 1"
)
_COPIES = (
    "SELECT one.id, other.id FROM articles one JOIN articles other USING (story) "
    "WHERE one.id = ANY(%s) AND other.id <> one.id ORDER BY 1, 2"
)
_NEAR = (
    "SELECT story, id FROM articles WHERE id IN (SELECT article_id FROM bands WHERE band = ANY(%s)) ORDER BY story, id"
)


class PostgresStories:
    """The stories in the table `articles`, and the table `bands`, which has those of the first of each."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def ungrouped(self) -> list[str]:
        """Ids of the articles that have no story, in the order of their adding."""
        return [row[0] for row in self._db.rows("SELECT id FROM articles WHERE story IS NULL ORDER BY added")]

    def find_same_content(self, article_id: str) -> int | None:
        """A story that has an article with just the content of this one."""
        row = self._db.row(_SAME_CONTENT, (article_id,))
        return int(row[0]) if row else None

    def find_near(self, bands: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Story, title and text of the first articles that have one of the bands, the oldest story first."""
        found = self._db.rows(_NEAR, (list(bands),))
        for start in range(0, len(found), _AT_ONCE):
            ids = [row[1] for row in found[start : start + _AT_ONCE]]
            query = "SELECT story, title, text FROM articles WHERE id = ANY(%s) ORDER BY story, id"
            yield from ((story, title, text) for story, title, text in self._db.rows(query, (ids,)))

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each of the articles, the ids of the others with its story, sorted; those without any are left out."""
        rows = self._db.rows(_COPIES, (list(ids),))
        return {article_id: tuple(row[1] for row in of_one) for article_id, of_one in groupby(rows, key=itemgetter(0))}

    def begin(self, article_id: str, bands: Iterable[int]) -> None:
        """Give an article, which has none, a new story of which it is the first."""
        if not self._db.run("UPDATE articles SET story = nextval('story_numbers') WHERE id = %s", (article_id,)):
            return  # somebody else's
        added = "INSERT INTO bands SELECT unnest(%s::int[]), %s ON CONFLICT DO NOTHING"
        self._db.run(added, (list(bands), article_id))

    def join(self, article_id: str, story: int) -> None:
        """Give an article, which has none, a story."""
        self._db.run("UPDATE articles SET story = %s WHERE id = %s", (story, article_id))

    def leave(self, article_id: str) -> None:
        """Take an article out of its story, and all the others with it where it is the first."""
        if self._db.run("DELETE FROM bands WHERE article_id = %s", (article_id,)):
            whole = "UPDATE articles SET story = NULL WHERE story = (SELECT story FROM articles WHERE id = %s)"
            self._db.run(whole, (article_id,))
        else:
            self._db.run("UPDATE articles SET story = NULL WHERE id = %s AND story IS NOT NULL", (article_id,))

    def clear(self) -> None:
        """Take every article out of its story."""
        self._db.run("DELETE FROM bands")
        self._db.run("UPDATE articles SET story = NULL WHERE story IS NOT NULL")
