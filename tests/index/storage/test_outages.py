"""What may happen to a database server, and what restoring it may bring: one line that says it, and nothing by half."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from index import DatelineError, Library
from index.errors import DatabaseLost, DatabaseUnreachable, DiskFull, OlderSchema, OtherFormat
from index.settings import IndexSettings
from index.storage.address import read_address
from index.storage.postgres import connection
from tests.cli.running import assert_one_line, dateline_here
from tests.index.articles import make_fields
from tests.index.storage.stores import make_article
from tests.postgres import Server, make_database, make_url, run_server, run_sql, start_server

pytestmark = pytest.mark.usefixtures("doubles")

FULL = Path(__file__).parent / "full_disk.c"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the sign of a full disk is, which the server's own user can read."""
    start_server()  # skips where there is none to be had
    made = Path(tempfile.mkdtemp(prefix="dateline-full-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server whose disk is full while the file `folder/full` is there."""
    if (compiler := shutil.which("cc")) is None or sys.platform != "linux":
        pytest.skip("disks are filled by a library that a C compiler makes for Linux")
    shim = folder / "full.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, FULL, "-ldl"], check=True)
    with run_server(environment={"LD_PRELOAD": str(shim), "FULL_DISK": str(folder / "full")}) as started:
        yield started


def test_a_full_disk(server: Server, folder: Path) -> None:
    url = f"{server.url}&schema=full"
    with (
        Library.open(url, create=True) as library,
        Library.open(url, settings=IndexSettings(add_to_queue=True)) as other,
    ):
        library.add([make_fields(0)])
        other.add([make_fields(1)])
        (folder / "full").touch()
        try:
            with pytest.raises(
                DiskFull, match=r"is full, or fails \(could not extend file .*: No space left on device"
            ):
                library.add(make_fields(n, words=2000) for n in range(2, 30))
            check_worker(library)
            with pytest.raises(DiskFull):
                other.add({**make_fields(n, words=2000)} for n in range(40, 60))
        finally:
            (folder / "full").unlink()
        assert library.check() == []
        before = library.status().articles
        assert len(library.add(make_fields(n, words=2000) for n in range(2, 30)).added) == 29 - before
        assert library.check() == []


def check_worker(library: Library) -> None:
    """One that finds no room leaves all that waits as it is."""
    found = library.status().queue
    assert found is not None
    assert (found.waiting, found.aside) == (1, 0)
    with pytest.raises(DiskFull):
        list(library.make_worker().work(threading.Event(), once=True))
    assert library.status().queue == found


def test_a_server_that_stops_in_the_middle(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PATIENCE_SECONDS", 4)
    with Library.open(f"{server.url}&schema=stopped", create=True) as library, ThreadPoolExecutor(2) as pool:
        library.add([make_fields(0)])
        reading = pool.submit(library._store.database.value, "SELECT pg_sleep(60)")  # type: ignore[attr-defined]
        writing = pool.submit(write_slowly, library)
        wait_for_sleepers(library)
        server.stop()
        with pytest.raises(DatabaseUnreachable, match="can't be reached"):
            reading.result()
        with pytest.raises(DatabaseLost, match=r"Nothing was changed\.$"):
            writing.result()
        with pytest.raises(DatelineError) as found:
            library.search("harbour", rerank=False)
        assert "\n" not in str(found.value)
        server.start()
        assert library.status().articles == 1
        assert library.check() == []
        assert library.add([make_fields(1)]).added


def write_slowly(library: Library) -> None:
    with library._store.write():
        library._store.database.run("SELECT pg_sleep(60)")  # type: ignore[attr-defined]


def wait_for_sleepers(library: Library) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"
    while library._store.database.value(query) < 2:  # type: ignore[attr-defined]
        time.sleep(0.05)


def test_ten_thousand_wants_are_served_by_the_connections_there_are() -> None:
    with Library.open(make_url(), create=True) as library, ThreadPoolExecutor(200) as pool:
        library.add([make_fields(0)])
        assert set(pool.map(lambda _: library._store.generation(), range(10_000))) == {2}
        used = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s"
        ours = f"process {os.getpid()} %"
        assert library._store.database.value(used, (ours,)) <= connection._MOST + 1  # type: ignore[attr-defined]


def test_all_connections_in_use_is_one_line() -> None:
    with Library.open(make_url(), create=True) as library, ThreadPoolExecutor(connection._MOST) as pool:
        start, end = threading.Barrier(connection._MOST + 1, timeout=60), threading.Event()

        def keep() -> None:
            with library._store.read():
                start.wait()
                end.wait()

        keeping = [pool.submit(keep) for _ in range(connection._MOST)]
        try:
            start.wait()
            library._store.database._pool.timeout = 0.5  # type: ignore[attr-defined]
            with pytest.raises(DatabaseUnreachable, match="all 20 connections of this program are in use"):
                library.status()
        finally:
            end.set()
        for one in keeping:
            one.result()
        library._store.database._pool.timeout = 60  # type: ignore[attr-defined]
        assert library.status().articles == 0


def test_pgvector_that_was_taken_away(tmp_path: Path) -> None:
    url = make_url(database=(name := make_database()))
    Library.open(url, create=True).close()
    run_sql("DROP EXTENSION vector CASCADE", database=name)
    assert_one_line(dateline_here("list", "--library", url, cwd=tmp_path), 1, "has no pgvector yet", "dateline db init")
    run_sql("CREATE EXTENSION vector", database=name)
    run = dateline_here("ask", "who won?", "--library", url, cwd=tmp_path)
    assert_one_line(run, 1, "lacks a part of the library")


# Dumps


_INSERT = (
    "INSERT INTO desk.articles (id, title, text, content_hash, authors, removed, word_places, folded) "
    "VALUES (%s, %s, %s, %s, '[]', '', '', '')"
)


def test_a_dump_of_another_server_and_an_earlier_dateline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from index.storage.postgres import schema

    start_server()
    with run_server(16) as older:
        url = f"{older.url}&schema=desk"
        with monkeypatch.context() as patch:
            patch.setattr(schema, "VERSION", 2)
            schema.upgrade(read_address(url), create=True)
        wanted = [make_article(f"a{n}") for n in range(5)]
        with psycopg.connect(older.url, autocommit=True) as db:
            for a in wanted:
                db.execute(_INSERT, (a.id, a.title, a.text, a.content_hash))
        dumped = older.run("pg_dump", "--schema", "desk", older.url)
    name = make_database("CREATE EXTENSION vector")
    restored = make_url("desk", database=name)
    restore(name, dumped)
    with pytest.raises(OlderSchema, match="of version 2; this Dateline needs version"):
        Library.open(restored)
    run = dateline_here("db", "status", "--library", restored, cwd=tmp_path)
    assert (run.code, f"tables of version 2 of {schema.VERSION}" in run.out) == (1, True)
    assert dateline_here("db", "upgrade", "--library", restored, cwd=tmp_path).code == 0
    with Library.open(restored) as library:
        assert list(library.articles()) == wanted
        ids = tuple(a.id for a in wanted)
        assert library.add([{"id": id_, "text": "It is newer."} for id_ in ids]).updated == ids
        assert [version.text for version in library.versions(ids[0])] == [wanted[0].text]
        assert library.check() == []
        assert library.add([make_fields(7)]).added
    run_sql("INSERT INTO desk.steps (version) VALUES (99)", database=name)
    with pytest.raises(OtherFormat, match="format 99"):
        Library.open(restored)
    assert "later Dateline" in dateline_here("db", "status", "--library", restored, cwd=tmp_path).err


def restore(database: str, dumped: str) -> None:
    """Have psql read a dump, and stop at the first error."""
    place = read_address(make_url(database=database)).parameters
    given = ["-q", "-v", "ON_ERROR_STOP=1", "-h", place["host"], "-U", place["user"], database]
    subprocess.run(
        [start_server().bin_path / "psql", *given], input=dumped, text=True, check=True, stdout=subprocess.DEVNULL
    )
