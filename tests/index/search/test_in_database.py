"""Search in a database: against the same done anew in Python, and against a library in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index import Filters, Library
from index.assemble import open_backend
from index.identify import hash_content
from index.models.embedder import Vectors, to_unit
from index.records import Article, Passage
from index.search.indexes import Snapshot
from index.search.lexical import LexicalIndex
from index.settings import IndexSettings
from index.storage.address import read_address
from index.storage.encoding import make_key
from index.storage.store import NumberedText
from index.text.words import stem_words
from tests.index.articles import make_fields
from tests.index.hostile import NASTY
from tests.index.search.test_lexical import bm25, make_texts, tokens_of
from tests.index.search.test_vectors import brute_force
from tests.postgres import make_url

DIM = 24


class Kept:
    """A store in a database with texts of one passage each, and its indexes."""

    def __init__(self, texts: Mapping[int, str], vectors: Vectors | None = None, language: str = "en") -> None:
        backend = open_backend(read_address(make_url()), IndexSettings(), create=True)
        self.store, self.close = backend.store, backend.close
        if vectors is None:
            vectors = to_unit(np.random.default_rng(0).standard_normal((len(texts), DIM)).astype(np.float32))
        with self.store.write() as generation:
            self.store.put_manifest({"dimension": vectors.shape[1], "embedder_sha256": "none"})
            keys = [make_key(str(number)) for number in texts]
            self.store.vectors.put(keys, vectors)
            for (number, text), key in zip(texts.items(), keys, strict=True):
                article = Article(str(number), "", text, hash_content("", text), language=language)
                self.store.articles.put(article)
                passage = Passage(f"{number}:0", article.id, 0, 0, len(text), text)
                self.store.passages.put([passage], [key], generation)
        self.indexes = backend.indexes()

    def snapshot(self) -> Snapshot:
        with self.indexes.snapshot() as found:
            return found


@pytest.mark.parametrize("question", ["army", "coup election", "army bank coup debt flood", "jury jury grain"])
def test_scores_are_bm25(question: str) -> None:
    texts = make_texts(60)
    kept = Kept(texts)
    wanted = bm25(tokens_of(texts), stem_words(question, "en"))
    found = kept.snapshot().lexical.search(question, 100)
    assert dict(found) == pytest.approx(wanted, abs=1e-8)
    assert [number for number, _ in found] == [n for n, _ in sorted(found, key=lambda pair: (-pair[1], pair[0]))]
    assert kept.snapshot().lexical.search(question, 3) == found[:3]
    allowed = sorted(wanted)[::2]
    assert kept.snapshot().lexical.search(question, 100, allowed) == [pair for pair in found if pair[0] in allowed]
    assert kept.snapshot().lexical.search(question, 100, language="fr") == []
    assert kept.snapshot().lexical.search(question, 100, language="en") == found
    kept.close()


def test_what_is_counted_follows_what_is_there() -> None:
    """After changes, the scores are those of a store that never had the texts that went."""
    texts = make_texts(40)
    kept = Kept(texts)
    with kept.store.write() as generation:
        for number in list(texts)[::3]:
            kept.store.passages.remove(str(number), generation)
            kept.store.articles.remove(str(number))
            del texts[number]
    assert dict(kept.snapshot().lexical.search("army coup", 99)) == pytest.approx(
        bm25(tokens_of(texts), stem_words("army coup", "en"))
    )
    assert list(kept.store.find_damage()) == []
    assert kept.snapshot().lexical.numbers() == kept.store.passages.numbers() == sorted(texts)
    assert len(kept.snapshot().vectors) == len(texts)
    kept.close()


def test_a_common_word_chooses_none_where_there_is_a_rarer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {n: "the army" if n % 10 else "the army of Niger" for n in range(1, 101)}
    kept = Kept(texts)
    everything = kept.snapshot().lexical.search("the army in Niger", 10)
    monkeypatch.setattr("index.storage.postgres.search.full_text._MOST_RANKED", 20)
    assert kept.snapshot().lexical.search("the army in Niger", 10) == everything
    assert len(kept.snapshot().lexical.search("the", 1000)) == 100
    kept.close()


def test_hostile_texts_and_questions(tmp_path: Path) -> None:
    """Both kinds of library find the same passages by words, and by phrases."""
    texts = {
        n: text for n, text in enumerate([*NASTY, "it's \\ 'quoted' & (a|b)", "L'été à Niamey"], 1) if text.strip()
    }
    kept = Kept(texts)
    index = LexicalIndex(tmp_path)
    index.update([], (NumberedText(number, f"\n{text}") for number, text in texts.items()), 1)
    numbers = dict(zip(texts, kept.store.passages.numbers(), strict=True))
    for text in texts.values():
        asked = {numbers[n] for n, _ in index.search(text[:2000], 99)}
        assert {n for n, _ in kept.snapshot().lexical.search(text[:2000], 99)} == asked
        assert kept.snapshot().lexical.having(text[:200]) == sorted(numbers[n] for n in index.having(text[:200]))
    kept.close()


def test_languages_are_stemmed_each_in_its_own_way() -> None:
    kept = Kept({1: "Les ouvriers étaient en grève.", 2: "Les grèves continuent."}, language="fr")
    found = kept.snapshot().lexical
    assert {n for n, _ in found.search("grève", 9)} == {1, 2}
    assert [n for n, _ in found.search("ouvrier", 9)] == [1]
    assert found.having("les grèves") == [2]
    kept.close()


@given(
    st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**20), st.none() | st.lists(st.integers(0, 60), max_size=30)
)
@settings(max_examples=15, deadline=None)
def test_vector_search_is_exact(n: int, limit: int, seed: int, allowed: list[int] | None) -> None:
    rng = np.random.default_rng(seed)
    rows = to_unit(rng.standard_normal((n, DIM)).astype(np.float32)).astype(np.float16).astype(np.float32)
    kept = Kept(dict.fromkeys(range(1, n + 1), "word"), rows)
    query = to_unit(rng.standard_normal((1, DIM)).astype(np.float32))[0].astype(np.float16).astype(np.float32)
    wanted = brute_force(dict(enumerate(rows, start=1)), query, limit, allowed)
    found = kept.snapshot().vectors.search(query, limit, allowed)
    assert [number for number, _ in found] == [number for number, _ in wanted]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in wanted], atol=1e-5)
    kept.close()


def test_the_index_finds_nearly_all_that_is_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a filter that leaves a tenth of them too: pgvector goes on looking."""
    rng = np.random.default_rng(1)
    rows = to_unit(rng.standard_normal((1_000, DIM)).astype(np.float32))
    kept = Kept(dict.fromkeys(range(1, len(rows) + 1), "word"), rows)
    monkeypatch.setattr("index.storage.postgres.search.vector_index._EXACT", 0)
    for allowed in (None, list(range(5, len(rows), 10))):
        share = []
        for query in to_unit(rng.standard_normal((20, DIM)).astype(np.float32)):
            wanted = {n for n, _ in brute_force(dict(enumerate(rows, start=1)), query, 10, allowed)}
            found = [n for n, _ in kept.snapshot().vectors.search(query, 10, allowed)]
            share.append(len(wanted & set(found)) / 10)
        assert np.mean(share) >= 0.95
    kept.close()


@pytest.fixture
def both(doubles: None, tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    """The same articles in a folder and in a database."""
    articles = [make_fields(n) for n in range(40)]
    with Library.open(tmp_path, create=True) as folder, Library.open(make_url(), create=True) as database:
        for library in (folder, database):
            library.add(articles)
        yield folder, database


def test_both_kinds_of_library_find_the_same(both: tuple[Library, Library]) -> None:
    """tantivy rounds the lengths of texts, so that its scores are a little other than ours."""
    filters = Filters(exclude=(next(both[0].articles()).id,))
    for question in ("harbour treaty", "the volcano erupted", "a budget report of the orchestra", '"harbour treaty"'):
        for asked in (None, filters):
            for mode, close in (("lexical", 0.15), ("dense", 0.01)):
                one, other = (
                    {h.passage.id: h.score for h in library.search(question, 999, mode, rerank=False, filters=asked)}  # type: ignore[arg-type]
                    for library in both
                )
                assert one.keys() == other.keys()
                assert other == pytest.approx(one, rel=close, abs=close / 2)
