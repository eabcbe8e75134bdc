"""Ranking: two searches side by side, fused, copies folded, the best read by the cross-encoder."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from index.models.embedder import Vectors
from index.models.reranker import Reranker
from index.near_duplicates import Shingles, read_shingles
from index.records import Article, Filters, Hit, Passage, SearchMode
from index.search.derived import DerivedIndexes
from index.search.fusion import fuse_ranks
from index.search.lexical import LexicalIndex
from index.search.recency import NEWEST, measure_freshness
from index.search.timing import Seconds, timed
from index.storage.store import Store
from index.text.passages import embedded_text
from index.text.words import holds_phrase, quoted_phrases

_AT_ONCE = 4  # passages that the cross-encoder reads before it is decided whether to go on
_AT_ONCE_IN_TIME = 2  # the same, where it has a budget
_FOLDED = 0.7  # share of a passage's runs of words that a copy has; the ends of a passage may fall elsewhere there


class Candidate(NamedTuple):
    """A passage on its way through the stages."""

    passage: Passage
    article: Article
    score: float
    signals: Mapping[str, float]
    copies: tuple[str, ...] = ()


def find_candidates(
    store: Store,
    derived: DerivedIndexes,
    question: str,
    query: Vectors | None,
    depth: int,
    filters: Filters,
    mode: SearchMode,
    seconds: Seconds | None = None,
) -> list[Candidate]:
    """The first stage, within one generation: at most `depth` passages from each search, fused by rank.

    `query` is the question's vector; None where `mode` is lexical. `seconds` gets what each stage took.
    """
    with derived.snapshot() as snapshot:
        allowed = store.passages.numbers(filters) if filters else None
        if phrases := quoted_phrases(question):
            allowed = _having_all(store, snapshot.lexical, phrases, allowed)
        dense: dict[int, float] = {}
        lexical: dict[int, float] = {}
        if query is not None:
            with timed(seconds, "vectors"):
                dense = dict(snapshot.vectors.search(query, depth, allowed))
        if mode != "dense":
            with timed(seconds, "full text"):
                lexical = dict(snapshot.lexical.search(question, depth, allowed))
        fused = fuse_ranks([ranking for ranking in (list(dense), list(lexical)) if ranking])
        single = dense if mode == "dense" else lexical if mode == "lexical" else None
        scores = fused if single is None else single
        order = sorted(scores, key=lambda number: (-scores[number], number))
        with timed(seconds, "reading"):
            found = store.passages.get(order)
            copies = store.stories.copies({article.id for _, article in found.values()})
    signals = _collect_signals(dense, lexical, fused)
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
    store: Store, lexical: LexicalIndex, phrases: Sequence[str], allowed: Sequence[int] | None
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


def fold_copies(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the passages whose words stand in a copy that is before them; what only one copy has stays.

    A passage with exactly the words of one before it joins that, from whatever article it is.
    """
    kept: list[Candidate] = []
    shown: dict[str, Shingles] = {}
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)  # by the first and the last word
    for candidate in candidates:
        article_id = candidate.article.id
        text = candidate.passage.text
        alike = places[text.split(None, 1)[0], text.rsplit(None, 1)[-1]]
        place = next((place for place in alike if kept[place].passage.text.split() == text.split()), None)
        if place is not None:
            same = kept[place]
            if article_id not in (same.article.id, *same.copies):
                kept[place] = same._replace(copies=(*same.copies, article_id))
            continue
        before = [shown[i] for i in candidate.copies if i in shown]
        shingles = read_shingles(text) if before else Shingles()
        if any(len(shingles & copy) >= _FOLDED * len(shingles) for copy in before):
            continue
        if candidate.copies and article_id not in shown:
            shown[article_id] = read_shingles(candidate.article.text)
        alike.append(len(kept))
        kept.append(candidate)
    return kept


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
