"""Whether what an answerer gets to read holds the answer."""

from __future__ import annotations

from evals.measures.measure import Measure, Score, Unscored
from evals.measures.spans import FindArticle, get_article
from evals.measures.squad import holds_any
from evals.rows import AnswerRow


def score_reading(row: AnswerRow, find_article: FindArticle, words: int) -> Score:
    """1 where the first `words` words of the ranked passages hold those of a right answer.

    What an answerer gets to read within a budget, which is the same for long passages and short ones: DPR's top-k
    accuracy (Karpukhin and others, EMNLP 2020), with k counted in words.
    """
    if not row.answers or row.should_refuse:
        return Unscored("no expected answers are labelled")
    read: list[str] = []
    for article, start, end in row.passages:
        if len(read) < words:
            read += get_article(article, find_article).text[start:end].split()
    return float(holds_any(" ".join(read[:words]), row.answers))


FAMILY = (
    Measure(
        name="answer@100w",
        words="answer in the first 100 words read",
        source="DPR's top-k accuracy (Karpukhin et al. 2020), by words",
        of_row=lambda row, context: score_reading(row, context.find_article, 100),
        headline=True,
    ),
    Measure(
        name="answer@400w",
        words="answer in the first 400 words read",
        source="DPR's top-k accuracy (Karpukhin et al. 2020), by words",
        of_row=lambda row, context: score_reading(row, context.find_article, 400),
    ),
)
