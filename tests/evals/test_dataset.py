"""The built-in questions."""

from __future__ import annotations

from datetime import date

import pytest

from evals.dataset import BUILT_IN_DATASETS, load_dataset, read_seeds
from evals.measures.squad import holds_any
from index import UsageError

SEEDS = ("seeds", "seeds-held")


@pytest.mark.parametrize("name", BUILT_IN_DATASETS)
def test_a_built_in_set_names_only_articles_that_are_there(name: str) -> None:
    dataset = load_dataset(name)
    assert dataset.notes == ()
    assert dataset.path is None
    assert all(path.is_file() for path in (*dataset.corpus_files, *dataset.query_files))


def test_follow_ups_are_asked_in_conversations() -> None:
    questions = load_dataset("follow-ups").questions
    changes = [q for q in questions if q.written_out == q.question]
    assert len(questions) - len(changes) >= 80
    assert len(changes) >= 30
    assert all(q.history and q.written_out and q.relevant for q in questions)
    for held in (True, False):
        assert sum(q.id.startswith("held") == held for q in questions) == len(questions) / 2


@pytest.mark.parametrize("name", SEEDS)
def test_a_set_on_the_sample_articles_holds_together(name: str) -> None:
    dataset = load_dataset(name)
    texts = {a.id: f"{a.title}\n{a.text}" for a in dataset.articles()}
    assert len(texts) == dataset.size == 8
    assert dataset.notes == ()
    for question in dataset.questions:
        assert question.unanswerable != bool(question.answers and question.relevant)
        for words in question.answers:
            assert any(holds_any(texts[r], [words]) for r in question.relevant), (question.id, words)


@pytest.mark.parametrize("name", ["changes", "changes-held", "disagreements", "disagreements-held"])
def test_a_set_of_changes_holds_together(name: str) -> None:
    dataset = load_dataset(name)
    texts = {a.id: a.text for a in dataset.articles()}
    assert dataset.notes == ()
    assert dataset.path is None
    for question in dataset.questions:
        assert len(question.relevant) > (question.disputed is not None)
        for words in (*question.answers, *question.earlier):
            assert any(holds_any(texts[r], [words]) for r in question.relevant), (question.id, words)


@pytest.mark.parametrize("name", ["time", "time-held"])
def test_a_set_of_time_questions_holds_together(name: str) -> None:
    dataset = load_dataset(name)
    articles = {a.id: a for a in dataset.articles()}
    assert dataset.size == len(articles) >= 150
    assert dataset.notes == ()
    for question in dataset.questions:
        assert question.as_of
        assert question.range
        first, last = question.range.after or date.min, question.range.before or question.as_of
        assert first <= last, question.id
        relevant = [articles[r] for r in question.relevant]
        days = [article.published.date() for article in relevant if article.published]
        assert all(first <= day <= last for day in days), question.id
        for words in question.answers:
            assert any(holds_any(article.text, [words]) for article in relevant), (question.id, words)


@pytest.mark.parametrize(("name", "size"), [("near-misses", 320), ("open-questions", 416)])
def test_half_of_the_questions_have_an_answer_that_stands_there(name: str, size: int) -> None:
    dataset = load_dataset(name)
    texts = {a.id: a.text for a in dataset.articles()}
    assert dataset.notes == ()
    answered = [question for question in dataset.questions if not question.unanswerable]
    assert len(answered) * 2 == len(dataset.questions) == size
    for question in answered:
        assert all(words in texts[r] for r in question.relevant for words in question.answers), question.id
    assert not any(question.relevant or question.answers for question in dataset.questions if question.unanswerable)


def test_the_tuned_set_is_as_large_as_it_says() -> None:
    questions = load_dataset("seeds").questions
    assert len(questions) >= 40
    assert sum(q.unanswerable for q in questions) >= 12


@pytest.mark.parametrize("held", [name for name in BUILT_IN_DATASETS if name.endswith("-held")])
def test_what_is_held_aside_is_not_in_the_tuned_set(held: str) -> None:
    tuned, held_aside = (
        {q.question.lower() for q in load_dataset(name).questions} for name in (held.removesuffix("-held"), held)
    )
    assert tuned
    assert not tuned & held_aside


def test_every_seed_is_read_and_only_the_scraped_page_is_undated() -> None:
    articles = list(read_seeds())
    assert [a.id for a in articles if a.published is None] == ["000_5a1bd12f0bfe0d6e"]
    notes = [a for a in articles if a.published]
    assert all("written for Dateline's sample library" in a.text for a in notes)
    assert all(a.id.startswith(f"{a.published:%Y-%m-%d}") for a in notes)


def test_an_unknown_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="seeds-held"):
        load_dataset("seed")
