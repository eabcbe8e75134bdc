"""Ranking by BM25, without looking at every passage that has a common word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import tantivy

_K1 = 1.2  # tantivy's
_RARE = 0.01  # share of the passages that have a word, up to which it is looked for first
_WORTH_IT = 20_000  # passages; of fewer, all are looked at in less than a millisecond

Hits = list[tuple[float, Any]]


class _Word(NamedTuple):
    """A word of the question: how many passages have it, more than it can add to a score, and its query."""

    passages: int
    most: float
    query: tantivy.Query


def rank_by_words(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    words: Sequence[Sequence[str]],
    limit: int,
    within: Sequence[tantivy.Query] = (),
) -> Hits:
    """The `limit` best passages that have one of the words, each in any of its forms, and are in all of `within`.

    What only has common words need not be looked at where these, taken together, add less to a score than what the
    last of the best has (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995: MaxScore). So the
    passages with rare words come first, and the others only where that is not so.
    """
    found = sorted((_weigh(searcher, schema, forms) for forms in words), key=lambda word: word.passages)
    found = [word for word in found if word.passages]
    limit = min(limit, searcher.num_docs + 1)  # room is made for as many as are asked for
    rare = sum(word.passages <= _RARE * searcher.num_docs for word in found)
    needed = max(rare, 1) if searcher.num_docs >= _WORTH_IT else len(found)
    hits = _ask(searcher, found, needed, limit, within)
    if needed < len(found):
        enough = _count_needed(found, hits[-1][0]) if len(hits) == limit else len(found)
        if enough > needed:
            hits = _ask(searcher, found, enough, limit, within)
    return hits


def _count_needed(words: Sequence[_Word], score: float) -> int:
    """How many words, the rarest first, a passage must have one of to score more than `score`."""
    together = accumulate(word.most for word in reversed(words))
    return len(words) - sum(1 for most in together if most <= score)


def _ask(
    searcher: tantivy.Searcher, words: Sequence[_Word], needed: int, limit: int, within: Sequence[tantivy.Query]
) -> Hits:
    """The best of the passages that have one of the first `needed` words; the other words count, too."""
    if not words:
        return []
    any_needed = tantivy.Query.boolean_query([(tantivy.Occur.Should, word.query) for word in words[:needed]])
    clauses = [(tantivy.Occur.Must, any_needed)]
    clauses += [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in within]
    clauses += [(tantivy.Occur.Should, word.query) for word in words[needed:]]
    # Alone, it is a query of which tantivy skips what can't be among the best.
    query = any_needed if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)
    hits: Hits = searcher.search(query, limit, count=False).hits
    return hits


def _weigh(searcher: tantivy.Searcher, schema: tantivy.Schema, forms: Sequence[str]) -> _Word:
    """A word in any of its forms, which scores as the best of them does."""
    counts = [searcher.doc_freq("text", form) for form in forms]
    idf = (math.log(1 + (max(searcher.num_docs - n, 0) + 0.5) / (n + 0.5)) for n in counts if n)
    terms = [tantivy.Query.term_query(schema, "text", form) for form in forms]
    query = terms[0] if len(terms) == 1 else tantivy.Query.disjunction_max_query(terms)
    return _Word(sum(counts), max(idf, default=0.0) * (_K1 + 1) * 1.001, query)
