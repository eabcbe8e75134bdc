"""A verdict for every sentence: from the verifier, from standing there word for word, or from citing nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from index import Library
from rag import ask, stream
from rag.answerer import Draft
from rag.quotes import CitationBook, find_quotes
from rag.records import AnswerWords, Quote, Sentence
from rag.settings import Settings
from rag.verify.checker import Checker
from rag.verify.offline_verifier import Verification
from tests.rag.material import HITS, assert_exact, make_settings
from tests.scripted_llm import say, serve_script

QUESTION = "Why did Niger revoke the deal?"


class WordVerifier:
    """A double: what holds the word "false" is not supported."""

    name = "double/word"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def verify(self, claim: str, texts: Sequence[str]) -> Verification:
        self.asked.append(claim)
        return Verification(0.1, False, ("it is false",)) if "false" in claim else Verification(0.9, True)


def make_draft(*said: tuple[str, tuple[int, ...]]) -> Draft:
    """A draft with these sentences; the numbers are those of HITS, from 1."""
    book = CitationBook()
    sentences = tuple(
        Sentence(text, tuple(book.cite(HITS[n - 1], find_quotes(text, HITS[n - 1].passage)) for n in numbers))
        for text, numbers in said
    )
    return Draft(HITS, sentences, book.citations())


def check(draft: Draft, *, remove: bool = False, finished: bool = True) -> tuple[Draft, WordVerifier]:
    verifier = WordVerifier()
    return Checker(lambda: verifier, remove=remove).check(draft, finished=finished), verifier


def test_every_sentence_gets_its_verdict() -> None:
    draft, _ = check(make_draft(("The deal is over.", (1,)), ("A false word.", (2,)), ("Nobody knew.", ())))
    assert [(s.verdict, s.support, s.reasons) for s in draft.sentences] == [
        ("supported", 0.9, ()),
        ("unsupported", 0.1, ("it is false",)),
        ("unsupported", 0.0, ("it cites nothing",)),
    ]


def test_a_sentence_that_says_what_is_missing_needs_no_source() -> None:
    draft = make_draft(("The deal is over.", (1,)))
    gap = Sentence("The articles don't say who advised it.", gap=True)
    draft, verifier = check(replace(draft, sentences=(*draft.sentences, gap)))
    assert draft.sentences[1] == gap
    assert verifier.asked == ["The deal is over."]


def test_words_that_stand_there_as_they_are_ask_no_model() -> None:
    verbatim = "A spokesman called the accord unfair and imposed."
    draft, verifier = check(make_draft((verbatim, (1,)), ("A spokesman called the accord unfair", (1,))))
    assert (draft.sentences[0].verdict, draft.sentences[0].support) == ("supported", 1.0)
    assert verifier.asked == ["A spokesman called the accord unfair"], "half a sentence may leave out a denial"


def test_the_last_sentence_of_a_stream_waits_for_its_end_and_none_is_asked_about_twice() -> None:
    verifier = WordVerifier()
    checker = Checker(lambda: verifier)
    whole = make_draft(("The deal is over.", (1,)), ("Troops left.", (2,)))
    growing = replace(whole, sentences=whole.sentences[:1])
    assert checker.check(growing, finished=False).sentences[0].verdict == "unchecked"
    assert checker.check(whole, finished=False).sentences[0].verdict == "supported"
    assert [s.verdict for s in checker.check(whole, finished=True).sentences] == ["supported"] * 2
    assert verifier.asked == ["The deal is over.", "Troops left."]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["It was so.", "That is false.", "He left."]), st.sets(st.integers(1, 3), max_size=2)
        ),
        max_size=6,
    )
)
def test_what_is_left_out_leaves_no_trace_but_a_warning(said: list[tuple[str, set[int]]]) -> None:
    draft = make_draft(*((text, tuple(sorted(numbers))) for text, numbers in said))
    left, _ = check(draft, remove=True)
    kept = [text for text, numbers in said if numbers and "false" not in text]
    assert [s.text for s in left.sentences] == kept
    assert {m for s in left.sentences for m in s.citations} == {c.marker for c in left.citations}
    assert [c.marker for c in left.citations] == list(range(1, len(left.citations) + 1))
    assert_exact(left.citations)
    assert left.refused == (bool(said) and not kept)
    assert bool(left.warnings) == (0 < len(kept) < len(said))


def test_an_llm_s_answer_is_checked(seeds_library: Library) -> None:
    true = "The junta called the deal profoundly unfair [1]. "
    with serve_script(say(true + "It was signed in 1821 by 40,000 Belgians [1].")) as llm:
        answer = ask(seeds_library, QUESTION, settings=make_settings(llm))
        removed = ask(seeds_library, QUESTION, settings=replace(make_settings(llm), remove_unsupported=True))
    false = answer.sentences[1]
    assert false.verdict == "unsupported"
    assert false.support is not None
    assert false.support < 0.5
    assert any("1821" in reason for reason in false.reasons)
    assert any("40,000" in reason for reason in false.reasons)
    assert "1821" not in removed.text()


def test_an_offline_answer_is_supported_and_asks_no_verifier(
    seeds_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a model was asked about the article's own words")

    monkeypatch.setattr(sys.modules["rag.answering"], "make_verifier", refuse)
    *_, answer = stream(seeds_library, QUESTION, settings=Settings())
    assert answer.sentences
    assert {(s.verdict, s.support) for s in answer.sentences} == {("supported", 1.0)}


TITLED = HITS[0]  # "Niger ends accord"


def make_titled_draft() -> Draft:
    """A false sentence, and the title of an article, in which the words that answer stand."""
    book = CitationBook()
    false = Sentence("A false word.", (book.cite(HITS[1], find_quotes("A false word.", HITS[1].passage)),))
    title = TITLED.article.title
    titled = Sentence(title, (book.cite(TITLED, [Quote(0, len(title), "title")]),))
    return Draft(HITS, (false, titled), book.citations(), answer=AnswerWords("accord", 2, 11, 17, "title"))


def test_a_sentence_that_is_the_title_of_what_it_cites_needs_no_verifier() -> None:
    draft, verifier = check(make_titled_draft())
    assert [(s.text, s.verdict, s.support) for s in draft.sentences][1] == ("Niger ends accord", "supported", 1.0)
    assert verifier.asked == ["A false word."]
    assert_exact(draft.citations)


def test_a_part_of_a_title_and_the_title_of_another_article_are_verified() -> None:
    book = CitationBook()
    marker = book.cite(TITLED, [Quote(0, 5, "title")])
    said = tuple(Sentence(text, (marker,)) for text in ("Niger ends", HITS[1].article.title, ""))
    untitled = replace(TITLED, article=replace(TITLED.article, title=""))
    for hit in (TITLED, untitled):
        citations = (replace(book.citations()[0], hit=hit),)
        _, verifier = check(Draft(HITS, said, citations))
        assert verifier.asked == [sentence.text for sentence in said]


def test_the_words_that_answer_keep_their_source_when_others_are_left_out() -> None:
    draft, _ = check(make_titled_draft(), remove=True)
    assert [s.citations for s in draft.sentences] == [(1,)]
    assert draft.answer == AnswerWords("accord", 1, 11, 17, "title")
    assert draft.citations[0].read("title")[11:17] == "accord"


def test_words_whose_sentence_is_left_out_answer_nothing() -> None:
    words = AnswerWords("last", 1, 4, 8)
    draft, _ = check(replace(make_titled_draft(), answer=words), remove=True)
    assert (len(draft.sentences), draft.answer) == (1, None)
    only, _ = check(replace(make_draft(("A false word.", (1,))), answer=words), remove=True)
    assert (only.refused, only.answer) == (True, None)
