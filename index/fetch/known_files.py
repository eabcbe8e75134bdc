"""What is remembered of the files of a followed folder, so that a file is read again only where that may give more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from index.records import Failure

_MOST_LEFT_OUT = 100  # things left out of one file that are remembered


class KnownFile(NamedTuple):
    """How a file was when it was read. `means` is what it was read with, and `failures` what could not be read of it;
    a file that was read whole has neither.
    """

    stamp: str
    means: str = ""
    failures: tuple[Failure, ...] = ()

    def is_as(self, stamp: str, means: str) -> bool:
        """True where the file is as it was, and reading it again would give nothing else."""
        return bool(stamp) and self.stamp == stamp and self.means in ("", means)

    def write(self) -> str:
        """The same as a text, as `read_known` reads it."""
        if not self.failures:
            return self.stamp
        return json.dumps({"stamp": self.stamp, "means": self.means, "failures": self.failures})


def stamp_file(path: Path, columns: Mapping[str, str]) -> str:
    """What changes when a file does, or how it is read; nothing where that can't be said."""
    try:
        known = path.stat()
    except OSError:
        return ""
    return json.dumps([known.st_size, known.st_mtime_ns, known.st_ctime_ns, dict(columns)])


def read_known(written: str) -> KnownFile:
    """Return what `write` wrote; for anything else, what no file is like."""
    try:
        given = json.loads(written)
        if not isinstance(given, dict):
            return KnownFile(written)
        failures = tuple(Failure(*failure) for failure in given["failures"])
        return KnownFile(str(given["stamp"]), str(given["means"]), failures)
    except (ValueError, TypeError, KeyError, RecursionError):
        return KnownFile("")


def know_file(stamp: str, means: str, path: Path, failures: Iterable[Failure]) -> KnownFile | None:
    """What to remember of a file that was read, of what failed in it one line; None for what may go better at once."""
    given = list(failures)
    if any(failure.kind == "passing" for failure in given):
        return None
    left_out = [failure for failure in given if failure.kind == "left out"]
    failed = [failure for failure in given if failure.kind != "left out"]
    kept = left_out[:_MOST_LEFT_OUT]
    if failed:
        first, more = failed[0], len(failed) - 1
        reason = (
            first.reason if first.origin == str(path) else f"{first.origin.removeprefix(f'{path}#')}: {first.reason}"
        )
        kept.append(Failure(str(path), f"{reason} (and {more:,} more)" if more else reason, "as before"))
    return KnownFile(stamp, means if kept else "", tuple(kept))
