"""The exact words of a passage that a sentence rests on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from index import Hit, Passage, Span, content_words, split_sentences
from rag.english.gate import denies_the_same
from rag.records import Citation, Quote

_QUOTED = re.compile(r"[\"“«„]([^\"“”«»„]{12,})[\"”»]")
_CLAUSE_END = re.compile(r"[,;:—–]\s+")
_FURTHER = 3  # words of the claim that only another sentence of the passage has, from which that one is quoted too
_CARRIES = 4  # words that a clause must share with the claim to stand for it
_MOST_CLAUSES = 40  # of a sentence that is cut; all runs of them are tried
_LONG = 20  # words of a sentence from which it is cut to its clauses
_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": "-"})


def find_quotes(sentence: str, passage: Passage, language: str = "en") -> list[Quote]:
    """Return the spans, in the article, of what `sentence` rests on: the smallest that carry it.

    Words that the sentence itself puts in quotation marks, and the passage has, are the quote as they stand.
    Else it is the passage's sentence that shares most words with it, and a second one where that adds much; a long
    one is cut to the clauses that hold the shared words. `language` is the passage's, as a code.
    """
    quoted = [span for words in _QUOTED.findall(sentence) if (span := _find_words(words, passage.text))]
    if quoted:
        return [Quote(passage.start + start, passage.start + end) for start, end in sorted(set(quoted))]
    wanted = set(content_words(sentence, language))
    spans = split_sentences(passage.text, language)
    words = [set(content_words(passage.text[span.start : span.end], language)) for span in spans]

    def share(n: int, asked: set[str]) -> float:
        return len(words[n] & asked) / math.sqrt(len(words[n]) + 5)

    best = max(range(len(spans)), key=lambda n: share(n, wanted))
    chosen = [best]
    left = wanted - words[best]
    second = max(range(len(spans)), key=lambda n: share(n, left))
    if len(words[second] & left) >= _FURTHER:
        chosen.append(second)
    return [_cut(passage, spans[n], wanted, language) for n in sorted(chosen)]


def _find_words(words: str, text: str) -> tuple[int, int] | None:
    """Where the words stand in the text, whichever quotation marks and white space either of them has."""
    pattern = r"\s+".join(re.escape(word) for word in words.translate(_ALIKE).split())
    found = re.search(pattern, text.translate(_ALIKE)) if pattern else None
    return found.span() if found else None


def _cut(passage: Passage, span: Span, wanted: set[str], language: str) -> Quote:
    """The sentence, or the shortest run of its clauses that holds all words that it shares with the claim."""
    text = passage.text[span.start : span.end]
    shared = wanted & set(content_words(text, language))
    whole = Quote(passage.start + span.start, passage.start + span.end)
    if len(text.split()) < _LONG or len(shared) < _CARRIES:
        return whole
    bounds = [(0, 0), *((m.start(), m.end()) for m in _CLAUSE_END.finditer(text)), (len(text), len(text))]
    if len(bounds) > _MOST_CLAUSES:
        return whole
    runs = (
        (bounds[i][1], bounds[j][0])
        for i in range(len(bounds) - 1)
        for j in range(i + 1, len(bounds))
        if shared <= set(content_words(text[bounds[i][1] : bounds[j][0]], language))
    )
    start, end = min(runs, key=lambda run: run[1] - run[0], default=(0, len(text)))
    if not denies_the_same(text[start:end], text):
        return whole  # what denies the words is a part of what they say
    return Quote(whole.start + start, whole.start + end)


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
        """All citations so far, by marker; quotes in the article's order, the title's first."""
        quotes: Mapping[int, list[Quote]] = self._quotes
        return tuple(Citation(m, self._hits[m], tuple(sorted(quotes[m], key=_place))) for m in sorted(self._hits))


def _place(quote: Quote) -> tuple[bool, Quote]:
    return quote.field == "text", quote
