"""The folder for what readers upload: this process' own, for nobody else to read, and gone when the process is."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

MOST_BYTES = 1024**3  # of all uploads together
_MOST_FILES = 20_000  # and folders
_HOUR = 3600  # seconds; what was uploaded and not read by then is removed
_PREFIX = "dateline-uploads-"
_LOCK = ".lock"


@cache
def open_folder() -> Path:
    """The folder of this process, made when it is first asked for. What processes left that were killed is removed."""
    _remove_left_over()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))  # 0700
        lock = FileLock(folder / _LOCK)
        with suppress(OSError, Timeout):  # another that starts in this moment takes it for one that was left
            lock.acquire(blocking=False)
            if (folder / _LOCK).exists():
                break
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    atexit.register(_remove, folder, lock)
    return folder


def make_room(folder: Path) -> bool:
    """Remove what is an hour old; return whether there is room for another upload."""
    before, size, files = time.time() - _HOUR, 0, 0
    for path in list(folder.rglob("*")):
        with suppress(OSError):
            found = path.lstat()
            if path.name == _LOCK:
                continue
            if found.st_mtime >= before:
                size += found.st_size
                files += 1
            elif path.is_dir():
                path.rmdir()  # where it is empty
            else:
                path.unlink()
    return size < MOST_BYTES and files < _MOST_FILES


def close_to_others(path: Path) -> None:
    """Let nobody else read an upload; the folder around it keeps them out already."""
    with suppress(FileNotFoundError):  # read and removed already
        path.parent.chmod(0o700)
        path.chmod(0o600)


def _remove_left_over() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            if folder.is_symlink() or not _is_ours(folder):
                continue
            lock = FileLock(folder / _LOCK)
            lock.acquire(blocking=False)
            _remove(folder, lock)


def _is_ours(folder: Path) -> bool:
    """False for another user's, in which a lock may be a link to anything."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
