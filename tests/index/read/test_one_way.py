"""Whatever comes from outside is read in processes of its own, by every entrance."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import index
from index import Library
from index.settings import IndexSettings
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder
from tests.index.read.bombs import BOMBS
from tests.index.read.make import FIRST
from ui.chat.add_form import AddForm

_IN_PROCESS = {"read_file", "read_files", "read_bytes", "read_request"}


def _list_imported(source: Path) -> set[str]:
    nodes = ast.walk(ast.parse(source.read_text()))
    return {name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}


def test_no_room_can_read_in_its_own_process() -> None:
    assert not _IN_PROCESS & set(dir(index))
    sources = [path for room in ("index", "rag", "evals", "ui") for path in (ROOT / room).rglob("*.py*")]
    using = {str(path.relative_to(ROOT)) for path in sources if path.suffix != ".pyc" and _uses(path)}
    assert using == {"index/read/worker.py"}


def _uses(source: Path) -> bool:
    return bool(_IN_PROCESS & _list_imported(source))


def test_an_upload_is_read_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Aliases in front matter that would be gigabytes are a line in the report, and no reader runs in the server."""

    def refuse(*args: Any, **more: Any) -> None:
        raise AssertionError("this would be read in the server")

    for name in ("read_request", "read_bytes", "detect_kind"):
        monkeypatch.setattr(f"index.read.files.{name}", refuse)
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
    folder = tmp_path / "uploads" / "0123"
    folder.mkdir(parents=True)
    (folder / "alias.md").write_bytes(BOMBS["alias.md"]())
    (folder / "good.txt").write_text(FIRST)
    with Library.open(tmp_path / "library", create=True, settings=IndexSettings()) as library:
        form = AddForm(library, read_only=False)
        *_, (said, _, _) = form.add_files([str(folder / "alias.md"), str(folder / "good.txt")])
        assert [article.text for article in library.articles()] == [FIRST]
    assert "1 added, 1 failed" in said
    assert "it has an alias" in said
    assert list(folder.iterdir()) == []
