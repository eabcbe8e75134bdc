"""Libraries of small models, and commands that run on them in this process."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from index import Library
from index.models.embedder import Runtime
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.index.articles import make_fields
from ui.cli.app import main

COUNT = 8


class Run(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def _make_embedder(name: str, runtime: Runtime | Literal[""] = "") -> HashingEmbedder:
    embedder = HashingEmbedder()
    embedder.name = name
    if runtime:
        embedder.runtime = runtime
    return embedder


def _use_doubles(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("index.library.make_embedder", _make_embedder)
    patch.setattr("index.library.make_reranker", lambda name: OverlapReranker())
    patch.setattr("index.library.make_reader", lambda name: WordReader())


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    _use_doubles(monkeypatch)


@pytest.fixture(scope="session")
def made_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of eight articles, one of which has a version before it; tests get copies."""
    folder = tmp_path_factory.mktemp("care") / "library"
    with pytest.MonkeyPatch.context() as patch:
        _use_doubles(patch)
        with Library.open(folder, create=True) as library:
            library.add([{**make_fields(n), "url": f"https://example.org/{n}"} for n in range(COUNT)])
            library.add([{**make_fields(3), "text": "The ferry is back. It sails each day of the week."}])
            library.search("harbour", rerank=False)
    return folder


@pytest.fixture
def folder(made_library: Path, tmp_path: Path) -> Path:
    """A library of eight articles, one of which has a version before it."""
    return Path(shutil.copytree(made_library, tmp_path / "library"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Runs a command as the terminal does."""

    def run_command(*arguments: object) -> Run:
        monkeypatch.setattr("sys.argv", ["dateline", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return Run(code if isinstance(code, int) else int(bool(code)), said.out, said.err)

    return run_command


def change(folder: Path, *statements: str) -> None:
    """Change a library behind its back."""
    db = sqlite3.connect(folder / "dateline.db")
    with db:
        for statement in statements:
            db.execute(statement)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def flip_text(folder: Path, found: bytes, put: bytes) -> None:
    """Change bytes of a library's file."""
    change(folder)
    file = folder / "dateline.db"
    content = file.read_bytes()
    assert found in content
    assert len(found) == len(put)
    file.write_bytes(content.replace(found, put))
