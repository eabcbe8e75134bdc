"""The sources and languages that a question names become filters; whatever else it says does not."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.named_filters import read_question_filters

SOURCES = ("The Quvex Bugle", "Reuters", "The Sun", "AP", "a+b (c)")


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What did Reuters say about Niger?", ("Reuters",)),
        ("According to The Quvex Bugle, who left?", ("The Quvex Bugle",)),
        ("according to the Quvex Bugle, who left?", ("The Quvex Bugle",)),
        ("What does AP's coverage say, and what Reuters reports?", ("Reuters", "AP")),
        ("What was in a+b (c) of it?", ("a+b (c)",)),
        ("How hot is the sun?", ()),
        ("What did the sun do?", ()),
        ("Who owns Reuters?", ()),
        ("Who sits in APEC?", ()),
        ("Where is the Quvex Bugle printed?", ()),
    ],
)
def test_sources(question: str, sources: tuple[str, ...]) -> None:
    assert read_question_filters(question, SOURCES).sources == sources


@pytest.mark.parametrize(
    ("question", "languages"),
    [
        ("What do French articles say of Niger?", ("fr",)),
        ("What does the french-language press say?", ("fr",)),
        ("What do articles in French say of Niger?", ("fr",)),
        ("Who left, by the coverage in German or English newspapers?", ("de", "en")),
        ("Who left Niger, by the reports written in French?", ("fr",)),
        ("What did Macron say in French?", ()),
        ("When did the French troops leave?", ()),
        ("What do articles in French Guiana say?", ()),
        ("What do Spanish articles say?", ()),
    ],
)
def test_languages(question: str, languages: tuple[str, ...]) -> None:
    assert read_question_filters(question, (), ("de", "en", "fr")).languages == languages


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_any_question_can_be_read(question: str, sources: list[str], languages: list[str]) -> None:
    found = read_question_filters(question, sources, languages)
    assert set(found.sources) <= set(sources)
    assert set(found.languages) <= set(languages)
