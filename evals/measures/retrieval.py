"""How well the right articles, or passages, are ranked, by ir_measures (MacAvaney et al. 2022)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from evals.measures.context import ScoringContext
from evals.measures.measure import Measure, Score, ScoreOfRow, Unscored
from evals.measures.spans import name_passage
from evals.rows import AnswerRow

# Our name, the one of ir_measures, and the words and source of each.
_DEFINED = (
    ("ndcg@10", "nDCG@10", "right articles, nDCG@10", "Järvelin and Kekäläinen 2002, by ir_measures"),
    ("recall@5", "R@5", "right articles, recall@5", "recall, by ir_measures"),
    ("recall@10", "R@10", "right articles, recall@10", "recall, by ir_measures"),
    ("mrr@10", "RR@10", "right articles, MRR@10", "Voorhees 1999, by ir_measures"),
    ("success@1", "Success@1", "right article first", "TREC's success, by ir_measures"),
    ("success@5", "Success@5", "right article in the first 5", "TREC's success, by ir_measures"),
    ("map", "AP", "right articles, MAP", "Buckley and Voorhees 2000, by ir_measures"),
)
_HEADLINES = ("ndcg@10", "recall@10")  # of articles, not of passages
_THEIRS = {name: theirs for name, theirs, *_ in _DEFINED}

Labelled = tuple[tuple[str, ...], Mapping[str, int]]  # a ranking of ids, best first, and {relevant id: grade}


def score_ranking(ranking: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    """Return {measure: score} for a ranking of ids, best first, by {relevant id: grade}, which is not empty."""
    return _score(tuple(ranking), tuple(relevant.items()))


@lru_cache(maxsize=8)  # each measure of a row asks for one score of it
def _score(ranking: tuple[str, ...], relevant: tuple[tuple[str, int], ...]) -> dict[str, float]:
    import ir_measures

    qrels = [ir_measures.Qrel("q", name, grade) for name, grade in relevant]
    run = [ir_measures.ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(ranking)]
    ours = {ir_measures.parse_measure(theirs): name for name, theirs in _THEIRS.items()}
    scores = dict.fromkeys(_THEIRS, 0.0)  # where nothing was ranked
    for found in ir_measures.iter_calc(list(ours), qrels, run):
        scores[ours[found.measure]] = float(found.value)
    return scores


def _read_articles(row: AnswerRow, context: ScoringContext) -> Labelled:
    return row.ranking, {article: row.grades.get(article, 1) for article in row.relevant}


def _read_passages(row: AnswerRow, context: ScoringContext) -> Labelled:
    return tuple(name_passage(passage) for passage in row.passages), context.find_relevant_passages(row)


def _rank_by(name: str, read: Callable[[AnswerRow, ScoringContext], Labelled], unlabelled: str) -> ScoreOfRow:
    def score(row: AnswerRow, context: ScoringContext) -> Score:
        if row.variant == "without_evidence":
            return Unscored("its articles were left out")
        ranking, relevant = read(row, context)
        return score_ranking(ranking, relevant)[name] if relevant else Unscored(unlabelled)

    return score


_ARTICLES = tuple(
    Measure(
        name=name,
        words=words,
        source=source,
        of_row=_rank_by(name, _read_articles, "no relevant articles are labelled"),
        headline=name in _HEADLINES,
        in_sweeps=name in _HEADLINES,
    )
    for name, _, words, source in _DEFINED
)
_PASSAGES = tuple(
    Measure(
        name=f"passage_{name}",
        words=words.replace("article", "passage"),
        source=source,
        of_row=_rank_by(name, _read_passages, "no facts are labelled, or none stands in the articles"),
    )
    for name, _, words, source in _DEFINED
)
FAMILY = (*_ARTICLES, *_PASSAGES)
