"""Running the command line as people do: a process of its own, and an environment without settings or keys."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lacking import stop_where_lacking

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
TIMEOUT_SECONDS = 120.0
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on stdout; fails where there is anything else."""
        return json.loads(self.out)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: no setting, no key, and no colours."""
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "XDG_CONFIG_HOME")
    values = {name: os.environ[name] for name in kept if name in os.environ}
    return {**values, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "COLUMNS": "100", **(extra or {})}


def run_python(*args: str, cwd: Path, env: Mapping[str, str] | None = None, given: bytes | int = b"") -> Run:
    """Run Python in `cwd`. `given` is its standard input, or the file that is."""
    done = subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        env=clean_environment(env),
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
        input=given if isinstance(given, bytes) else None,
        stdin=None if isinstance(given, bytes) else given,
    )
    run = Run(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    stop_where_lacking(run.err)
    return run


def dateline(*args: str, cwd: Path, env: Mapping[str, str] | None = None, given: bytes | int = b"") -> Run:
    """Run `dateline` in `cwd`."""
    return run_python("-m", "ui.cli", *args, cwd=cwd, env=env, given=given)


def dateline_here(*args: str, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run `dateline` in `cwd` and in this process: for many commands that load what takes seconds to load."""
    from ui.cli.app import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("DATELINE_") or name.endswith("_API_KEY"):
                patch.delenv(name)
        for name, value in clean_environment(env).items():
            patch.setenv(name, value)
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["dateline", *args])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Run(int(ended.value.code or 0), *texts)


def assert_one_line(run: Run, code: int, *says: str) -> None:
    """The command failed with `code`, and one line on stderr that says all that; stdout is empty."""
    assert (run.code, run.out) == (code, ""), run
    assert run.err.startswith("dateline: "), run.err
    assert run.err.count("\n") == 1, run.err
    assert run.err.endswith("\n")
    assert len(run.err) < 700  # the names of all settings may stand in it
    for words in says:
        assert words in run.err, run.err


def hash_library(folder: Path) -> str:
    """The sha256 of all that a library holds on disk, but for what opening it may touch."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        passing = path.name.endswith(("-wal", "-shm")) or path.name in ("writer.lock", "writer.json")
        if path.is_file() and not passing:
            total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
