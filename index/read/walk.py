"""Which files of folders are read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.read.kinds import ENDINGS
from index.records import Failure

_KNOWN = " ".join(sorted(ENDINGS))


def list_files(paths: Iterable[Path]) -> list[Path | Failure]:
    """Return the files to read: the given ones, and those in given folders whose ending is known, sorted.

    Hidden files and folders are passed over. A path that isn't there, or a folder without any such file, comes
    as a Failure in its place.
    """
    files: list[Path | Failure] = []
    for path in paths:
        if path.is_dir():
            found = sorted(_walk(path))
            if not found:
                files.append(Failure(str(path), f"the folder has no file that can be read ({_KNOWN}); name another"))
            files += found
        elif path.exists():
            files.append(path)
        else:
            files.append(Failure(str(path), "there is no such file or folder; check the path"))
    return list(dict.fromkeys(files))


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        for name in names:
            path = Path(here, name)
            if not name.startswith(".") and path.suffix.lower() in ENDINGS and path.is_file():
                yield path
