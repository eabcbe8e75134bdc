"""What a process of ours sets for itself, and a process that imports the library is spared."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# No library may phone home or look a model up behind our back. Each reads this when it is imported.
_NO_CALLS_HOME = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "GRADIO_ANALYTICS_ENABLED": "False",
}
_FOR_US = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
_M_ARENA_MAX = -8  # mallopt(3)


def set_up_process() -> None:
    """Set the environment and the memory of a process that is Dateline's own, before anything large is imported.

    Where the C library is glibc, its threads share two arenas of memory. It gives each new thread one that hardly
    takes anything back, and each commit of the full text starts threads: the memory of an `add` would grow with it.
    Arenas that are there stay, so this comes before any model.
    """
    for name, value in {**_NO_CALLS_HOME, **_FOR_US}.items():
        os.environ.setdefault(name, value)
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


@contextmanager
def no_calls_home() -> Iterator[None]:
    """Keep a library that is imported here from phoning home; afterwards the environment is as it was."""
    added = {name: value for name, value in _NO_CALLS_HOME.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
