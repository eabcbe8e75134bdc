"""Quotes and the numbering of citations: examples, and properties over any passage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index import Article, Passage
from index.identify import make_article
from index.passages import split_passages
from index.sentences import split_sentences
from rag.quotes import CitationBook, find_quote
from rag.records import Quote
from tests.rag.material import ACCORD, HITS, UNDATED, assert_exact, make_hit

TEXTS = st.text(min_size=1, max_size=300).filter(lambda text: bool(split_sentences(text)))
WORDS = st.sampled_from(["Niger", "ended", "its", "accord", "soldiers", "left", "“a market for us all”", '"', "11.5"])
NEWS = st.lists(st.lists(WORDS, min_size=2, max_size=9).map(lambda w: " ".join(w) + "."), min_size=1, max_size=6)


def cut_passage(text: str, lead: str) -> tuple[Article, Passage]:
    """The rest of an article behind `lead`, as a passage."""
    article = Article(id="a", title="", text=lead + text, content_hash="")
    return article, Passage("a:0", "a", 0, len(lead), len(lead) + len(text), text)


@given(st.text(max_size=200), TEXTS, st.text(max_size=50))
def test_a_quote_is_a_sentence_within_its_passage(sentence: str, text: str, lead: str) -> None:
    article, passage = cut_passage(text, lead)
    quote = find_quote(sentence.replace('"', "").replace("“", ""), passage)
    assert passage.start <= quote.start < quote.end <= passage.end
    bounds = [(passage.start + s.start, passage.start + s.end) for s in split_sentences(text)]
    assert quote in bounds
    assert article.text[quote.start : quote.end] in passage.text


@given(NEWS, NEWS, st.text(max_size=20))
def test_a_quote_is_a_sentence_or_the_quoted_words(asked: list[str], news: list[str], lead: str) -> None:
    article, passage = cut_passage(" ".join(news), lead)
    sentence = " ".join(asked)
    quote = find_quote(sentence, passage)
    words = article.text[quote.start : quote.end]
    assert words in passage.text
    spans = [passage.text[s.start : s.end] for s in split_sentences(passage.text)]
    assert words in spans or words in sentence


def test_each_sentence_of_a_passage_is_its_own_quote() -> None:
    for hit in HITS:
        for span in split_sentences(hit.passage.text):
            words = hit.passage.text[span.start : span.end]
            assert find_quote(words.replace('"', ""), hit.passage) == (
                hit.passage.start + span.start,
                hit.passage.start + span.end,
            )


def test_the_sentence_that_shares_most_is_the_quote() -> None:
    passage = make_hit(ACCORD).passage
    quote = find_quote("According to a spokesman it was imposed and unfair.", passage)
    assert ACCORD.text[quote.start : quote.end] == "A spokesman called the accord unfair and imposed."


def test_words_in_quotation_marks_are_the_quote_as_they_stand() -> None:
    passage = make_hit(UNDATED).passage
    for sentence in ('One said: "We will miss the market".', "One said: “We will miss the market”."):
        quote = find_quote(sentence, passage)
        assert UNDATED.text[quote.start : quote.end] == "We will miss the market"


def test_words_in_quotation_marks_that_the_passage_lacks_are_not_quoted() -> None:
    passage = make_hit(UNDATED).passage
    quote = find_quote('Farmers near Agadez said "the base brought ruin".', passage)
    assert UNDATED.text[quote.start : quote.end] == "Farmers near Agadez said the base brought work."


def test_a_later_passage_is_quoted_by_the_article_s_own_offsets() -> None:
    text = " ".join(f"Sentence number {n} speaks of topic{n} alone." for n in range(40))
    article = make_article(text, url="https://example.org/long")
    last = split_passages(article, 60)[-1]
    quote = find_quote("It speaks of topic38.", last)
    assert article.text[quote.start : quote.end] == "Sentence number 38 speaks of topic38 alone."


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=12))
def test_a_citation_book_numbers_by_first_citation(cited: list[tuple[int, int]]) -> None:
    book = CitationBook()
    first: dict[int, int] = {}
    for which, at in cited:
        expected = first.setdefault(which, len(first) + 1)
        start = HITS[which].passage.start + at
        assert book.cite(HITS[which], [Quote(start, start + 5)]) == expected
    citations = book.citations()
    assert [c.marker for c in citations] == list(range(1, len(first) + 1))
    assert [c.hit for c in citations] == [HITS[which] for which in first]
    for citation in citations:
        assert list(citation.quotes) == sorted(set(citation.quotes))
    assert_exact(citations)


def test_an_empty_book_cites_nothing() -> None:
    assert CitationBook().citations() == ()
