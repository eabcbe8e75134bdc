"""Whether an answer cites the facts that the question rests on, where they are labelled."""

from __future__ import annotations

from evals.measures.measure import Measure, Score, Unscored
from evals.measures.spans import FindArticle, find_facts, overlap
from evals.rows import AnswerRow


def score_evidence(row: AnswerRow, find_article: FindArticle) -> Score:
    """Share of the labelled facts that stand, at least in part, in a passage that the answer cites."""
    if not row.evidence or row.should_refuse:
        return Unscored("no facts are labelled")
    facts = list(find_facts(row, find_article))
    if not facts:
        return Unscored("none of its facts stands in the articles word for word")
    cited = [(c.article.id, c.passage.start, c.passage.end) for c in row.citations]
    return sum(any(overlap(fact, span) for span in cited) for fact in facts) / len(facts)


FAMILY = (
    Measure(
        name="evidence_coverage",
        words="facts in passages that are cited",
        source="Dateline: labelled facts, by the words of the article",
        of_row=lambda row, context: score_evidence(row, context.find_article),
    ),
)
