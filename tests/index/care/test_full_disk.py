"""`backup` and `remove` on a full disk: a line each, nothing lost, and the next try goes through."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library
from tests.cli.running import clean_environment
from tests.conftest import ROOT
from tests.index.care.conftest import COUNT, Run

pytestmark = pytest.mark.slow

# Runs a command none of whose files may grow beyond so many bytes.
LIMITED = """
import resource, sys
from tests.index.storage.forked import use_doubles
use_doubles()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["dateline", *sys.argv[2:]]
from ui.cli.app import main
main()
"""


def run_limited(size: int, *arguments: object) -> Run:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *map(str, arguments)],
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("kib", [36, 60])
def test_a_backup_without_room_leaves_nothing(folder: Path, kib: int, run: Callable[..., Run]) -> None:
    target = folder.parent / "copy"
    done = run_limited(kib * 1024, "backup", target, "--library", folder)
    assert (done.code, done.err.count("\n")) == (1, 1), done
    assert done.err.startswith(f"dateline: the disk of {target} is full, or fails (")
    assert "Nothing was copied." in done.err
    assert not target.exists()
    assert run("backup", target, "--library", folder).code == 0
    assert run("check", "--library", target).code == 0


def test_what_a_killed_backup_left_is_passed_over(folder: Path, run: Callable[..., Run]) -> None:
    target = folder.parent / "copy"
    target.mkdir()
    (target / "dateline.db.partial").write_bytes(b"half of it")
    (target / "dateline.db.partial-journal").write_bytes(b"")
    assert run("backup", target, "--library", folder).code == 0
    assert sorted(file.name for file in target.iterdir()) == ["dateline.db"]
    assert len(run("export", "--library", target).out.splitlines()) == COUNT
    (target / "other").write_text("")
    assert "not empty" in run("backup", target, "--library", folder).err


@pytest.mark.parametrize("kib", [0, 2, 8, 40, 100])
def test_a_removal_without_room_is_a_line(folder: Path, kib: int, run: Callable[..., Run]) -> None:
    done = run_limited(kib * 1024, "remove", "made-001", "made-002", "--yes", "--library", folder)
    assert done.code in (0, 1), done
    assert "Traceback" not in done.err
    assert done.err.count("\n") == done.code, done
    assert run("check", "--library", folder).code == 0
    with Library.open(folder) as library:
        left = library.status().articles
        assert left in (COUNT, COUNT - 2)
        assert library.search("harbour treaty", rerank=False)
