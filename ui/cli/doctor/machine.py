"""What the machine has: Python, packages, programs that read files, room on the disk, the user's own files."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from index import DatelineError, find_programs, find_speech_model, is_allowed, list_installed
from rag import ON_STDERR, Settings, read_key
from ui.cli.doctor.finding import Finding, find_wrong

_LEAST_ROOM, _LITTLE_ROOM = 100 * 1024**2, 1024**3  # bytes
_TESTED = "Programming Language :: Python :: 3."
_PROGRAMS = {  # what each is for, and the package that Debian has it in
    "tesseract": ("pictures and scans", "tesseract-ocr"),
    "catdoc": ("old Word files", "catdoc"),
    "catppt": ("old PowerPoint files", "catdoc"),
}


def look_at_machine() -> Iterator[Finding]:
    """Python, Dateline, the packages that it is built on, and the programs that read files for it."""
    yield _look_at_python()
    yield Finding("Dateline", "ok", version("dateline"))
    yield from _look_at_packages()
    yield from _look_at_programs()


def _look_at_python() -> Finding:
    tested = [
        int(line.removeprefix(_TESTED)) for line in metadata("dateline").get_all("Classifier", []) if _TESTED in line
    ]
    oldest, newest = min(tested), max(tested)
    minor, found = sys.version_info.minor, platform.python_version()
    if minor < oldest:
        return Finding("Python", "wrong", f"{found} is too old", f"install Dateline with Python 3.{oldest} or newer")
    if minor > newest:
        fix = f"install Dateline with Python 3.{newest}, should anything fail"
        return Finding("Python", "warning", f"{found} is newer than any that Dateline was tested with", fix)
    return Finding("Python", "ok", found)


def _look_at_packages() -> Iterator[Finding]:
    """Those that are missing, too old or too new; of the extras, those that are installed count."""
    from packaging.requirements import Requirement

    extras = list_installed()
    fitting = 0
    for asked in map(Requirement, requires("dateline") or []):
        if asked.marker is not None and not any(asked.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        fix = f"pip install '{asked.name}{asked.specifier}'"
        try:
            found = version(asked.name)
        except PackageNotFoundError:
            yield Finding("packages", "wrong", f"{asked.name} is not installed", fix)
            continue
        if asked.specifier.contains(found, prereleases=True):
            fitting += 1
        elif any(not bound.contains(found, prereleases=True) for bound in asked.specifier if bound.operator != "<"):
            yield Finding("packages", "wrong", f"{asked.name} {found} is none that will do", fix)
        else:
            yield Finding("packages", "warning", f"{asked.name} {found} is newer than any that was tested", fix)
    yield Finding("packages", "ok", f"{fitting} are installed and fit; extras: {', '.join(extras) or 'none'}")


def _look_at_programs() -> Iterator[Finding]:
    for name, path in find_programs().items():
        what, package = _PROGRAMS[name]
        if path:
            yield Finding(name, "ok", f"{path} reads {what}")
        else:
            yield Finding(name, "warning", f"it is not installed, so {what} are not read", f"apt install {package}")
    if model := find_speech_model():
        yield Finding("speech", "ok", f"{model} hears recordings")
    else:
        fix = "pip install 'dateline[audio]' and hf download Systran/faster-whisper-small"
        yield Finding("speech", "warning", "faster-whisper or its model is missing, so recordings are not read", fix)


def look_at_room(folder: Path, used: int) -> Finding:
    """The room on the disk of a folder, beside what the library takes (bytes), which a copy needs once more."""
    try:
        free = shutil.disk_usage(_find_existing(folder)).free
    except OSError as error:
        return Finding("disk", "wrong", f"the disk of {folder} can't be read ({error.strerror})", "mount it")
    said = f"{free / 1024**3:,.1f} GiB are free at {folder}"
    if free < _LEAST_ROOM:
        return Finding("disk", "wrong", said, "make room")
    if free < max(_LITTLE_ROOM, used):
        return Finding("disk", "warning", f"{said}, which a copy of the library may need", "make room")
    return Finding("disk", "ok", said)


def look_at_own_files(own: Path, settings: Settings) -> Iterator[Finding]:
    """The user's own configuration in `own`, the file of keys, and the log."""
    folder = _find_existing(own)
    try:
        is_allowed(own, "")  # which reads what is trusted
        if os.access(folder, os.W_OK):
            yield Finding("configuration", "ok", str(own))
        else:
            said = f"{folder} can't be written, so that nothing can be trusted, and no token made"
            yield Finding("configuration", "warning", said, f"make it writable: chown {_name_user()} {folder}")
    except DatelineError as error:
        yield find_wrong("configuration", error)
    if settings.key_file:
        try:
            read_key((), settings.key_file)
            yield Finding("key_file", "ok", f"{settings.key_file} is its owner's alone")
        except DatelineError as error:
            yield find_wrong("key_file", error)
    if settings.log_file not in ("", ON_STDERR):
        log = Path(settings.log_file).expanduser()
        if os.access(log if log.exists() else log.parent, os.W_OK):
            yield Finding("log_file", "ok", f"{log} can be written")
        else:
            yield Finding("log_file", "wrong", f"{log} can't be written", "make its folder, or change the setting")


def look_at_secret(about: str, file: Path) -> Iterator[Finding]:
    """A file that only its owner may read, where it is there."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(about, "wrong", f"others than its owner may use {file}", f"chmod 600 {file}")
    else:
        yield Finding(about, "ok", f"{file} is its owner's alone")


def _find_existing(folder: Path) -> Path:
    """The folder, or the one above it that is there."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _name_user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "USER"
