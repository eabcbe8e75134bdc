"""Whom an article means that names the speaker elsewhere, or calls a speaker by what that one is."""

from __future__ import annotations

import pytest

from rag.english.speech.find_speech import find_speech


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # A lead calls somebody what the next sentence names.
        (
            "A retired pilot has swum to Malta. Ines Vella, 70, left at dawn. “It was cold,” the pilot said.",
            "Ines Vella",
        ),
        # A role that only a later sentence gives to a name.
        ("“No deal,” the finance minister said. Joao Reis became finance minister in May.", "Joao Reis"),
        ("Ana Ruiz quit as envoy in May. “I was tired,” the former envoy said.", "Ana Ruiz"),
        # A body whose whole name stands in front of the noun.
        ("Brenfield council lost the case. “We regret it,” the council said.", "Brenfield council"),
        (
            "Norway's fisheries authority closed the bay. The authority said it was empty.",
            "Norway's fisheries authority",
        ),
        ("The Dockers’ Union called it off. It said: ‘We won.’", "Dockers’ Union"),
        # Pronouns go on meaning whom they meant, whatever places are named between.
        ("Ivo Kos sold the farm. He had driven between Split and Zadar. “I miss it,” he said.", "Ivo Kos"),
        ("Lea Brod beat Anna Holm. The 20-year-old from Graz was calm. “I knew,” she said.", "Lea Brod"),
        ("Ivo Kos argued for it. It would cost little, according to him.", "Ivo Kos"),
        # A subject that no comma parts from what leads in.
        ("In the hall the singer Mei Tan was in tears. “I can't stop,” she said.", "Mei Tan"),
        # Objects are nobody who speaks.
        ("Ned Hale lost his case. The mixer, bought in May, is loud. “It hums,” he said.", "Ned Hale"),
        # Names that look like something else.
        ("Taxi driver Sunday Okoro had waited for hours. “I slept here,” he said.", "Sunday Okoro"),
        ("Judge Murat Şen ruled that the trial would go on.", "Murat Şen"),
        ("Customer Pilar Etxe said the queue was long.", "Pilar Etxe"),
        ("In Hội An, baker Lan Thi sat on the roof. “It rose fast,” she said.", "Lan Thi"),
        ("Ned Hale repairs clocks from Cairo and Beirut. “They tick,” he said.", "Ned Hale"),
        ("Before Una Byrne spoke, Ned Hale sat down and claimed that it was late.", "Ned Hale"),
        ("Emily Ahmed left. “I am done,” she said.", "Emily Ahmed"),
        # Who has no name keeps the words of the first time.
        ("A man close to the talks said it was over. “It failed,” the man said.", "a man close to the talks"),
        ("The police were there. “They hid,” said one of them, constable Una Byrne.", "Una Byrne"),
        ("The Belgian Jan Maes lost to Ravi Rao. “He was fast,” the Belgian said.", "Jan Maes"),
        ("Ada Lund wrote it on X. Ravi's brother said that it was wrong.", "Ravi's brother"),
        ("The deal prompted a letter from Ana Ruiz, who wrote: “It is dead.”", "Ana Ruiz"),
    ],
)
def test_the_last_speaker(text: str, speaker: str) -> None:
    assert find_speech(text)[-1].speaker == speaker


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The tunnel had flooded twice, the Ports Agency said.", "The tunnel had flooded twice"),
        ("The tunnel had flooded, its spokeswoman, Ana Ruiz, said.", "The tunnel had flooded"),
        ("It cost nothing, head coach Ana Ruiz of the Alpine Club in Graz reported yesterday.", "It cost nothing"),
        ("The sound is made by a frog, says biologist Ana Ruiz of Lund.", "The sound is made by a frog"),
        ("She sang in the bath, a neighbour said.", "She sang in the bath"),
        ("The court held that nobody was to blame.", "nobody was to blame"),
        ("The inquiry found that the brakes had failed.", "the brakes had failed"),
        ("The mayor said the bridge was “in good health”.", "the bridge was “in good health”"),
        ("The mayor said the city “has no say”.", "the city “has no say”"),
        ("The retired mayor said it was late.", "it was late"),
        ("The ban takes effect in May, the council clerk, Una Byrne, confirmed.", "The ban takes effect in May"),
    ],
)
def test_the_clause_that_is_reported(text: str, words: str) -> None:
    reported = [
        text[speech.pieces[0].start : speech.pieces[0].end] for speech in find_speech(text) if not speech.direct
    ]
    assert reported == [words]


@pytest.mark.parametrize(
    "text",
    [
        "A song called “Monsoon Rain”, made in May, was heard by millions.",
        "They use a bait (aka “snail sweets”) in gardens.",
        "The court told the firm to return a painting that was stolen.",
        "She posted her newly painted door.",
        "She found that the shop was shut.",
        "Old cars, noisy trams, he closed the door.",
    ],
)
def test_nobody_speaks(text: str) -> None:
    assert find_speech(text) == []


def test_a_clause_ends_where_a_colon_leads_to_the_words_themselves() -> None:
    text = "The mayor said the hill had moved: “We measured it.”"
    assert [text[s.pieces[0].start : s.pieces[0].end] for s in find_speech(text)] == [
        "the hill had moved",
        "We measured it.",
    ]


def test_what_a_paper_reports_of_somebodys_words_is_that_persons_alone() -> None:
    text = "“It was cold,” said Ana Ruiz, according to the Harbour Post."
    assert [(s.speaker, s.direct) for s in find_speech(text)] == [("Ana Ruiz", True)]
