"""Cutting an article into passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from index.records import MOST_PASSAGES, Article, Passage
from index.text.sentences import Span, find_sentences

# A model reads 512 tokens. Words of news take 1.3 each; a text without spaces may take one a character.
_LONGEST_WORDS = 180
_LONGEST_CHARACTERS = 1_600
_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")  # languages without spaces between words
_SHAPES = {"year": "%Y", "month": "%Y-%m"}
_WORD = re.compile(r"\S+")


def split_passages(article: Article, words: int) -> list[Passage]:
    """Cut `article.text` at sentence ends into passages of about `words` words, 10,000 at most.

    Every character up to the end of the last one that is not white space is in exactly one passage. A sentence too
    long for the models is cut at white space, or, where there is none, anywhere.
    """
    return list(find_passages(article, words))


def find_passages(article: Article, words: int) -> Iterator[Passage]:
    """The same, one after the other."""
    spans = _group(article.text, _bound(article.text, article.rules), words, article.rules)
    for n, (start, end) in enumerate(islice(spans, MOST_PASSAGES)):
        yield Passage(f"{article.id}:{n}", article.id, n, start, end, article.text[start:end])


def passage_heading(article: Article) -> str:
    """The line in front of a passage when it is embedded: the title, and the day as far as it is known."""
    if article.published is None:
        return article.title
    day = article.published.strftime(_SHAPES.get(article.published_precision or "", "%Y-%m-%d"))
    return f"{article.title} ({day})" if article.title else day


def embedded_text(article: Article, text: str) -> str:
    """What the models read of a passage of `article`: the heading, and its text."""
    heading = passage_heading(article)
    return f"{heading}\n{text}" if heading else text


def _bound(text: str, language: str) -> Iterator[Span]:
    """Sentences, the over-long ones cut."""
    for start, end in find_sentences(text, language):
        count = 0
        for word in _WORD.finditer(text, start, end):
            if word.end() - start > _LONGEST_CHARACTERS or count == _LONGEST_WORDS:
                if word.start() > start:
                    yield Span(start, start + len(text[start : word.start()].rstrip()))
                start, count = word.start(), 0
                while word.end() - start > _LONGEST_CHARACTERS:
                    yield Span(start, start + _LONGEST_CHARACTERS)
                    start += _LONGEST_CHARACTERS
            count += 1
        if start < end:
            yield Span(start, end)


def _group(text: str, sentences: Iterable[Span], words: int, language: str) -> Iterator[Span]:
    """Join sentences until `words` are reached; a short rest joins the passage before it."""
    before: _Group | None = None
    group: _Group | None = None
    for start, end in sentences:
        size = _count_words(text[start:end], language)
        joined = group and _Group(group.start, end, group.words + size)
        if group and joined and group.words < words and joined.fits():
            group = joined
        else:
            if before:
                yield before.span
            before, group = group, _Group(start, end, size)
    if before and group and group.words < words // 3:
        joined = _Group(before.start, group.end, before.words + group.words)
        before, group = (None, joined) if joined.fits() else (before, group)
    yield from (left.span for left in (before, group) if left)


def _count_words(text: str, language: str) -> int:
    """The words of a text; where they have no spaces between them, two signs are one."""
    return len(text) // 2 if language in _UNSPACED else len(text.split())


class _Group(NamedTuple):
    """Sentences that become a passage."""

    start: int
    end: int
    words: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def fits(self) -> bool:
        """True where a model can read it whole."""
        return self.words <= _LONGEST_WORDS and self.end - self.start <= _LONGEST_CHARACTERS
