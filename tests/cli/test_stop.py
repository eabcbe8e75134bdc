"""Ctrl-C in the middle of an add: a line, what was committed stays, and the same command goes on from there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

from tests.cli.running import clean_environment, dateline
from tests.index.fetch.site import Reply, make_page, serve

SETTINGS = {"DATELINE_ALLOW_PRIVATE": "true", "DATELINE_WEB_DELAY": "0"}
STOPPED = "dateline: stopped. What was done is kept: the same command goes on from there.\n"


def count_articles(library: Path) -> int:
    with closing(sqlite3.connect(f"file:{library / 'dateline.db'}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_a_stopped_add_goes_on_from_there(tmp_path: Path) -> None:
    """It is stopped while it waits for a page that doesn't come to an end, after two files."""
    files = tmp_path / "files"
    files.mkdir()
    for n in (1, 2):
        (files / f"{n}.html").write_bytes(make_page(f"File {n}", f"Word{n} stands in it."))
    asked, go_on = Event(), Event()

    def wait_for_the_end() -> Iterator[bytes]:
        asked.set()
        go_on.wait()
        yield make_page("A page", "It comes last.")

    with serve() as site:
        site.replies["/page"] = lambda _: Reply(wait_for_the_end(), headers={"Content-Type": "text/html"})
        command = ("add", str(files), f"{site.url}/page")
        with subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *command],
            cwd=tmp_path,
            env=clean_environment(SETTINGS),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                assert asked.wait(timeout=120)
                os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all that belongs to the command
                out, err = process.communicate(timeout=120)
            finally:
                process.kill()
                go_on.set()
        assert (process.returncode, out, err.lstrip()) == (1, "", STOPPED)
        assert count_articles(tmp_path / "library") == 2
        assert dateline(*command, cwd=tmp_path, env=SETTINGS).code == 0
        assert dateline(*command, "--library", "undisturbed", cwd=tmp_path, env=SETTINGS).code == 0
    exports = [dateline("export", "--library", name, cwd=tmp_path).out for name in ("library", "undisturbed")]
    assert exports[0] == exports[1]
    assert exports[0].count("\n") == 3
