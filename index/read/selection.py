"""Which files of a folder or an archive are read, and what is said of the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import PurePath

from index.read.kinds import ENDINGS, NO_ARTICLES
from index.records import Failure

_SYSTEM = {"thumbs.db", "desktop.ini", "__macosx"}
_PAGE_ENDINGS = (".html", ".htm", ".xhtml")
# What browsers call the folder beside a saved page, in their languages.
_PARTS = re.compile(r"(.+)(?:_files|\.files|-Dateien|_fichiers|_archivos|_arquivos|_bestanden|_file|_pliki)", re.DOTALL)
_ENDING = re.compile(r"\.[a-z0-9]{1,10}")
_MOST_NAMED = 8  # endings


def is_hidden(name: str) -> bool:
    """True for the name of a file or folder that systems hide, or put there for themselves."""
    return (name.startswith(".") and name not in (".", "..")) or name.lower() in _SYSTEM


def holds_parts(folder: str, names: Container[str]) -> bool:
    """True for a folder with the pictures and scripts of a saved page, which stands beside it among these names."""
    match = _PARTS.fullmatch(folder)
    return match is not None and any(f"{match[1]}{ending}" in names for ending in _PAGE_ENDINGS)


def is_known(name: str) -> bool:
    """True where a file's ending is that of a kind that is read, or whose files say each why they can't be."""
    return PurePath(name).suffix.lower() in ENDINGS


class NotRead:
    """Counts the files of a folder or an archive that are not read, by their endings."""

    def __init__(self) -> None:
        self._endings: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Count a file."""
        self._endings[PurePath(name).suffix.lower()] += 1

    def name(self, origin: str, member: str) -> Iterator[Failure]:
        """Name those that can hold no article, by their ending, and then the others in `origin`, in one line.

        `member` is how the origin of one of several files begins.
        """
        for ending in sorted(self._endings.keys() & NO_ARTICLES):
            count = self._endings.pop(ending)
            yield Failure(f"{member}*{ending}", "it can hold no article", "left out", count)
        if reason := describe_passed_over(self._endings.elements()):
            yield Failure(origin, reason)


def leave_out(failure: Failure) -> Failure:
    """The failure of a file that nobody named: what can hold no article is left out."""
    return failure._replace(kind="left out") if failure.kind == "no article" else failure


def describe_passed_over(endings: Iterable[str]) -> str | None:
    """Say of the files with these endings that they are passed over; None where there are none."""
    counts = Counter(map(_name_ending, endings))
    if not counts:
        return None
    count = counts.total()
    named = ", ".join(f"{n:,} {ending}" for ending, n in counts.most_common(_MOST_NAMED))
    more = ", …" if len(counts) > _MOST_NAMED else ""
    subject = "1 file in it is" if count == 1 else f"{count:,} files in it are"
    return (
        f"{subject} of no kind that holds articles ({named}{more}) and passed over; add one by its name to have it read"
    )


def _name_ending(ending: str) -> str:
    """The ending as it can be shown: what an archive calls its members is somebody else's choice."""
    if not ending:
        return "without an ending"
    return ending.lower() if _ENDING.fullmatch(ending.lower()) else "others"
