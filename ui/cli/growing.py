"""An answer on the terminal as it grows, and what is being done meanwhile."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from types import TracebackType

import click

from rag import Answer
from ui.cli.terminal import print_answer, print_named, print_sentences, print_standalone
from ui.presentation import present, show_progress

_ERASE = "\r\x1b[K"  # back to the line's start, and nothing stands behind it


class StageLine:
    """A line on stderr that says what is being done, erased before anything else is printed; on a terminal only."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._said = ""

    def __enter__(self) -> StageLine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.erase()

    def say(self, doing: str) -> None:
        """Show what is being done in place of what was."""
        if self._on and doing != self._said:
            width = shutil.get_terminal_size().columns
            click.echo(_ERASE + click.style(f"{doing} …"[: width - 1], dim=True), nl=False, err=True)
            self._said = doing

    def erase(self) -> None:
        """Leave nothing of it."""
        if self._said:
            click.echo(_ERASE, nl=False, err=True)
            self._said = ""


@contextmanager
def write_once() -> Iterator[None]:
    """Where stdout is no terminal, write all that is printed in one piece, at the end, and nothing where that fails."""
    if sys.stdout.isatty():
        yield
        return
    with redirect_stdout(StringIO()) as written:
        yield
    click.echo(written.getvalue(), nl=False)


def print_growing(answers: Iterable[Answer], stage_line: StageLine, *, passages: bool = False) -> Answer:
    """Print an answer, on a terminal each sentence once it stands, and return it whole.

    With `passages`, what the nearest articles say is printed with a refusal.
    """
    printed: list[str] = []
    for answer in answers:
        if answer.stage == "searching":
            stage_line.erase()
            print_standalone(answer)
            print_named(answer.named, answer.counted_from)
        elif answer.stage != "done" and sys.stdout.isatty():
            # All but the last sentence, which may still grow; until one cites, a model may be on its way to a refusal.
            standing = present(answer).said[:-1]
            texts = [sentence.text for sentence in standing]
            cites = any(sentence.markers for sentence in standing)
            if cites and len(texts) > len(printed) and texts[: len(printed)] == printed:
                stage_line.erase()
                print_sentences(standing[len(printed) :])
                printed = texts
        if answer.stage != "done":
            stage_line.say(show_progress(answer))
    stage_line.erase()
    shown = [sentence.text for sentence in present(answer).said]
    print_answer(answer, len(printed) if shown[: len(printed)] == printed else 0, passages=passages)
    return answer
