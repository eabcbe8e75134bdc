"""One byte flipped anywhere in a library: harmless, or healed with a word, or found by `check` and saved around.

FLIPS=2000 in the environment flips so many; FLIP_SEED others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import clean_environment
from tests.conftest import ROOT

RUNS = int(os.environ.get("FLIPS", "30"))
SEED = os.environ.get("FLIP_SEED", "1")


@pytest.mark.slow
def test_no_flipped_byte_gives_a_wrong_answer_without_a_word(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.storage.flip_runs", tmp_path, str(RUNS), SEED],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(rows)) == (0, RUNS), done.stderr
    assert [row for row in rows if row["wrong"]] == []
