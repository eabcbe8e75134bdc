"""Whether it refuses what the articles don't answer, and how sure it is of the rest.

Precision, recall and F1 of refusing (as of unanswerable questions in SQuAD 2.0, Rajpurkar et al. 2018), the AUROC of
the confidence and the area under the risk-coverage curve are of a whole set, and made of these in
`evals.compare.statistics`.
"""

from __future__ import annotations

from evals.measures import Score, Unscored
from evals.measures.answers import score_inclusion
from evals.runs.run_folder import AnswerRow


def tell_refused(row: AnswerRow) -> Score:
    """1 where it was refused; a question that failed was not."""
    return float(row.refused)


def tell_should_refuse(row: AnswerRow) -> Score:
    """1 where the articles asked don't hold an answer."""
    if not (row.should_refuse or row.answers or row.relevant or row.nuggets):
        return Unscored("nothing says whether the articles answer it")
    return float(row.should_refuse)


def tell_confidence(row: AnswerRow) -> Score:
    """The answer's confidence, from 0 to 1."""
    if row.answer is None:
        return Unscored("the question failed")
    confidence = row.answer["confidence"]
    return Unscored("the model gives no confidence") if confidence is None else float(confidence)


def tell_right(row: AnswerRow) -> Score:
    """1 where the answer holds the expected words; 0 where it doesn't, or no answer could be right.

    An answerable question that was refused is left out: nothing shows what the answer would have been.
    """
    if row.answer is None:
        return Unscored("the question failed")
    if row.should_refuse:
        return 0.0
    return Unscored("it was refused: nothing shows the answer") if row.refused else score_inclusion(row)
