"""Files of followed folders that could not be read: they are read again where that may give more, and said briefly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from index import Failure, Library
from index.fetch import follow
from index.fetch.follow import follow_folders, sync_library
from index.fetch.known_files import KnownFile, know_file, read_known
from index.read.subprocesses import read_files_in_subprocesses
from tests.index.read.make import make_zip

TEXT = "A note of the harbour master about the pier, which was closed on Friday."


def test_what_failed_is_read_again_when_it_or_what_reads_it_has_changed(
    web_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tesseract is a program of ours here, which lacks at first."""
    folder, programs = tmp_path / "cuttings", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    Image.new("L", (300, 400), 255).save(folder / "scan.png")
    (folder / "a.zip").write_bytes(make_zip({"a.txt": TEXT.encode(), "b.json": b"{", "c.json": b"{", "d.css": b"x"}))
    follow_folders(web_library, [folder], {})
    first = sync_library(web_library).added
    assert [len(given) for given in (first.added, first.failed, first.left_out)] == [1, 3, 1]
    monkeypatch.setattr(follow, "read_files_in_subprocesses", _read_nothing)
    for _ in range(2):
        again = sync_library(web_library, remove_gone=True)
        assert again.removed == ()
        assert again.added.left_out == first.left_out
        assert [(failure.origin, failure.kind) for failure in again.added.failed] == [
            (str(folder / "a.zip"), "as before"),
            (str(folder / "scan.png"), "as before"),
        ]
        member, scan = (failure.reason for failure in again.added.failed)
        assert member.startswith("b.json: it is not JSON")
        assert member.endswith("(and 1 more)")
        assert "install Tesseract" in scan
    monkeypatch.setattr(follow, "read_files_in_subprocesses", read_files_in_subprocesses)
    (programs / "tesseract").write_text("#!/bin/sh\necho eng\n")
    (programs / "tesseract").chmod(0o755)
    reasons = {failure.origin: failure.reason for failure in sync_library(web_library).added.failed}
    assert reasons[str(folder / "scan.png")] == "no words were found in the picture; leave it out"
    (folder / "scan.png").write_bytes(b"x")
    reasons = {failure.origin: failure.reason for failure in sync_library(web_library).added.failed}
    assert "is not one" in reasons[str(folder / "scan.png")]


def _read_nothing(files: list[Path], *limits: Any, **more: Any) -> Iterator[Any]:
    assert files == [], "nothing has changed"
    return iter(())


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"stamp": 1, "means": 2, "failures": [[1]]}', "[" * 9999, "\0"])
def test_a_stamp_that_nobody_wrote_is_that_of_no_file(written: str) -> None:
    assert not read_known(written).is_as("[1, 2, 3, {}]", "")


def test_what_may_go_better_at_once_is_not_remembered(tmp_path: Path) -> None:
    failures = [Failure("a", "its disk is slow", "passing")]
    assert know_file("[1]", "", tmp_path / "a", failures) is None
    assert know_file("[1]", "", tmp_path / "a", []) == KnownFile("[1]")
