"""`kill -9` at any moment of an add loses nothing that was committed, and the same add finishes the work."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index import Library
from index.read.files import read_files
from index.read.walk import list_files
from tests.cli.running import clean_environment
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder
from tests.index.articles import make_fields
from tests.index.search.test_derived import check_in_step

ARTICLES = 40
DIFFERENT = 10
KILLS = 10
QUESTIONS = ("harbour treaty election", "volcano budget report", "the cathedral orchestra")
# Adds a folder to a library, and counts its steps: the calls of the code that writes, and the calls that that makes. At
# the step that is named it says so, and it stands still some steps later: the kill comes anywhere between the two.
ADD = """
import itertools, os, sys
from pathlib import Path
from tests.index.storage.test_kill import add, use_no_model

folder, library, said_at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
steps = itertools.count(1)
rooms = tuple(os.path.join(os.getcwd(), "index", name, "") for name in ("storage", "search"))

def count(frame, event, argument):
    if frame.f_code.co_filename.startswith(rooms):
        step = next(steps)
        if step == said_at:
            print("now", flush=True)
        elif step == said_at + 100:
            sys.stdin.read()

use_no_model()
sys.setprofile(count)
add(folder, library)
sys.setprofile(None)
print(next(steps))
"""


def use_no_model() -> None:
    """Have libraries use a double, and commit often; it is the writing that counts here."""
    import index.adding
    import index.library

    index.adding._BATCH_PASSAGES = 8
    index.library.make_embedder = lambda name, runtime="": HashingEmbedder()  # type: ignore[attr-defined]


def add(folder: Path, target: Path) -> None:
    """Add the folder's files to a library, which is made where there is none."""
    with Library.open(target, create=True) as library:
        assert not library.add(read_files(list_files([folder]), 20)).failed


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of 100 words. Every fifth is in two files, a text each."""
    folder = tmp_path_factory.mktemp("articles")
    for n in range(ARTICLES):
        for version in range(2 if n % 5 == 0 else 1):
            text = make_fields(n % DIFFERENT + 1_000 * version)["text"]
            fields = {**make_fields(n % DIFFERENT), "id": f"made-{n:03}", "text": text}
            (folder / f"{n:03}-{version}.json").write_text(json.dumps(fields), encoding="utf-8")
    return folder


def _add_and_kill(folder: Path, library: Path, step: int) -> None:
    """Kill an add at about that step of it."""
    with _start(folder, library, step) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.kill()


def _count_steps(folder: Path, library: Path) -> int:
    """The steps of an add that is not disturbed."""
    with _start(folder, library, -1) as process:
        said, _ = process.communicate(timeout=120)
    return int(said)


def _start(folder: Path, library: Path, step: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADD, str(folder), str(library), str(step)]
    return subprocess.Popen(
        command, cwd=ROOT, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


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

    Copies are known by their words: which of them stands for the others depends on the order of their adding.
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
    assert list(library._store.find_damage()) == []


@pytest.mark.slow
def test_a_killed_add_is_finished_by_the_same_add(folder: Path, tmp_path: Path) -> None:
    steps = _count_steps(folder, tmp_path / "undisturbed")
    with Library.open(tmp_path / "undisturbed") as library:
        wanted, ranked = _describe(library), _search(library)
        assert len(wanted) == ARTICLES
    rng = random.Random(20240317)
    kept = []
    for n in range(KILLS):
        disturbed = tmp_path / f"disturbed-{n}"
        # One kill in each tenth of the run, at a random place of it.
        _add_and_kill(folder, disturbed, int(steps * (n + rng.random()) / KILLS))
        with Library.open(disturbed, create=True) as library:
            _check_sound(library)
            kept.append(library.status().articles)
        add(folder, disturbed)
        with Library.open(disturbed) as library:
            assert _describe(library) == wanted
            assert _search(library) == ranked
    assert len({count for count in kept if 0 < count < ARTICLES}) > KILLS / 2, "the kills fell between transactions"
