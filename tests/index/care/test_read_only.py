"""A library in a folder that can't be written is read, and says what it can't do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, LibraryReadOnly
from tests.cli.running import clean_environment
from tests.conftest import ROOT
from tests.index.care.conftest import COUNT, Run
from tests.read_only import forbid_writing, mounted_read_only

GOLDEN = ROOT / "tests" / "golden" / "0.1.0" / "dateline.db"
READING = ("list", "show made-001", "export", "search harbour", "ask harbour?", "status", "check")
COMMANDS = """
import sys
from tests.index.storage.forked import run, use_doubles
from pathlib import Path
import tempfile
use_doubles()
for command in (["list"], ["show", "made-001"], ["export"], ["search", "harbour"], ["status"], ["check"],
                ["remove", "made-001", "--yes"]):
    done = run([*command, "--library", sys.argv[1]], Path(tempfile.mkdtemp()))
    print(command[0], done.code, done.err.strip())
"""


@pytest.fixture
def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library in a folder that can't be written."""
    forbid_writing(folder, monkeypatch)
    return folder


def _list_files(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(f): (f.stat().st_mtime_ns, f.stat().st_size) for f in folder.rglob("*")}


@pytest.mark.parametrize("indexes", [True, False])
def test_all_that_reads_works_and_writes_nothing(read_only: Path, run: Callable[..., Run], indexes: bool) -> None:
    if not indexes:
        shutil.rmtree(read_only / "lexical")
        shutil.rmtree(read_only / "vectors", ignore_errors=True)
    before = _list_files(read_only)
    for command in READING:
        done = run(*command.split(), "--library", read_only)
        assert done.code in (0, 3), (command, done)
        assert done.err == "", command
    assert len(run("export", "--library", read_only).out.splitlines()) == COUNT
    assert _list_files(read_only) == before
    assert run("backup", read_only.parent / "copy", "--library", read_only).code == 0


def test_what_writes_is_refused_in_a_line(read_only: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "new.jsonl").write_text('{"id": "new", "text": "The river rose."}\n')
    before = _list_files(read_only)
    for command in ("remove made-001 --yes", f"import {tmp_path / 'new.jsonl'}", "rebuild --embedder x"):
        done = run(*command.split(), "--library", read_only)
        assert (done.code, done.err.count("\n")) == (1, 1), done
        assert done.err.startswith(f"dateline: the library {read_only} can't be written, only read."), done
    with Library.open(read_only) as library, pytest.raises(LibraryReadOnly):
        library.add([{"id": "new", "text": "The river rose."}])
    assert _list_files(read_only) == before


def test_what_is_in_its_log_alone_is_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy"
    with Library.open(folder) as library:
        library.add([{"id": "late", "text": "The last ferry sails at night."}])
        shutil.copytree(folder, copy)
    (copy / "dateline.db-shm").unlink()
    assert (copy / "dateline.db-wal").stat().st_size
    forbid_writing(copy, monkeypatch)
    # SQLite could make its files as root, and may not here.
    monkeypatch.setattr("index.storage.sqlite.connection._READ_ONLY", ("?immutable=1",))
    with Library.open(copy) as library:
        assert library.get("late").text == "The last ferry sails at night."
        assert [hit.article.id for hit in library.search("last ferry", limit=1, rerank=False)] == ["late"]


def test_one_of_an_older_format_is_read_in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(GOLDEN, folder)
    forbid_writing(folder, monkeypatch)
    before = _list_files(folder)
    with Library.open(folder) as library:
        assert [article.id for article in library.articles()] == ["bridge", "toll", "old"]
    assert _list_files(folder) == before


def test_a_file_system_that_is_mounted_read_only(folder: Path) -> None:
    with Library.open(folder):
        pass
    (folder.parent / "commands.py").write_text(COMMANDS)
    done = subprocess.run(
        mounted_read_only(folder, sys.executable, str(folder.parent / "commands.py"), str(folder)),
        cwd=ROOT,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.splitlines()
    assert said[:6] == [f"{name} 0 " for name in ("list", "show", "export", "search", "status", "check")], done
    assert said[6].startswith(f"remove 1 dateline: the library {folder} can't be written, only read."), done
