"""Small files that would be huge: each ends soon, within the memory of a reading process, in a line or a few."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from index import Failure, read_files_in_subprocesses
from index.read.files import read_addresses, read_files
from index.read.formats.archives import Budget
from index.read.formats.markdown import read_markdown
from index.read.walk import list_files
from tests.index.read.bombs import BOMBS, make_sparse_tar
from tests.index.read.make import FIRST

MIB = 1024 * 1024
# These take what a reading process may take, of time or of memory: they get little time.
_DEAR = {
    *("members.tar.gz", "spans.docx", "deep.rss", "parts.eml", "address.eml", "quoted.csv", "rows.csv", "rows.jsonl"),
    *("parts.mhtml", "items.newsml", "lines.md", "shortcodes.md"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_in_a_few_lines(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BOMBS[name]())
    (tmp_path / "good.txt").write_text(FIRST)
    seconds = 3 if name in _DEAR else 60
    *read, good = read_files_in_subprocesses([tmp_path / name, tmp_path / "good.txt"], 20, seconds)
    assert not isinstance(good, Failure), "the rest goes on"
    failures = [one for one in read if isinstance(one, Failure)]
    assert all(one.reason and "\n" not in one.reason for one in failures)
    assert len(failures) <= 1_001
    assert sum(len(one.text) for one in read if not isinstance(one, Failure)) < 25 * MIB
    assert not any("root:" in str(one) for one in read), "nothing of this machine is read"


def test_the_holes_of_a_sparse_file_count_as_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 400 files of a gigabyte in 205 KB, as much is unpacked as the archive may hold."""
    spent: list[int] = []
    real = Budget.spend

    def watch(budget: Budget, count: int) -> None:
        spent.append(count)
        real(budget, count)

    monkeypatch.setattr(Budget, "spend", watch)
    (tmp_path / "a.tar").write_bytes(make_sparse_tar())
    *_, last = read_files([tmp_path / "a.tar"], 20)
    assert isinstance(last, Failure)
    assert "more than 200 times its size" in last.reason
    assert sum(spent) < 64 * MIB


@pytest.mark.parametrize("matter", ["a: &a [x]\nb: [*a]", "a: &a\n  <<: *a", "- *a"])
def test_front_matter_stands_for_nothing_elsewhere(matter: str) -> None:
    with pytest.raises(Exception, match="alias") as error:
        read_markdown(f"---\n{matter}\n---\nWords.", "a.md")
    assert "\n" not in str(error.value)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe into which nobody writes, a socket, devices, and links that lead round, by name and in a folder."""
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    (tmp_path / "here").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.txt"))
        (tmp_path / "zeros.txt").symlink_to("/dev/zero")
        (tmp_path / "good.txt").write_text(FIRST)
        assert list_files([tmp_path]) == [tmp_path / "good.txt"]
        named = list_files([tmp_path / name for name in ("pipe.txt", "round.txt", "socket.txt", "zeros.txt")])
        read = list(read_files_in_subprocesses(named, 20, 60))
        assert [type(one) for one in read] == [Failure] * 4
        assert all(read_addresses(tmp_path / f"{name}.txt") == [] for name in ("pipe", "zeros"))
