"""An index of another kind is made while the one before answers, and put in its place; whatever happens meanwhile."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index import IndexSettings, Library
from index.search.vectors import FaissIndex
from tests.cli.running import clean_environment
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder
from tests.index.articles import make_fields

FEW = 40  # articles; with twice as many, of two passages each, a library is large here
QUESTIONS = ("harbour treaty election", "volcano budget report", "the cathedral orchestra")
KILLS = 6
NEW = {"id": "new", "title": "A zeppelin", "text": "A zeppelin came down near the harbour."}
# Adds an article to a library, which then is large, and dies at a step of the training: a call within index/.
ADD = """
import itertools, os, signal, sys, threading
from pathlib import Path
from tests.index.search.test_training import NEW, use_few
from index import Library

steps = itertools.count(1)

def count(frame, event, argument):
    if os.sep + "index" + os.sep in frame.f_code.co_filename and next(steps) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

use_few(setattr)
with Library.open(Path(sys.argv[1])) as library:
    threading.setprofile(count)
    library.add([NEW])
print(next(steps))
"""


def use_few(put: Callable[[Any, str, Any], None]) -> None:
    """Have few passages count as many, keep files however small, and use no model; `put` sets an attribute."""
    import index.library
    import index.search.derived
    import index.search.vector_lists

    put(index.library, "make_embedder", lambda name, runtime="": HashingEmbedder())
    put(index.search.derived, "_WORTH_A_FILE", 0)
    put(index.search.vector_lists, "TRAINED_FROM", 3 * FEW)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    use_few(monkeypatch.setattr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library that an article more makes large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.search.vector_lists.TRAINED_FROM", 10 * FEW)
        with Library.open(tmp_path / "library", create=True) as library:
            library.add(make_fields(n) for n in range(2 * FEW))
            library.search(QUESTIONS[0], rerank=False)
    return tmp_path / "library"


def rank(library: Library) -> list[list[str]]:
    """What vector search finds; of the best, nothing depends on how much of so small a library it reads."""
    hits = (library.search(question, limit=10, mode="dense", rerank=False) for question in QUESTIONS)
    return [[hit.passage.id for hit in found] for found in hits]


def is_exact(library: Library) -> bool:
    return library.status().vector_search == "exact"


@contextmanager
def training_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Inside, training has begun once the event is set, and goes on at the end."""
    begun, go_on, train = threading.Event(), threading.Event(), FaissIndex.train

    def wait(self: FaissIndex, *arguments: Any) -> None:
        begun.set()
        go_on.wait(60)
        train(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(FaissIndex, "train", wait)
        try:
            yield begun
        finally:
            go_on.set()


def test_a_library_that_grows_large_is_searched_by_lists_and_finds_the_same(folder: Path) -> None:
    with Library.open(folder, settings=IndexSettings(vector_search="exact")) as library:
        library.add([NEW])
        assert is_exact(library)
        wanted = rank(library)
    with Library.open(folder) as library:
        assert is_exact(library)
        library.add([])
        library._backend.wait()
        assert "lists are read" in library.status().vector_search
        assert rank(library) == wanted
        assert library.check() == []
    with Library.open(folder) as library:
        assert not is_exact(library)
        assert rank(library) == wanted
        library.remove_all([f"made-{n:03}" for n in range(FEW, 2 * FEW)])
        library.remove_all([f"made-{n:03}" for n in range(FEW // 2, FEW)])
        library._backend.wait()
        assert is_exact(library)
        assert library.check() == []


def test_the_old_one_answers_until_the_new_one_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(folder) as library, Library.open(folder) as reader:
        rank(reader)
        with training_waits(monkeypatch) as begun:
            library.add([NEW])
            assert begun.wait(60)
            wanted = rank(library)
            assert rank(reader) == wanted
            assert is_exact(library)
            assert is_exact(reader)
        library._backend.wait()
        assert rank(library) == rank(reader) == wanted
        assert not is_exact(library)
        assert not is_exact(reader)


def test_what_is_written_meanwhile_is_in_the_new_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(folder) as library:
        with training_waits(monkeypatch) as begun:
            library.add([make_fields(500)])
            assert begun.wait(60)
            library.add([NEW, {**make_fields(501), "id": "made-003"}])
            library.remove("made-005")
        library._backend.wait()
        assert not is_exact(library)
        assert library.check() == []
        assert library.search("zeppelin", mode="dense", rerank=False)[0].article.id == "new"
    with Library.open(folder) as library:
        assert not is_exact(library)
        assert library.check() == []


def test_what_was_made_for_a_library_that_is_rebuilt_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(folder) as library:
        with training_waits(monkeypatch) as begun:
            library.add([NEW])
            assert begun.wait(60)
            library.rebuild()
        library._backend.wait()
        assert is_exact(library)
        library.add([])
        library._backend.wait()
        assert not is_exact(library)
        assert library.check() == []


def test_training_that_fails_leaves_what_is_there_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: FaissIndex, *_: object) -> None:
        raise MemoryError("no room")

    with Library.open(folder) as library:
        with monkeypatch.context() as patch:
            patch.setattr(FaissIndex, "train", fail)
            library.add([NEW])
            library._backend.wait()
        assert "stays as it is, and the next addition tries again: no room" in capsys.readouterr().err
        assert is_exact(library)
        assert library.check() == []
        library.add([])
        library._backend.wait()
        assert not is_exact(library)


def test_a_small_write_leaves_the_file_of_vectors_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.vector_lists.TRAINED_FROM", 1_000_000)
    monkeypatch.setattr("index.search.derived._WORTH_A_FILE", 3)
    file = folder / "vectors" / "vectors.faiss"
    written = file.read_bytes()
    with Library.open(folder) as library:
        library.add([NEW])
        library.remove("made-001")
        assert file.read_bytes() == written
        wanted = rank(library)
    for opened in range(2):
        with Library.open(folder) as library:
            assert rank(library) == wanted
            assert library.search("zeppelin", mode="dense", rerank=False)[0].article.id == "new"
            assert library.check() == []
            assert file.read_bytes() == written
            if opened:
                library.add([make_fields(500), make_fields(501)])
    assert file.read_bytes() != written


def _add(folder: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ADD, str(folder), str(step)]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.slow
def test_a_process_killed_in_training_or_swapping_loses_nothing(folder: Path, tmp_path: Path) -> None:
    undisturbed = shutil.copytree(folder, tmp_path / "undisturbed")
    steps = int(_add(undisturbed, -1).stdout)
    with Library.open(undisturbed) as library:
        assert not is_exact(library)
        wanted = rank(library)
    rng = random.Random(22)
    kinds = set()
    for n in range(KILLS):
        disturbed = shutil.copytree(folder, tmp_path / f"disturbed-{n}")
        done = _add(disturbed, int(steps * (n + rng.random()) / KILLS))
        assert done.returncode == -signal.SIGKILL
        with Library.open(disturbed) as library:
            kinds.add(is_exact(library))
            assert rank(library) == wanted
            assert library.check() == []
            library.add([])
            library._backend.wait()
            assert not is_exact(library)
            assert rank(library) == wanted
            assert library.check() == []
    assert True in kinds, "some were killed before the new index was there"
