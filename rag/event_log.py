"""A log for programs to read: what happened to a question, stage by stage, and on a server."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index import append_text
from rag.settings import Settings

ON_STDERR = "-"
_PRIVATE = frozenset({"question", "prompt", "reply", "address"})


class EventLog:
    """Appends a JSON object a line to the setting `log_file`, to stderr where that is `-`; without one it does nothing.

    Questions, prompts, replies and the addresses of requests are written only with `log_prompts`. The file is its
    owner's alone, and opened for each line, so that it may be moved away at any time.
    """

    def __init__(self, settings: Settings) -> None:
        self._on_stderr = settings.log_file == ON_STDERR
        self._path = None if settings.log_file in ("", ON_STDERR) else Path(settings.log_file).expanduser()
        self._whole = settings.log_prompts

    def write(self, stage: str, **fields: Any) -> None:
        """Log that `stage` is done; `fields` are JSON values. Raises DatelineError where the file can't be written."""
        if self._path is None and not self._on_stderr:
            return
        kept = {name: value for name, value in fields.items() if self._whole or name not in _PRIVATE}
        record = {"time": datetime.now(UTC).isoformat(), "stage": stage, **kept}
        if self._path is None:  # a terminal may be there, which no character may drive
            sys.stderr.write(json.dumps(record) + "\n")
            sys.stderr.flush()
            return
        append_text(self._path, f"{json.dumps(record, ensure_ascii=False)}\n", "log_file")
