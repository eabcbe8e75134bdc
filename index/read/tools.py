"""Programs of the machine that read what no library here does, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from functools import cache

from index.errors import DatelineError

MOST_SECONDS = 60  # that a program may take with one file or page


@cache
def is_installed(name: str) -> bool:
    """True where a program of this name is at hand."""
    return shutil.which(name) is not None


def read_seconds_left() -> float:
    """Return the seconds of computing that this process still has for a file; a minute where there is no limit."""
    try:
        import resource
    except ImportError:  # not a Unix
        return MOST_SECONDS
    most, _ = resource.getrlimit(resource.RLIMIT_CPU)
    return MOST_SECONDS if most == resource.RLIM_INFINITY else most - time.process_time()


def read_children_seconds() -> float:
    """Return the seconds of computing that the programs took which this process ran; 0 where nobody counts them."""
    times = os.times()
    return times.children_user + times.children_system


def run_tool(command: Sequence[str], content: bytes, seconds: float = MOST_SECONDS) -> bytes:
    """Return what a program writes that gets `content` on stdin; raise DatelineError where it fails, or takes long.

    It has the limits of memory and computing of the process that calls it.
    """
    env = {**os.environ, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}  # a file has one core
    try:
        run = subprocess.run(  # noqa: S603 (no shell; the file's content is data)
            command, input=content, capture_output=True, timeout=seconds, env=env, check=True
        )
    except subprocess.TimeoutExpired:
        raise DatelineError(f"{command[0]} took more than {seconds:.0f} seconds with it; split it") from None
    except (OSError, subprocess.CalledProcessError):
        raise DatelineError(f"{command[0]} can't read it; save it in another format") from None
    return run.stdout
