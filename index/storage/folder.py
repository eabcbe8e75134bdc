"""Where a library writes: its folder, or a temporary one beside a folder that can only be read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import DatelineError, LibraryMissing, NotALibrary

DATABASE = "dateline.db"
_DERIVED = ("lexical", "vectors")
_LISTS = {".json", ".lock"}  # what is written anew; all other files of the derived indexes are never changed


def find_folder(path: str | Path, *, create: bool) -> Path:
    """The folder of a library; with `create`, made where there is none.

    Raises LibraryMissing where there is no library, NotALibrary where there is what is left of one, DatelineError where
    `path` can't be a folder.
    """
    folder = Path(path).expanduser()
    if folder.is_file():
        raise DatelineError(f"{folder} is a file; a library is a folder. Name another place.")
    is_there = (folder / DATABASE).is_file()
    if (not is_there or not (folder / DATABASE).stat().st_size) and (folder / "lexical" / "meta.json").exists():
        left = "empty" if is_there else "gone"
        raise NotALibrary(folder / DATABASE, f"it is {left}, and its search indexes are there")
    if is_there:
        return folder
    if not create:
        raise LibraryMissing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatelineError(f"{folder} can't be made ({error.strerror}). Name another place.") from None
    return folder


class WorkingFolder:
    """The folder that lock and derived indexes are in, and one for copies where the library's own can't be written.

    A temporary one begins with the derived indexes that are there, by links, so that they need not be made again.
    """

    def __init__(self, folder: Path) -> None:
        self._temporary: TemporaryDirectory[str] | None = None
        self.folder = folder
        self.scratch: Path | None = None
        if can_write(folder) and (can_write(folder / DATABASE) or not (folder / DATABASE).exists()):
            return
        self._temporary = TemporaryDirectory(prefix="dateline-")
        self.folder = Path(self._temporary.name)
        self.scratch = self.folder / "database"
        self.scratch.mkdir()
        for name in _DERIVED:
            if (folder / name).is_dir():
                shutil.copytree(folder / name, self.folder / name, copy_function=_link)

    def close(self) -> None:
        """Remove what is temporary."""
        if self._temporary is not None:
            self._temporary.cleanup()


def can_write(path: Path) -> bool:
    """True where files can be made in a folder, or a file be written: neither rights nor the disk forbid it."""
    return os.access(path, os.W_OK)


def _link(source: str, target: str) -> None:
    if Path(source).suffix in _LISTS:
        shutil.copyfile(source, target)
    else:
        Path(target).symlink_to(Path(source).resolve())


def measure_folder(folder: Path) -> int:
    """The bytes of all the files in a folder."""
    return sum(_measure(file) for file in folder.rglob("*"))


def _measure(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except FileNotFoundError:  # a writer is tidying up
        return 0
