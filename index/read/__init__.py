"""Files to articles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import DatelineError
from index.read.docx import read_docx
from index.read.html import read_html
from index.read.jsonfile import read_json
from index.read.kinds import ENDINGS, decode, detect_kind
from index.read.markdown import read_markdown
from index.read.pdf import read_pdf
from index.read.text import read_text
from index.records import Article, Failure

_KNOWN = " ".join(sorted(ENDINGS))
_TEXT_READERS: dict[str, Callable[[str, str], list[Article]]] = {
    "txt": read_text,
    "md": read_markdown,
    "json": read_json,
}
_BYTE_READERS: dict[str, Callable[[bytes, str], list[Article]]] = {
    "html": read_html,
    "pdf": read_pdf,
    "docx": read_docx,
}


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


def read_file(path: Path, max_mb: int) -> list[Article]:
    """Return the articles in one file, whose kind is told by its content.

    Raises DatelineError with the reason, without the path, where there is none to be had.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise DatelineError("it is empty; leave it out")
        if size > max_mb * 1024 * 1024:
            raise DatelineError(
                f"it has {size / 1024 / 1024:.0f} MiB and at most {max_mb} are read as one article; "
                "split it, or raise the setting `max_file_mb`"
            )
        content = path.read_bytes()
    except OSError as error:
        raise DatelineError(f"it can't be read ({error.strerror}); check its permissions") from None
    kind = detect_kind(content, path.suffix)
    origin = str(path.resolve())
    if kind in _BYTE_READERS:
        return _BYTE_READERS[kind](content, origin)
    return _TEXT_READERS[kind](decode(content), origin)


def read_files(files: Iterable[Path | Failure], max_mb: int) -> Iterator[Article | Failure]:
    """Read files one after the other; what can't be read comes as a Failure, and the rest goes on."""
    for path in files:
        if isinstance(path, Failure):
            yield path
            continue
        try:
            yield from read_file(path, max_mb)
        except DatelineError as error:
            yield Failure(str(path), str(error))
        except Exception as error:  # a parser's own bug on a strange file must not stop the others
            yield Failure(str(path), f"it can't be read ({type(error).__name__}); save it in another format")
