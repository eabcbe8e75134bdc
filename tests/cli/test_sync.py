"""Web addresses and `dateline sync` on the command line, against a site on loopback."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import assert_one_line, clean_environment, dateline, run_python
from tests.index.fetch.site import Reply, Site, make_rss, page, serve

FAST = {"DATELINE_WEB_DELAY": "0", "DATELINE_ALLOW_PRIVATE": "true"}


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with a feed of two pages."""
    with serve() as opened:
        put_feed(opened, "a", "b")
        yield opened


def put_feed(site: Site, *names: str) -> None:
    site.replies["/feed"] = Reply(make_rss((f"{site.url}/{name}", f"Item {name}", "") for name in names))
    site.replies.update({f"/{name}": page(f"Page {name}", name) for name in names})


def test_a_feed_is_added_synced_and_forgotten(site: Site, tmp_path: Path) -> None:
    feed = f"{site.url}/feed"
    run = dateline("add", feed, "--json", cwd=tmp_path, env=FAST)
    assert (run.code, len(run.json()["added"])) == (0, 2), run
    put_feed(site, "a", "c")
    run = dateline("sync", "--json", cwd=tmp_path, env=FAST)
    assert (run.code, len(run.json()["added"]), run.json()["removed"]) == (0, 1, [])
    del site.replies["/b"]
    assert "1 removed" in dateline("sync", "--remove-gone", cwd=tmp_path, env=FAST).out
    assert dateline("sync", "--list", "--json", cwd=tmp_path).json() == [
        {"address": feed, "kind": "feed", "columns": {}, "collections": []}
    ]
    site.replies["/feed"] = Reply(status=500)
    failed = dateline("sync", cwd=tmp_path, env=FAST)
    assert (failed.code, failed.out) == (1, "library: 1 failed (0 new passages).\n")
    assert failed.err == f"dateline: {feed}: the server answers 500 (Internal Server Error); try again later.\n"
    assert dateline("sync", "--forget", feed, cwd=tmp_path).code == 0
    assert_one_line(dateline("sync", "--forget", feed, cwd=tmp_path), 1, "is not followed", "--list")
    assert "Nothing is followed" in dateline("sync", cwd=tmp_path, env=FAST).out
    assert len(dateline("list", "--json", cwd=tmp_path).json()) == 2


def test_folders_that_were_added_are_synced(tmp_path: Path) -> None:
    folder = tmp_path / "cuttings"
    folder.mkdir()
    (folder / "one.txt").write_text("The pier of the harbour was closed on Friday.")
    assert dateline("add", "cuttings", cwd=tmp_path).code == 0
    (folder / "two.txt").write_text("The pier of the harbour was opened again on Sunday.")
    assert "1 added, 1 already there" in dateline("sync", cwd=tmp_path).out
    assert dateline("sync", "--forget", "cuttings", cwd=tmp_path).code == 0


def test_a_list_of_addresses_is_read(site: Site, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"# of the bridge\n{site.url}/a\n\n  {site.url}/none  \n")
    run = dateline("add", "--urls", "urls.txt", "--json", cwd=tmp_path, env=FAST)
    assert run.code == 1
    assert len(run.json()["added"]) == 1
    assert [f["origin"] for f in run.json()["failed"]] == [f"{site.url}/none"]
    (tmp_path / "cuttings").mkdir()
    (tmp_path / "cuttings" / "list.txt").write_text(f"{site.url}/a\n\n{site.url}/b\n")
    asked = len(site.asked)
    run = dateline("add", "cuttings", cwd=tmp_path, env=FAST)
    assert_one_line(run, 1, "list.txt: it is a list of web addresses; `dateline add --urls`")
    assert len(site.asked) == asked, "nothing is fetched that was not asked for"
    run = dateline("add", "cuttings/list.txt", "--json", cwd=tmp_path, env=FAST)
    assert "cuttings/list.txt is a list of 2 web addresses: their pages are asked for." in run.err
    assert (len(run.json()["added"]), len(run.json()["unchanged"])) == (1, 1)
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\xff")
    assert_one_line(dateline("add", "--urls", "binary.txt", cwd=tmp_path), 2, "binary.txt is not a text")
    assert_one_line(dateline("add", cwd=tmp_path), 2, "name what to add")


def test_private_addresses_are_refused_unless_allowed(site: Site, tmp_path: Path) -> None:
    run = dateline("add", f"{site.url}/a", cwd=tmp_path)
    assert_one_line(run, 1, "127.0.0.1 is a private address", "--allow-private")
    assert site.asked == []
    assert dateline("add", f"{site.url}/a", "--allow-private", cwd=tmp_path).code == 0


def test_wrong_ways_to_sync(home: Path) -> None:
    assert_one_line(dateline("sync", "--every", "often", cwd=home), 2, "--every often", "15m")
    assert_one_line(dateline("sync", "--every", "1h", "--json", cwd=home), 2, "--json")
    assert_one_line(dateline("sync", "--list", "--remove-gone", cwd=home), 2, "stand alone")
    assert_one_line(dateline("sync", "--library", "none", cwd=home), 1, "there is no library")


def test_sync_every_goes_on_until_it_is_stopped(site: Site, tmp_path: Path) -> None:
    assert dateline("add", f"{site.url}/feed", cwd=tmp_path, env=FAST).code == 0
    put_feed(site, "c")
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "sync", "--every", "10s"],
        cwd=tmp_path,
        env=clean_environment(FAST),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*library: 1 added", said), said
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, "")
    assert err == "Stopped.\n", "what a look did is one line"


def test_a_page_is_followed_marked_and_removed(site: Site, tmp_path: Path) -> None:
    url = f"{site.url}/a"
    run = dateline("follow", url, "--json", cwd=tmp_path, env=FAST)
    (added,) = run.json()["added"]
    assert dateline("sync", "--list", cwd=tmp_path).out.split() == ["page", url]
    site.replies["/a"] = page("Page a", "corrected")
    assert "1 updated" in dateline("sync", cwd=tmp_path, env=FAST).out
    del site.replies["/a"]
    assert dateline("sync", "--json", cwd=tmp_path, env=FAST).json()["gone"] == [added]
    assert "its page is no more" in dateline("show", added, cwd=tmp_path).out
    assert dateline("show", added, "--json", cwd=tmp_path).json()["gone"]
    assert "1 removed" in dateline("sync", "--remove-gone", cwd=tmp_path, env=FAST).out
    assert dateline("sync", "--forget", url, cwd=tmp_path).code == 0
    assert_one_line(dateline("follow", "cuttings", cwd=tmp_path), 2, "cuttings is no web address", "dateline add")
    assert dateline("follow", cwd=tmp_path).code == 2


def test_files_are_added_without_loading_what_the_web_needs(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The pier of the harbour was closed on Friday.")
    run = run_python("-X", "importtime", "-m", "ui.cli", "add", "one.txt", cwd=tmp_path)
    assert run.code == 0
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.err.splitlines()}
    assert "index" in loaded
    assert loaded & {"httpcore", "protego", "h11", "certifi"} == set()
