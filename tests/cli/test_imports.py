"""An offline answer loads no heavy library: that is what makes the command line quick."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.running import run_python

HEAVY = {"torch", "sentence_transformers", "transformers", "litellm", "gradio", "pandas", "scipy", "sklearn"}
MODULE = re.compile(r"^import time:\s*\d+ \|\s*\d+ \|\s*(\S+)$", re.MULTILINE)


def imported(*args: str, cwd: Path) -> tuple[int, set[str]]:
    """The exit code of a `dateline` command, and the packages that it imported."""
    run = run_python("-X", "importtime", "-m", "ui.cli", *args, cwd=cwd)
    return run.code, {name.partition(".")[0] for name in MODULE.findall(run.err)}


def test_an_offline_question_imports_nothing_heavy(home: Path) -> None:
    code, packages = imported("ask", "why did Niger revoke the deal?", cwd=home)
    assert code == 0
    assert {"index", "rag", "ui", "onnxruntime"} <= packages, "the import times were not understood"
    assert packages & HEAVY == set()


def test_listing_imports_nothing_heavy_and_no_later_room(home: Path) -> None:
    code, packages = imported("list", cwd=home)
    assert code == 0
    assert packages & {*HEAVY, "rich", "evals", "onnxruntime", "httpcore"} == set()
