"""The words of a text that carry its meaning, in the form that full text search compares them in."""

from __future__ import annotations

from functools import cache

import tantivy


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def content_words(text: str) -> list[str]:
    """Return the words of `text` in order: lower case, accents folded, stemmed, common ones left out."""
    return list(_analyzer().analyze(text))
