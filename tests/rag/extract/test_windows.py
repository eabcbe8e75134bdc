"""Windows of a sentence: the same sentence with less and with more of its article around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from index import AnswerSpan, Article, Reading, make_article, split_sentences
from rag.extract.candidates import Candidate
from rag.extract.offline_answerer import OfflineAnswerer
from rag.extract.windows import list_windows, read_windows
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
def test_each_window_holds_the_one_before_and_whole_sentences(said: list[str], data: st.DataObject) -> None:
    article = make_article(" ".join(said), id="a", title="Bases", language="en")
    spans = split_sentences(article.text)
    n = data.draw(st.integers(0, len(spans) - 1))
    alone, one, two = list_windows(_choose(article, Quote(spans[n].start, spans[n].end)))
    assert alone == (spans[n].start, spans[n].end)
    assert one == (spans[max(0, n - 1)].start, spans[min(len(spans) - 1, n + 1)].end)
    assert two == (spans[max(0, n - 2)].start, spans[min(len(spans) - 1, n + 2)].end)
    for (start, end), (wider_start, wider_end) in pairwise((alone, one, two)):
        assert wider_start <= start < end <= wider_end


def test_what_is_read_of_a_title_is_the_title_and_how_the_text_begins() -> None:
    article = make_article("One left. Two stayed. Three came back.", id="a", title="Soldiers leave", language="en")
    reader = _LengthReader()
    part = parse("How many soldiers left?").parts[0]
    log_odds = read_windows(reader, part, _choose(article, Quote(0, 14, "title")))
    assert [text.rstrip("\n") for text in reader.texts] == [
        "Soldiers leave",
        "Soldiers leave\nOne left.",
        "Soldiers leave\nOne left. Two stayed.",
    ]
    assert log_odds == [float(len(text)) for text in reader.texts]


def test_a_long_article_is_not_read_whole() -> None:
    article = make_article(
        "word " * 200_000 + "\nTwelve left.\n" + "word " * 200_000, id="a", title="Long", language="en"
    )
    at = article.text.index("Twelve")
    for start, end in list_windows(_choose(article, Quote(at, at + 12))):
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


@pytest.mark.parametrize(("log_odds", "read"), [(2.0, 4), (1.9, 6)])
def test_two_more_passages_are_read_where_none_of_the_first_surely_answers(log_odds: float, read: int) -> None:
    articles = [
        make_article(f"The count was {n}.", id=str(n), title=f"Count {n}", language="en") for n in range(10, 18)
    ]
    hits = [make_hit(article, rank) for rank, article in enumerate(articles, start=1)]
    reader = _EvenReader(log_odds)
    answerer = OfflineAnswerer(reader, OverlapReranker(), Settings(min_confidence=1.0))
    (draft,) = answerer.answer(parse("How many were there?"), hits, ())
    assert draft.refused
    assert reader.headings == {f"Count {n}" for n in range(10, 10 + read)}
