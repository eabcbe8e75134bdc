"""One way to show an answer: what the record holds stands in everything that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag import Answer, Sentence
from tests.ui.conftest import PAYLOADS
from tests.ui.presented import REFUSAL, RENDERERS, RICH, SERVER, squeeze
from ui.presentation import Presentation, ShownSource, pick_nearest, present

# What a medium leaves out, and why.
QUESTION_IS_THERE = {"terminal": "it was typed there", "v1": "it is the message before"}
HEADLINE_IS_SAID = {"terminal": "the first line of the reason says it"}
PLACE_ELSEWHERE = {"terminal": "it shows the whole path: the machine is its reader's own", "v1": "it links to /api"}
# Doubts stand behind their sentences, or apart where nothing that was said can be changed or marked any more.
NOTES_APART = {"terminal", "v1"}

MARKERS = {"page": "Source{}:", "v1": "{}"}  # a button, and a link


def items(shown: Presentation, medium: str) -> Iterator[str]:
    """All that must be read in a medium, as it must be read there."""
    if medium not in QUESTION_IS_THERE:
        yield shown.question
    if medium not in HEADLINE_IS_SAID:
        yield shown.headline
    yield from (shown.reason, *shown.notes, *shown.facts)
    for sentence in shown.sentences:
        yield sentence.text
        yield sentence.note() if medium in NOTES_APART else sentence.doubt()
    for source in (*shown.sources, *shown.nearest):
        yield source.title
        yield from source.facts
        yield from _place(source, medium)
        for quote in source.quotes:
            yield quote.words
            yield quote.days
            yield quote.translation


def _place(source: ShownSource, medium: str) -> Iterator[str]:
    if source.address:
        yield source.address
    elif medium == "v1":
        yield f"{SERVER}/api/articles/{source.article_id}"
    else:
        yield source.origin if medium == "terminal" else source.file


@pytest.mark.parametrize("medium", RENDERERS)
@pytest.mark.parametrize("answer", [RICH, REFUSAL], ids=["answer", "refusal"])
def test_every_item_stands_in_every_medium(answer: Answer, medium: str) -> None:
    read = squeeze(RENDERERS[medium](answer))
    missing = [item for item in items(present(answer), medium) if squeeze(item) not in read]
    assert missing == []


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What happened to the ferry, and who owned it?", ["German"]),
        ("Was ist am Samstag mit der Fähre geschehen?", []),
        ("¿Qué pasó con el transbordador el sábado?", ["German"]),
        ("?", ["German"]),
    ],
)
def test_the_language_of_a_source_is_said_where_the_question_is_in_another(question: str, shown: list[str]) -> None:
    sources = present(replace(RICH, standalone_question=question)).sources
    assert [[fact for fact in source.facts if fact == "German"] for source in sources] == [[], shown]


@pytest.mark.parametrize("medium", RENDERERS)
def test_each_sentence_is_followed_by_its_markers(medium: str) -> None:
    read = squeeze(RENDERERS[medium](RICH))
    for sentence in present(RICH).said:
        first = "".join(MARKERS.get(medium, "[{}]").format(marker) for marker in sentence.markers[:1])
        assert squeeze(sentence.text) + first in read


@pytest.mark.parametrize("medium", [name for name in RENDERERS if name != "terminal"])
def test_no_folder_of_this_machine_leaves_it(medium: str) -> None:
    for answer in (RICH, REFUSAL):
        assert "somebody" not in RENDERERS[medium](answer)


@pytest.mark.parametrize("medium", RENDERERS)
def test_nothing_hidden_drives_the_screen(medium: str) -> None:
    for answer in (RICH, REFUSAL):
        assert not set(RENDERERS[medium](answer)) & {"\x1b", "\u202e", "\x07"}


def test_the_record_says_what_there_is() -> None:
    shown = present(RICH)
    assert shown.question == "What happened to the *ferry*, and who owned it?"
    assert (shown.headline, shown.reason, shown.nearest) == ("", "", ())
    assert [sentence.doubt() for sentence in shown.sentences] == [
        "",
        "not in its source: the number “50” is not there; no “all”",
        "",
        "cites nothing",
    ]
    assert shown.doubts == (
        "Not supported by its source: “All 50 people were saved.” (the number “50” is not there; no “all”)",
        "Cites nothing: “It was a *sad* <b>day</b>.”",
    )
    assert [gap.text for gap in shown.gaps] == ["The articles don't say: who owned it?"]
    assert shown.notes == ("The model cited passages that don't exist: [7] [9]", *RICH.warnings)
    first, second = shown.sources
    assert first.title.startswith(f"Ferry sinks {PAYLOADS[0]}")
    assert first.facts == ("Harbour Times 1", "17 March 2024", "also in 3 more")
    assert (first.address, first.file) == ("https://news.example/ferry?a=%281%29&b=%3C2%3E", "")
    assert [quote.days for quote in first.quotes] == ["Saturday: 16 March 2024", ""]
    assert second.quotes[0].words == "The ferry sank on Saturday."
    assert second.quotes[0].translation == f"[Translated by openai/some-model:] It *sank* (2) {PAYLOADS[0]}"
    assert second.facts == ("Harbour Times 2", "undated", "German")
    assert (second.address, second.file) == (None, "news-2.txt")
    assert shown.facts == ("Confidence 73%", "Written by openai/some-model from these sources", "Cost $0.0123")


def test_each_article_is_nearest_once() -> None:
    again = replace(REFUSAL, hits=(REFUSAL.hits[0], *REFUSAL.hits))
    assert pick_nearest(again) == list(REFUSAL.hits[:3])
    assert present(again).nearest == present(REFUSAL).nearest


def test_a_refusal_says_why_and_what_is_nearest() -> None:
    shown = present(REFUSAL)
    assert (shown.headline, shown.reason) == ("No answer in the articles", REFUSAL.reason)
    assert (shown.sentences, shown.sources) == ((), ())
    assert [source.number for source in shown.nearest] == [1, 2, 3]
    assert shown.nearest[2].title == "(no title)"
    assert shown.nearest[0].quotes[0].words == REFUSAL.hits[0].passage.text
    assert "Asked: openai/some-model" in shown.facts


def test_nothing_is_doubted_before_an_answer_is_done() -> None:
    growing = present(replace(RICH, stage="checking"))
    assert growing.doubts == ()
    assert [s.text for s in growing.sentences] == [s.text for s in present(RICH).sentences]


def test_an_answer_with_nothing_to_add_adds_nothing() -> None:
    shown = present(Answer("q", "q", "offline", sentences=(Sentence("It sank.", (1,)),), citations=RICH.citations[:1]))
    assert (shown.notes, shown.doubts, shown.facts, shown.gaps) == ((), (), (), ())


def test_a_marker_without_its_source_is_no_citation() -> None:
    shown = present(replace(RICH, sentences=(Sentence("It sank.", (5,)),)))
    assert shown.sentences[0].markers == ()
    assert shown.sentences[0].doubt() == "cites nothing"
