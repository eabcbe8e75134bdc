"""Looking after a library from the command line: list, remove, export, import, backup and check."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import SEEDS, assert_one_line, dateline


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    """The folder that a copy of the library of the seeds lies in."""
    run = dateline("backup", str(tmp_path / "library"), cwd=home)
    assert (run.code, run.err) == (0, "")
    return tmp_path


def test_list_by_date_source_and_words(home: Path) -> None:
    rows = dateline("list", "--after", "2024-01-01", "--text", "AGADEZ", "--json", cwd=home).json()
    assert 0 < len(rows) < 8
    assert all(row["published"] >= "2024" for row in rows)
    assert dateline("list", "--source", "Nobody", "--json", cwd=home).json() == []
    assert dateline("list", "--source", "Nobody", cwd=home).out == "No article is within that.\n"


def test_an_export_comes_back_byte_for_byte(home: Path, tmp_path: Path) -> None:
    assert dateline("export", str(tmp_path / "a.jsonl"), cwd=home).code == 0
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    assert dateline("export", cwd=home).out == lines
    assert len(lines.splitlines()) == 8
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]
    for command, name in (("import", "one"), ("add", "two")):
        added = dateline(command, "a.jsonl", "--library", name, "--json", cwd=tmp_path).json()
        assert len(added["added"]) == 8
        assert dateline("export", "--library", name, cwd=tmp_path).out == lines
        assert len(dateline(command, "a.jsonl", "--library", name, "--json", cwd=tmp_path).json()["unchanged"]) == 8


def test_a_bad_line_of_an_import_is_named_and_the_rest_is_in(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "One."}\n{"id"\n{"id": "c", "text": "Three."}\n')
    run = dateline("import", "a.jsonl", "--library", "lib", "--json", cwd=tmp_path)
    assert (run.code, run.json()["added"]) == (1, ["a", "c"])
    assert "a.jsonl#1: the line is not JSON" in run.err
    assert_one_line(
        dateline("import", "none.jsonl", "--library", "new", cwd=tmp_path), 1, "there is no file none.jsonl"
    )
    assert not (tmp_path / "new").exists()


def test_removing_by_source_and_age_needs_a_yes(copy: Path) -> None:
    assert_one_line(dateline("remove", "--before", "2023-12-31", cwd=copy), 2, "3 articles", "--yes")
    assert_one_line(dateline("remove", cwd=copy), 2, "name what to remove")
    assert_one_line(dateline("remove", "x", "--source", "y", cwd=copy), 2, "name what to remove")
    removed = dateline("remove", "--before", "2023-12-31", "--yes", "--json", cwd=copy).json()["removed"]
    assert len(removed) == 3
    left = dateline("list", "--json", cwd=copy).json()
    assert len(left) == 5
    assert all(row["published"] is None or row["published"] >= "2024" for row in left)
    assert dateline("remove", "--source", "Nobody", "--yes", cwd=copy).out == "No article is within that.\n"
    ids = [row["id"] for row in left[:2]]
    assert dateline("remove", *ids, ids[0], "--json", cwd=copy).json()["removed"] == ids
    assert dateline("check", "--json", cwd=copy).json() == {"articles": 3, "faults": []}


def test_check_names_what_is_broken(copy: Path) -> None:
    whole = dateline("check", cwd=copy)
    assert (whole.code, whole.out, whole.err) == (0, "library: 8 articles, nothing is broken.\n", "")
    with sqlite3.connect(copy / "library" / "dateline.db") as db:
        db.execute("UPDATE articles SET text = text || '.'")
    run = dateline("check", "--json", cwd=copy)
    faults = run.json()["faults"]
    assert run.code == 1
    assert sum(fault.startswith("article ") and fault.endswith("not what was written") for fault in faults) == 8
    assert run.err.splitlines() == [f"dateline: {fault}." for fault in faults]


def test_a_backup_over_something_is_refused(home: Path, copy: Path) -> None:
    before = sorted(p.name for p in (copy / "library").iterdir())
    assert_one_line(dateline("backup", str(copy / "library"), cwd=home), 1, "not empty", "new folder")
    file = next(SEEDS.iterdir())
    assert_one_line(dateline("backup", str(file), cwd=home), 1, "not empty")
    assert_one_line(dateline("backup", str(file / "x"), cwd=home), 1, "Not a directory")
    assert sorted(p.name for p in (copy / "library").iterdir()) == before
