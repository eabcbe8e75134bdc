"""What is read twice, and what is read at all: a sentence between its neighbours, and the passages near the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from index import AnswerSpan, Article, Reading, make_article, split_sentences
from rag.extract.candidates import Candidate
from rag.extract.offline_answerer import OfflineAnswerer
from rag.extract.window import find_window, read_window
from rag.records import Quote
from rag.settings import Settings
from tests.doubles import OverlapReranker
from tests.rag.material import make_hit, parse

_SAID = st.sampled_from(["There were twelve.", "Nobody came!", "He said “no”.", "In Agadez all left.", "Why?\n"])


class _LengthReader:
    """Says how long each text is, and keeps what it read."""

    name = sha256 = "length"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.texts += texts
        return [Reading((), float(len(text))) for text in texts]


def _choose(article: Article, quote: Quote) -> Candidate:
    text = article.title if quote.field == "title" else article.text
    return Candidate(make_hit(article), quote, quote, text[quote.start : quote.end], True, 0.0, 1.0, 0.0, 0.0)


@given(st.lists(_SAID, min_size=1, max_size=20), st.data())
def test_a_window_is_the_sentence_and_those_beside_it(said: list[str], data: st.DataObject) -> None:
    article = make_article(" ".join(said), id="a", title="Bases", language="en")
    spans = split_sentences(article.text)
    n = data.draw(st.integers(0, len(spans) - 1))
    window = find_window(_choose(article, Quote(spans[n].start, spans[n].end)))
    assert window == (spans[max(0, n - 1)].start, spans[min(len(spans) - 1, n + 1)].end)


def test_what_is_read_of_a_title_is_the_title_and_how_the_text_begins() -> None:
    article = make_article("One left. Two stayed. Three came back.", id="a", title="Soldiers leave", language="en")
    reader = _LengthReader()
    part = parse("How many soldiers left?").parts[0]
    log_odds = read_window(reader, part, _choose(article, Quote(0, 14, "title")))
    assert reader.texts == ["Soldiers leave\nOne left."]
    assert log_odds == len("Soldiers leave\nOne left.")


def test_a_long_article_is_not_read_whole() -> None:
    article = make_article(
        "word " * 200_000 + "\nTwelve left.\n" + "word " * 200_000, id="a", title="Long", language="en"
    )
    at = article.text.index("Twelve")
    start, end = find_window(_choose(article, Quote(at, at + 12)))
    assert end - start < 4_000


class _EvenReader:
    """As sure of each text as it was made, of its last word; keeps the headings of what it read."""

    name = sha256 = "even"

    def __init__(self, log_odds: float) -> None:
        self._log_odds = log_odds
        self.headings: set[str] = set()

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.headings |= {text.partition("\n")[0] for text in texts}
        return [Reading((AnswerSpan(len(t) - 3, len(t) - 1, 0.9),), self._log_odds) for t in texts]


@pytest.mark.parametrize(("log_odds", "read"), [(1.0, 4), (0.9, 6)])
def test_two_more_passages_are_read_where_none_of_the_first_surely_answers(log_odds: float, read: int) -> None:
    articles = [
        make_article(f"The count was {n}.", id=str(n), title=f"Count {n}", language="en") for n in range(10, 18)
    ]
    hits = [replace(make_hit(article, rank), signals={"rerank": 5.0}) for rank, article in enumerate(articles, start=1)]
    reader = _EvenReader(log_odds)
    answerer = OfflineAnswerer(reader, OverlapReranker(), Settings(min_confidence=1.0))
    (draft,) = answerer.answer(parse("How many were there?"), hits, ())
    assert draft.refused
    assert reader.headings == {f"Count {n}" for n in range(10, 10 + read)}


def test_passages_far_below_the_best_one_are_not_read() -> None:
    logits = [3.0, -0.5, -1.0, None, -2.0, 6.0]  # of the fourth, the cross-encoder says nothing
    articles = [make_article(f"The count was {n}.", id=str(n), title=f"Count {n}", language="en") for n in range(6)]
    hits = [
        replace(make_hit(article, rank), signals={} if logit is None else {"rerank": logit})
        for rank, (article, logit) in enumerate(zip(articles, logits, strict=True), start=1)
    ]
    many, why = "How many were there?", "Why was the count so low?"
    for question, log_odds, read in ((many, 9.0, {0, 1, 3}), (many, 0.0, {0, 1, 3, 5}), (why, 0.0, set(range(6)))):
        reader = _EvenReader(log_odds)
        answerer = OfflineAnswerer(reader, OverlapReranker(), Settings(min_confidence=1.0))
        list(answerer.answer(parse(question), hits, ()))
        assert reader.headings == {f"Count {n}" for n in read}
