"""What files are read with: a file that could not be read is worth another try when this changes."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from index.errors import DatelineError
from index.extras import is_installed
from index.read.formats.recordings import find_model
from index.read.tools import run_tool

_PROGRAMS = ("tesseract", "catdoc", "catppt")


def describe_means(max_mb: int, seconds: int) -> str:
    """Return what changes with Dateline's version, the programs and models that read files, and the limits."""
    programs = {name: _describe_program(name) for name in _PROGRAMS}
    languages = ""
    if programs["tesseract"]:
        with suppress(DatelineError):
            languages = run_tool(["tesseract", "--list-langs"], b"").decode("utf-8", "replace")
    listens = find_model() if is_installed("audio") else None
    return json.dumps([version("dateline"), programs, languages.split(), listens, max_mb, seconds])


def find_programs() -> dict[str, str]:
    """The path of each program that reads files for us; empty where it is not installed."""
    return {name: shutil.which(name) or "" for name in _PROGRAMS}


def find_speech_model() -> str:
    """The folder of the model that hears recordings; empty where it, or what runs it, is not installed."""
    return (find_model() or "") if is_installed("audio") else ""


def _describe_program(name: str) -> list[str | int] | None:
    path = shutil.which(name)
    if path is None:
        return None
    with suppress(OSError):
        known = Path(path).stat()
        return [path, known.st_size, known.st_mtime_ns]
    return [path]
