"""Answers without an LLM, on the seeds."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from index import Article, Filters, Library
from index.settings import IndexSettings
from rag import Answer, ask, stream
from rag.extract.confidence import CONFIDENCE_FILE, estimate_confidence
from rag.extract.offline_answerer import NOT_SURE
from rag.records import answer_to_dict
from rag.settings import Settings
from rag.weights import read_weights
from tests.rag.material import assert_exact

WHY = "why did Niger revoke the deal?"
OFF_TOPIC = "Who won the women's marathon at the Paris Olympics?"


@pytest.fixture(scope="module")
def why(seeds_library: Library) -> Answer:
    """The answer to the question of the README."""
    return ask(seeds_library, WHY, settings=Settings())


def test_a_question_that_the_articles_answer_is_answered(why: Answer) -> None:
    assert not why.refused
    assert why.stage == "done"
    assert why.sentences
    assert why.reason == ""
    assert any(word in why.text() for word in ("condescending", "unfair", "imposed"))


def test_every_sentence_is_the_words_of_its_source(why: Answer) -> None:
    assert_exact(why.citations)
    for sentence in why.sentences:
        (marker,) = sentence.citations
        citation = why.citation(marker)
        assert citation is not None
        assert re.sub(r" \[[^\]]*\]", "", sentence.text) in citation.quoted(), "what is in brackets is ours"
        assert (sentence.verdict, sentence.support) == ("supported", 1.0)


def test_no_sentence_is_said_twice_and_no_more_than_the_setting(seeds_library: Library) -> None:
    answer = ask(seeds_library, WHY, settings=Settings(answer_sentences=2, min_confidence=0.0))
    texts = [s.text for s in answer.sentences]
    assert 1 <= len(texts) <= 2
    assert len(set(texts)) == len(texts)


def test_an_off_topic_question_is_refused_with_the_nearest_passages(seeds_library: Library) -> None:
    answer = ask(seeds_library, OFF_TOPIC, settings=Settings())
    assert answer.refused
    assert answer.sentences == ()
    assert answer.citations == ()
    assert answer.hits
    assert answer.text() == answer.reason


def test_the_least_confidence_decides(seeds_library: Library) -> None:
    assert ask(seeds_library, WHY, settings=Settings(min_confidence=1.1)).refused
    assert not ask(seeds_library, OFF_TOPIC, settings=Settings(min_confidence=0.0)).refused


def test_an_answer_tells_what_its_confidence_is_made_of(why: Answer) -> None:
    assert why.signals.keys() == read_weights(CONFIDENCE_FILE).signals.keys()
    assert why.confidence == pytest.approx(estimate_confidence(why.signals))
    assert answer_to_dict(why)["signals"] == dict(why.signals)


def test_what_the_articles_do_not_say_of_a_question_is_named(seeds_library: Library) -> None:
    answer = ask(seeds_library, f"{WHY[:-1]}, and who won the women's marathon at the Paris Olympics?")
    assert not answer.refused
    assert answer.gaps == ("The articles don't say: who won the women's marathon at the Paris Olympics?",)
    assert answer.sentences[-1].text == answer.gaps[0]
    assert not answer.sentences[-1].citations
    assert answer.sentences[0].text == ask(seeds_library, WHY).sentences[0].text
    assert answer_to_dict(answer)["gaps"] == list(answer.gaps)
    read = [hit.passage.id for hit in answer.hits]
    assert len(set(read)) == len(read), "a passage is read once"
    assert all(citation.hit in answer.hits for citation in answer.citations)
    both = f"{OFF_TOPIC[:-1]}, and what is the boiling point of tungsten?"
    assert ask(seeds_library, both).refused
    assert ask(seeds_library, WHY).gaps == ()


def test_an_answer_as_of_a_day_knows_nothing_later(seeds_library: Library) -> None:
    day = date(2023, 12, 31)
    answer = ask(seeds_library, "When did the last soldiers leave Niger?", settings=Settings(), as_of=day)
    assert answer.as_of == day
    assert answer.filters == Filters(before=day)
    published = [hit.article.published for hit in answer.hits]
    assert published
    assert all(moment is not None and moment.date() <= day for moment in published)


def test_the_day_itself_is_within_as_of(seeds_library: Library) -> None:
    answer = ask(seeds_library, "French soldiers", settings=Settings(), as_of=date(2023, 12, 23))
    days = {hit.article.published.date() for hit in answer.hits if hit.article.published}
    assert date(2023, 12, 23) in days


def test_an_earlier_end_of_the_range_stands(seeds_library: Library) -> None:
    early = Filters(before=date(2023, 8, 1))
    answer = ask(seeds_library, "Niger coup", settings=Settings(), filters=early, as_of=date(2024, 1, 1))
    assert answer.filters.before == date(2023, 8, 1)


def test_further_passages_of_an_article_with_a_day_stay_within_it(seeds_library: Library) -> None:
    answer = ask(
        seeds_library, "When will the soldiers leave?", settings=Settings(min_confidence=0.0), as_of=date(2024, 4, 30)
    )
    for citation in answer.citations:
        published = citation.hit.article.published
        assert published is not None
        assert published.date() <= date(2024, 4, 30)


@pytest.fixture(scope="module")
def reasons(seeds_library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Why there is no answer, in each of the cases."""
    with Library.open(tmp_path_factory.mktemp("empty"), create=True, settings=IndexSettings()) as empty:
        nothing = ask(empty, WHY, settings=Settings())
    far = ask(seeds_library, WHY, settings=Settings(), filters=Filters(after=date(2030, 1, 1)))
    other = ask(seeds_library, WHY, settings=Settings(), filters=Filters(sources=("Nobody's News",)))
    off_topic = ask(seeds_library, OFF_TOPIC, settings=Settings())
    found = {"empty": nothing, "range": far, "source": other, "off topic": off_topic}
    assert all(answer.refused and answer.stage == "done" for answer in found.values())
    return {name: answer.reason for name, answer in found.items()}


