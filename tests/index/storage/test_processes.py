"""Several processes on one library: whole generations for readers, one writer at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import DatelineError, Library
from index.errors import LibraryLocked
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.search.derived import DerivedIndexes
from index.settings import IndexSettings
from index.storage.lock import WriterLock
from tests.conftest import ROOT, open_warm

GENERATIONS = 16
WRITER = """
import sys
from index import Library
from tests.index.storage.forked import use_doubles

use_doubles()
with Library.open(sys.argv[1]) as library:
    for n in range(int(sys.argv[2])):
        text = " ".join(f"The harbour of town {n} closed when wave {k} came over its wall." for k in range(12))
        library.add({"id": name, "title": f"Report {n}", "text": text} for name in ("x", "y"))
        print(f"wrote {n}", flush=True)
        sys.stdin.readline()
"""
MAKER = """
import sys
from index import Library
from tests.index.storage.forked import use_doubles

use_doubles()
Library.open(sys.argv[1], create=True).close()
"""
HOLDER = """
import sys
from pathlib import Path
from index.storage.lock import WriterLock

with WriterLock(Path(sys.argv[1]), 5).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def running(code: str, folder: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process of its own, which ends with the block at the latest."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *args],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _check_whole(library: Library) -> set[str]:
    """All passages of an article that is found are of one text, and none is missing; gives the titles."""
    found = library.search("harbour closed wave wall", limit=1_000, rerank=False)
    titles: dict[str, set[str]] = {}
    for hit in found:
        titles.setdefault(hit.article.id, set()).add(hit.article.title)
    for name, seen in titles.items():
        assert len(seen) == 1
        mine = sorted((h.passage for h in found if h.article.id == name), key=lambda p: p.ordinal)
        article = next(h.article for h in found if h.article.id == name)
        assert mine == library.passages(article)
    return {title for seen in titles.values() for title in seen}


@pytest.mark.slow
def test_a_reader_sees_whole_generations_while_another_process_writes(tmp_path: Path, doubles: None) -> None:
    """The writer waits after each generation until the reader has seen it, and writes the next while it is read."""
    with (
        Library.open(tmp_path, create=True, settings=IndexSettings(lock_seconds=120)) as library,
        running(WRITER, tmp_path, str(GENERATIONS)) as writer,
    ):
        assert writer.stdin is not None
        assert writer.stdout is not None
        for n in range(GENERATIONS):
            assert writer.stdout.readline() == f"wrote {n}\n"
            assert _check_whole(library) == {f"Report {n}"}
            writer.stdin.write("go on\n")
            writer.stdin.flush()
            for _ in range(3):
                assert _check_whole(library) in ({f"Report {n}"}, {f"Report {n + 1}"})
        assert writer.wait(timeout=120) == 0


def test_a_writer_waits_and_then_names_the_one_that_has_the_lock(
    tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    settings = IndexSettings(lock_seconds=0.2)
    with open_warm(tmp_path, embedder, reranker, settings) as library:
        library.add([{"id": "a", "text": "The harbour is closed."}])
        with running(HOLDER, tmp_path) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(LibraryLocked, match=rf"process {holder.pid} on ") as error:
                library.add([{"id": "b", "text": "The harbour is open."}])
            assert isinstance(error.value, DatelineError)
            with pytest.raises(LibraryLocked):
                library.remove("a")
            assert [h.article.id for h in library.search("harbour")] == ["a"]  # readers don't care
            assert Library.open(tmp_path).status().articles == 1
        # The system gave the lock back when its owner was killed.
        assert library.add([{"id": "b", "text": "The harbour is open."}]).added == ("b",)


def test_a_search_between_a_writer_s_two_commits_waits_for_the_second_alone(
    tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    """Not for the lock, which a long add holds to its end."""
    with (
        open_warm(tmp_path, embedder, reranker, IndexSettings(lock_seconds=120)) as library,
        open_warm(tmp_path, embedder, reranker) as writer,
        ThreadPoolExecutor() as pool,
    ):
        library.add([{"id": "a", "text": "The harbour is closed."}])
        with running(HOLDER, tmp_path) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with writer._store.write() as generation:
                pass
            searching = pool.submit(library.search, "harbour", rerank=False)
            with pytest.raises(TimeoutError):
                searching.result(timeout=0.5)
            assert isinstance(writer._indexes, DerivedIndexes)
            writer._indexes._catch_up_lexical(generation)
            assert [h.article.id for h in searching.result(timeout=60)] == ["a"]


def test_a_lock_whose_owner_left_no_name_is_told_too(tmp_path: Path) -> None:
    with running(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        (tmp_path / "writer.json").write_text("{torn")
        with pytest.raises(LibraryLocked, match="another process"), WriterLock(tmp_path, 0).hold():
            pass


def test_the_lock_is_reentrant_in_a_thread(tmp_path: Path) -> None:
    first, second = WriterLock(tmp_path, 0.1), WriterLock(tmp_path, 0.1)
    with first.hold(), second.hold(), first.hold():
        owner = (tmp_path / "writer.json").read_text()
        assert str(os.getpid()) in owner


@pytest.mark.slow
def test_two_processes_may_make_the_same_library_at_once(tmp_path: Path, doubles: None) -> None:
    with running(MAKER, tmp_path / "new") as one, running(MAKER, tmp_path / "new") as two:
        for process in (one, two):
            _, said = process.communicate(timeout=120)
            assert (process.returncode, said) == (0, "")
    with Library.open(tmp_path / "new") as library:
        assert library.add([{"id": "a", "text": "The harbour is closed."}]).added == ("a",)
