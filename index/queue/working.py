"""A worker: takes articles from the queue, one after the other, embeds them and adds them to the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

from index.adding import Adding
from index.errors import DatabaseLost, DatabaseUnreachable, DatelineError, DiskFull, LibraryLocked, LibraryReadOnly
from index.queue.rows import Queued, QueueRows
from index.records import AddReport, Article, Failure
from index.text.safe import join_lines

# What may pass, and is no article's fault.
TROUBLE = (DatabaseLost, DatabaseUnreachable, DiskFull, LibraryLocked, LibraryReadOnly)
_PAUSE_SECONDS = 1.0  # until an empty queue is looked at again
_LONGEST_REASON = 300


class Worker:
    """Adds what waits in a queue. An article, and that it waits no more, are one transaction.

    So one that is killed loses nothing and does nothing twice: its transaction ends with its connection, and another
    worker takes the article. As many as you like work side by side.
    """

    def __init__(self, queue: QueueRows, begin: Callable[[], Adding], check: Callable[[], None]) -> None:
        """`begin` begins to add something; `check` raises what is wrong with the library as it is now."""
        self._queue = queue
        self._begin = begin
        self._check = check

    def try_again(self) -> int:
        """Have those articles wait again that were set aside; return how many these are."""
        return self._queue.try_again()

    def work(self, stop: Event, *, once: bool) -> Iterator[AddReport]:
        """Give what became of each article, until `stop` is set; with `once`, until none can be taken any more.

        Raises one of TROUBLE where the article was not to blame, which waits as before.
        """
        with self._queue.at_work():
            while not stop.is_set():
                self._check()
                if report := self._work_once():
                    yield report
                elif once:
                    return
                else:
                    stop.wait(_PAUSE_SECONDS)

    def _work_once(self) -> AddReport | None:
        with self._queue.take() as queued:
            if queued is None:
                return None
            try:
                with self._queue.trying():
                    report = self._add(queued.article)
            except TROUBLE:
                raise
            except Exception as error:  # whatever it is, the others go on
                return self._fail(queued, error)
            self._queue.finish(queued)
            return report

    def _add(self, article: Article) -> AddReport:
        adding = self._begin()
        adding.take(article)
        adding.flush()
        return adding.report()

    def _fail(self, queued: Queued, error: Exception) -> AddReport:
        said = str(error) if isinstance(error, DatelineError) else f"{type(error).__name__}: {error}"
        reason = join_lines(said)[:_LONGEST_REASON].rstrip(".")
        self._queue.fail(queued, reason)
        return AddReport(failed=(Failure(queued.article.id, reason),))
