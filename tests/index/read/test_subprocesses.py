"""Reading in processes of their own gives the same, and no file can stop or stall the rest."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index import Article, Failure
from index.errors import DatelineError
from index.read import subprocesses
from index.read.files import read_bytes, read_files
from index.read.formats.listing import read_listing
from index.read.subprocesses import BytesReader, _decode, read_files_in_subprocesses
from index.read.walk import list_files
from index.read.worker import encode
from tests.conftest import ROOT, SEEDS
from tests.index.fetch.site import make_rss, make_sitemap
from tests.index.read.make import make_zip

TEXT = "The council of the harbour town voted on Monday to close the old bridge to lorries."

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
times = st.none() | st.datetimes(
    datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])
)
articles = st.builds(
    Article,
    id=words,
    title=words,
    text=words,
    content_hash=words,
    authors=st.lists(words).map(tuple),
    url=st.none() | words,
    published=times,
    published_precision=st.sampled_from([None, "instant", "day"]),
    modified=times,
    removed=words,
)


@given(articles | st.builds(Failure, words, st.text(max_size=30)))
def test_what_is_handed_over_stays_what_it_is(read: Article | Failure) -> None:
    line = encode(read)
    assert line.count(b"\n") == 1
    got = _decode(json.loads(line))
    assert got == read
    if isinstance(read, Article):
        assert isinstance(got, Article)
        assert got.removed == read.removed


def write_files(folder: Path, count: int = 40) -> list[Path]:
    """Files of several kinds, each with another article; every tenth can't be read."""
    folder.mkdir(exist_ok=True)
    for n in range(count):
        body = f"{TEXT} It is report number {n}."
        if n % 10 == 9:
            (folder / f"{n:03}.txt").touch()
        elif n % 3 == 0:
            (folder / f"{n:03}.json").write_text(json.dumps([{"id": f"{n}-{k}", "text": body} for k in range(3)]))
        elif n % 3 == 1:
            (folder / f"{n:03}.html").write_text(
                f"<html><body><article><h1>No. {n}</h1><p>{body}</p></article></body></html>"
            )
        else:
            (folder / f"{n:03}.txt").write_text(body)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_it_is_the_same_in_the_same_order_on_any_number_of_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(subprocesses, "_count_cores", lambda: cores)
    write_files(tmp_path / "files")
    files = list_files([tmp_path / "files", tmp_path / "none", SEEDS])
    done: list[tuple[int, float]] = []
    read = list(read_files_in_subprocesses(files, 20, 60, progress=lambda *counts: done.append(counts)))
    wanted = list(read_files(files, 20))
    assert read == wanted
    assert [a.removed for a in read if isinstance(a, Article)] == [a.removed for a in wanted if isinstance(a, Article)]
    assert [n for n, _ in done] == list(range(1, len(read)))  # a path that isn't there was never read
    assert [share for _, share in done] == sorted(share for _, share in done)
    assert done[-1][1] == 1.0


def pack(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("rows.jsonl")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.zip", "rows.tar.gz"])
def test_progress_moves_with_each_article_of_a_file(tmp_path: Path, name: str) -> None:
    """300 articles in one file, or in an archive: the share of what is done grows all along, to the whole."""
    words = [Random(n).randbytes(1_000).hex() for n in range(300)]
    lines = "\n".join(json.dumps({"id": str(n), "text": word}) for n, word in enumerate(words)).encode()
    table = "id,text\n" + "".join(f"{n},{word}\n" for n, word in enumerate(words))
    made: dict[str, bytes] = {
        "rows.jsonl": lines,
        "rows.csv": table.encode(),
        "rows.zip": make_zip({f"{n}.txt": word.encode() for n, word in enumerate(words)}),
        "rows.tar.gz": pack(lines),
    }
    (tmp_path / name).write_bytes(made[name])
    done: list[tuple[int, float]] = []
    list(read_files_in_subprocesses([tmp_path / name], 20, 60, progress=lambda *counts: done.append(counts)))
    assert [n for n, _ in done] == list(range(1, 301))
    shares = [share for _, share in done]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert 0.3 < shares[150] < 0.7
    assert shares[-1] > 0.8


def test_places_below_a_folder_and_columns_are_known_there_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"id,kicker,text\none,Kicker,{TEXT}\n")
    (tmp_path / "b.txt").touch()
    files: list[Path | Failure] = [tmp_path / "a.csv", tmp_path / "b.txt"]
    article, failure = read_files_in_subprocesses(files, 20, 60, {"title": "kicker"}, below=tmp_path)
    assert isinstance(article, Article)
    assert (article.title, article.origin) == ("Kicker", "a.csv#1")
    assert failure == Failure("b.txt", "it is empty; leave it out")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The reading processes, as they are started; all must have ended with the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*args: Any, **more: Any) -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen(*args, **more))
        return processes[-1]

    class Recorder:
        Popen = staticmethod(start)
        PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL

    monkeypatch.setattr(subprocesses, "subprocess", Recorder)
    yield processes
    assert all(process.poll() is not None for process in processes)


# Pipes are never waited for; a disk that has gone to sleep is. So the one is made the other.
WAIT_FOR_PIPES = """
import os
open_now = os.open
os.open = lambda path, flags: open_now(path, flags & ~os.O_NONBLOCK if str(path).endswith("stalls.txt") else flags)
"""


def put_stalling(folder: Path) -> Path:
    """A file that never comes to an end, where the reading process starts with the module beside it."""
    (folder / "waiting").mkdir()
    (folder / "waiting" / "sitecustomize.py").write_text(WAIT_FOR_PIPES)
    path = folder / "stalls.txt"
    os.mkfifo(path)
    return path


