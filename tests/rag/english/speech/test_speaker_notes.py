"""Who speaks, written out behind the words that leave it open."""

from __future__ import annotations

import re

import pytest

from index import split_passages
from index.identify import make_article
from rag.english.speech.speaker_notes import write_out_references
from tests.rag.material import ACCORD, UNDATED

TEXT = (
    "Ivo Stanić, who ran the board before, disagrees. He told the newspaper that the wall had been leaking for years. "
    "“Nobody wanted to hear it,” he said.\n\n“I would lower the lake at once.”"
)


def write_out(text: str, start: int, end: int) -> str:
    return write_out_references(make_article(text, id="dam", language="en"), start, end)


def test_he_has_his_name_beside_it() -> None:
    assert "He (Ivo Stanić) told" in write_out(TEXT, 0, len(TEXT))
    assert "he (Ivo Stanić) said" in write_out(TEXT, TEXT.index("“Nobody"), TEXT.index("\n"))


def test_who_is_named_there_is_not_named_again() -> None:
    text = "Ivo Stanić said that the wall had been leaking for years."
    assert write_out(text, 0, len(text)) == text


@pytest.mark.parametrize("words", [20, 60])
def test_nothing_but_brackets_is_added(words: int) -> None:
    for article in (make_article(TEXT, id="dam", language="en"), ACCORD, UNDATED):
        for passage in split_passages(article, words):
            written = write_out_references(article, passage.start, passage.end)
            bare = article.text[passage.start : passage.end]
            assert re.sub(r" \([^()]*\)", "", written) == re.sub(r" \([^()]*\)", "", bare)
