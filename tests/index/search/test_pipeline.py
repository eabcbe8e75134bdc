"""Searching: modes, filters, ranks, limits, and questions that can't be asked."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from index import Filters, Library, Passage, UsageError
from index.identify import make_article
from index.models.embedder import Embedder, Vectors
from index.models.reranker import Reranker
from index.records import SearchMode
from index.search.pipeline import Candidate, choose_language, may_rerank, rerank, spread
from index.settings import IndexSettings
from tests.conftest import open_warm
from tests.doubles import HashingEmbedder, OverlapReranker

MODES = get_args(SearchMode)
QUESTION = "When did the last French soldiers leave Niger?"
DAYS: dict[str, str | None] = {
    "before": "2024-02-29T23:59:59Z",
    "first": "2024-03-01",
    "inside": "2024-03-15T12:00:00Z",
    "last": "2024-03-31T23:59:59Z",
    "after": "2024-04-01",
    "undated": None,
}
LANGUAGES = {"before": "pt_BR", "first": "pt", "inside": "Portuguese", "after": "PT-pt", "undated": "fr"}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker) -> Any:
    with open_warm(tmp_path_factory.mktemp("dated"), embedder, reranker) as library:
        library.add(
            {
                "id": name,
                "title": name,
                "text": f"The harbour of {name} is closed.",
                "published": day,
                "source": "Écho" if name in ("first", "undated") else "The Post",
                "language": LANGUAGES.get(name),
            }
            for name, day in DAYS.items()
        )
        yield library


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reranked", [True, False])
def test_every_mode_finds_the_article(seeds_library: Library, mode: SearchMode, reranked: bool) -> None:
    hits = seeds_library.search(QUESTION, mode=mode, rerank=reranked)
    assert hits[0].article.title == "Last French soldiers fly out of Niger"
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({h.passage.id for h in hits}) == len(hits)
    for h in hits:
        assert h.article.text[h.passage.start : h.passage.end] == h.passage.text
        assert h.passage in seeds_library.passages(h.article)


def test_signals_tell_what_each_stage_gave(seeds_library: Library) -> None:
    seen = {m: set().union(*(h.signals for h in seeds_library.search(QUESTION, mode=m, rerank=False))) for m in MODES}
    assert seen["dense"] == {"dense", "dense_rank", "fused"}
    assert seen["lexical"] == {"lexical", "lexical_rank", "fused"}
    assert seen["hybrid"] == {"dense", "dense_rank", "lexical", "lexical_rank", "fused"}
    read = ["rerank" in h.signals for h in seeds_library.search(QUESTION)]
    assert read == sorted(read, reverse=True)
    assert 4 <= sum(read) <= seeds_library.settings.rerank_depth


@pytest.mark.parametrize("mode", MODES)
def test_the_limit_holds_and_keeps_the_best(seeds_library: Library, mode: SearchMode) -> None:
    ten = seeds_library.search(QUESTION, limit=10, mode=mode, rerank=False)
    three = seeds_library.search(QUESTION, limit=3, mode=mode, rerank=False)
    assert [h.passage.id for h in three] == [h.passage.id for h in ten[:3]]
    everything = seeds_library.search(QUESTION, limit=10_000, mode="dense", rerank=False)
    assert len(everything) == seeds_library.status().passages


@pytest.mark.parametrize("question", ["", "  \n ", "\0", "؟؟؟", "🌊", "x" * 4_001])
def test_a_question_that_cannot_be_asked_is_refused(seeds_library: Library, question: str) -> None:
    with pytest.raises(UsageError):
        seeds_library.search(question)


@pytest.mark.parametrize("question", ["\udcff why", "x" * 4_000, "لماذا؟ Niger", '"AND (', "why\0 now"])
def test_strange_questions_are_searched(seeds_library: Library, question: str) -> None:
    assert seeds_library.search(question, limit=2, rerank=False)


def test_a_strange_question_is_reranked(library: Library) -> None:
    library.add([{"id": "a", "title": "A", "text": "The harbour is closed."}])
    assert [len(library.search(q)) for q in ("\udcff why", "x " * 2_000, "?!؟ 7")] == [1, 1, 1]
    assert library.search("لماذا؟") == []


def test_a_limit_below_one_is_refused(seeds_library: Library) -> None:
    with pytest.raises(UsageError, match="at least 1, not 0"):
        seeds_library.search("why", limit=0)


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_library_finds_nothing(library: Library, mode: SearchMode) -> None:
    assert library.search("why", mode=mode) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), set(DAYS)),
        (Filters(after=date(2024, 3, 1)), {"first", "inside", "last", "after"}),
        (Filters(before=date(2024, 3, 31)), {"before", "first", "inside", "last"}),
        (Filters(after=date(2024, 3, 1), before=date(2024, 3, 31)), {"first", "inside", "last"}),
        (Filters(after=date(2024, 3, 15), before=date(2024, 3, 15)), {"inside"}),
        (Filters(before=date.max), set(DAYS) - {"undated"}),
        (Filters(after=date.min), set(DAYS) - {"undated"}),
        (Filters(after=date(2025, 1, 1)), set()),
        (Filters(sources=("ÉCHO",)), {"first", "undated"}),
        (Filters(sources=("the post", "écho")), set(DAYS)),
        (Filters(sources=("The",)), set()),
        (Filters(before=date(2024, 3, 31), sources=("écho",)), {"first"}),
        (Filters(exclude=("first", "no such article")), set(DAYS) - {"first"}),
        (Filters(exclude=tuple(DAYS)), set()),
        (Filters(sources=("écho",), exclude=("first",)), {"undated"}),
        (Filters(languages=("pt",)), {"before", "first", "inside", "after"}),
        (Filters(languages=("portuguese",)), {"before", "first", "inside", "after"}),
        (Filters(languages=("pt-BR",)), {"before"}),
        (Filters(languages=("PT_PT", "Fr")), {"after", "undated"}),
        (Filters(languages=("p",)), set()),
        (Filters(languages=("",)), set()),
        (Filters(before=date(2024, 3, 31), sources=("écho",), languages=("pt",)), {"first"}),
    ],
)
def test_filters(dated: Library, mode: SearchMode, filters: Filters, names: set[str]) -> None:
    hits = dated.search("harbour closed", limit=50, mode=mode, rerank=False, filters=filters)
    assert {h.article.id for h in hits} == names
    scope = dated.scope(filters)
    assert (scope.articles, scope.searched) == (len(DAYS), len(names))


@pytest.mark.parametrize(
    ("filters", "left_out"),
    [
        (Filters(), 0),
        (Filters(sources=("écho",)), 0),
        (Filters(after=date(2024, 3, 1)), 1),
        (Filters(before=date(2024, 3, 1), sources=("écho",)), 1),
        (Filters(before=date(2024, 3, 1), sources=("the post",)), 0),
        (Filters(after=date(2024, 3, 1), exclude=("undated",)), 0),
    ],
)
def test_undated_articles_left_out_are_counted(dated: Library, filters: Filters, left_out: int) -> None:
    assert dated.scope(filters).undated_left_out == left_out


@pytest.mark.parametrize(
    ("filters", "left_out"),
    [
        (Filters(), 0),
        (Filters(sources=("the post",)), 0),
        (Filters(languages=("pt",)), len(DAYS) - len(LANGUAGES)),
        (Filters(languages=("nobody's",), sources=("écho",)), 0),
    ],
)
def test_articles_of_unknown_language_left_out_are_counted(dated: Library, filters: Filters, left_out: int) -> None:
    assert dated.scope(filters).unnamed_left_out == left_out


def test_languages_are_listed_by_code(dated: Library) -> None:
    assert dated.languages() == ["fr", "pt"]


@pytest.mark.parametrize("depth", [0, 1, 2, 50])
def test_reranking_reads_as_many_as_told(dated: Library, embedder: Embedder, reranker: Reranker, depth: int) -> None:
    with open_warm(dated.folder, embedder, reranker, IndexSettings(rerank_depth=depth, rerank_settled=99)) as library:
        hits = library.search("harbour of the last one closed")
        plain = library.search("harbour of the last one closed", rerank=False)
    assert sum("rerank" in h.signals for h in hits) == min(depth, len(DAYS))
    assert {h.passage.id for h in hits[:depth]} == {h.passage.id for h in plain[:depth]}
    assert [h.passage.id for h in hits[depth:]] == [h.passage.id for h in plain[depth:]]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_the_reranker_s_order_is_followed(seeds_library: Library) -> None:
    found = seeds_library.search("American air base at Agadez", rerank=False)
    candidates = [Candidate(h.passage, h.article, h.score, h.signals) for h in found]
    ordered = rerank("american air base at agadez", candidates, OverlapReranker(), 10)
    totals = [c.signals["rerank"] + c.signals["article"] for c in ordered]
    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) > 1
    assert all(0 < c.score < 1 for c in ordered)


class CountingReranker(OverlapReranker):
    """Gives the logits that it gets, one after the other; it is also the clock, on which each score takes `seconds`."""

    def __init__(self, logits: Sequence[float], seconds: float = 0.0) -> None:
        self._logits = list(logits)
        self._seconds = seconds
        self._now = 0.0
        self.read = 0

    def perf_counter(self) -> float:
        return self._now

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self._now += self._seconds
        self.read += len(texts)
        return np.array(self._logits[self.read - len(texts) : self.read], dtype=np.float32)


def make_candidates(library: Library, count: int) -> list[Candidate]:
    found = library.search("Niger", rerank=False, limit=count)
    return [Candidate(h.passage, h.article, h.score, h.signals) for h in found][:count]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(-10, 10, width=32), min_size=10, max_size=10), st.floats(-10, 12), st.integers(0, 10))
def test_no_more_is_read_once_the_order_is_settled(
    seeds_library: Library, logits: list[float], settled: float, depth: int
) -> None:
    candidates = make_candidates(seeds_library, 10)
    reranker = CountingReranker(logits)
    ordered = rerank("q", candidates, reranker, depth, settled)
    reads = [n for n in range(4, depth, 4) if max(logits[:n]) >= settled]
    assert reranker.read == (reads[0] if reads else min(depth, len(candidates)))
    assert sorted(c.passage.id for c in ordered) == sorted(c.passage.id for c in candidates)
    assert [c.passage.id for c in ordered[reranker.read :]] == [c.passage.id for c in candidates[reranker.read :]]
    assert [c.score for c in ordered] == sorted((c.score for c in ordered), reverse=True)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-12, 12, width=16)), min_size=1, max_size=10))
def test_a_passage_gains_by_the_best_other_one_of_its_article(logits: list[tuple[str, float]]) -> None:
    articles = {name: make_article("Text.", id=name) for name in "abc"}
    candidates = [
        Candidate(Passage(f"{name}:{n}", name, n, 0, 5, "Text."), articles[name], 1 / (n + 1), {})
        for n, (name, _) in enumerate(logits)
    ]
    ordered = rerank("q", candidates, CountingReranker([logit for _, logit in logits]), 10)
    for candidate in ordered:
        name, own = candidate.article.id, candidate.passage.ordinal
        others = [logit for n, (other, logit) in enumerate(logits) if other == name and n != own]
        gained = 1 / (1 + math.exp(-max(others))) if others else 0.0
        assert candidate.signals["article"] == pytest.approx(gained)
        assert candidate.signals["rerank"] == logits[own][1]
    for name in "abc":
        of_one = [c.signals["rerank"] for c in ordered if c.article.id == name]
        assert of_one == sorted(of_one, reverse=True), "within an article, it is the cross-encoder that says"


def test_a_budget_of_time_is_kept_from_the_first_two_on(
    seeds_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = make_candidates(seeds_library, 10)
    for budget, read in ((0.001, 2), (0.25, 4), (60, 10)):
        reranker = CountingReranker(range(10), seconds=0.1)
        monkeypatch.setattr("index.search.pipeline.time", reranker)
        rerank("q", candidates, reranker, 10, budget_seconds=budget)
        assert reranker.read == read


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 5))
def test_one_article_takes_no_more_than_its_places(names: list[str], most: int) -> None:
    articles = {name: make_article("Text.", id=name) for name in "abc"}
    candidates = [
        Candidate(Passage(f"{name}:{n}", name, n, 0, 5, "Text."), articles[name], 1 - n / 100, {})
        for n, name in enumerate(names)
    ]
    ordered = spread(candidates, most)
    assert sorted(c.passage.id for c in ordered) == sorted(c.passage.id for c in candidates)
    first = [c for n, c in enumerate(candidates) if names[: n + 1].count(c.article.id) <= most]
    assert ordered[: len(first)] == first
    assert [c.score for c in ordered] == sorted((c.score for c in ordered), reverse=True)


def test_stages_are_timed_where_asked(seeds_library: Library) -> None:
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    timed = seeds_library.search(QUESTION, seconds=seconds)
    took = time.perf_counter() - began
    assert timed == seeds_library.search(QUESTION)
    assert list(seconds) == ["embedding", "vectors", "full text", "reading", "folding copies", "cross-encoder"]
    assert 0 < sum(seconds.values()) <= took, "stages don't overlap"


class _EnglishEmbedder(HashingEmbedder):
    name = "somebody/bge-tiny-en"


class _EnglishReranker(OverlapReranker):
    name = "cross-encoder/ms-marco-tiny"


@pytest.mark.parametrize(
    ("mode", "embedder", "question", "language"),
    [
        ("hybrid", "intfloat/multilingual-e5-small", "¿Por qué revocó Níger el acuerdo militar?", "es"),
        ("hybrid", "intfloat/multilingual-e5-small", "Why did Niger revoke the deal?", "en"),
        ("hybrid", "intfloat/multilingual-e5-small", "NATO?", ""),
        ("hybrid", "BAAI/bge-small-en-v1.5", "¿Por qué revocó Níger el acuerdo militar?", ""),
        ("lexical", "intfloat/multilingual-e5-small", "¿Por qué revocó Níger el acuerdo militar?", ""),
    ],
)
def test_beside_an_embedder_of_many_languages_words_find_the_question_s_own(
    mode: SearchMode, embedder: str, question: str, language: str
) -> None:
    assert choose_language(question, mode, embedder) == language


@pytest.mark.parametrize(
    ("languages", "question_s", "reranker", "may"),
    [
        (["es", "es", "en"], "en", "cross-encoder/ms-marco-MiniLM-L-12-v2", False),
        (["es", "en"], "en", "cross-encoder/ms-marco-MiniLM-L-12-v2", True),
        (["de", "de"], "de", "cross-encoder/ms-marco-MiniLM-L-12-v2", True),
        (["es", "es"], "en", "cross-encoder/mmarco-mMiniLMv2-L12-H384-v1", True),
        (["es", "es"], "", "cross-encoder/ms-marco-MiniLM-L-12-v2", True),
        ([], "en", "cross-encoder/ms-marco-MiniLM-L-12-v2", True),
    ],
)
def test_a_reranker_of_english_has_no_say_across_languages(
    languages: list[str], question_s: str, reranker: str, may: bool
) -> None:
    articles = [make_article("x", id="a", language=code, language_evidence="feed") for code in languages]
    found = [Candidate(Passage("a:0", "a", 0, 0, 1, "x"), article, 1.0, {}) for article in articles]
    assert may_rerank(found, question_s, reranker) == may


@pytest.mark.usefixtures("doubles")
def test_models_of_english_have_no_say_in_another_script(tmp_path: Path) -> None:
    """The words alone find what the models, which see no difference, would put anywhere."""
    texts = {"ru": "Армия взяла власть в Нигере.", "uk": "Хлеб подорожал на рынке.", "en": "The army took power."}
    with open_warm(tmp_path, _EnglishEmbedder(), _EnglishReranker()) as library:
        library.add({"id": name, "title": name, "text": text} for name, text in texts.items())
        (hit,) = library.search("Кто взял власть?")
        assert hit.article.id == "ru"
        assert set(hit.signals) == {"lexical", "lexical_rank", "fused"}
        assert len(library.search("Кто взял власть?", mode="dense", rerank=False)) == 3
        assert "rerank" in library.search("Who took power?")[0].signals
