"""Searching for what a question means: its parts take turns, and its filters and its "now" count."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index import Filters, Library
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from rag import search
from rag.question.filters import describe_filters
from tests.conftest import open_warm

ONE, OTHER = "Why did Niger revoke the deal?", "which troops left Chad last year?"
BEFORE_ALL = "What happened in Niger in March 2019?"


def test_passages_for_each_part_take_turns(seeds_library: Library) -> None:
    first, second = ([h.passage.id for h in seeds_library.search(q, limit=8)] for q in (ONE, OTHER))
    found = search(seeds_library, f"{ONE[:-1]}, and {OTHER}", 8)
    assert [h.rank for h in found.hits] == list(range(1, 9))
    assert [h.passage.id for h in found.hits] == list(
        dict.fromkeys(i for pair in zip(first, second, strict=True) for i in pair)
    )[:8]
    assert [h.passage.id for h in search(seeds_library, ONE, 8).hits] == first


def test_filters_that_a_question_names_count_and_are_reported(seeds_library: Library) -> None:
    found = search(seeds_library, "What did Niger revoke in March 2024?", 20)
    assert found.question.named == Filters(date(2024, 3, 1), date(2024, 3, 31))
    assert found.reason == ""
    assert found.hits
    assert {(hit.article.published or date.min).strftime("%Y-%m") for hit in found.hits} == {"2024-03"}
    lifted = search(seeds_library, "What did Niger revoke in March 2024?", 20, without=["dates"])
    assert lifted.question.named == Filters()
    assert len({hit.article.id for hit in lifted.hits}) > len({hit.article.id for hit in found.hits})


def test_where_they_leave_nothing_it_is_said_with_what_there_is_without(seeds_library: Library) -> None:
    found = search(seeds_library, BEFORE_ALL)
    assert found.hits == []
    assert found.reason == (
        "No article is from 1 March 2019 to 31 March 2019, which your question names. "
        "(1 article without a date was left out.) Ask without that to search 8 articles."
    )
    assert search(seeds_library, BEFORE_ALL, without=["dates"]).hits
    assert search(seeds_library, BEFORE_ALL, filters=Filters(after=date(2030, 1, 1))).reason == ""


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("What happened since 2031?", "from 1 January 2031 or later, which"),
        ("What happened before 1950?", "from 31 December 1949 or earlier, which"),
        ("What happened since 2031, according to Wire?", "from 1 January 2031 or later, and from Wire, which"),
    ],
)
def test_the_reason_is_a_sentence_whatever_is_named(library: Library, question: str, says: str) -> None:
    dated = {"id": "a", "text": "It rained.", "published": "2024-01-01", "source": "Wire"}
    library.add([dated, {"id": "b", "text": "So."}])
    reason = search(library, question).reason
    assert reason.startswith(f"No article is {says} your question names. ")
    assert reason.endswith("Ask without that to search 2 articles.")
    assert "(1 article without a date was left out.)" in reason or "Wire" in question


def test_words_in_quotation_marks_that_only_others_have(seeds_library: Library) -> None:
    question = 'Who spoke of "unfair" terms in September 2024?'
    found = search(seeds_library, question, exact=True)
    assert found.hits == []
    assert found.reason == (
        "No article from 1 September 2024 to 30 September 2024, which your question names, has the words “unfair”. "
        "(1 article without a date was left out.) Ask without that to search 8 articles."
    )
    assert search(seeds_library, question, without=["dates"], exact=True).hits
    assert search(seeds_library, 'Who spoke of "quvex"?', exact=True).reason == ""
    assert search(seeds_library, question).hits, "without `exact` the words are only preferred"


def test_what_was_chosen_still_counts_without_what_is_named(library: Library) -> None:
    library.add([{"id": str(n), "text": f"It rained on {n}.", "source": "AP" if n else "Wire"} for n in range(3)])
    found = search(library, "Where did it rain in 2019?", filters=Filters(sources=("Wire",)))
    assert found.reason.endswith("Ask without that to search 1 article.")


def test_the_newest_comes_first_where_the_question_asks_for_it(
    tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    with open_warm(tmp_path / "library", embedder, reranker) as library:
        library.add(
            {
                "id": str(year),
                "title": "The Arlit choir",
                "text": f"The Arlit choir has {year - 1980} members, its leader said in the town hall.",
                "published": f"{year}-05-04",
            }
            for year in (2019, 2021, 2024)
        )
        found = search(library, "How many members does the Arlit choir have now?").hits
        assert [hit.article.id for hit in found] == ["2024", "2021", "2019"]
        assert all("recency" in hit.signals for hit in found)
        plain = search(library, "How many members does the Arlit choir have?").hits
        assert not any("recency" in hit.signals for hit in plain)


def test_each_stage_is_timed_whatever_the_parts(seeds_library: Library) -> None:
    seconds: dict[str, float] = {}
    search(seeds_library, f"{ONE[:-1]}, and {OTHER}", 3, seconds=seconds)
    once: dict[str, float] = {}
    seeds_library.search(ONE, seconds=once)
    assert list(seconds) == list(once)


def test_filters_of_every_kind_are_described(seeds_library: Library) -> None:
    found = search(seeds_library, "According to Dateline sample library, who left in 2024?")
    assert list(describe_filters(found.question.named)) == ["dates", "sources"]