@pytest.mark.slow
def test_a_file_that_stalls_is_left_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(subprocesses, "_count_cores", lambda: 2)
    good = write_files(tmp_path / "files", 9)
    files = [*good[:3], put_stalling(tmp_path), *good[3:]]
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "waiting"))
    monkeypatch.setattr(subprocesses, "_PATIENCE", 2)
    read = list(read_files_in_subprocesses(files, 20, 5))
    failed = [r for r in read if isinstance(r, Failure)]
    assert [Path(f.origin).name for f in failed] == ["stalls.txt"]
    assert "nothing came of it for 10 seconds" in failed[0].reason
    assert [r for r in read if isinstance(r, Article)] == list(read_files(good, 20))
    assert len(started) == 3


@pytest.mark.slow
def test_a_file_that_takes_too_much_computing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(subprocesses, "_count_cores", lambda: 1)
    monkeypatch.setattr(subprocesses, "_PATIENCE", 100)
    (tmp_path / "a.txt").write_text("\n\n".join(f"{TEXT} {n}." for n in range(500_000)))
    (tmp_path / "b.txt").write_text(TEXT)
    failure, article = read_files_in_subprocesses([tmp_path / "a.txt", tmp_path / "b.txt"], 100, 1)
    assert isinstance(failure, Failure)
    assert "more than 1 seconds" in failure.reason
    assert "`file_seconds`" in failure.reason
    assert isinstance(article, Article)
    assert len(started) == 2


def test_a_file_that_breaks_the_process_down_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(subprocesses, "_count_cores", lambda: 1)
    good = write_files(tmp_path / "files", 6)
    stalling = put_stalling(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "waiting"))
    reading = read_files_in_subprocesses([*good[:2], stalling, *good[2:]], 20, 60)
    read = [next(reading)]
    (writing,) = wait_for(lambda: open_for_writing(stalling))
    started[0].kill()
    started[0].wait()
    os.close(writing)
    read += list(reading)
    failed = [r for r in read if isinstance(r, Failure)]
    assert [Path(f.origin).name for f in failed] == ["stalls.txt"], failed
    assert "broke down" in failed[0].reason
    assert [r for r in read if isinstance(r, Article)] == list(read_files(good, 20))
    assert len(started) == 2


def test_a_file_that_takes_all_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "_MOST_MEMORY", 256 * 1024 * 1024)
    monkeypatch.setattr(subprocesses, "_count_cores", lambda: 1)
    (tmp_path / "a.json").write_text("[" + "[]," * 4_000_000 + "[]]")  # 12 MB, and 300 as lists
    (tmp_path / "b.txt").write_text(TEXT)
    failure, article = read_files_in_subprocesses([tmp_path / "a.json", tmp_path / "b.txt"], 20, 60)
    assert isinstance(failure, Failure)
    assert "memory" in failure.reason
    assert isinstance(article, Article)


def test_what_is_no_file_is_read_there_too(started: list[subprocess.Popen[bytes]]) -> None:
    page = f"<html><body><article><h1>Bridge</h1><p>{TEXT}</p></article></body></html>"
    with BytesReader(20, 60) as reader:
        assert started == []
        for content, ending in ((page, ".html"), ("x" * 200_000, ".txt"), ("", ".txt"), (page, ".html")):
            address = "https://example.org/a"
            read = reader.read(content.encode(), address, ending=ending, url=address)
            assert read == list(read_bytes(content.encode(), address, 20, ending=ending, url=address))
        items = [("/a", "Pier", "<pubDate>5 March 2024</pubDate>"), ("https://b.example/", "", "")]
        for listed in (make_rss(items), make_sitemap([("/a", "<lastmod>2</lastmod>")])):
            assert reader.read_listing(listed, address) == read_listing(listed, address) is not None
        assert reader.read_listing(page.encode(), address) is None
        with pytest.raises(DatelineError, match="damaged sitemap"):
            reader.read_listing(b"<urlset><url>", address)
        started[0].kill()
        read = reader.read(page.encode(), "https://example.org/a", ending=".html", url="https://example.org/a")
        assert "broke down" in str(read)
        assert len(reader.read(page.encode(), "a", ending=".html", url="https://example.org/a")) == 1
    assert len(started) == 2


def test_who_stops_listening_leaves_no_process_behind(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    good = write_files(tmp_path / "files", 20)
    reading = read_files_in_subprocesses(good, 20, 60)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert started


@pytest.mark.slow
def test_a_killed_reader_s_processes_end_with_it(tmp_path: Path) -> None:
    """Even while they wait for something that never comes."""
    code = (
        "import sys; from pathlib import Path; from index import read_files_in_subprocesses\n"
        "list(read_files_in_subprocesses([Path(sys.argv[1])], 20, 600))"
    )
    command = [sys.executable, "-c", code, str(put_stalling(tmp_path))]
    places = f"{ROOT}{os.pathsep}{tmp_path / 'waiting'}"
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": places}) as process:
        children = wait_for(lambda: list_children(process.pid))
        process.kill()
    assert wait_for(lambda: [True] if not any(Path(f"/proc/{pid}").exists() for pid in children) else [])


def open_for_writing(pipe: Path) -> list[int]:
    """The pipe, once somebody reads from it."""
    try:
        return [os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)]
    except OSError:
        return []


def list_children(pid: int) -> list[str]:
    """The processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def wait_for(look: Any) -> list[Any]:
    """What `look` finds, as soon as it is anything."""
    deadline = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return list(found)


def test_the_processes_load_no_model_and_nothing_from_where_we_stand(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "index.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "a.txt").write_text(TEXT)
    code = (
        "from pathlib import Path; from index import read_files_in_subprocesses\n"
        "print(next(iter(read_files_in_subprocesses([Path('a.txt')], 20, 60))).text)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == TEXT
    heavy = "import index.read.worker, sys; print({'onnxruntime', 'faiss', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