def test_each_refusal_has_its_reason(reasons: dict[str, str]) -> None:
    assert reasons["empty"].startswith("The library is empty.")
    assert not any("dateline" in reason for reason in reasons.values()), "commands are for the terminal to name"
    assert reasons["range"].startswith("None of the 8 articles is within")
    assert "1 article without a date was left out" in reasons["range"]
    assert reasons["source"].startswith("None of the 8 articles is within")
    assert "without a date" not in reasons["source"]
    assert "nothing in the 8 articles searched" in reasons["off topic"]
    assert "widen" not in reasons["off topic"]
    assert "Ask in other words, or add articles" in reasons["off topic"]
    assert len({reasons["empty"], reasons["range"], reasons["off topic"]}) == 3


def test_a_refusal_within_a_range_counts_what_was_searched(seeds_library: Library) -> None:
    answer = ask(seeds_library, OFF_TOPIC, settings=Settings(), as_of=date(2023, 12, 31))
    assert "nothing in the 3 of 8 articles searched" in answer.reason
    assert "(1 article without a date was left out.)" in answer.reason
    days = [a.published for a in seeds_library.articles(Filters(before=date(2023, 12, 31))) if a.published]
    first, last = (f"{day.day} {day:%b %Y}" for day in (min(days), max(days)))
    assert f"searched ({first} to {last}) answers" in answer.reason
    assert "widen the dates, sources or languages" in answer.reason


def test_the_same_question_has_the_same_answer(seeds_library: Library, why: Answer) -> None:
    again = answer_to_dict(ask(seeds_library, WHY, settings=Settings()))
    first = answer_to_dict(why)
    assert set(first.pop("seconds")) == set(again.pop("seconds"))
    assert first == again


def test_answers_grow_from_the_first_passage_on(seeds_library: Library, why: Answer) -> None:
    answers = list(stream(seeds_library, WHY, settings=Settings()))
    assert [a.stage for a in answers[:2]] == ["searching", "answering"]
    assert answers[0].hits == ()
    assert answers[1].hits
    assert answers[1].sentences == ()
    counts = [len(a.sentences) for a in answers]
    assert counts == sorted(counts)
    assert answers[-1].stage == "done"
    assert answers[-1].sentences == why.sentences


@pytest.mark.models
def test_an_article_of_one_word_can_be_asked(tmp_path: Path) -> None:
    with Library.open(tmp_path / "one", create=True, settings=Settings()) as library:
        library.add([Article(id="x", title="", text="Niger", content_hash="x")])
        answer = ask(library, "Niger?", settings=Settings(min_confidence=0.0))
    assert [s.text for s in answer.sentences] == ["Niger"]


def test_a_phrase_that_nobody_wrote_is_named_in_the_refusal(seeds_library: Library) -> None:
    answer = ask(seeds_library, 'Who said "no deal at all"?', exact=True)
    assert answer.refused
    assert answer.hits == ()
    assert "has the words “no deal at all”" in answer.reason
    assert "nearest passages" not in answer.reason


DEAL = "military cooperation deal"


def _having(answer: Answer) -> list[bool]:
    return [DEAL in f"{h.article.title} {h.passage.text}".lower() for h in answer.hits]


def test_a_phrase_that_is_demanded_is_in_all_passages_that_are_read(seeds_library: Library) -> None:
    having = _having(ask(seeds_library, f'What is said of a "{DEAL}" with Niger?', exact=True))
    assert having
    assert all(having)


def test_a_quoted_phrase_comes_first_and_others_behind_it(seeds_library: Library) -> None:
    answer = ask(seeds_library, f'What is said of a "{DEAL}" with Niger?')
    having = _having(answer)
    assert having == sorted(having, reverse=True)
    assert True in having
    assert len(having) == 8
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)
    assert not [w for w in answer.warnings if "has the words" in w]


def test_a_pasted_quotation_that_nobody_wrote_is_searched_by_its_meaning(seeds_library: Library) -> None:
    quoted = ask(seeds_library, 'Why did Niger call the accord "deeply unfair to us all"?')
    assert not quoted.refused
    assert (
        "No passage has the words “deeply unfair to us all”: they were searched by what they mean." in quoted.warnings
    )


@pytest.mark.models
def test_in_another_language_the_reader_says_that_it_is_not_sure(tmp_path: Path) -> None:
    text = "El puerto de Vigo cerró el lunes por la tormenta. Unas 40 barcas esperaron tres días en la bahía."
    with Library.open(tmp_path / "es", create=True, settings=Settings()) as library:
        library.add([{"id": "es", "title": "Puerto cerrado", "text": text, "language": "es"}])
        answer = ask(library, "¿Cuántas barcas esperaron en la bahía?", settings=Settings(min_confidence=0.0))
    assert NOT_SURE in answer.warnings
    assert "40" in answer.text()
    assert answer.signals["reader"] >= 0


def test_of_english_it_says_nothing(why: Answer) -> None:
    assert NOT_SURE not in why.warnings


@pytest.mark.parametrize(
    ("question", "marked"), [("What happened in July 2023?", False), ("Who leads the junta?", True)]
)
def test_words_are_marked_where_words_answer(seeds_library: Library, question: str, marked: bool) -> None:
    answer = ask(seeds_library, question, settings=Settings(min_confidence=0.0))
    assert answer.sentences
    assert (answer.answer is not None) == marked
