"""Wrong input of every kind: one line on stderr, the right exit code, no traceback, and a library unharmed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.running import ROOT, assert_one_line, clean_environment, dateline, hash_library

HOLD_LOCK = """
import sys, time
from pathlib import Path
from index.storage.lock import WriterLock
with WriterLock(Path(sys.argv[1]), 5.0).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def unharmed(home: Path) -> Iterator[Path]:
    """The library's parent; what the library holds must be the same afterwards."""
    before = hash_library(home / "library")
    yield home
    assert hash_library(home / "library") == before


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files that can't be read as articles."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "broken.json").write_text('{"title": "x", ')
    (folder / "no.pdf").write_text("not a pdf")
    with (folder / "huge.txt").open("wb") as stream:
        stream.write(b"word " * 5 * 1024 * 1024)
    (folder / "unreadable").mkdir()
    (folder / "unreadable" / "picture.xyz").write_bytes(b"x")
    return folder


def test_paths_with_nothing_to_read(unharmed: Path, bad_files: Path) -> None:
    missing = dateline("add", "no-such-file.txt", cwd=unharmed)
    assert_one_line(missing, 1, "no-such-file.txt", "check the path")
    folder = dateline("add", str(bad_files / "unreadable"), cwd=unharmed)
    assert_one_line(folder, 1, "has no file that can be read", ".html")


def test_bad_files_are_named_and_the_rest_goes_on(bad_files: Path, tmp_path: Path) -> None:
    (bad_files / "good.md").write_text("# A market opens\n\nA market opened in Agadez on Friday.\n")
    run = dateline("add", str(bad_files), "--library", str(tmp_path / "lib"), "--json", cwd=tmp_path)
    assert run.code == 1
    report = run.json()
    assert len(report["added"]) == 1
    reasons = {Path(f["origin"]).name: f["reason"] for f in report["failed"]}
    others = reasons.pop(bad_files.name)  # of all other files of the folder in one line
    assert set(reasons) == {"empty.txt", "binary.txt", "broken.json", "no.pdf", "huge.txt"}
    assert "empty" in reasons["empty.txt"]
    assert "binary" in reasons["binary.txt"]
    assert "more than 20 MiB" in reasons["huge.txt"]
    assert "`max_file_mb`" in reasons["huge.txt"]
    lines = run.err.splitlines()
    assert len(lines) == 6
    assert ".xyz" in others
    assert all(line.startswith("dateline: ") for line in lines)
    assert all(any(reason in line for line in lines) for reason in reasons.values())


def test_one_bad_file_alone_is_one_line(unharmed: Path, bad_files: Path) -> None:
    run = dateline("add", str(bad_files / "binary.txt"), cwd=unharmed)
    assert run.code == 1
    assert run.err.count("\n") == 1
    assert "binary.txt: it is a binary file" in run.err


def test_questions_that_cannot_be_asked(unharmed: Path) -> None:
    assert_one_line(dateline("ask", "", cwd=unharmed), 2, "question is empty")
    assert_one_line(dateline("search", "  ", cwd=unharmed), 2, "question is empty")
    assert_one_line(dateline("ask", "x" * 100_000, cwd=unharmed), 2, "100,000 characters", "4,000")
    assert_one_line(dateline("ask", "?", cwd=unharmed), 2, "only signs", 'dateline ask "why …?"')
    assert_one_line(
        dateline("ask", "--json", "Hi there!", cwd=unharmed), 2, "friendly, but no question", "Ask something"
    )
    assert_one_line(dateline("search", "...", cwd=unharmed), 2, "only signs", "Ask something")


def test_a_question_that_is_not_text(unharmed: Path) -> None:
    run = dateline("ask", "a\udcff b", cwd=unharmed)
    assert run.code in (0, 3)
    assert "Traceback" not in run.err


def test_unknown_settings_are_refused(unharmed: Path) -> None:
    run = dateline("list", cwd=unharmed, env={"DATELINE_NONSENSE": "1"})
    assert_one_line(run, 2, "`DATELINE_NONSENSE`", "the environment")
    run = dateline("ask", "why?", cwd=unharmed, env={"DATELINE_PASSAGE": "1"})
    assert_one_line(run, 2, "Did you mean `passages`?")
    run = dateline("ask", "why?", cwd=unharmed, env={"DATELINE_PASSAGES": "many"})
    assert_one_line(run, 2, "`passages`", "whole number")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("nonsense = 1\n", "unknown setting `nonsense`"),
        ('passages = "many"\n', "must be a whole number"),
        ('passages = "\n', "can't be read as TOML"),
        ("passages = -1\n", "at least 0"),
    ],
)
def test_a_bad_settings_file_is_named(home: Path, written: str, says: str) -> None:
    path = home / "library" / "dateline.toml"
    kept = path.read_text()
    before = hash_library(home / "library")
    try:
        path.write_text(written)
        assert_one_line(dateline("status", "--json", cwd=home), 2, "dateline.toml", says)
    finally:
        path.write_text(kept)
    assert hash_library(home / "library") == before


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "--nonsense", "why?"),
        ("ask",),
        ("nonsense",),
        ("ask", "why?", "--without", "date"),
        ("search", "why?", "--without", ""),
        ("search", "why?", "-k", "0"),
        ("search", "why?", "--mode", "magic"),
        ("show",),
    ],
)
def test_wrong_usage_says_where_help_is(home: Path, args: tuple[str, ...]) -> None:
    run = dateline(*args, cwd=home)
    assert (run.code, run.out) == (2, "")
    lines = run.err.strip().splitlines()
    assert lines[0].startswith("Usage: ")
    assert lines[-1].startswith("Error: ")
    assert "Traceback" not in run.err
    assert any(arg.strip("-") in lines[-1] for arg in (*args[1:], *args)) or "Missing argument" in lines[-1]


