"""Progress bars for long work, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


@contextmanager
def track(what: str, total: int, unit: str) -> Iterator[Callable[[Iterable[T]], Iterable[T]]]:
    """Give a wrapper for an iterable that moves a bar as items are taken; no bar where nobody sees it."""
    if not sys.stderr.isatty():
        yield lambda items: items
        return
    with _make_bar() as bar:
        task = bar.add_task(what, total=total, unit=unit, rate="–")

        def advance(items: Iterable[T]) -> Iterable[T]:
            for item in items:
                yield item
                speed = bar.tasks[0].speed
                bar.update(task, advance=1, rate=f"{speed:.1f}" if speed else "–")

        yield advance


@contextmanager
def track_counts(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that moves a bar to (done, total); no bar where nobody sees it."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with _make_bar() as bar:
        task = bar.add_task(what, total=None, unit=unit, rate="–")

        def move(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:.1f}" if speed else "–")

        yield move


class AddingBar(NamedTuple):
    """What moves the bar of an `add`: what has been read, and what of that is done."""

    read: Callable[[int, float], None]
    done: Callable[[int], None]


@contextmanager
def track_adding() -> Iterator[AddingBar]:
    """Give what `read_files_in_subprocesses` and `Library.add` say their progress to; no bar where nobody sees it.

    Nobody knows before the end how many articles there are: the bar goes by the share of bytes that they came from.
    """
    if not sys.stderr.isatty():
        yield AddingBar(lambda count, share: None, lambda done: None)
        return
    with _make_bar(counted=False) as bar:
        task = bar.add_task("Adding", total=1.0, unit="0 articles", rate="–")
        count, share = 0, 0.0

        def read(count_now: int, share_now: float) -> None:
            nonlocal count, share
            count, share = count_now, share_now

        def done(articles: int) -> None:
            elapsed = bar.tasks[0].elapsed
            rate = f"{articles / elapsed:.1f}" if elapsed else "–"
            bar.update(task, completed=share * articles / max(count, 1), unit=f"{articles:,} articles", rate=rate)

        yield AddingBar(read, done)


def _make_bar(*, counted: bool = True) -> Progress:
    """A bar with the time that is left; `counted` says "3/7" too."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        *([MofNCompleteColumn()] if counted else []),
        TextColumn("{task.fields[unit]}, {task.fields[rate]}/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
