"""How well the right articles are ranked, by ir_measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

# Järvelin and Kekäläinen 2002 (nDCG); recall; Voorhees 1999 (reciprocal rank), as ir_measures defines them.
MEASURES = {"ndcg@10": nDCG @ 10, "recall@5": R @ 5, "mrr@10": RR @ 10}


def score_rankings(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Return {measure: {question id: score}} for rankings of article ids, best first.

    Every question with a label gets a score: 0 where its ranking is missing or empty.
    """
    qrels = [ir_measures.Qrel(q, article, 1) for q, articles in relevant.items() for article in articles]
    run = [
        ir_measures.ScoredDoc(q, article, -float(rank))
        for q, ranking in rankings.items()
        for rank, article in enumerate(ranking)
        if q in relevant
    ]
    scores = {name: dict.fromkeys(relevant, 0.0) for name in MEASURES}
    names = {measure: name for name, measure in MEASURES.items()}
    for found in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        scores[names[found.measure]][found.query_id] = float(found.value)
    return scores
