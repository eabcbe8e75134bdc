"""The exact words of a passage that a sentence rests on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from index import Hit, Passage
from index.sentences import split_sentences
from index.words import content_words
from rag.records import Citation, Quote

_QUOTED = re.compile(r"[\"“]([^\"“”]{12,})[\"”]")


def find_quote(sentence: str, passage: Passage) -> Quote:
    """Return the span, in the article, of the passage's sentence that shares most with `sentence`.

    Words that the sentence itself puts in quotation marks, and the passage has, are the quote as they stand.
    """
    for words in _QUOTED.findall(sentence):
        at = passage.text.find(words)
        if at >= 0:
            return Quote(passage.start + at, passage.start + at + len(words))
    wanted = set(content_words(sentence))
    spans = split_sentences(passage.text)

    def shared(span: tuple[int, int]) -> float:
        words = set(content_words(passage.text[span[0] : span[1]]))
        return len(words & wanted) / math.sqrt(len(words) + 5)

    best = max(spans, key=shared)
    return Quote(passage.start + best.start, passage.start + best.end)


class CitationBook:
    """Numbers the passages that an answer cites, in the order in which they are first cited."""

    def __init__(self) -> None:
        self._markers: dict[str, int] = {}
        self._hits: dict[int, Hit] = {}
        self._quotes: dict[int, list[Quote]] = {}

    def cite(self, hit: Hit, quotes: Iterable[Quote]) -> int:
        """Return the marker of `hit`, and note the quotes that it is cited for."""
        marker = self._markers.setdefault(hit.passage.id, len(self._markers) + 1)
        self._hits[marker] = hit
        kept = self._quotes.setdefault(marker, [])
        kept.extend(q for q in quotes if q not in kept)
        return marker

    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, by marker; quotes in the article's order."""
        quotes: Mapping[int, list[Quote]] = self._quotes
        return tuple(Citation(m, self._hits[m], tuple(sorted(quotes[m]))) for m in sorted(self._hits))
