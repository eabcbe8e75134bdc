"""The format in which an exchange is kept: it comes back whole, and what is damaged or of another version is said."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from typing import Any, TypeVar, get_type_hints

import pytest
from hypothesis import given, strategies as st

from index import Article, Filters, Hit, Passage, Scope
from rag import Answer, AnswerWords, Citation, Quote, Sentence
from ui.chat.conversation import Exchange
from ui.chat.stored_exchange import VERSION, UnreadableExchangeError, from_stored, to_stored

T = TypeVar("T")
FLOATS = st.floats(allow_nan=False)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
BY_NAME = st.dictionaries(st.text(), FLOATS, max_size=2)


def records(cls: Callable[..., T], **known: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Any record of that class: its every field is filled, also one that was added today."""
    hints = {name: hint for name, hint in get_type_hints(cls).items() if name != "return"}
    return st.builds(
        cls, **{name: known[name] if name in known else st.from_type(hint) for name, hint in hints.items()}
    )


FILTERS = records(Filters)
SCOPES = records(Scope, first=MOMENTS, last=MOMENTS)
ARTICLES = records(Article, published=MOMENTS, modified=MOMENTS)
HITS = records(Hit, passage=records(Passage), article=ARTICLES, score=FLOATS, signals=BY_NAME)
CITATIONS = records(Citation, hit=HITS, quotes=st.lists(records(Quote), max_size=2).map(tuple))
SENTENCES = records(Sentence, support=st.none() | FLOATS)
ANSWERS = records(
    Answer,
    filters=FILTERS,
    named=FILTERS,
    sentences=st.lists(SENTENCES, max_size=2).map(tuple),
    citations=st.lists(CITATIONS, max_size=2).map(tuple),
    hits=st.lists(HITS, max_size=2).map(tuple),
    ranking=st.just(()),  # of evals alone
    confidence=st.none() | FLOATS,
    signals=BY_NAME,
    cost_usd=st.none() | FLOATS,
    seconds=BY_NAME,
    settings=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=2),
)
EXCHANGES = records(Exchange, answer=st.none() | ANSWERS, scope=st.none() | SCOPES, chosen=FILTERS)


def read_json(stored: bytes) -> Any:
    return json.loads(zlib.decompress(stored))


def store_json(kept: Any) -> bytes:
    return zlib.compress(json.dumps(kept).encode())


def make_exchange() -> Exchange:
    text = "The bridge opened on Monday."
    article = Article("a", "Title", text, "0")
    hits = tuple(Hit(Passage(f"a:{n}", "a", n, 0, len(text), text), article, n + 1, 0.5) for n in range(3))
    citations = (Citation(1, hits[0], (Quote(0, 10),)),)
    return Exchange("q", Answer("q", "q", "m", sentences=(Sentence(text, (1,)),), citations=citations, hits=hits))


@given(EXCHANGES)
def test_an_exchange_comes_back_whole(exchange: Exchange) -> None:
    assert from_stored(to_stored(exchange)) == exchange


def test_the_text_of_an_article_is_kept_once() -> None:
    kept = read_json(to_stored(make_exchange()))
    assert kept["version"] == VERSION
    assert [article["text"] for article in kept["answer"]["articles"]] == ["The bridge opened on Monday."]
    assert [hit["article"] for hit in kept["answer"]["hits"]] == [0, 0, 0]


def test_what_version_2_kept_has_quotes_of_texts_and_no_words_that_answer() -> None:
    kept = read_json(to_stored(make_exchange()))
    del kept["answer"]["answer"]
    for citation in kept["answer"]["citations"]:
        citation["quotes"] = [[start, end] for start, end, field in citation["quotes"] if field == "text"]
    assert from_stored(store_json({**kept, "version": 2})) == make_exchange()


def test_words_of_a_title_stay_words_of_a_title() -> None:
    exchange = make_exchange()
    assert exchange.answer is not None
    citation = replace(exchange.answer.citations[0], quotes=(Quote(0, 5, "title"),))
    words = AnswerWords("Title", 1, 0, 5, "title")
    titled = replace(exchange, answer=replace(exchange.answer, citations=(citation,), answer=words))
    back = from_stored(to_stored(titled)).answer
    assert back is not None
    assert (back.answer, back.citations[0].quoted()) == (words, ("Title",))


def test_a_later_version_is_not_guessed_at() -> None:
    later = store_json({**read_json(to_stored(make_exchange())), "version": VERSION + 1})
    with pytest.raises(UnreadableExchangeError, match=r"later version of Dateline.*update") as caught:
        from_stored(later)
    assert "\n" not in str(caught.value)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a JSON document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


@given(data=st.data(), instead=st.sampled_from([None, "x", 7, [], {}, [1], {"a": 1}, True]))
def test_damage_is_noticed_or_harmless(data: st.DataObject, instead: Any) -> None:
    kept = read_json(to_stored(make_exchange()))
    *way, last = data.draw(st.sampled_from(places(kept)[1:]))
    holder = kept
    for step in way:
        holder = holder[step]
    holder[last] = instead
    with suppress(UnreadableExchangeError):  # any other error fails
        from_stored(store_json(kept))


@given(st.binary() | st.binary().map(zlib.compress))
def test_bytes_that_are_no_exchange_are_refused(stored: bytes) -> None:
    with pytest.raises(UnreadableExchangeError):
        from_stored(stored)