def test_an_empty_library(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    assert dateline("import", "none.jsonl", cwd=tmp_path).code == 0
    run = dateline("ask", "why?", cwd=tmp_path)
    assert run.code == 3
    assert "The library is empty." in run.out
    assert run.out.endswith("Add articles with `dateline add FOLDER`.\n")


def test_no_library(tmp_path: Path) -> None:
    for command in (("ask", "why?"), ("list",), ("status", "--json"), ("search", "why?"), ("remove", "x")):
        assert_one_line(dateline(*command, cwd=tmp_path), 1, "there is no library in library", "dateline add")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pair", ["tile=headline", "title", "title=", "=title"])
def test_a_column_for_no_field(unharmed: Path, pair: str) -> None:
    assert_one_line(dateline("add", "x", "--map", pair, cwd=unharmed), 2, "names no field", "FIELD=COLUMN", "title")


def test_what_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "dateline.db").write_text("not a database, and long enough to look like one" * 50)
    assert_one_line(dateline("list", "--library", "file", cwd=tmp_path), 1, "file is a file")
    assert_one_line(dateline("list", "--library", "folder", cwd=tmp_path), 1, "not a library")
    for address, what in {"mysql://h/d": "at mysql://", "postgresql://u:pw@h/d": "PGPASSWORD"}.items():
        run = dateline("add", "file", "--library", address, cwd=tmp_path)
        assert_one_line(run, 2, what)
        assert "pw" not in run.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_a_library_of_another_embedder(unharmed: Path) -> None:
    run = dateline("add", str(ROOT / "seeds"), "--embedder", "all-MiniLM-L6-v2", cwd=unharmed)
    assert_one_line(run, 1, "BAAI/bge-small-en-v1.5", "all-MiniLM-L6-v2", "dateline rebuild --embedder")
    run = dateline("ask", "why?", cwd=unharmed, env={"DATELINE_EMBEDDER": "some/other"})
    assert_one_line(run, 1, "BAAI/bge-small-en-v1.5", "some/other")


def test_an_article_that_is_not_there(unharmed: Path) -> None:
    assert_one_line(dateline("show", "zzz", cwd=unharmed), 1, "no article 'zzz'", "dateline list")
    assert_one_line(dateline("remove", "zzz", cwd=unharmed), 1, "no article 'zzz'")
    assert_one_line(dateline("remove", "", cwd=unharmed), 1, "no article ''")


@contextmanager
def hold_lock(library: Path) -> Iterator[int]:
    """Have another process hold the writer's lock; give its pid."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(library)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment(),
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process.pid
        process.communicate()


def test_a_library_that_another_process_writes_to(unharmed: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A market opened in Agadez on Friday.")
    quick = {"DATELINE_LOCK_SECONDS": "0.2"}
    with hold_lock(unharmed / "library") as pid:
        run = dateline("add", str(tmp_path / "note.txt"), cwd=unharmed, env=quick)
        assert_one_line(run, 1, f"process {pid} ", "Wait for it to end")
        first = dateline("list", "--json", cwd=unharmed, env=quick)
        assert (first.code, len(first.json())) == (0, 8), "readers need no lock"
        gone = dateline("remove", first.json()[0]["id"], cwd=unharmed, env=quick)
        assert_one_line(gone, 1, f"process {pid} ")


def test_a_table_of_outlets_that_can_not_be_read_is_one_line(tmp_path: Path) -> None:
    own = tmp_path / "configuration" / "dateline"
    own.mkdir(parents=True)
    (own / "outlets.toml").write_text("[outlets")
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("The pier of the harbour was closed on Friday.")
    run = dateline("add", "one.txt", "two.txt", cwd=tmp_path, env={"XDG_CONFIG_HOME": str(own.parent)})
    assert_one_line(run, 2, "outlets.toml can't be read as a table of outlets", "remove the file")


def test_a_blank_day_is_none_to_remove_by(unharmed: Path) -> None:
    run = dateline("remove", "--before", " ", "--yes", cwd=unharmed)
    assert_one_line(run, 2, "name what to remove")
