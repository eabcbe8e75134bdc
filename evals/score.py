"""The measures of every question, and of the whole set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from evals.compare.statistics import interval
from evals.measures import Score, Unscored, alce, answers, citations, passages, refusals
from evals.measures.retrieval import MEASURES, score_rankings
from evals.runs.run_folder import AnswerRow, ScoreRow
from index import Library
from rag import Verifier

# What a measure of a whole set is made of; none is a measure by itself.
FACTS = ("refused", "should_refuse", "confidence", "right")
OF_A_SET = ("refusal_precision", "refusal_recall", "refusal_f1", "confidence_auroc", "aurc")
PASSAGE = "passage_"
_BUDGETS = (100, 400)  # words that an answerer may read
_OF_AN_ANSWER: Mapping[str, Callable[[AnswerRow], Score]] = {
    "answer_inclusion": answers.score_inclusion,
    "exact_match": answers.score_em,
    "token_f1": answers.score_f1,
    "choice_accuracy": answers.score_choice,
    "nugget_coverage": answers.score_nuggets,
    "right_quote": answers.score_right_quote,
    "sentence_quote": answers.score_sentences,
    "refused": refusals.tell_refused,
    "should_refuse": refusals.tell_should_refuse,
    "confidence": refusals.tell_confidence,
    "right": refusals.tell_right,
}


def score_rows(rows: Sequence[AnswerRow], library: Library, verifier: Verifier) -> list[ScoreRow]:
    """Score every row, by every measure; `library` has the articles that were asked."""
    scorer = _Scorer(library, verifier)
    asked = [row for row in rows if row.variant == "asked"]
    articles = score_rankings({r.id: r.ranking for r in asked}, {r.id: _grade(r) for r in asked})
    found = {
        r.id: passages.find_relevant_passages(r, scorer.find_article, library.passages) for r in asked if r.evidence
    }
    parts = score_rankings(
        {r.id: [passages.name_passage(p) for p in r.passages] for r in asked if r.id in found}, found
    )
    return [_to_score_row(row, scorer.score(row, articles, parts)) for row in rows]


def _grade(row: AnswerRow) -> dict[str, int]:
    return {article: row.grades.get(article, 1) for article in row.relevant}


def _to_score_row(row: AnswerRow, scores: Mapping[str, Score]) -> ScoreRow:
    return ScoreRow(
        row.id,
        row.variant,
        {name: None if isinstance(score, Unscored) else score for name, score in scores.items()},
        {name: score.reason for name, score in scores.items() if isinstance(score, Unscored)},
    )


class _Scorer:
    """Scores rows one by one; articles and verdicts are looked up once."""

    def __init__(self, library: Library, verifier: Verifier) -> None:
        self._library = library
        self._verifier = verifier
        self.find_article = cache(library.find)
        self._supports = cache(self._verify)

    def supports(self, claim: str, texts: Sequence[str]) -> bool:
        """True where the texts, together, support the claim."""
        # No model need be asked about words that stand there as they are, and asking takes as long as answering.
        return any(claim in text for text in texts) or self._supports(claim, tuple(texts))

    def _verify(self, claim: str, texts: tuple[str, ...]) -> bool:
        return self._verifier.verify(claim, texts).supported

    def score(self, row: AnswerRow, articles: Mapping[str, Mapping[str, float]], parts: Any) -> dict[str, Score]:
        cited = alce.score_citations(row, self.supports)
        return {
            **self._score_ranking(row, articles, "", "no relevant articles are labelled"),
            **self._score_ranking(row, parts, PASSAGE, "no facts are labelled, or none stands in the articles"),
            **{f"answer@{n}w": passages.score_context(row, self.find_article, n) for n in _BUDGETS},
            **{name: score(row) for name, score in _OF_AN_ANSWER.items()},
            "evidence_coverage": passages.score_evidence(row, self.find_article),
            "quote_exact": citations.score_exact_quotes(row, self.find_article),
            "citation_relevant": citations.score_relevant_citations(row, self._with_copies(row.relevant)),
            "citation_precision": cited.precision,
            "citation_recall": cited.recall,
        }

    def _score_ranking(
        self, row: AnswerRow, scores: Mapping[str, Mapping[str, float]], prefix: str, otherwise: str
    ) -> dict[str, Score]:
        if row.variant == "without_evidence":
            otherwise = "its articles were left out"
        known = scores.get(row.id, {}) if row.variant == "asked" else {}
        return {prefix + name: known.get(name, Unscored(otherwise)) for name in MEASURES}

    def _with_copies(self, ids: Sequence[str]) -> set[str]:
        known = [article for article in map(self.find_article, ids) if article]
        return {*ids, *(copy for article in known for copy in self._library.copies(article.id))}


def summarise(scores: Sequence[ScoreRow]) -> dict[str, dict[str, Any]]:
    """{measure: mean, n, low, high}, in the order in which they are shown; the interval is of 95%."""
    names = [name for name in scores[0].scores if name not in FACTS]
    return {name: interval(scores, name)._asdict() for name in (*names, *OF_A_SET)}
