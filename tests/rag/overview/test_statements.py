"""What a person said, what was said of a topic, and both: exact words, one statement for all copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index import Filters, Library, UsageError
from rag import find_statements, statements_to_dict

RUIZ = (
    "“The port will reopen in May,” said harbour master Ana Ruiz on Thursday. “We are sure,” she told reporters, “of"
    " the date.”"
)
COPY = "Agencies report. “The port will reopen in May,” said Ana Ruiz, the harbour master."
ITO = (
    "Paul Ito, who leads the dockers, said that the port would stay shut. He did not say why. Cranes are old, he added."
)
ARTICLES = [
    {"id": "ruiz", "title": "Port to reopen", "text": RUIZ, "date": "2024-05-04", "source": "Coast Daily"},
    {"id": "copy", "title": "In brief", "text": COPY, "date": "2024-05-06", "source": "Wire"},
    {"id": "ito", "title": "Dockers doubt", "text": ITO, "date": "2024-06-01", "source": "Wire"},
    {"id": "none", "title": "Weather", "text": "Rain fell on the hills. Rivers rose a little.", "date": "2024-06-02"},
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("statements")
    with Library.open(folder / "library", create=True) as opened:
        opened.add(ARTICLES)
        yield opened


def test_words_are_those_of_the_cited_article(library: Library) -> None:
    found = find_statements(library, "the port")
    assert {s.speaker for s in found.statements} == {"Ana Ruiz", "Paul Ito"}
    for statement in found.statements:
        citation = found.citation(statement.marker)
        assert citation is not None
        assert citation.hit.article.text[statement.start : statement.end] == statement.words
        assert any(statement.words in words for words in citation.quoted())


def test_a_copy_is_no_second_statement(library: Library) -> None:
    found = find_statements(library, "Ruiz")
    first = next(s for s in found.statements if "reopen" in s.words)
    assert first.copies == ("copy",)
    assert [s.words for s in found.statements] == ["The port will reopen in May,", "We are sure,", "of the date."]
    assert [s.continues for s in found.statements] == [False, False, True]
    assert found.found == 2


def test_the_day_is_the_one_that_the_article_gives(library: Library) -> None:
    first = find_statements(library, "Ruiz").statements[0]
    assert first.said == date(2024, 5, 2)  # the Thursday before 4 May


@pytest.mark.parametrize(
    ("about", "speakers"),
    [
        ("Ana Ruiz", {"Ana Ruiz"}),
        ("Ito about the port", {"Paul Ito"}),
        ("What did Ito say about the port?", {"Paul Ito"}),
        ("Who said that the port would stay shut?", {"Paul Ito"}),
        ("what did Ruiz say?", {"Ana Ruiz"}),
    ],
)
def test_a_person_and_a_topic(library: Library, about: str, speakers: set[str]) -> None:
    assert {s.speaker for s in find_statements(library, about).statements} == speakers


def test_the_newest_come_first_within_the_filters(library: Library) -> None:
    days = [s.said for s in find_statements(library, "the port").statements if s.said]
    assert days == sorted(days, reverse=True)
    later = find_statements(library, "the port", Filters(after=date(2024, 5, 20)))
    before = find_statements(library, "the port", as_of=date(2024, 5, 20))
    assert ({s.speaker for s in later.statements}, {s.speaker for s in before.statements}) == (
        {"Paul Ito"},
        {"Ana Ruiz"},
    )


def test_nothing_found_says_why(library: Library) -> None:
    found = find_statements(library, "what did Kofi Mensah say about the port?")
    assert not found.statements
    assert "Kofi Mensah is not quoted about the port" in found.reason
    assert "dates" in find_statements(library, "Ruiz", Filters(after=date(2030, 1, 1))).reason
    with pytest.raises(UsageError):
        find_statements(library, " ")


def test_json_names_speaker_words_article_and_day(library: Library) -> None:
    values = statements_to_dict(find_statements(library, "Ito"))
    assert {(s["speaker"], s["article"], s["direct"]) for s in values["statements"]} == {("Paul Ito", "ito", False)}
    assert {s["marker"] for s in values["statements"]} == {c["marker"] for c in values["citations"]}
