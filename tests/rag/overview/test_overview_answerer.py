"""Questions that want an overview get it wherever answers are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from index import Library
from rag import Answer, Settings, Turn, answer_to_dict, ask, make_brief, make_timeline, stream, understand
from tests.rag.overview.test_timeline import FERRY, fill

SAID = (
    (
        "2023-11-09",
        "Post",
        "Owner of the Maren",
        "“The ferry Maren was safe and well kept,” said Anna Haugen, its owner.",
    ),
    ("2023-11-10", "Post", "Inquiry", "The cause of the fire on the ferry Maren is still unclear, police said."),
)

PELLAN = (
    (
        "2024-03-04",
        "Star",
        "Market fire in Pellan",
        "Seventeen people were killed in the fire that destroyed the market of Pellan on Sunday, police said.",
    ),
    (
        "2024-03-04",
        "Post",
        "Market blaze in Pellan",
        "The fire that destroyed the market of Pellan on Sunday killed 22 people, the mayor's office said.",
    ),
    ("2024-03-05", "Wire", "Wolves counted", "Rangers counted 64 wolves in the Harra valley this autumn."),
    ("2024-03-06", "Voice", "Too many wolves", "There are 110 wolves in the Harra valley, the autumn count found."),
)


@pytest.fixture
def ferry(library: Library) -> Library:
    return fill(library, [*FERRY, *SAID])


def check(answer: Answer) -> None:
    assert not answer.refused
    for sentence in answer.sentences:
        assert sentence.text.startswith("[")
        assert sentence.citations
        assert sentence.verdict == "supported"
        assert all(answer.citation(marker) for marker in sentence.citations)


def test_a_timeline_that_is_asked_for_is_the_timeline(ferry: Library) -> None:
    answer = ask(ferry, "Give me a timeline of the fire on the ferry Maren")
    check(answer)
    timeline = make_timeline(ferry, "the fire on the ferry Maren")
    assert [s.text for s in answer.sentences] == [f"[{e.show_date()}:] {e.text}" for e in timeline.events]
    assert answer.sentences[0].text.startswith("[4 November 2023:] ")
    assert answer_to_dict(answer)["sentences"][0]["citations"]


def test_a_brief_that_is_asked_for_is_the_brief(ferry: Library) -> None:
    answer = ask(ferry, "Summarize the fire on the ferry Maren")
    check(answer)
    brief = make_brief(ferry, "the fire on the ferry Maren")
    assert len(answer.sentences) == sum(len(section.lines) for section in brief.sections)
    assert answer.sentences[-1].text.startswith("[Not known as of 10 November 2023:] The cause of the fire")
    assert "What happened" in [section.heading for section in brief.sections]


def test_what_somebody_said_is_quoted(ferry: Library) -> None:
    answer = ask(ferry, "What did Haugen say about the ferry Maren?")
    check(answer)
    assert answer.sentences[0].text == "[Anna Haugen, 9 November 2023:] “The ferry Maren was safe and well kept,”"


def test_what_is_reported_is_the_whole_sentence_once(ferry: Library) -> None:
    text = "Anna Haugen met the crew. The ferry Maren, Haugen argued, had been built badly and was sold too late."
    ferry.add([{"id": "argued", "published": "2023-11-12", "source": "Post", "title": "The Maren", "text": text}])
    answer = ask(ferry, "What did Haugen say about the ferry Maren?")
    check(answer)
    line = (
        "[Anna Haugen, 12 November 2023:] The ferry Maren, Haugen argued, had been built badly and was sold too late."
    )
    assert [s.text for s in answer.sentences if "argued" in s.text] == [line]
    quoted = [words for citation in answer.citations for words in citation.quoted()]
    assert line.partition(":] ")[2] in quoted


def test_who_is_not_quoted_is_asked_about_as_ever(ferry: Library) -> None:
    answer = ask(ferry, "What did Napoleon say about the ferry Maren?")
    assert not any(sentence.text.startswith("[Napoleon") for sentence in answer.sentences)


def test_who_disagrees_is_both_sides_with_outlet_and_day(library: Library) -> None:
    fill(library, PELLAN)
    answer = ask(library, "What do the papers disagree on about the market fire in Pellan?")
    check(answer)
    assert [s.text.partition("]")[0] for s in answer.sentences] == ["[Star, 4 March 2024:", "[Post, 4 March 2024:"]
    (disagreement,) = answer.disagreements
    assert [side.value for side in disagreement.sides] == ["Seventeen", "22"]
    assert [s.citations for s in answer.sentences] == [side.citations for side in disagreement.sides]
    brief = make_brief(library, "the market fire in Pellan")
    (section,) = (section for section in brief.sections if section.heading == "What is disputed")
    (line,) = section.lines
    assert line.when == "Reports differ"
    assert line.text == " ".join(sentence.text for sentence in answer.sentences)
    assert {brief.citations[marker - 1].hit.article.source for marker in line.citations} == {"Star", "Post"}


def test_the_latest_is_the_newest_first_each_with_its_day(ferry: Library) -> None:
    ferry.add(
        [{"id": "undated", "source": "Post", "title": "Maren", "text": "The ferry Maren is blue, its owner said."}]
    )
    answer = ask(ferry, "What's the latest on the ferry Maren?", today=date(2024, 3, 2))
    check(answer)
    days = [s.text.partition(":]")[0] for s in answer.sentences]
    assert days == ["[20 February 2024", "[2 February 2024", "[10 November 2023"]
    earlier = ask(ferry, "What's the latest on the ferry Maren?", as_of=date(2023, 11, 9))
    assert earlier.sentences[0].text.startswith("[9 November 2023:]")
    assert ask(ferry, "any news about sourdough in Peru?").refused


def test_the_latest_of_everything_is_the_newest_articles(ferry: Library) -> None:
    answer = ask(ferry, "What's new?", today=date(2024, 3, 2))
    check(answer)
    assert answer.sentences[0].text.startswith("[1 March 2024:] Bakers")


def test_what_happened_in_a_time_leans_on_nothing(ferry: Library) -> None:
    history = [Turn("When did the ferry Maren burn?", "Fire broke out on the ferry Maren on Saturday.")]
    answer = ask(ferry, "What happened in March 2024?", history)
    assert answer.standalone_question == "What happened in March 2024?"
    assert not any("Maren" in sentence.text for sentence in answer.sentences)


def test_what_happened_in_a_time_is_all_of_it_and_nothing_else(ferry: Library) -> None:
    answer = ask(ferry, "What happened last week?", as_of=date(2023, 11, 14))
    check(answer)
    assert [s.text.partition(":]")[0] for s in answer.sentences] == ["[7 November 2023"]
    whole = ask(ferry, "What happened in November 2023?")
    check(whole)
    assert whole.sentences[0].text.startswith("[4 November 2023:]")
    assert len(whole.sentences[0].citations) == 2
    assert not any("Bakers" in sentence.text for sentence in whole.sentences)


def test_no_disagreement_is_a_refusal(ferry: Library) -> None:
    answer = ask(ferry, "Who disagrees about sourdough bread in Peru?")
    assert answer.refused
    assert "contradict each other" in answer.reason


def test_nothing_dated_is_a_refusal(ferry: Library) -> None:
    answer = ask(ferry, "timeline of sourdough bread in Peru")
    assert answer.refused
    assert answer.reason


def test_filters_that_the_question_names_hold(ferry: Library) -> None:
    answer = ask(ferry, "Timeline of the ferry Maren in 2024")
    check(answer)
    assert [s.text.partition(":]")[0] for s in answer.sentences] == ["[January 2024"]


def test_what_happened_in_a_time_is_the_events_of_that_time(ferry: Library) -> None:
    answer = ask(ferry, "What happened on the ferry Maren in November 2023?")
    check(answer)
    days = [sentence.text.partition(":]")[0] for sentence in answer.sentences]
    assert days == ["[4 November 2023", "[7 November 2023"]


def test_where_nothing_happened_in_a_time_it_is_asked_as_ever(ferry: Library) -> None:
    question = "What happened to the ferry Maren in February 2024?"
    assert understand(ferry, question).wanted == "story"
    answer = ask(ferry, question)  # an article of that month reports a sale in January
    assert not any(sentence.text.startswith("[January 2024:]") for sentence in answer.sentences)
    assert understand(ferry, "What happened to the ferry Maren?").wanted == "answer"


def test_it_comes_as_it_grows(ferry: Library) -> None:
    answers = list(stream(ferry, "Timeline of the ferry Maren"))
    assert [a.stage for a in answers][-1] == "done"
    assert all(not a.refused for a in answers)


def test_what_it_means_is_worked_out_once(ferry: Library) -> None:
    parsed = understand(ferry, "Timeline of the ferry Maren")
    assert (parsed.wanted, parsed.topic, parsed.parts[0].whole) == ("timeline", "the ferry Maren", "the ferry Maren")
    assert understand(ferry, "When did the ferry Maren burn?").wanted == "answer"


def test_a_model_writes_a_brief_from_the_passages_of_ours(ferry: Library) -> None:
    from rag import Complete, LLMRequest, Piece, make_answerer

    asked: list[LLMRequest] = []

    def complete(request: LLMRequest) -> Iterator[Piece]:
        asked.append(request)
        yield Piece("A fire broke out on the ferry Maren [1].", finished=True)

    replying: Complete = complete
    settings = Settings(model="test/model")
    answerer = make_answerer(ferry, settings, replying)
    answer = ask(ferry, "Summarize the fire on the ferry Maren", settings=settings, answerer=answerer)
    brief = make_brief(ferry, "the fire on the ferry Maren")
    assert [h.passage.id for h in answer.hits] == [c.hit.passage.id for c in brief.citations][: len(answer.hits)]
    assert asked
    assert ask(ferry, "Timeline of the ferry Maren", settings=settings, answerer=answerer).model == "offline"
    assert len(asked) == 1
    ask(ferry, "What happened on the ferry Maren in November 2023?", settings=settings, answerer=answerer)
    assert len(asked) > 1, "a model tells what happened itself"
