"""What every Answerer keeps to: the offline one, the LLM's, and the test double."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from index import Hit, Library
from index.text.sentences import split_sentences
from rag.answerer import Answerer, Draft
from rag.assemble import make_answerer
from rag.extract.offline_answerer import OfflineAnswerer
from rag.llm.llm_answerer import LLMAnswerer
from rag.provider.fallback import FallbackAnswerer
from rag.question.record import ParsedQuestion
from rag.quotes import CitationBook
from rag.records import AnswerWords, Quote, Sentence, Turn
from rag.settings import Settings
from tests.rag.material import assert_exact, make_settings, parse
from tests.scripted_llm import refuse, say, serve_script

ANSWERED = "Why did Niger revoke the deal?"
REFUSED = "Who won the women's marathon at the Paris Olympics?"
REPLY = "The accord was called unfair [1]. Its visitors were called condescending [1][2]. Troops may leave [3][99]."


class FirstSentences:
    """A double: the first sentence of each passage, or a refusal where the question shares no long word with any."""

    name = "double/first-sentences"

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        words = {word for word in question.standalone.lower().split() if len(word) > 4}
        if not any(word in hit.passage.text.lower() for word in words for hit in hits):
            yield Draft(tuple(hits), refused=True)
            return
        book = CitationBook()
        sentences: list[Sentence] = []
        for hit in hits:
            span = split_sentences(hit.passage.text)[0]
            start = hit.passage.start
            marker = book.cite(hit, [Quote(start + span.start, start + span.end)])
            sentences.append(Sentence(hit.passage.text[span.start : span.end], (marker,)))
            first = sentences[0].text.split()[0]
            start = hits[0].article.text.index(first, hits[0].passage.start)
            answer = AnswerWords(first, 1, start, start + len(first))
            yield Draft(tuple(hits), tuple(sentences), book.citations(), answer=answer)


@contextmanager
def make_offline(library: Library) -> Iterator[Answerer]:
    yield make_answerer(library, Settings())


@contextmanager
def make_double(library: Library) -> Iterator[Answerer]:
    yield FirstSentences()


@contextmanager
def make_llm(library: Library) -> Iterator[Answerer]:
    with serve_script(lambda request: refuse() if "marathon" in str(request["messages"][-1]) else say(REPLY)) as llm:
        yield make_answerer(library, make_settings(llm))


@pytest.fixture(params=[make_offline, make_llm, make_double])
def answerer(request: pytest.FixtureRequest, seeds_library: Library) -> Iterator[Answerer]:
    """Each implementation in its turn."""
    with request.param(seeds_library) as made:
        yield made


@pytest.fixture(scope="module")
def answered_hits(seeds_library: Library) -> list[Hit]:
    """What the library finds for a question that it can answer."""
    return seeds_library.search(ANSWERED, limit=4)


@pytest.fixture(scope="module")
def refused_hits(seeds_library: Library) -> list[Hit]:
    """What the library finds for a question that it can't answer."""
    return seeds_library.search(REFUSED, limit=4)


def test_it_has_a_name(answerer: Answerer) -> None:
    assert answerer.name
    assert "\n" not in answerer.name


def test_drafts_grow(answerer: Answerer, answered_hits: list[Hit]) -> None:
    drafts = list(answerer.answer(parse(ANSWERED), answered_hits, ()))
    texts = [" ".join(s.text for s in draft.sentences) for draft in drafts]
    assert len(drafts) > 1
    assert texts[-1]
    for earlier, later in itertools.pairwise(texts):
        assert later.startswith(earlier)


def test_every_marker_resolves_in_every_draft(answerer: Answerer, answered_hits: list[Hit]) -> None:
    drafts = list(answerer.answer(parse(ANSWERED), answered_hits, ()))
    assert drafts[-1].citations
    for draft in drafts:
        known = [c.marker for c in draft.citations]
        cited = [marker for s in draft.sentences for marker in s.citations]
        assert known == list(range(1, len(known) + 1))
        assert list(dict.fromkeys(cited)) == known, "numbered by first appearance, and none that nothing cites"
        assert all(c.hit in draft.hits for c in draft.citations)


def test_quotes_are_exact_in_every_draft(answerer: Answerer, answered_hits: list[Hit]) -> None:
    for draft in answerer.answer(parse(ANSWERED), answered_hits, ()):
        assert_exact(draft.citations)


def test_the_words_that_answer_stand_where_they_cite_in_every_draft(
    answerer: Answerer, answered_hits: list[Hit]
) -> None:
    for draft in answerer.answer(parse(ANSWERED), answered_hits, ()):
        if words := draft.answer:
            (citation,) = [c for c in draft.citations if c.marker == words.marker]
            assert citation.read(words.field)[words.start : words.end] == words.text != ""


def test_a_refusal_says_so_and_has_no_sentences(answerer: Answerer, refused_hits: list[Hit]) -> None:
    draft = list(answerer.answer(parse(REFUSED), refused_hits, ()))[-1]
    assert draft.refused
    assert draft.sentences == ()
    assert draft.citations == ()
    assert draft.answer is None
    assert draft.hits[: len(refused_hits)] == tuple(refused_hits)


def test_support_and_confidence_are_shares(answerer: Answerer, answered_hits: list[Hit]) -> None:
    draft = list(answerer.answer(parse(ANSWERED), answered_hits, ()))[-1]
    assert draft.confidence is None or 0 <= draft.confidence <= 1
    for sentence in draft.sentences:
        assert sentence.support is None or 0 <= sentence.support <= 1
        assert (sentence.verdict == "unchecked") == (sentence.support is None)


def test_the_settings_choose_the_answerer(seeds_library: Library) -> None:
    assert isinstance(make_answerer(seeds_library, Settings()), OfflineAnswerer)
    assert isinstance(make_answerer(seeds_library, Settings(model="openai/x")), FallbackAnswerer)
    assert isinstance(make_answerer(seeds_library, Settings(model="openai/x"), lambda request: iter(())), LLMAnswerer)
