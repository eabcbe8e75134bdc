"""What is done with the words of any article: cleaning, sentences, passages, words, near copies."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given, strategies as st

from index import make_article, make_safe, quoted_phrases
from index.clean.scraped import clean_scraped
from index.near_duplicates import find_bands, read_story
from index.records import MOST_PASSAGES
from index.text.bylines import find_byline
from index.text.datelines import date_by_dateline, find_dateline
from index.text.outlets import find_agency
from index.text.passages import split_passages
from index.text.sentences import split_sentences
from index.text.words import content_words, holds_phrase, prepare_words
from tests.fuzz.reading import check_article, check_texts

WORDS = st.sampled_from(
    "a A. U.S. 1,000 2.5 co-operation Niger's Published: 3 March 2024 Share Comments Leave a reply cookie newsletter"
    " Mr. \" “ ” ( « . ! ? ... 。 中文 \u0301 \u200b \u00a0 \n \n\n \r\n \t - -- ' ’ \ufeff \u202e \U0001f600 Read"
    " more: By url: x id: y".split(" ")
) | st.text(max_size=8)
TEXTS = st.lists(WORDS, max_size=60).flatmap(
    lambda words: st.sampled_from([" ", "", "\n", "\n\n"]).map(lambda by: by.join(words))
)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 3_000)).map(lambda text: text[:100_000])


@given(LONG)
def test_every_sign_of_a_text_is_in_one_sentence(text: str) -> None:
    spans = split_sentences(text)
    _check_spans(text, [(span.start, span.end) for span in spans])


@example("aa\n\n" * 12_000, 1)
@given(LONG, st.integers(1, 300))
def test_every_sign_of_an_article_is_in_one_passage_that_a_model_can_read(text: str, words: int) -> None:
    if not text.replace("\0", "").strip():
        return
    article = make_article(text, id="a")
    passages = split_passages(article, words)
    whole = len(passages) < MOST_PASSAGES
    _check_spans(article.text if whole else article.text[: passages[-1].end], [(p.start, p.end) for p in passages])
    for n, passage in enumerate(passages):
        assert passage.ordinal == n
        assert passage.text == article.text[passage.start : passage.end] == passage.text.strip()
        assert len(passage.text) <= 1_600
        assert len(passage.text.split()) <= 180


@given(TEXTS)
@example("url: http://[\n\nWords of it.")
def test_a_cleaned_text_has_no_other_words(text: str) -> None:
    cleaned = clean_scraped(text)
    held = set(text.split())
    assert set(cleaned.text.split()) <= held
    assert set(cleaned.removed.split()) <= held


@given(TEXTS, TEXTS)
def test_words_and_copies_of_any_text_are_found(text: str, title: str) -> None:
    check_texts([make_safe(text).encode("utf-8", "replace").decode().replace("\0", "")])
    prepare_words(text)
    content_words(text)
    quoted_phrases(text)
    assert holds_phrase(text, text)
    assert find_bands(read_story(title, text)) == find_bands(read_story(title, text))
    if text.replace("\0", "").strip():
        check_article(make_article(text, title=title, id="a", source=title, authors=[title], language=title))


HEADS = st.lists(
    st.sampled_from(
        "GENEVA Genève, By Von 作者： بقلم Jo Smith and , | March 4 31 February 2024 2106 0 4月3日 新华社 电 ( ) （ ）"
        " / (Reuters) (AFP) ТАСС - — . Springfield Times \n ١٢".split(" ")
    )
    | st.text(max_size=4),
    max_size=20,
).flatmap(lambda words: st.sampled_from([" ", ""]).map(lambda by: by.join(words)))


@given(HEADS)
@example("GENEVA, February 31, 2024 (Reuters) -")
def test_bylines_and_datelines_say_what_is_written(text: str) -> None:
    if dateline := find_dateline(text):
        assert find_agency(dateline.agency)
        found = date_by_dateline(dateline, datetime(2024, 3, 20, tzinfo=UTC))
        assert found is None or found.dated.when.day == dateline.day
    if byline := find_byline(text.splitlines()):
        assert byline.written in text
        assert all(author in byline.written for author in byline.authors)
        assert byline.authors
        assert byline.source is None or byline.source in byline.written
        assert byline.dated is None or 1900 <= byline.dated.when.year < 2100


def _check_spans(text: str, spans: list[tuple[int, int]]) -> None:
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()
