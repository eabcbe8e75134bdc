"""Questions that ask for whatever happened."""

from __future__ import annotations

import pytest

from rag.english.overview.story import read_story


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What happened at the Torvik mine?", "the Torvik mine"),
        ("What's happened to the ferry line?", "the ferry line"),
        ("What has been going on with the tram?", "the tram"),
        ("What's new about cholera in Oru?", "cholera in Oru"),
        ("what has become of the old theatre", "the old theatre"),
        ("Any news on the Bell inquiry?", "the Bell inquiry"),
        ("Tell me the latest developments in Oru.", "Oru"),
        ("How has the strike at Volta Steel unfolded?", "the strike at Volta Steel"),
        ("What have the union's lawyers done?", "the union's lawyers"),
    ],
)
def test_the_topic_is_read(question: str, topic: str) -> None:
    assert read_story(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "What happened?",
        "What happened to it?",
        "What did the union do about the strike?",
        "Why did the mine close?",
        "How did the match go?",
        "Who is new in the cabinet?",
        "What changed her mind?",
    ],
)
def test_other_questions_ask_for_something(question: str) -> None:
    assert read_story(question) == ""
