"""An older database, put back beside newer search indexes: nothing answers from what it never had."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library
from tests.index.articles import make_fields
from tests.index.care.conftest import Run

OTHER = {"id": "made-099", "title": "The zeppelin", "text": "A zeppelin landed at the harbour of Quvex on Monday."}


@pytest.fixture
def backup(folder: Path) -> Path:
    """A copy of the library's database."""
    with Library.open(folder) as library:
        library.backup(folder.parent / "backup")
    return folder.parent / "backup"


def _restore(backup: Path, folder: Path) -> None:
    for file in folder.glob("dateline.db*"):
        file.unlink()
    shutil.copy(backup / "dateline.db", folder)


@pytest.fixture(autouse=True)
def _every_library_is_worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.derived._WORTH_A_FILE", 0)


def test_it_answers_from_its_own_articles_at_the_same_generation(
    folder: Path, backup: Path, run: Callable[..., Run]
) -> None:
    """The numbers of passages and generations are the same in both histories, and the texts are not."""
    with Library.open(folder) as library:
        library.add([OTHER])
        generation = library.status().generation
    _restore(backup, folder)
    with Library.open(folder) as library:
        # Before any search, so that the indexes on disk are those of the other history.
        with library._lock.hold(), library._store.write():
            pass
        assert library.status().generation == generation
    checked = run("check", "--library", folder)
    assert checked.code == 1
    assert "a backup that was put back" in checked.err
    done = run("search", "Where did the zeppelin land?", "--library", folder)
    assert "zeppelin" not in done.out.lower()
    assert run("check", "--library", folder).code == 0
    with Library.open(folder) as library, library._indexes.snapshot() as snapshot:
        assert (
            sorted(snapshot.lexical.numbers())
            == sorted(snapshot.vectors.numbers())
            == library._store.passages.numbers()
        )


def test_it_says_so_at_once(folder: Path, backup: Path, run: Callable[..., Run]) -> None:
    with Library.open(folder) as library:
        library.add([OTHER])
    _restore(backup, folder)
    assert "a backup that was put back" in run("list", "--library", folder).err
    assert "of another one" in run("search", "harbour", "--library", folder).err
    for command in ("list", "search harbour"):
        assert run(*command.split(), "--library", folder).err == ""
    with Library.open(folder) as library:
        assert library.add([make_fields(70)]).added == ("made-070",)
        assert library.check() == []
