"""Searching: modes, filters, ranks, limits, and questions that can't be asked."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from index import Filters, Library, UsageError
from index.embedder import Embedder
from index.records import Mode
from index.reranker import Reranker
from index.search import Candidate, rerank
from index.settings import IndexSettings
from tests.conftest import open_warm
from tests.doubles import OverlapReranker

MODES = get_args(Mode)
QUESTION = "When did the last French soldiers leave Niger?"
DAYS: dict[str, str | None] = {
    "before": "2024-02-29T23:59:59Z",
    "first": "2024-03-01",
    "inside": "2024-03-15T12:00:00Z",
    "last": "2024-03-31T23:59:59Z",
    "after": "2024-04-01",
    "undated": None,
}


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
            }
            for name, day in DAYS.items()
        )
        yield library


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reranked", [True, False])
def test_every_mode_finds_the_article(seeds_library: Library, mode: Mode, reranked: bool) -> None:
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
    assert seen["dense"] == {"dense", "fused"}
    assert seen["lexical"] == {"lexical", "fused"}
    assert seen["hybrid"] == {"dense", "lexical", "fused"}
    read = ["rerank" in h.signals for h in seeds_library.search(QUESTION)]
    depth = seeds_library.settings.rerank_depth
    assert read == [True] * depth + [False] * (len(read) - depth)


@pytest.mark.parametrize("mode", MODES)
def test_the_limit_holds_and_keeps_the_best(seeds_library: Library, mode: Mode) -> None:
    ten = seeds_library.search(QUESTION, limit=10, mode=mode, rerank=False)
    three = seeds_library.search(QUESTION, limit=3, mode=mode, rerank=False)
    assert [h.passage.id for h in three] == [h.passage.id for h in ten[:3]]
    everything = seeds_library.search(QUESTION, limit=10_000, mode="dense", rerank=False)
    assert len(everything) == seeds_library.status().passages


@pytest.mark.parametrize("question", ["", "  \n ", "\0", "x" * 4_001])
def test_a_question_that_cannot_be_asked_is_refused(seeds_library: Library, question: str) -> None:
    with pytest.raises(UsageError):
        seeds_library.search(question)


@pytest.mark.parametrize("question", ["\udcff why", "x" * 4_000, "؟؟؟", '"AND (', "🌊", "why\0 now"])
def test_strange_questions_are_searched(seeds_library: Library, question: str) -> None:
    assert seeds_library.search(question, limit=2, rerank=False)


def test_a_strange_question_is_reranked(library: Library) -> None:
    library.add([{"id": "a", "title": "A", "text": "The harbour is closed."}])
    assert [len(library.search(q)) for q in ("\udcff why", "x " * 2_000, "🌊")] == [1, 1, 1]


def test_a_limit_below_one_is_refused(seeds_library: Library) -> None:
    with pytest.raises(UsageError, match="at least 1, not 0"):
        seeds_library.search("why", limit=0)


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_library_finds_nothing(library: Library, mode: Mode) -> None:
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
    ],
)
def test_filters(dated: Library, mode: Mode, filters: Filters, names: set[str]) -> None:
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


@pytest.mark.parametrize("depth", [0, 1, 2, 50])
def test_reranking_reads_as_many_as_told(dated: Library, embedder: Embedder, reranker: Reranker, depth: int) -> None:
    with open_warm(dated.folder, embedder, reranker, IndexSettings(rerank_depth=depth)) as library:
        hits = library.search("harbour of the last one closed")
        plain = library.search("harbour of the last one closed", rerank=False)
    assert sum("rerank" in h.signals for h in hits) == min(depth, len(DAYS))
    assert {h.passage.id for h in hits[:depth]} == {h.passage.id for h in plain[:depth]}
    assert [h.passage.id for h in hits[depth:]] == [h.passage.id for h in plain[depth:]]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_the_reranker_s_order_is_followed(seeds_library: Library) -> None:
    found = seeds_library.search("American air base at Agadez", rerank=False)
    candidates = [Candidate(h.passage, h.article, h.score, h.signals) for h in found]
    ordered = rerank("american air base at agadez", candidates, 10, OverlapReranker())
    logits = [c.signals["rerank"] for c in ordered]
    assert logits == sorted(logits, reverse=True)
    assert len(set(logits)) > 1
    assert all(0 < c.score < 1 for c in ordered)
