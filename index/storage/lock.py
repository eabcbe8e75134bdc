"""One writer at a time, known by name."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import LibraryLocked

if TYPE_CHECKING:
    from filelock import FileLock


class Lock(Protocol):
    """The lock of a library's writers: one of them at a time has it. Reentrant in a thread."""

    @property
    def seconds(self) -> float:
        """How long it is waited for."""
        ...

    def hold(self, *, seconds: float | None = None) -> AbstractContextManager[None]:
        """Hold the lock; raise LibraryLocked, which names the owner, if it is not free in time."""
        ...

    def share(self) -> AbstractContextManager[None]:
        """Be one of those who add and remove articles: side by side where the store allows it, else as `hold`."""
        ...


class WriterLock:
    """The lock of a library's folder. The system frees it when its owner dies, however it dies.

    Reentrant in a thread; other threads of the process wait like other processes.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self._path = folder / "writer.lock"
        self._owner = folder / "writer.json"
        self.seconds = seconds

    @contextmanager
    def hold(self, *, seconds: float | None = None) -> Iterator[None]:
        """Hold the lock; raise LibraryLocked, which names the owner, if it is not free in time."""
        from filelock import Timeout

        lock = self._make()
        try:
            lock.acquire(timeout=self.seconds if seconds is None else seconds, poll_interval=0.05)
        except Timeout:
            raise LibraryLocked(self._path.parent, self._describe_owner()) from None
        try:
            if lock.lock_counter == 1:
                self._write_owner()
            yield
        finally:
            lock.release()

    def share(self) -> AbstractContextManager[None]:
        """The same: files have one writer at a time."""
        return self.hold()

    def _make(self) -> FileLock:
        from filelock import FileLock  # takes a tenth of a second to import, and readers don't need it

        return FileLock(self._path, is_singleton=True)

    def _write_owner(self) -> None:
        owner = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]])[:80],
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._owner.write_text(json.dumps(owner), encoding="utf-8")

    def _describe_owner(self) -> str:
        try:
            owner = json.loads(self._owner.read_text(encoding="utf-8"))
            return f"process {owner['pid']} on {owner['host']} ({owner['command']}), since {owner['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
