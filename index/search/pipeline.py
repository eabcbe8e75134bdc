"""Ranking: two searches side by side, fused, the best read by the cross-encoder."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from index.errors import DatabaseLost
from index.models.embedder import Vectors
from index.models.model_families import find_family, knows_script
from index.models.reranker import Reranker
from index.records import Article, Filters, Hit, Passage, SearchMode
from index.search.fusion import fuse_ranks
from index.search.indexes import FullTextIndex, SearchIndexes
from index.search.recency import NEWEST, measure_freshness
from index.storage.store import Store
from index.text.detect_language import guess_language
from index.text.passages import embedded_text
from index.text.words import holds_phrase
from index.timing import Seconds, timed

PHRASE = "phrase"  # the signal of a passage that has the phrases of the question
_AT_ONCE = 4  # passages that the cross-encoder reads before it is decided whether to go on
_AT_ONCE_IN_TIME = 2  # the same, where it has a budget


class Candidate(NamedTuple):
    """A passage on its way through the stages."""

    passage: Passage
    article: Article
    score: float
    signals: Mapping[str, float]
    copies: tuple[str, ...] = ()


def choose_stages(question: str, mode: SearchMode, embedder: str, reranker: str) -> tuple[SearchMode, bool]:
    """The mode, and whether to rerank, with the models that can read the question's script; empty names no model."""
    words_alone = mode == "hybrid" and not knows_script(embedder, question)
    return "lexical" if words_alone else mode, bool(reranker) and knows_script(reranker, question)


def choose_language(question: str, mode: SearchMode, embedder: str) -> str:
    """The language of the passages that full text search may find beside the vectors; empty: any.

    An embedder of many languages finds those in other languages than the question's. Words that both have by chance,
    names and numbers, would be in its way there.
    """
    of_many = mode == "hybrid" and not find_family(embedder).languages
    return guess_language(question) if of_many else ""


def may_rerank(found: Sequence[Candidate], language: str, reranker: str) -> bool:
    """False for a reranker of one language where most of what an embedder of many found is not in the question's.

    It would read them as worse than all that are, whatever they say. `language` is the question's, else empty.
    """
    same = sum(candidate.article.rules == language for candidate in found)
    return not language or not find_family(reranker).languages or 2 * same >= len(found)


def find_candidates(
    store: Store,
    indexes: SearchIndexes,
    question: str,
    query: Vectors | None,
    depth: int,
    filters: Filters,
    mode: SearchMode,
    seconds: Seconds | None = None,
    words_in: str = "",
    phrases: Sequence[str] = (),
) -> list[Candidate]:
    """The first stage, within one generation: at most `depth` passages from each search, fused by rank.

    `query` is the question's vector; None where `mode` is lexical. `seconds` gets what each stage took. Full text
    search finds passages in the language `words_in` alone, where it is given. With `phrases`, only passages are found
    that have them all, and their signals say so. Where the connection to a database is lost meanwhile, all of it is
    done once more.
    """
    try:
        return _find_candidates(store, indexes, question, query, depth, filters, mode, seconds, words_in, phrases)
    except DatabaseLost:
        return _find_candidates(store, indexes, question, query, depth, filters, mode, seconds, words_in, phrases)


def _find_candidates(
    store: Store,
    indexes: SearchIndexes,
    question: str,
    query: Vectors | None,
    depth: int,
    filters: Filters,
    mode: SearchMode,
    seconds: Seconds | None,
    words_in: str,
    phrases: Sequence[str],
) -> list[Candidate]:
    with indexes.snapshot() as snapshot:
        allowed = indexes.find_allowed(filters) if filters else None
        if phrases:
            allowed = _having_all(store, snapshot.lexical, phrases, allowed)
        dense: dict[int, float] = {}
        lexical: dict[int, float] = {}
        if query is not None:
            with timed(seconds, "vectors"):
                dense = dict(snapshot.vectors.search(query, depth, allowed))
        if mode != "dense":
            with timed(seconds, "full text"):
                lexical = dict(snapshot.lexical.search(question, depth, allowed, words_in))
        fused = fuse_ranks([ranking for ranking in (list(dense), list(lexical)) if ranking])
        single = dense if mode == "dense" else lexical if mode == "lexical" else None
        scores = fused if single is None else single
        order = sorted(scores, key=lambda number: (-scores[number], number))
        with timed(seconds, "reading"):
            found = store.passages.get(order)
            copies = store.stories.copies({article.id for _, article in found.values()})
    signals = _collect_signals(dense, lexical, fused)
    if phrases:
        signals = {number: {**known, PHRASE: 1.0} for number, known in signals.items()}
    return [
        Candidate(*found[number], scores[number], signals[number], copies.get(found[number][1].id, ()))
        for number in order
        if number in found
    ]


def _collect_signals(
    dense: Mapping[int, float], lexical: Mapping[int, float], fused: Mapping[int, float]
) -> dict[int, Mapping[str, float]]:
    """What each search and their fusion gave each passage: its score, and its rank (from 1) there."""
    places = [{number: float(place) for place, number in enumerate(ranked, start=1)} for ranked in (dense, lexical)]
    return {
        number: _signals(
            dense=dense.get(number),
            dense_rank=places[0].get(number),
            lexical=lexical.get(number),
            lexical_rank=places[1].get(number),
            fused=score,
        )
        for number, score in fused.items()
    }


