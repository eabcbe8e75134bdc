"""Moving a library to another embedder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index import DatelineError, Library
from index.assemble import make_embedder
from index.models.embedder import Embedder, Vectors
from tests.index.articles import make_fields

pytestmark = pytest.mark.models
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_QUESTION = "why did Niger revoke the deal?"


class _Interrupted:
    """The real embedder until `texts` were embedded; then the power goes. `embedded` counts them."""

    def __init__(self, real: Embedder, texts: int) -> None:
        self._real, self._left, self.embedded = real, texts, 0
        self.name, self.dim, self.sha256, self.runtime = real.name, real.dim, real.sha256, real.runtime

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self._left <= 0:
            raise KeyboardInterrupt
        self._left -= len(texts)
        self.embedded += len(texts)
        return self._real.embed_passages(texts)

    def embed_query(self, text: str) -> Vectors:
        return self._real.embed_query(text)


def _make_articles(count: int) -> list[dict[str, Any]]:
    return [make_fields(n) for n in range(count)]


def _rank(library: Library) -> list[tuple[str, float]]:
    return [(hit.passage.id, round(hit.score, 4)) for hit in library.search(_QUESTION, rerank=False, mode="dense")]


def test_moved_library_ranks_as_one_made_with_that_embedder(tmp_path: Path) -> None:
    with Library.open(tmp_path / "moved", create=True) as moved:
        moved.add(_make_articles(6))
        before = _rank(moved)
        moved.rebuild(MINILM)
        assert moved.status().embedder == MINILM
        after = _rank(moved)
    assert after != before
    with Library.open(tmp_path / "made", create=True, embedder=MINILM) as made:
        made.add(_make_articles(6))
        assert after == _rank(made)
    with Library.open(tmp_path / "moved") as again:
        assert after == _rank(again)


def test_move_that_is_broken_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = make_embedder(MINILM)
    monkeypatch.setattr("index.storage.reembedding._BATCH", 4)
    with Library.open(tmp_path, create=True) as library:
        library.add(_make_articles(6))
        before, passages = _rank(library), library.status().passages
        monkeypatch.setattr("index.library.make_embedder", lambda *_: _Interrupted(real, 8))
        with pytest.raises(KeyboardInterrupt):
            library.rebuild(MINILM)
        monkeypatch.undo()
        assert library.status().embedder != MINILM
        assert _rank(library) == before
    seen: list[tuple[int, int]] = []
    steady = _Interrupted(real, 1_000)
    monkeypatch.setattr("index.library.make_embedder", lambda *_: steady)
    with Library.open(tmp_path) as library:
        library.rebuild(MINILM, progress=lambda *counts: seen.append(counts))
        assert library.status().embedder == MINILM
    assert steady.embedded == passages - 8
    assert seen[-1] == (passages, passages)


def test_articles_added_after_a_broken_move_are_moved_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = _make_articles(6)
    real = make_embedder(MINILM)
    monkeypatch.setattr("index.storage.reembedding._BATCH", 4)
    with Library.open(tmp_path / "a", create=True) as library:
        library.add(articles[:3])
        monkeypatch.setattr("index.library.make_embedder", lambda *_: _Interrupted(real, 4))
        with pytest.raises(KeyboardInterrupt):
            library.rebuild(MINILM)
        monkeypatch.undo()
        library.remove(articles[0]["id"])
        library.add(articles[3:])
        library.rebuild(MINILM)
        moved = _rank(library)
    with Library.open(tmp_path / "b", create=True, embedder=MINILM) as made:
        made.add(articles[1:])
        assert sorted(moved) == sorted(_rank(made))


def test_program_that_has_it_open_says_so(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as ours, Library.open(tmp_path) as theirs:
        ours.add(_make_articles(3))
        assert theirs.search(_QUESTION)
        ours.rebuild(MINILM)
        assert ours.search(_QUESTION)
        with pytest.raises(DatelineError, match="was moved to the embedder"):
            theirs.search(_QUESTION)
        with pytest.raises(DatelineError, match="was moved to the embedder"):
            theirs.add(_make_articles(4))


def test_derived_indexes_come_back(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.add(_make_articles(5))
        before = library.search(_QUESTION)
        library.rebuild()
        assert library.search(_QUESTION) == before


def test_runtime_moves_too(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True, embedder=MINILM) as library:
        library.add(_make_articles(3))
        before = library.embedder.runtime
        library.rebuild(runtime="float32")
        after = library.embedder.runtime
    with Library.open(tmp_path) as library:
        assert (before, after, library.embedder.runtime) == ("int8", "float32", "float32")
