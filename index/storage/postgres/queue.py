"""The queue in PostgreSQL: articles that wait, and who works at them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

import psycopg

from index.errors import NoRights
from index.queue.rows import MOST_TRIES, Queued
from index.records import Article, Failure, QueueState
from index.storage.article_rows import article_values, to_article
from index.storage.postgres.connection import Database
from index.storage.postgres.lock import HOLDERS, KEY

_SHOWN = 10  # of the articles that were set aside
_MINUTES = 5  # that the rate is of
_PUT = "INSERT INTO queue (article_id, title, article) VALUES (%s, %s, %s)"
# Of one article what came first, unless that was set aside; those that failed come after those that didn't.
_NEXT = f"""
SELECT number, article FROM queue AS one
WHERE tries < {MOST_TRIES} AND NOT EXISTS (
    SELECT 1 FROM queue AS earlier
    WHERE earlier.article_id = one.article_id AND earlier.number < one.number AND earlier.tries < {MOST_TRIES}
)
ORDER BY tries, number LIMIT 1 FOR UPDATE OF one SKIP LOCKED
"""
_FORGET_OLDER = f"DELETE FROM queue WHERE article_id = %s AND number < %s AND tries >= {MOST_TRIES}"
_COUNT = (
    "INSERT INTO worked VALUES (date_trunc('minute', now()), 1) "
    "ON CONFLICT (minute) DO UPDATE SET articles = worked.articles + 1"
)
_COUNTS = (
    f"SELECT count(*) FILTER (WHERE tries < {MOST_TRIES}), count(*) FILTER (WHERE tries >= {MOST_TRIES}) FROM queue"
)
_ASIDE = f"SELECT article_id, title, reason FROM queue WHERE tries >= {MOST_TRIES} ORDER BY number LIMIT {_SHOWN}"
_RATE = f"SELECT coalesce(sum(articles), 0) FROM worked WHERE minute > now() - interval '{_MINUTES} minutes'"
_MAY_READ = "SELECT has_table_privilege('queue', 'SELECT') AND has_table_privilege('worked', 'SELECT')"


class PostgresQueue:
    """The tables `queue` and `worked`. Workers are counted by a lock that each of them shares."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._name = f"dateline at work {database.address.schema}"

    def put(self, articles: Sequence[Article]) -> None:
        """Have articles wait, all or none. Raises NoRights for who may not edit the whole library."""
        rows = [(a.id, a.title, json.dumps(article_values(a), ensure_ascii=False)) for a in articles]
        try:
            self._db.run_each(_PUT, rows)
        except NoRights:
            raise NoRights("who may not edit all articles can't add to the queue") from None

    @contextmanager
    def take(self) -> Iterator[Queued | None]:
        """One transaction with the next article, or None; nobody else gets that while it lasts."""
        with self._db.transaction():
            row = self._db.row(_NEXT)
            yield Queued(row[0], to_article(json.loads(row[1]))) if row else None

    def trying(self) -> AbstractContextManager[object]:
        """What is written within is undone where it fails, and the transaction goes on."""
        return self._db.transaction()

    def finish(self, queued: Queued) -> None:
        """Within its transaction: an article is in the library, and waits no more; nor does what it had before."""
        self._db.run("DELETE FROM queue WHERE number = %s", (queued.number,))
        self._db.run(_FORGET_OLDER, (queued.article.id, queued.number))
        self._db.run(_COUNT)
        self._db.run("DELETE FROM worked WHERE minute < now() - interval '1 hour'")

    def fail(self, queued: Queued, reason: str) -> None:
        """Within its transaction: an article could not be added; after `MOST_TRIES` it is set aside."""
        self._db.run("UPDATE queue SET tries = tries + 1, reason = %s WHERE number = %s", (reason, queued.number))

    def try_again(self) -> int:
        """Have the articles wait that were set aside; return how many these are."""
        return self._db.run(f"UPDATE queue SET tries = 0 WHERE tries >= {MOST_TRIES}")

    def state(self) -> QueueState:
        """How many wait and who works, and what was set aside; nothing of it to who may not read it."""
        if not self._db.value(_MAY_READ):
            return QueueState()
        waiting, aside = self._db.rows(_COUNTS)[0]
        workers = self._db.value(f"SELECT count(*) {HOLDERS}", (self._name,))
        rate = float(self._db.value(_RATE)) / _MINUTES
        reasons = tuple(
            Failure(f"{id_} ({title})" if title else id_, reason) for id_, title, reason in self._db.rows(_ASIDE)
        )
        return QueueState(waiting, aside, workers, rate, reasons)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Keep to one connection, and be counted as a worker for as long as that lasts."""
        with self._db.within() as db:
            db.execute(f"SELECT pg_advisory_lock_shared({KEY})".encode(), (self._name,))
            try:
                yield
            finally:
                with suppress(psycopg.Error):  # a connection that is lost has no lock any more
                    db.execute(f"SELECT pg_advisory_unlock_shared({KEY})".encode(), (self._name,))
