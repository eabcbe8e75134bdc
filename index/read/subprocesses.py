"""Reading files in processes of their own: on all cores, and none can stop or stall the rest."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import index
from index.errors import DatelineError, ReadError
from index.read.files import Columns, make_request
from index.read.formats.listing import Listing
from index.read.selection import leave_out
from index.records import Article, Failure

_AHEAD = 4  # files that a process is asked for before it has answered the first
_START_SECONDS = 300
_PATIENCE = 5  # a machine at its limits, or a slow disk, may take so many times longer than the computing
_CHUNK = 1 << 16
_MOST_MEMORY = 1536 * 1024 * 1024  # bytes of one process
_LIST_FIELDS = {"authors", "collections"}
_TIME_FIELDS = {"published", "modified"}


class _Ended(ReadError):
    """The process ended before it had answered; says why."""


def read_files_in_subprocesses(
    files: Iterable[Path | Failure],
    max_mb: int,
    seconds: int,
    columns: Columns | None = None,
    *,
    below: Path | None = None,
    kind: str = "",
    named: Container[Path] | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> Iterator[Article | Failure]:
    """Read files as `index.read.read_files` does, in the same order, on all cores.

    A file of which no further article comes in `seconds` of computing (or five times that in all, should it wait for a
    disk), or that takes too much memory, is a Failure, and the rest goes on. All are of the `kind` where one is given.
    Of files that are not `named`, what can hold no article is left out; all are named where this is None.
    `progress` gets how many articles and failures have been read, and the share of all bytes that they were in (0-1).
    """
    given = list(files)
    paths = [path for path in given if isinstance(path, Path)]
    tally = _Tally(paths)
    readers = [_Reader(seconds) for _ in range(min(_count_cores(), len(paths)))]
    ahead = taken = 0
    try:
        for path in given:
            if isinstance(path, Failure):
                yield path
            else:
                while ahead < min(len(paths), taken + _AHEAD * len(readers)):
                    request = make_request(paths[ahead], max_mb, columns, below, kind)
                    readers[ahead % len(readers)].ask(request.name, request._asdict())
                    ahead += 1
                for one in readers[taken % len(readers)].answer():
                    read = _decode(one)
                    if isinstance(read, Failure) and named is not None and path not in named:
                        read = leave_out(read)
                    if progress is not None:
                        progress(*tally.count(path, one.get("share", 1.0)))
                    yield read
                taken += 1
                tally.end(path)
    finally:
        for reader in readers:
            reader.end()


class _Tally:
    """How many articles and failures have been read, and how many of the files' bytes."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._sizes = {path: path.stat().st_size if path.is_file() else 0 for path in paths}
        self._all = max(sum(self._sizes.values()), 1)
        self._read = self._bytes = 0

    def count(self, path: Path, share: float) -> tuple[int, float]:
        """Count one that came out of a file when `share` of it was read; return how many came, and the share of all."""
        self._read += 1
        return self._read, (self._bytes + share * self._sizes[path]) / self._all

    def end(self, path: Path) -> None:
        """Count a whole file."""
        self._bytes += self._sizes[path]


class BytesReader:
    """Reads what is no file, a page from the web say, in a process of its own, which is started when it is needed.

    Use it as a context manager.
    """

    def __init__(self, max_mb: int, seconds: int) -> None:
        self._max_mb = max_mb
        self._seconds = seconds
        self._reader: _Reader | None = None

    def read(self, content: bytes, origin: str, *, ending: str, url: str) -> list[Article | Failure]:
        """What `index.read.files.read_bytes` gives; a Failure where that takes too long, or too much memory."""
        request = {"origin": origin, "max_mb": self._max_mb, "ending": ending, "url": url}
        return [_decode(given) for given in self._ask(origin, request, content)]

    def read_listing(self, content: bytes, url: str) -> Listing | None:
        """What `listing.read_listing` gives; raises DatelineError with the reason where it can't be read."""
        given = self._ask(url, {"listing": True, "url": url}, content)
        for failure in given:
            if "reason" in failure:
                raise DatelineError(failure["reason"])
        return Listing.from_json(given[0]) if given else None

    def _ask(self, name: str, request: Mapping[str, Any], content: bytes) -> list[dict[str, Any]]:
        if self._reader is None:
            self._reader = _Reader(self._seconds)
        self._reader.ask(name, {**request, "size": len(content)}, content)
        return list(self._reader.answer())

    def __enter__(self) -> BytesReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.end()


class _Reader:
    """A process that reads files one after the other, and the requests that it has not answered yet."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._waiting: deque[tuple[str, bytes]] = deque()  # the name of each, and the message
        self._start()

    def _start(self) -> None:
        root = str(Path(index.__file__).parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 (our own code)
            # -P: the folder that we stand in may hold a json.py.
            [sys.executable, "-P", "-m", "index.read.worker", str(self._seconds), str(_MOST_MEMORY)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self._process.stdout is not None
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)
        self._read = bytearray()
        self._started = False

    def ask(self, name: str, request: Mapping[str, Any], content: bytes = b"") -> None:
        """Have something read that is called `name` in a failure."""
        message = json.dumps(request).encode("ascii") + b"\n" + content
        self._waiting.append((name, message))
        self._send(message)

    def answer(self) -> Iterator[dict[str, Any]]:
        """What the first of those that were asked for has given, as `worker.encode` writes it."""
        name, _ = self._waiting.popleft()
        try:
            if not self._started:
                self._await_start()
            while (line := self._read_line(_PATIENCE * self._seconds)) != b"null":
                yield json.loads(line)
        except _Ended as ended:
            yield Failure(name, str(ended), ended.kind)._asdict()
            self.end()
            self._start()
            for _, message in self._waiting:
                self._send(message)

    def end(self) -> None:
        """End the process."""
        self._selector.close()
        with self._process as process:
            process.kill()

    def _send(self, message: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended: that is noticed where an answer is missing
            left = memoryview(message)
            while left:
                left = left[self._process.stdin.write(left) :]

    def _await_start(self) -> None:
        try:
            self._read_line(_START_SECONDS)
        except _Ended:
            raise DatelineError(f"the process that reads files can't be started ({sys.executable}).") from None
        self._started = True

    def _read_line(self, seconds: int) -> bytes:
        """Return the next line; raise _Ended where none comes."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        searched = 0
        while (end := self._read.find(b"\n", searched)) < 0:
            searched = len(self._read)
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                waited = f"nothing came of it for {seconds} seconds"
                raise _Ended(f"{waited}; check its disk, or raise the setting `file_seconds`", "passing")
            part = os.read(self._process.stdout.fileno(), _CHUNK)
            if not part:
                raise _Ended(self._describe_end(), "")
            self._read += part
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return line

    def _describe_end(self) -> str:
        if self._process.wait() == -signal.SIGXCPU:
            return f"reading it took more than {self._seconds} seconds; split it, or raise the setting `file_seconds`"
        return "it can't be read: the process that read it broke down; save it in another format"


def _decode(given: dict[str, Any]) -> Article | Failure:
    """Return what `worker.encode` was given."""
    if "reason" in given:
        return Failure(**{name: given[name] for name in Failure._fields})
    values = {field.name: given[field.name] for field in fields(Article)}
    values |= {name: tuple(values[name]) for name in _LIST_FIELDS}
    values |= {name: datetime.fromisoformat(values[name]) for name in _TIME_FIELDS if values[name]}
    return Article(**values)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
