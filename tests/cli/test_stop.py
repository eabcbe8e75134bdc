"""Ctrl-C in the middle of an add: a line, what was committed stays, and the same command goes on from there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.cli.running import clean_environment, dateline
from tests.index.articles import make_fields

BATCH = 20


def write_pages(folder: Path) -> None:
    """Pages of three texts: a run is more reading and writing than embedding. One comes again, which ends a batch."""
    folder.mkdir()
    for n in range(2 * BATCH):
        fields, number = make_fields(n % 3), n - (n >= BATCH)
        (folder / f"{n:03}.html").write_text(
            f"<html><head><link rel='canonical' href='https://example.org/{number}'></head><body><article>"
            f"<h1>{fields['title']}</h1><p>{fields['text']}</p></article></body></html>"
        )


def wait_until_written(library: Path, process: subprocess.Popen[str]) -> None:
    """Wait for the first articles. They come: the command can't end before."""
    while not (library / "dateline.db").exists() or count_articles(library) == 0:
        assert process.poll() is None
        time.sleep(0.05)


def count_articles(library: Path) -> int:
    with closing(sqlite3.connect(f"file:{library / 'dateline.db'}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0


def test_a_stopped_add_goes_on_from_there(tmp_path: Path) -> None:
    """It is stopped while it waits for a file that does not come to an end: a pipe into which nobody writes."""
    files, library = tmp_path / "files", tmp_path / "library"
    write_pages(files)
    os.mkfifo(files / "pipe.txt")
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "add", str(files)],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            wait_until_written(library, process)
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all that belongs to the command
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    stopped = "dateline: stopped. What was done is kept: the same command goes on from there.\n"
    assert (process.returncode, out, err.lstrip()) == (1, "", stopped)
    assert count_articles(library) == BATCH
    (files / "pipe.txt").unlink()
    assert dateline("add", str(files), cwd=tmp_path).code == 0
    assert dateline("add", str(files), "--library", "undisturbed", cwd=tmp_path).code == 0
    exports = [dateline("export", "--library", name, cwd=tmp_path).out for name in ("library", "undisturbed")]
    assert exports[0] == exports[1]
    assert exports[0].count("\n") == 2 * BATCH - 1
