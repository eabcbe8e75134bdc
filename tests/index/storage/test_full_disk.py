"""A full disk: one line that says so, and a library that is as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import Library
from index.storage.sqlite.store import SqliteStore
from tests.cli.running import dateline_here
from tests.conftest import ROOT
from tests.index.articles import make_fields

# No file of this process may grow beyond so many bytes.
ADD = """
import resource, sys
from tests.index.storage.forked import use_doubles
use_doubles()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
sys.argv = ["dateline", "add", sys.argv[3], "--library", sys.argv[1]]
from ui.cli.app import main
main()
"""


def add_with_little_room(library: Path, files: Path, size: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ADD, str(library), str(size), str(files)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def check_told(done: subprocess.CompletedProcess[str], library: Path) -> None:
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(f"dateline: the disk of {library} is full, or fails (")
    assert done.stderr.endswith(" What was committed before is kept. Make room, and run the command again.\n")


@pytest.mark.slow
@pytest.mark.parametrize("kib", [150, 400])
def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path, doubles: None, kib: int) -> None:
    folder, files = tmp_path / "library", tmp_path / "rows.jsonl"
    with Library.open(folder, create=True) as library:
        library.add([{"id": "river", "text": "The river rose by two metres."}])
    removed = "menu " * 40_000  # fills the database and costs no embedding
    files.write_text("\n".join(json.dumps({**make_fields(n % 3), "id": f"{n}", "removed": removed}) for n in range(20)))
    check_told(add_with_little_room(folder, files, kib * 1024), folder)
    with Library.open(folder) as library:
        assert library.check() == []
        assert library.get("river").text == "The river rose by two metres."
        assert [h.article.id for h in library.search("How far did the river rise?", limit=1)] == ["river"]
    done = dateline_here("add", str(files), "--library", str(folder), cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    with Library.open(folder) as library:
        assert library.status().articles == 21
        assert library.check() == []


def test_no_room_for_a_new_library_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The river rose by two metres.")
    check_told(add_with_little_room(tmp_path / "library", tmp_path / "one.txt", 8 * 1024), tmp_path / "library")


def test_a_commit_that_fails_leaves_nothing_open(library: Library) -> None:
    """The same library goes on: a chat page has it open for days."""
    assert isinstance(library._store, SqliteStore)
    db = library._store._connections.get()
    db.execute("PRAGMA max_page_count = 40")
    with pytest.raises(Exception, match="is full"):
        library.add([{"id": "a", "text": "The river rose.", "removed": "menu " * 100_000}])
    db.execute("PRAGMA max_page_count = 100000")
    assert library.add([{"id": "b", "text": "The river fell."}]).added == ("b",)
    assert library.check() == []
