"""Cutting an article into passages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Article, Passage
from index.text.sentences import Span, split_sentences

# A model reads 512 tokens. Words of news take 1.3 each; a text without spaces may take one a character.
_LONGEST_WORDS = 180
_LONGEST_CHARACTERS = 1_600
_SHAPES = {"year": "%Y", "month": "%Y-%m"}
_WORD = re.compile(r"\S+")


def split_passages(article: Article, words: int) -> list[Passage]:
    """Cut `article.text` at sentence ends into passages of about `words` words.

    Every character that is not white space is in exactly one passage. A sentence too long for the models
    is cut at white space, or, where there is none, anywhere.
    """
    spans = list(_group(article.text, list(_bound(article.text)), words))
    return [
        Passage(f"{article.id}:{n}", article.id, n, span.start, span.end, article.text[span.start : span.end])
        for n, span in enumerate(spans)
    ]


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


def _bound(text: str) -> Iterator[Span]:
    """Sentences, the over-long ones cut."""
    for start, end in split_sentences(text):
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


def _group(text: str, sentences: list[Span], words: int) -> Iterator[Span]:
    """Join sentences until `words` are reached; a short rest joins the passage before it."""
    groups: list[list[int]] = []  # start, end, words
    for start, end in sentences:
        size = len(text[start:end].split())
        last = groups[-1] if groups else None
        if last and last[2] < words and last[2] + size <= _LONGEST_WORDS and end - last[0] <= _LONGEST_CHARACTERS:
            last[1], last[2] = end, last[2] + size
        else:
            groups.append([start, end, size])
    if len(groups) > 1 and groups[-1][2] < words // 3:
        before, rest = groups[-2], groups[-1]
        if before[2] + rest[2] <= _LONGEST_WORDS and rest[1] - before[0] <= _LONGEST_CHARACTERS:
            groups[-2:] = [[before[0], rest[1], before[2] + rest[2]]]
    return (Span(start, end) for start, end, _ in groups)
