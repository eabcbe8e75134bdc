"""A queue and its workers: whatever happens to one, each article that was taken in is there once, and in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import AddReport, Library, QueueState, UsageError, follow_folders, read_address, sync_library
from index.errors import DatabaseLost
from index.fetch.follow import SyncReport
from index.models.embedder import Vectors
from index.settings import IndexSettings
from tests.cli.running import assert_one_line, clean_environment, dateline_here
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder
from tests.index.articles import make_fields
from tests.postgres import SECRET, end_connections, make_url, run_sql

pytestmark = pytest.mark.usefixtures("doubles")

QUEUEING = IndexSettings(add_to_queue=True)
# A worker whose embedder says that it was called, and goes on when a line comes.
WORKER = """
import sys
import index.library
from tests.doubles import HashingEmbedder
from ui.cli.app import main

class Slow(HashingEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        sys.stdin.readline()
        return super().embed_passages(texts)

index.library.make_embedder = lambda name, runtime="": Slow()
sys.argv = ["dateline", *sys.argv[1:]]
main()
"""


@pytest.fixture
def url() -> str:
    return make_url()


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    """An empty library in a database, whose `add` puts what is new into the queue."""
    with Library.open(url, create=True, settings=QUEUEING) as opened:
        yield opened


def work(library: Library) -> AddReport:
    """Have a worker empty the queue."""
    whole = AddReport()
    for report in library.make_worker().work(threading.Event(), once=True):
        whole = whole.join(report)
    return whole


def count(library: Library) -> tuple[int, int, int]:
    """Articles, those that wait, and those that were set aside."""
    found = library.status()
    assert found.queue is not None
    return found.articles, found.queue.waiting, found.queue.aside


@contextmanager
def start_worker(url: str) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, which has begun to embed an article."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, "worker", "--library", url],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "embedding\n"
            yield process
        finally:
            process.kill()


def test_what_waits_is_nowhere_until_it_is_embedded(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HashingEmbedder, "embed_passages", lambda *_: pytest.fail("adding to the queue embeds nothing"))
    report = library.add([make_fields(n) for n in range(3)])
    assert report == AddReport(queued=("made-000", "made-001", "made-002"))
    assert count(library) == (0, 3, 0)
    assert library.search("harbour treaty", rerank=False) == []
    monkeypatch.undo()


def test_what_waits_keeps_its_collections(library: Library) -> None:
    given = make_fields(1)
    library.add([{**given, "collections": ["sahel"]}], collections=["africa"])
    assert work(library).added == ("made-001",)
    assert library.get("made-001").collections == ("africa", "sahel")
    assert library.add([given], collections=["sahel"]).unchanged == ("made-001",)
    assert library.add([given], collections=["mines"]).queued == ("made-001",)
    assert work(library).updated == ("made-001",)
    assert library.collections() == {"africa": 1, "mines": 1, "sahel": 1}


def test_a_worker_adds_what_add_would(library: Library) -> None:
    given = [make_fields(n) for n in range(6)]
    with Library.open(make_url(), create=True) as other:
        other.add(given)
        library.add([*given, {"id": "none", "text": " "}])
        assert work(library).added == tuple(fields["id"] for fields in given)
        assert list(library.articles()) == list(other.articles())
        assert [h.passage for h in library.search("harbour", rerank=False)] == [
            h.passage for h in other.search("harbour", rerank=False)
        ]
    assert count(library) == (6, 0, 0)
    assert library.check() == []
    assert library.add(given).queued == ()


def test_texts_of_one_article_come_in_their_order(library: Library, url: str) -> None:
    """However many work at once: the last text stands, and those before it are its versions."""
    for turn in range(4):
        library.add([{**make_fields(n), "text": f"It is turn {turn} of article {n}."} for n in range(5)])
    assert count(library) == (0, 20, 0)

    def empty() -> AddReport:
        with Library.open(url) as opened:
            return work(opened)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: empty(), range(4)))
    if count(library)[1]:  # those who found all of it in somebody's hands went home
        reports.append(work(library))
    assert sum(len(report.added) for report in reports) == 5
    assert sum(len(report.updated) for report in reports) == 15
    for n in range(5):
        article = library.get(make_fields(n)["id"])
        assert article.text == f"It is turn 3 of article {n}."
        assert [v.text for v in library.versions(article.id)] == [
            f"It is turn {turn} of article {n}." for turn in range(3)
        ]
    assert library.check() == []


def test_a_worker_that_is_killed_loses_nothing_and_keeps_nobody_waiting(library: Library, url: str) -> None:
    library.add([make_fields(n) for n in range(3)])
    with start_worker(url) as killed:
        assert count_workers(library) == 1
        assert work(library).added == ("made-001", "made-002")
        assert count(library) == (2, 1, 0)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        while count_workers(library):  # the server learns of it a moment later
            time.sleep(0.01)
        assert work(library).added == ("made-000",)
    assert count(library) == (3, 0, 0)
    assert library.check() == []


def count_workers(library: Library) -> int:
    found = library.status().queue
    assert found is not None
    return found.workers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_after_its_article(library: Library, url: str, number: signal.Signals) -> None:
    library.add([make_fields(n) for n in range(2)])
    with start_worker(url) as stopped:
        stopped.send_signal(number)
        out, err = stopped.communicate("\n" * 2, timeout=60)
        assert (stopped.returncode, out, err) == (0, "added made-000\n", "")
    assert count(library) == (1, 1, 0)


def test_a_connection_that_is_lost_is_no_article_s_fault(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add([make_fields(1)])

    def lose(self: HashingEmbedder, texts: Sequence[str]) -> Vectors:
        monkeypatch.undo()
        end_connections()
        return self.embed_passages(texts)

    monkeypatch.setattr(HashingEmbedder, "embed_passages", lose)
    with pytest.raises(DatabaseLost):
        work(library)
    assert count(library) == (0, 1, 0)
    assert work(library).added == ("made-001",)


def test_what_fails_again_and_again_is_set_aside(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: HashingEmbedder, texts: Sequence[str]) -> Vectors:
        if any("poison" in text for text in texts):
            raise RuntimeError("it can't be\nembedded")
        return HashingEmbedder.embed_query(self, texts[0])[None].repeat(len(texts), 0)

    library.add([{**make_fields(0), "text": "It is poison."}, make_fields(1), make_fields(2)])
    with monkeypatch.context() as patch:
        patch.setattr(HashingEmbedder, "embed_passages", refuse)
        report = work(library)
    assert report.added == ("made-001", "made-002")
    assert [failure.reason for failure in report.failed] == ["RuntimeError: it can't be embedded"] * 3
    assert count(library) == (2, 0, 1)
    found = library.status().queue
    assert found is not None
    assert [(f.origin.split()[0], f.reason) for f in found.reasons] == [
        ("made-000", "RuntimeError: it can't be embedded")
    ]
    assert work(library) == AddReport()
    assert library.make_worker().try_again() == 1
    assert work(library).added == ("made-000",)
    assert count(library) == (3, 0, 0)
    assert library.check() == []


def test_a_newer_text_takes_the_place_of_one_that_was_set_aside(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([make_fields(0)])
    with monkeypatch.context() as patch:
        patch.setattr(HashingEmbedder, "embed_passages", lambda *_: [][0])
        work(library)
    assert count(library) == (0, 0, 1)
    library.add([{**make_fields(0), "text": "It is newer."}])
    assert work(library).added == ("made-000",)
    assert count(library) == (1, 0, 0)


def test_an_article_goes_into_the_library_and_out_of_the_queue_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails in between undoes both."""
    library.add([make_fields(0)])
    worker = library.make_worker()

    class Torn(Exception):
        pass

    def tear(_: object) -> None:
        raise Torn

    monkeypatch.setattr(worker._queue, "finish", tear)
    with pytest.raises(Torn):
        next(worker.work(threading.Event(), once=True))
    assert count(library) == (0, 1, 0)


def test_what_a_followed_folder_has_waits_once(library: Library, tmp_path: Path) -> None:
    """Looked at again before it is embedded, a file is known; and none counts as gone that is in the queue."""
    for n in range(2):
        (tmp_path / f"{n}.txt").write_text(f"The harbour of town {n} is closed.")
    follow_folders(library, [tmp_path], {})
    assert len(sync_library(library).added.queued) == 2
    assert sync_library(library, remove_gone=True) == SyncReport(AddReport(), (), ())
    assert count(library) == (0, 2, 0)
    added = work(library).added
    (tmp_path / "1.txt").write_text("The harbour of town 1 is open.")
    report = sync_library(library, remove_gone=True)
    assert (len(report.added.queued), report.removed) == (1, ())
    assert set(report.added.queued) < set(added)
    assert len(work(library).updated) == 1


def test_who_may_not_read_the_queue_learns_nothing_of_it(library: Library, url: str) -> None:
    library.add([make_fields(1)])
    schema = read_address(url).schema
    run_sql(
        f"GRANT USAGE ON SCHEMA {schema} TO locked",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO locked",
        f"REVOKE ALL ON {schema}.queue FROM locked",
    )
    with Library.open(make_url(schema, user="locked", password=SECRET)) as reading:
        assert reading.status().queue == QueueState()


def test_a_folder_has_no_queue(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=QUEUEING) as library:
        assert library.add([make_fields(1)]).added
        assert library.status().queue is None
        with pytest.raises(UsageError, match="only a library in a database has a queue"):
            library.make_worker()
    run = dateline_here("add", "--queue", str(ROOT / "README.md"), "--library", "new", cwd=tmp_path)
    assert_one_line(run, 2, "only a library in a database has a queue")
    assert not (tmp_path / "new").exists()


def test_the_commands(library: Library, url: str, tmp_path: Path) -> None:
    for n in (1, 2):
        (tmp_path / f"{n}.txt").write_text(f"The harbour of town {n} is closed.")
    run = dateline_here("add", "1.txt", "2.txt", "--queue", "--library", url, cwd=tmp_path)
    assert (run.code, run.out.endswith(": 2 in the queue (0 new passages).\n")) == (0, True), run
    assert "2 articles wait; 0 workers" in dateline_here("status", "--library", url, cwd=tmp_path).out
    run = dateline_here("worker", "--once", "--json", "--library", url, cwd=tmp_path)
    assert (run.code, len(run.json()["added"]), run.json()["failed"]) == (0, 2, [])
    assert (
        "0 articles wait; 0 workers, 0.4 articles a minute"
        in dateline_here("status", "--library", url, cwd=tmp_path).out
    )
    state = dateline_here("status", "--json", "--library", url, cwd=tmp_path).json()["queue"]
    assert state == {"waiting": 0, "aside": 0, "workers": 0, "rate": 0.4, "reasons": []}
    assert_one_line(dateline_here("worker", "--json", "--library", url, cwd=tmp_path), 2, "--once")
    assert (
        len(dateline_here("add", "1.txt", "--json", "--queue", "--library", url, cwd=tmp_path).json()["unchanged"]) == 1
    )
