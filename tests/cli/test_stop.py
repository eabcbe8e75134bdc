"""Ctrl-C in the middle of an add: a line, what was committed stays, and the same command goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.running import clean_environment, dateline
from tests.index.articles import make_fields

ARTICLES = 40


def count_articles(folder: Path) -> int:
    run = dateline("status", "--json", cwd=folder)
    return int(run.json()["articles"]) if run.code == 0 else 0


def add_and_stop(files: Path, folder: Path) -> tuple[int, str, str]:
    """Add `files` to the library in `folder`, and press Ctrl-C once it is being written: exit code, stdout, stderr."""
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "add", str(files)],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not (folder / "library" / "writer.json").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all that belongs to the command
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_stopped_add_goes_on_from_there(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for n in range(ARTICLES):  # of three texts: a run is more reading and writing than embedding
        fields = make_fields(n % 3)
        (files / f"{n:03}.html").write_text(
            f"<html><head><link rel='canonical' href='https://example.org/{n}'></head><body><article><h1>{fields['title']}"
            f"</h1><p>{fields['text']}</p></article></body></html>"
        )
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        code, out, err = add_and_stop(files, folder)
        if (code, err) != (0, ""):  # else it had ended before Ctrl-C came: one that was lost would leave a traceback
            break
    stopped = "dateline: stopped. What was done is kept: the same command goes on from there.\n"
    assert (code, out, err.lstrip()) == (1, "", stopped)
    assert count_articles(folder) < ARTICLES
    assert dateline("add", str(files), cwd=folder).code == 0
    assert dateline("add", str(files), "--library", "undisturbed", cwd=folder).code == 0
    exports = [dateline("export", "--library", name, cwd=folder).out for name in ("library", "undisturbed")]
    assert exports[0] == exports[1]
    assert exports[0].count("\n") == ARTICLES
