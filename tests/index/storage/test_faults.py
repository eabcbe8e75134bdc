"""Commands killed, or with a disk that is full, broken or read-only from a random moment on: nothing committed is lost.

FAULTS=500 in the environment runs so many; FAULT_SEED another choice of moments.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import clean_environment
from tests.conftest import ROOT

SHIM = Path(__file__).with_name("faults.c")
RUNS = int(os.environ.get("FAULTS", "20"))
SEED = os.environ.get("FAULT_SEED", "7")


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    if (compiler := shutil.which("cc")) is None or sys.platform != "linux":
        pytest.skip("faults are injected by a library that a C compiler makes for Linux")
    shim = tmp_path / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, SHIM, "-ldl"], check=True)
    (tmp_path / "runs").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.storage.fault_runs", tmp_path / "runs", str(RUNS), SEED],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(rows)) == (0, RUNS), done.stderr
    assert [row for row in rows if row["wrong"]] == []
