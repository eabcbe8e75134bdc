"""Quotes and the numbering of citations: examples, and properties over any passage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import Article, Passage
from index.identify import make_article
from index.text.passages import split_passages
from index.text.sentences import split_sentences
from index.text.words import content_words
from rag.quotes import CitationBook, find_quotes
from rag.records import Quote
from tests.rag.material import ACCORD, HITS, UNDATED, assert_exact, make_hit

TEXTS = st.text(min_size=1, max_size=300).filter(lambda text: bool(split_sentences(text)))
WORDS = st.sampled_from(["Niger", "ended", "its", "accord", "soldiers", "left", "“a market for us all”", '"', "11.5"])
NEWS = st.lists(st.lists(WORDS, min_size=2, max_size=9).map(lambda w: " ".join(w) + "."), min_size=1, max_size=6)


def cut_passage(text: str, lead: str) -> tuple[Article, Passage]:
    """The rest of an article behind `lead`, as a passage."""
    article = Article(id="a", title="", text=lead + text, content_hash="")
    return article, Passage("a:0", "a", 0, len(lead), len(lead) + len(text), text)


def quote_words(sentence: str, passage: Passage, article: Article) -> list[str]:
    """The words of each quote, which stand in the passage."""
    quotes = find_quotes(sentence, passage)
    assert quotes == sorted(set(quotes))
    assert all(passage.start <= q.start < q.end <= passage.end for q in quotes)
    return [article.text[q.start : q.end] for q in quotes]


@given(st.text(max_size=200), TEXTS, st.text(max_size=50))
def test_quotes_are_within_a_sentence_of_the_passage_each(sentence: str, text: str, lead: str) -> None:
    article, passage = cut_passage(text, lead)
    words = quote_words(sentence, passage, article)
    assert len(words) >= 1
    assert all(w in text and w.strip() for w in words)


@given(NEWS, NEWS, st.text(max_size=20))
def test_quotes_are_parts_of_sentences_or_the_quoted_words(asked: list[str], news: list[str], lead: str) -> None:
    article, passage = cut_passage(" ".join(news), lead)
    spans = [passage.text[s.start : s.end] for s in split_sentences(passage.text)]
    for words in quote_words(" ".join(asked), passage, article):
        assert any(words in span for span in spans) or words in " ".join(asked)


@given(NEWS, NEWS)
def test_a_quote_holds_all_words_that_its_sentence_shares_with_the_claim(asked: list[str], news: list[str]) -> None:
    claim = " ".join(asked).replace('"', "").replace("“", "").replace("”", "")
    article, passage = cut_passage(" ".join(news), "")
    (sentences, quotes) = split_sentences(passage.text), find_quotes(claim, passage)
    for quote in quotes:
        whole = next((article.text[s.start : s.end] for s in sentences if s.start <= quote.start < s.end), "")
        shared = set(content_words(whole)) & set(content_words(claim))
        assert shared <= set(content_words(article.text[quote.start : quote.end]))


def test_each_sentence_of_a_passage_is_its_own_quote() -> None:
    for hit in HITS:
        for span in split_sentences(hit.passage.text):
            words = hit.passage.text[span.start : span.end]
            assert find_quotes(words.replace('"', ""), hit.passage) == [
                Quote(hit.passage.start + span.start, hit.passage.start + span.end)
            ]


def test_the_sentence_that_shares_most_is_the_quote() -> None:
    claim = "According to a spokesman it was imposed and unfair."
    assert quote_words(claim, make_hit(ACCORD).passage, ACCORD) == ["A spokesman called the accord unfair and imposed."]


def test_a_claim_of_two_sentences_has_two_quotes() -> None:
    claim = "Niger ended its military accord, and some 1,000 soldiers who served at two bases left."
    both = make_article(
        "Niger ended its military accord. Some 1,000 soldiers had served at two bases.", url="https://x.example"
    )
    assert quote_words(claim, make_hit(both).passage, both) == [
        "Niger ended its military accord.",
        "Some 1,000 soldiers had served at two bases.",
    ]


LONG = make_article(
    "On Tuesday, while the council met in the old town hall behind the market, the mayor signed the contract for the "
    "new tram line, which the opposition had called a waste of public money for years.",
    url="https://example.org/tram",
)
DENIED = make_article(
    "The ministry, in a statement that it sent to reporters late on Tuesday evening, did not say, as some papers had "
    "written before, the mayor signed the contract for the new tram line.",
    url="https://example.org/denied",
)


def test_a_long_sentence_is_cut_to_the_clauses_that_carry_the_claim() -> None:
    (words,) = quote_words("The mayor signed the tram line contract.", make_hit(LONG).passage, LONG)
    assert words == "the mayor signed the contract for the new tram line"


def test_a_quote_is_not_cut_off_from_what_denies_it() -> None:
    (words,) = quote_words("The mayor signed the tram line contract.", make_hit(DENIED).passage, DENIED)
    assert words == DENIED.text


def test_words_in_quotation_marks_are_the_quote_as_they_stand() -> None:
    for sentence in ('One said: "We will miss the market".', "One said: “We will  miss the market”."):
        assert quote_words(sentence, make_hit(UNDATED).passage, UNDATED) == ["We will miss the market"]


@pytest.mark.parametrize("theirs", ["It\u2019s \u201cdone\u201d for us all", 'It\'s "done"\n for us\u00a0all'])
@pytest.mark.parametrize("mine", ["It\u2019s 'done' for us all", "It's 'done' for us all"])
def test_curly_and_straight_marks_and_spaces_are_alike(theirs: str, mine: str) -> None:
    theirs = theirs.replace("\u201c", "\u2018").replace("\u201d", "\u2019").replace('"', "'")
    article, passage = cut_passage(f"He said: {theirs}, and left.", "")
    assert quote_words(f"He said “{mine}”.", passage, article) == [theirs]


def test_words_in_quotation_marks_that_the_passage_lacks_are_not_quoted() -> None:
    sentence = 'Farmers near Agadez said "the base brought ruin".'
    assert quote_words(sentence, make_hit(UNDATED).passage, UNDATED) == [
        "Farmers near Agadez said the base brought work."
    ]


def test_a_later_passage_is_quoted_by_the_article_s_own_offsets() -> None:
    text = " ".join(f"Sentence number {n} speaks of topic{n} alone." for n in range(40))
    article = make_article(text, url="https://example.org/long")
    last = split_passages(article, 60)[-1]
    assert quote_words("It speaks of topic38.", last, article) == ["Sentence number 38 speaks of topic38 alone."]


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


def test_quotes_of_a_title_come_first_and_name_no_days() -> None:
    article = make_article("It sank on Saturday.", id="a", title="Ferry sank on Friday", published=date(2024, 3, 17))
    hit = make_hit(article)
    book = CitationBook()
    quotes = [Quote(3, 20), Quote(0, 4), Quote(11, 20, "title"), Quote(0, 5, "title"), Quote(0, 4)]
    assert book.cite(hit, quotes) == 1
    (citation,) = book.citations()
    assert citation.quoted() == ("Ferry", "on Friday", "It s", "sank on Saturday.")
    assert [len(days) for days in citation.days()] == [0, 0, 0, 1]
    assert (citation.read("title"), citation.read("text")) == (article.title, article.text)
    assert_exact([citation])
