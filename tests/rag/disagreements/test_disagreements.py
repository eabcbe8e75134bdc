"""Articles that contradict each other: in an answer, in a model's answer, and on a topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library
from rag import Answer, ask, find_disagreements
from rag.disagreements.record import disagreement_from_dict, disagreement_to_dict
from rag.settings import Settings
from tests.rag.material import assert_exact

TOLL = "Will there be a toll on the Ardle bridge?"
ARTICLES = (
    {
        "id": "free",
        "title": "New Ardle bridge to open without toll",
        "text": "There will be no toll on the new Ardle bridge, minister Kay Osei said on Sunday.",
        "date": "2024-03-17",
        "source": "Ardle Post",
    },
    {
        "id": "toll",
        "title": "Ardle bridge toll announced",
        "text": "A toll of two euros will be charged on the new Ardle bridge, the ministry announced on Monday.",
        "date": "2024-05-20",
        "source": "The Courier",
    },
    {
        "id": "star",
        "title": "Fire in Pellan market",
        "text": "Seventeen people were killed in the fire that destroyed the market of Pellan on Sunday, police said.",
        "date": "2024-03-04",
        "source": "Morning Star",
    },
    {
        "id": "post",
        "title": "Market blaze kills 22",
        "text": "The fire that destroyed the market of Pellan on Sunday killed 22 people, the mayor's office said.",
        "date": "2024-03-04",
        "source": "Evening Post",
    },
    {
        "id": "copy",
        "title": "Market blaze kills 22",
        "text": "The fire that destroyed the market of Pellan on Sunday killed 22 people, the mayor's office said.",
        "date": "2024-03-05",
        "source": "Harbour Radio",
    },
    {
        "id": "agree",
        "title": "Ferry to Lanta",
        "text": "The ferry to Lanta carries about 400 passengers, its owner said.",
        "date": "2024-04-01",
        "source": "Harbour Radio",
    },
    {
        "id": "agree-2",
        "title": "Lanta's ferry",
        "text": "The new ferry to Lanta carries 396 passengers.",
        "date": "2024-04-02",
        "source": "The Courier",
    },
)


@pytest.fixture(scope="module")
def library(run_models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("contrary") / "library", create=True, settings=Settings()) as opened:
        opened.add(ARTICLES)
        yield opened


@pytest.fixture(scope="module")
def toll(library: Library) -> Answer:
    return ask(library, TOLL, settings=Settings())


def test_what_changed_begins_with_the_newest_and_says_what_was_before(toll: Answer) -> None:
    first, second, *_ = (sentence.text for sentence in toll.sentences)
    assert first.startswith("[As of 20 May 2024:] A toll of two euros")
    assert second.startswith("[On 17 March 2024:] There will be no toll")
    (found,) = toll.disagreements
    assert (found.about, found.kind) == (TOLL, "changed")
    assert [(side.value.split(":")[0], side.newest) for side in found.sides] == [("Yes", True), ("No", False)]


def test_what_is_ours_stands_in_brackets_and_the_rest_is_the_articles(toll: Answer) -> None:
    assert_exact(toll.citations)
    for sentence in toll.sentences:
        citation = toll.citation(sentence.citations[0])
        assert citation is not None
        assert re.sub(r"^\[[^\]]*\] | \[[^\]]*\]", "", sentence.text) in citation.quoted()


def test_every_side_cites_what_the_answer_lists(toll: Answer) -> None:
    markers = {citation.marker for citation in toll.citations}
    assert all(side.citations and set(side.citations) <= markers for d in toll.disagreements for side in d.sides)


def test_a_copy_of_a_wire_story_is_no_second_outlet(library: Library) -> None:
    answer = ask(library, "How many people did the fire in the market of Pellan kill?", settings=Settings())
    (found,) = answer.disagreements
    assert found.kind == "disputed"
    assert sorted(len(side.outlets) for side in found.sides) == [1, 1]
    assert all("Morning Star" in side.outlets or side.value.startswith("22") for side in found.sides)


def test_articles_that_agree_are_not_said_to_contradict(library: Library) -> None:
    answer = ask(library, "How many passengers does the ferry to Lanta carry?", settings=Settings())
    assert answer.disagreements == ()
    assert not any(sentence.text.startswith("[As of") for sentence in answer.sentences)


def test_a_disagreement_is_read_as_it_was_written(toll: Answer) -> None:
    assert [disagreement_from_dict(disagreement_to_dict(d)) for d in toll.disagreements] == list(toll.disagreements)


def test_a_topic_lists_each_contradiction_once(library: Library) -> None:
    found = find_disagreements(library, "the market fire in Pellan")
    quoted = [words for citation in found.citations for words in citation.quoted()]
    assert [sorted(side.value for side in d.sides) for d in found.disagreements] == [["22", "Seventeen"]]
    assert len(quoted) == len(set(quoted))
    assert_exact(found.citations)


def test_a_topic_on_which_articles_agree_lists_nothing(library: Library) -> None:
    assert all("Lanta" not in found.about for found in find_disagreements(library, "ferry to Lanta").disagreements)


@pytest.mark.models
def test_a_library_without_articles_has_no_disagreements(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=Settings()) as empty:
        assert find_disagreements(empty, "anything").disagreements == ()
