"""Copying a library while it is in use."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from index.errors import DatelineError
from index.storage.full_disk import name_full_disk
from index.storage.store import Store


def back_up(store: Store, database: str, target: Path, settings: Path) -> None:
    """Copy the store to a file named `database` in the new or empty folder `target`, and the settings where there are.

    What a copy that broke off left there is passed over. Raises DiskFull, and leaves nothing, where there is no room.
    """
    partial = target / f"{database}.partial"
    left_over = {partial.name, f"{partial.name}-journal"}
    if target.exists() and (not target.is_dir() or {file.name for file in target.iterdir()} - left_over):
        raise DatelineError(f"{target} is there already, and not empty. Name a new folder.")
    with name_full_disk(target, "Nothing was copied."):
        target.mkdir(parents=True, exist_ok=True)
        for name in left_over:
            (target / name).unlink(missing_ok=True)
        try:
            store.copy_to(partial)
            if settings.is_file():
                shutil.copy2(settings, target)
            partial.replace(target / database)
        except BaseException:
            for name in (*left_over, settings.name):
                (target / name).unlink(missing_ok=True)
            with suppress(OSError):
                target.rmdir()
            raise
