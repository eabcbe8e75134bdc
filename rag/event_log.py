"""A log of what happened to a question, stage by stage, for programs to read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index import append_text
from rag.settings import Settings

_PRIVATE = frozenset({"question", "prompt", "reply"})


class EventLog:
    """Appends a JSON object a line to the setting `log_file`; without one it does nothing.

    Questions, prompts and replies are written only with `log_prompts`. The file is its owner's alone.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = Path(settings.log_file).expanduser() if settings.log_file else None
        self._whole = settings.log_prompts

    def write(self, stage: str, **fields: Any) -> None:
        """Log that `stage` is done; `fields` are JSON values."""
        if self._path is None:
            return
        kept = {name: value for name, value in fields.items() if self._whole or name not in _PRIVATE}
        line = json.dumps({"time": datetime.now(UTC).isoformat(), "stage": stage, **kept}, ensure_ascii=False)
        append_text(self._path, f"{line}\n", "log_file")