def _having_all(
    store: Store, lexical: FullTextIndex, phrases: Sequence[str], allowed: Sequence[int] | None
) -> list[int]:
    """Return those of `allowed` (None: of all) whose title or text has every phrase, word for word."""
    numbers = set.intersection(*(set(lexical.having(phrase)) for phrase in phrases))
    if allowed is not None:
        numbers &= set(allowed)
    return [
        number
        for number, (passage, article) in sorted(store.passages.get(sorted(numbers)).items())
        if all(holds_phrase(passage.text, phrase) or holds_phrase(article.title, phrase) for phrase in phrases)
    ]


def rerank(
    question: str,
    candidates: Sequence[Candidate],
    reranker: Reranker,
    depth: int,
    settled: float = np.inf,
    budget_seconds: float = np.inf,
    newest: bool = False,
) -> list[Candidate]:
    """Put the first `depth` in the cross-encoder's order, scored from 0 to 1; the others follow below them.

    Fewer are read where one of the first four has a logit of at least `settled`, and so on by four, or where reading
    more would take longer than the budget, which holds from the first two on. Of those that were read, passages gain
    by others of their article, and with `newest` by being newer.
    """
    start = time.perf_counter()
    at_once = _AT_ONCE if budget_seconds == np.inf else _AT_ONCE_IN_TIME
    read: list[Candidate] = []
    while len(read) < min(depth, len(candidates)):
        part = candidates[len(read) : min(depth, len(read) + at_once)]
        spent = time.perf_counter() - start
        if read and spent + spent / len(read) * len(part) > budget_seconds:
            break
        logits = reranker.score(question, [embedded_text(c.article, c.passage.text) for c in part])
        read += [_with_signal(c, "rerank", float(logit)) for c, logit in zip(part, logits, strict=True)]
        if not newest and len(read) >= _AT_ONCE and max(c.signals["rerank"] for c in read) >= settled:
            break
    rest = candidates[len(read) :]
    read = _favour_articles(read)
    if newest:
        read = _favour_newest(read)
    read.sort(key=lambda c: (-_total(c), c.passage.id))
    if not read or not rest:
        return read or list(rest)
    # What was not read keeps its order, and scores below all that was.
    floor, top = read[-1].score, rest[0].score
    return read + [c._replace(score=floor * c.score / top * 0.999 if top > 0 else 0.0) for c in rest]


def _favour_articles(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Add to each logit the score (0 to 1) of the best other passage of the same article.

    An article that answers twice is likelier the right one (Dai and Callan, "Deeper text understanding for IR with
    contextual neural language modeling", SIGIR 2019, add up an article's passages).
    """
    favoured = []
    for c in candidates:
        others = (_sigmoid(o.signals["rerank"]) for o in candidates if o.article.id == c.article.id and o is not c)
        favoured.append(_with_signal(c, "article", max(others, default=0.0)))
    return favoured


def _favour_newest(candidates: Sequence[Candidate]) -> list[Candidate]:
    fresh = measure_freshness(c.article for c in candidates)
    return [_with_signal(c, "recency", NEWEST * fresh.get(c.article.id, 0.0)) for c in candidates]


def _with_signal(candidate: Candidate, name: str, value: float) -> Candidate:
    with_it = candidate._replace(signals={**candidate.signals, name: value})
    return with_it._replace(score=_sigmoid(_total(with_it)))


def _total(candidate: Candidate) -> float:
    """The logit that orders what was read."""
    return sum(candidate.signals.get(name, 0.0) for name in ("rerank", "article", "recency"))


def spread(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """Put what one article has beyond its first `most` passages behind all others."""
    counted: Counter[str] = Counter()
    first: list[Candidate] = []
    later: list[Candidate] = []
    for candidate in candidates:
        counted[candidate.article.id] += 1
        (first if counted[candidate.article.id] <= most else later).append(candidate)
    if not later:
        return first
    # Their scores must not say otherwise than their place.
    floor = min(c.score for c in first)
    return first + [c._replace(score=min(c.score, floor)) for c in later]


def put_phrases_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Put the passages that have the phrases of the question before all others, which score no more than these."""
    having = [c for c in candidates if PHRASE in c.signals]
    others = [c for c in candidates if PHRASE not in c.signals]
    if not having or not others:
        return [*having, *others]
    floor = min(c.score for c in having)
    return having + [c._replace(score=min(c.score, floor)) for c in others]


def make_hits(candidates: Sequence[Candidate]) -> list[Hit]:
    """Number the candidates, the best first."""
    return [Hit(c.passage, c.article, rank, c.score, c.signals, c.copies) for rank, c in enumerate(candidates, start=1)]


def embed_within(embed: Callable[[str], Vectors], question: str, mode: SearchMode) -> Vectors | None:
    """The question's vector, where the mode has a use for it."""
    return np.asarray(embed(question), dtype=np.float32) if mode != "lexical" else None


def _signals(**values: float | None) -> Mapping[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))
