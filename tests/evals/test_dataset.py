"""The built-in questions."""

from __future__ import annotations

import pytest

from evals.dataset import BUILT_IN_DATASETS, load_dataset, read_seeds
from evals.measures.squad import holds_any
from index import UsageError


@pytest.mark.parametrize("name", BUILT_IN_DATASETS)
def test_a_built_in_set_holds_together(name: str) -> None:
    dataset = load_dataset(name)
    texts = {a.id: f"{a.title}\n{a.text}" for a in dataset.articles()}
    assert len(texts) == dataset.size == 8
    assert dataset.notes == ()
    for question in dataset.questions:
        assert question.unanswerable != bool(question.answers and question.relevant)
        for words in question.answers:
            assert any(holds_any(texts[r], [words]) for r in question.relevant), (question.id, words)


def test_the_tuned_set_is_as_large_as_it_says() -> None:
    questions = load_dataset("seeds").questions
    assert len(questions) >= 40
    assert sum(q.unanswerable for q in questions) >= 12


def test_the_sets_share_no_question() -> None:
    asked = [{q.question.lower() for q in load_dataset(name).questions} for name in BUILT_IN_DATASETS]
    assert not asked[0] & asked[1]


def test_every_seed_is_read_and_only_the_scraped_page_is_undated() -> None:
    articles = list(read_seeds())
    assert [a.id for a in articles if a.published is None] == ["000_5a1bd12f0bfe0d6e"]
    notes = [a for a in articles if a.published]
    assert all("written for Dateline's sample library" in a.text for a in notes)
    assert all(a.id.startswith(f"{a.published:%Y-%m-%d}") for a in notes)


def test_an_unknown_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="seeds-held"):
        load_dataset("seed")
