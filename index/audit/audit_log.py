"""The log of who added, removed, exported and asked: for people who answer for a library, and their programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.audit.actors import current_actor
from index.errors import DatelineError
from index.settings import IndexSettings
from index.storage.address import Place

_IDS_IN_LINE = 200


class AuditLog:
    """Appends a JSON object a line to the setting `audit_log`; without one it does nothing.

    The file is its owner's alone. It is opened anew for each line, so that it can be moved away at any moment. That
    people ask is always written, and what they ask only with `audit_questions`.
    """

    def __init__(self, settings: IndexSettings, place: Place) -> None:
        """`place` is the library that the lines are about."""
        self._path = Path(settings.audit_log).expanduser() if settings.audit_log else None
        self._library = str(place.absolute() if isinstance(place, Path) else place)
        self._questions = settings.audit_questions

    def check(self) -> None:
        """Raise DatelineError where nothing can be logged: what nobody can answer for is not done."""
        if self._path is not None:
            append_text(self._path, "", "audit_log")

    def note(self, action: str, **what: Any) -> None:
        """Log what whoever acts has done; `what` are JSON values. Raises DatelineError where that can't be written."""
        if self._path is None:
            return
        actor = current_actor()
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "action": action,
            "who": actor.name,
            "entrance": actor.entrance,
            **({"address": actor.address} if actor.address else {}),
            "library": self._library,
            **what,
        }
        append_text(self._path, json.dumps(line, ensure_ascii=True) + "\n", "audit_log")

    def note_articles(self, action: str, ids: Sequence[str]) -> None:
        """Log what was done to the articles with these ids, some hundreds in a line."""
        for start in range(0, len(ids), _IDS_IN_LINE):
            self.note(action, articles=list(ids[start : start + _IDS_IN_LINE]))

    def note_question(self, kind: str, question: str) -> None:
        """Log that somebody asked: `kind` is "ask", "search", "timeline" and the like."""
        self.note(kind, **({"question": question} if self._questions else {}))


def append_text(path: Path, text: str, setting: str) -> None:
    """Append to a log in one write, so that the lines of several processes never mix; make it for its owner alone.

    Raises DatelineError, which names the `setting` that chose the file, where that can't be.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            data = text.encode("utf-8", "backslashreplace")
            if os.write(handle, data) < len(data):
                raise OSError(0, "the disk is full")
        finally:
            os.close(handle)
    except OSError as error:
        raise DatelineError(
            f"the log {path} can't be written ({error.strerror}). Check the setting `{setting}`.", path=path
        ) from None
