"""Folders that can't be written, for root too, whom rights don't bind."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

_MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def forbid_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process take it that the folder and all in it can't be written."""
    can = os.access
    monkeypatch.setattr(
        "index.storage.folder.os.access",
        lambda path, mode: not (mode & os.W_OK and folder in (Path(path), *Path(path).parents)) and can(path, mode),
    )


def mounted_read_only(folder: Path, *command: str) -> list[str]:
    """The command in a mount namespace of its own, in which the folder is read-only. Skips the test without them."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces here: `unshare -rm` is refused")
    return ["unshare", "-rm", "sh", "-c", _MOUNT, str(folder), *command]
