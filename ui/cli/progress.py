"""Progress bars for long work, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

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


def _make_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}, {task.fields[rate]}/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
