"""Which files of folders are read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from index.read.kinds import ENDINGS
from index.read.selection import NotRead, holds_parts, is_hidden, is_known
from index.records import Failure

_KNOWN = " ".join(sorted(ENDINGS))


def list_files(paths: Iterable[Path]) -> list[Path | Failure]:
    """Return the files to read: the given ones, and those in given folders whose ending is known, sorted.

    Hidden files and folders are left out, and so are the parts of a saved page, in a folder beside it. A path that
    isn't there, a folder without any such file, and what else is in a folder, come as a Failure; the files of a folder
    that can hold no article come as one Failure of the kind "left out" for each ending.
    """
    files: list[Path | Failure] = []
    for path in paths:
        if path.is_dir():
            files += _list_folder(path)
        elif path.exists():
            files.append(path)
        else:
            files.append(Failure(str(path), "there is no such file or folder; check the path"))
    return list(dict.fromkeys(files))


def _list_folder(folder: Path) -> list[Path | Failure]:
    found, others = [], NotRead()
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not is_hidden(f) and not holds_parts(f, set(names))]
        for path in (Path(here, name) for name in names if not is_hidden(name)):
            if is_known(path.name) and path.is_file():
                found.append(path)
            elif path.is_file():
                others.add(path.name)
    if not found:
        return [Failure(str(folder), f"the folder has no file that can be read ({_KNOWN}); name another")]
    return [*sorted(found), *others.name(str(folder), f"{folder}/")]
