"""What is done with the words of any article: cleaning, sentences, passages, words, near copies."""

from __future__ import annotations

from hypothesis import example, given, strategies as st

from index import make_article, make_safe, quoted_phrases
from index.clean.scraped import clean_scraped
from index.near_duplicates import find_bands, read_story
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


@given(LONG, st.integers(1, 300))
def test_every_sign_of_an_article_is_in_one_passage_that_a_model_can_read(text: str, words: int) -> None:
    if not text.replace("\0", "").strip():
        return
    article = make_article(text, id="a")
    passages = split_passages(article, words)
    _check_spans(article.text, [(p.start, p.end) for p in passages])
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


def _check_spans(text: str, spans: list[tuple[int, int]]) -> None:
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        at = end
    assert not text[at:].strip()
