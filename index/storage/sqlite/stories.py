"""Stories, and the bands that near-duplicates are found by, in SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from index.storage.sqlite.checked import STORIES, seal
from index.storage.sqlite.connection import SqlitePart

_SAME_CONTENT = (
    "SELECT story FROM articles AS one JOIN articles AS other USING (content_hash) "
    "JOIN stories ON article_id = other.id WHERE one.id = ? LIMIT 1"
)
# The newest first, and no further than there are any: most often the last that were added. SQLite counts a table faster
# than it reads it by far.
_UNGROUPED = (
    "SELECT id FROM articles WHERE NOT EXISTS (SELECT 1 FROM stories WHERE article_id = id) "
    "ORDER BY articles.rowid DESC LIMIT (SELECT (SELECT COUNT(*) FROM articles) - (SELECT COUNT(*) FROM stories))"
)
_COPIES = (
    "SELECT one.article_id, other.article_id FROM stories AS one JOIN stories AS other USING (story) "
    "WHERE one.article_id IN (SELECT value FROM json_each(?)) AND other.article_id != one.article_id ORDER BY 1, 2"
)


class SqliteStories(SqlitePart):
    """The tables `stories` and `bands`."""

    def ungrouped(self) -> list[str]:
        """Ids of the articles that have no story, in the order of their adding."""
        return [row[0] for row in self.db.execute(_UNGROUPED)][::-1]

    def find_same_content(self, article_id: str) -> int | None:
        """A story that has an article with just the content of this one."""
        row = self.db.execute(_SAME_CONTENT, (article_id,)).fetchone()
        return int(row[0]) if row else None

    def find_near(self, bands: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Story, title and text of the first articles that have one of the bands, the oldest story first."""
        return self.db.execute(
            "SELECT DISTINCT story, title, text "
            "FROM bands JOIN stories USING (number) JOIN articles ON id = article_id "
            f"WHERE band IN ({', '.join('?' * len(bands))}) ORDER BY story",
            bands,
        )

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each of the articles, the ids of the others with its story, sorted; those without any are left out."""
        rows = self.db.execute(_COPIES, (json.dumps(list(ids)),))
        return {article_id: tuple(row[1] for row in of_one) for article_id, of_one in groupby(rows, key=itemgetter(0))}

    def begin(self, article_id: str, bands: Iterable[int]) -> None:
        """Give an article, which has none, a new story of which it is the first."""
        (story,) = self.db.execute("SELECT COALESCE(MAX(story), 0) + 1 FROM stories").fetchone()
        number = self.db.execute(f"INSERT {STORIES.insert}", seal(article_id, story)).lastrowid
        self.db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in bands])

    def join(self, article_id: str, story: int) -> None:
        """Give an article, which has none, a story."""
        self.db.execute(f"INSERT {STORIES.insert}", seal(article_id, story))

    def leave(self, article_id: str) -> None:
        """Take an article out of its story, and all the others with it where it is the first."""
        first = "SELECT 1 FROM bands JOIN stories USING (number) WHERE article_id = ?"
        if self.db.execute(first, (article_id,)).fetchone():
            whole = "DELETE FROM stories WHERE story = (SELECT story FROM stories WHERE article_id = ?)"
            self.db.execute(whole, (article_id,))
        else:
            self.db.execute("DELETE FROM stories WHERE article_id = ?", (article_id,))

    def clear(self) -> None:
        """Take every article out of its story."""
        self.db.execute("DELETE FROM bands")
        self.db.execute("DELETE FROM stories")
