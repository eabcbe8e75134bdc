"""Whether an answer, and the quotes under it, hold the expected words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.measures import Score, Unscored
from evals.measures.squad import holds_any, score_exact_match, score_token_f1
from evals.runs.run_folder import AnswerRow


def score_inclusion(row: AnswerRow) -> Score:
    """1 where the answer holds the words of a right one (`holds_any`); a refusal or a failure scores 0."""
    return _score(row, lambda text, answers: float(holds_any(text, answers)))


def score_em(row: AnswerRow) -> Score:
    """SQuAD's exact match; a refusal or a failure scores 0."""
    return _score(row, score_exact_match)


def score_f1(row: AnswerRow) -> Score:
    """SQuAD's token F1; a refusal or a failure scores 0."""
    return _score(row, score_token_f1)


def score_right_quote(row: AnswerRow) -> Score:
    """1 where the answer holds the expected words and so does a quote that it cites."""
    return _score(
        row, lambda text, words: float(holds_any(text, words) and any(holds_any(q, words) for q in _quotes(row)))
    )


def score_sentences(row: AnswerRow) -> Score:
    """Share of the answer's sentences of which a quote holds the expected words."""
    if obstacle := find_obstacle(row):
        return obstacle
    if row.answer is None or not row.answer["sentences"]:
        return Unscored("it has no sentences")
    cited = [s["citations"] for s in row.answer["sentences"]]
    held = [any(holds_any(q, row.answers) for q in _quotes(row, markers)) for markers in cited]
    return sum(held) / len(held)


def score_choice(row: AnswerRow) -> Score:
    """1 where, of all choices, a right one shares most words with the answer, by token F1.

    That is how UnifiedQA (Khashabi et al. 2020) reads a choice from free text. A tie with a wrong one is no choice.
    """
    if not row.choices:
        return Unscored("it has no choices")
    return _score(row, lambda text, answers: float(_choose(text, row.choices) in answers))


def _choose(text: str, choices: Sequence[str]) -> str | None:
    scores = sorted(((score_token_f1(text, [choice]), choice) for choice in choices), reverse=True)
    tied = len(scores) > 1 and scores[0][0] == scores[1][0]
    return None if tied or scores[0][0] == 0 else scores[0][1]


def score_nuggets(row: AnswerRow) -> Score:
    """Share of the labelled nuggets whose words are in the answer (nugget recall, Voorhees 2003)."""
    if not row.nuggets or row.should_refuse:
        return Unscored("no nuggets are labelled")
    if row.answer is None or row.refused:
        return 0.0
    return sum(holds_any(row.text, [nugget]) for nugget in row.nuggets) / len(row.nuggets)


def find_obstacle(row: AnswerRow) -> Unscored | None:
    """Why the answer can't be compared with the expected ones, or None."""
    if row.variant == "without_evidence":
        return Unscored("its articles were left out")
    if row.unanswerable:
        return Unscored("the articles don't answer it")
    return None if row.answers else Unscored("no answers are labelled")


def _score(row: AnswerRow, compare: Callable[[str, Sequence[str]], float]) -> Score:
    if obstacle := find_obstacle(row):
        return obstacle
    return 0.0 if row.answer is None or row.refused else compare(row.text, row.answers)


def _quotes(row: AnswerRow, markers: Sequence[int] | None = None) -> list[str]:
    citations = row.answer["citations"] if row.answer else ()
    return [q["text"] for c in citations if markers is None or c["marker"] in markers for q in c["quotes"]]
