"""`kill -9` at any moment of an add loses nothing that was committed, and the same add finishes the work."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index import Library
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from tests.conftest import ROOT, open_warm
from tests.index.articles import make_fields
from tests.index.search.test_derived import check_in_step

ARTICLES = 60
DIFFERENT = 15
KILLS = 10
QUESTIONS = ("harbour treaty election", "volcano budget report", "the cathedral orchestra")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of 100 words.

    Every sixth is in two files, a text each: a batch ends where an id comes again. Four at a time have the same words,
    which are embedded once: the run is more commits than embedding.
    """
    folder = tmp_path_factory.mktemp("articles")
    for n in range(ARTICLES):
        for version in range(2 if n % 6 == 0 else 1):
            text = make_fields(n % DIFFERENT + 1_000 * version)["text"]
            fields = {**make_fields(n % DIFFERENT), "id": f"made-{n:03}", "text": text}
            (folder / f"{n:03}-{version}.json").write_text(json.dumps(fields), encoding="utf-8")
    return folder


def _start(folder: Path, library: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ui.cli", "add", str(folder), "--library", str(library)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _finish(folder: Path, library: Path) -> float:
    """Run the add to its end; gives the seconds since there was a library."""
    process = _start(folder, library)
    _wait_for_library(process, library)
    began = time.monotonic()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()
    return time.monotonic() - began


def _wait_for_library(process: subprocess.Popen[bytes], library: Path) -> None:
    while process.poll() is None and not (library / "dateline.db").exists():
        time.sleep(0.001)


def _kill_after(seconds: float, folder: Path, library: Path) -> None:
    """Kill an add so many seconds after there was a library: starting Python takes longer than all that it writes."""
    process = _start(folder, library)
    _wait_for_library(process, library)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def _describe(library: Library) -> list[Any]:
    """All that must be the same at the end: articles and their passages."""
    return [
        (
            a.id,
            a.title,
            a.text,
            a.content_hash,
            a.published,
            library._store.passages.spans(a.id),
        )
        for a in library.articles()
    ]


def _search(library: Library) -> list[Any]:
    """Vector search to the last digit; of full text the words found: its scores move with how often it was merged.

    Copies are told by their words: which of them stands for the others depends on the order of their adding.
    """
    found: list[Any] = []
    for question in QUESTIONS:
        dense = library.search(question, limit=50, mode="dense", rerank=False)
        found.append([(h.passage.text, h.score) for h in dense])
        lexical = library.search(question, limit=1_000, mode="lexical", rerank=False)
        found.append({h.passage.text: {h.article.id, *h.copies} for h in lexical})
    return found


def _check_sound(library: Library) -> None:
    """Whatever was committed is whole, and can be searched."""
    counted = library.status()
    assert counted.articles == len(list(library.articles()))
    stored = library._store.passages.get(library._store.passages.numbers()).values()
    cut = [passage for article in library.articles() for passage in library.passages(article)]
    assert sorted((p for p, _ in stored), key=lambda p: p.id) == sorted(cut, key=lambda p: p.id)
    check_in_step(library)
    everything = library.search("report", limit=10_000, mode="dense", rerank=False)
    assert len(everything) + sum(len(h.copies) for h in everything) >= counted.articles
    assert library._store.find_damage() == []


def test_a_killed_add_is_finished_by_the_same_add(
    folder: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    seconds = _finish(folder, tmp_path / "undisturbed")
    with open_warm(tmp_path / "undisturbed", embedder, reranker) as library:
        wanted, ranked = _describe(library), _search(library)
        assert len(wanted) == ARTICLES
    rng = random.Random(20240317)
    begun = 0
    for n in range(KILLS):
        disturbed = tmp_path / "disturbed"
        shutil.rmtree(disturbed, ignore_errors=True)
        # One kill in each tenth of the run, at a random place of it.
        _kill_after(seconds * (n + rng.random()) / KILLS, folder, disturbed)
        with open_warm(disturbed, embedder, reranker) as library:
            _check_sound(library)
            begun += 0 < library.status().articles < ARTICLES
        if n % 5 == 0:
            _finish(folder, disturbed)
        else:  # the same add, without another start of Python
            _add_here(folder, disturbed, embedder, reranker)
        with open_warm(disturbed, embedder, reranker) as library:
            assert _describe(library) == wanted
            assert _search(library) == ranked
    assert begun  # some of the kills fell between two transactions


def _add_here(folder: Path, target: Path, embedder: Embedder, reranker: Reranker) -> None:
    from index.read.files import read_files
    from index.read.walk import list_files

    with open_warm(target, embedder, reranker) as library:
        assert not library.add(read_files(list_files([folder]), 20)).failed
