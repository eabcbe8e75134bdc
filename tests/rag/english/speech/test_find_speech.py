"""Who said what: the words byte for byte, and the speaker that a reader would name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from rag.english.speech.find_speech import find_speech

Said = list[tuple[str, str, bool]]


def read(text: str) -> Said:
    return [
        (text[piece.start : piece.end], speech.speaker, speech.direct)
        for speech in find_speech(text)
        for piece in speech.pieces
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“We will stay,” said Ana Ruiz, the mayor.", [("We will stay,", "Ana Ruiz", True)]),
        ("Ana Ruiz, who runs the port, added: “We will stay.”", [("We will stay.", "Ana Ruiz", True)]),
        (
            "“We will stay,” Ana Ruiz told AFP, “and work.”",
            [("We will stay,", "Ana Ruiz", True), ("and work.", "Ana Ruiz", True)],
        ),
        ("The mayor, Ana Ruiz, said on Monday that the port was safe.", [("the port was safe", "Ana Ruiz", False)]),
        ("The port was safe, according to the harbour office.", [("The port was safe", "the harbour office", False)]),
        ("In a statement, the ministry said the port had closed.", [("the port had closed", "the ministry", False)]),
        ("Ana Ruiz: “We will stay.”", [("We will stay.", "Ana Ruiz", True)]),
        ("« We will stay », said Ana Ruiz.", [("We will stay", "Ana Ruiz", True)]),
        ("„We will stay“, said Ana Ruiz.", [("We will stay", "Ana Ruiz", True)]),
        (
            "'It's safe, the workers' union agrees,' said Ana Ruiz.",
            [("It's safe, the workers' union agrees,", "Ana Ruiz", True)],
        ),
        ("“He told me ‘never again’ twice,” said Ana Ruiz.", [("He told me ‘never again’ twice,", "Ana Ruiz", True)]),
    ],
)
def test_one_sentence(text: str, said: Said) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “green corridor” opened in May.",
        "Her novel “The Long Road” won a prize.",
        "Ana Ruiz did not say when the port would open.",
        "Ana Ruiz declined to say why the port had closed.",
        "The port closed in May, and nobody knew why.",
    ],
)
def test_what_nobody_says(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ana Ruiz runs the port. She was calm on Friday. “It is safe,” she said.", "Ana Ruiz"),
        ("Paul Ito met Ana Ruiz on Friday. “It is safe,” she said.", "Ana Ruiz"),
        ("Ana Ruiz, the harbour master, came on Friday. “It is safe,” the harbour master said.", "Ana Ruiz"),
        ("Ana Ruiz and Paul Ito came on Friday. “It is safe,” said Ito.", "Paul Ito"),
        ("Ana Ruiz came on Friday.\n“It is safe.”", "Ana Ruiz"),
        ("The interior ministry sent help on Friday. “It is safe,” the ministry said.", "the interior ministry"),
        ("“Go home,” Ana Ruiz said.\n“It is safe.”", "Ana Ruiz"),
    ],
)
def test_the_speaker_of_the_last_words(text: str, speaker: str) -> None:
    assert read(text)[-1][1] == speaker


def test_paragraphs_of_one_quotation_are_one_speech() -> None:
    text = "Ana Ruiz said: “The port is safe.\n\n“It opens on Monday.”\n\nNobody else came."
    [speech] = find_speech(text)
    assert [text[p.start : p.end] for p in speech.pieces] == ["The port is safe.", "It opens on Monday."]
    assert speech.speaker == "Ana Ruiz"


MARKS = ("“", "”", '"', "'", "‘", "’", "«", "»", "„", " ", "\n", ". ", ", ")
WORDS = ("Ana Ruiz", "she", "said", "that", "the port was shut", "according to", "told", "not")


@given(st.lists(st.sampled_from(MARKS + WORDS), max_size=30).map("".join))
def test_pieces_are_words_of_the_text_in_order(text: str) -> None:
    for speech in find_speech(text):
        assert speech.pieces
        assert all(0 <= p.start < p.end <= len(text) and text[p.start : p.end].strip() for p in speech.pieces)
        assert list(speech.pieces) == sorted(speech.pieces)
        assert text[speech.mention.start : speech.mention.end].strip()
    direct = sorted(p for speech in find_speech(text) if speech.direct for p in speech.pieces)
    assert all(one.end <= other.start for one, other in pairwise(direct))
