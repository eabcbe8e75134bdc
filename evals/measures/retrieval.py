"""How well the right articles, or passages, are ranked, by ir_measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG

# Järvelin and Kekäläinen 2002 (nDCG); recall; Voorhees 1999 (reciprocal rank); success, as TREC counts it; mean
# average precision (Buckley and Voorhees 2000): as ir_measures (MacAvaney et al. 2022) defines them.
MEASURES = {
    "ndcg@10": nDCG @ 10,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "mrr@10": RR @ 10,
    "success@1": Success @ 1,
    "success@5": Success @ 5,
    "map": AP,
}


def score_rankings(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return {question id: {measure: score}} for rankings of ids, best first, by {question id: {id: grade}}.

    Every question with a label gets a score: 0 where its ranking is missing or empty.
    """
    qrels = [ir_measures.Qrel(q, name, grade) for q, grades in relevant.items() for name, grade in grades.items()]
    run = [
        ir_measures.ScoredDoc(q, name, -float(rank))
        for q, ranking in rankings.items()
        for rank, name in enumerate(ranking)
        if q in relevant
    ]
    scores = {q: dict.fromkeys(MEASURES, 0.0) for q, grades in relevant.items() if grades}
    names = {measure: name for name, measure in MEASURES.items()}
    for found in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        scores[found.query_id][names[found.measure]] = float(found.value)
    return scores
