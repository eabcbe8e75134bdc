"""Whether an answer, and the quotes under it, hold the expected words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.measures.measure import Measure, Score, Unscored
from evals.measures.squad import holds_any, score_exact_match, score_token_f1
from evals.rows import AnswerRow


def score_inclusion(row: AnswerRow) -> Score:
    """1 where the answer holds the words of a right one (`holds_any`); a refusal or a failure scores 0."""
    return _score(row, lambda text, answers: float(holds_any(text, answers)))


def score_em(row: AnswerRow) -> Score:
    """SQuAD's exact match; a refusal or a failure scores 0."""
    return _score(row, score_exact_match)


def score_f1(row: AnswerRow) -> Score:
    """SQuAD's token F1; a refusal or a failure scores 0."""
    return _score(row, score_token_f1)


def score_first_sentence(row: AnswerRow) -> Score:
    """1 where the answer's first sentence holds the words of a right one; a refusal or a failure scores 0."""
    first = row.answer.sentences[0].text if row.answer and row.answer.sentences else ""
    return _score(row, lambda _, answers: float(holds_any(first, answers)))


def score_words_em(row: AnswerRow) -> Score:
    """SQuAD's exact match of the words that answer; a refusal or a failure scores 0."""
    return _score_words(row, score_exact_match)


def score_words_f1(row: AnswerRow) -> Score:
    """SQuAD's token F1 of the words that answer; a refusal or a failure scores 0."""
    return _score_words(row, score_token_f1)


def score_right_quote(row: AnswerRow) -> Score:
    """1 where the answer holds the expected words and so does a quote that it cites."""
    return _score(
        row, lambda text, words: float(holds_any(text, words) and any(holds_any(q, words) for q in _quotes(row)))
    )


def score_sentences(row: AnswerRow) -> Score:
    """Share of the answer's sentences of which a quote holds the expected words."""
    if obstacle := find_obstacle(row):
        return obstacle
    if row.answer is None or not row.answer.sentences:
        return Unscored("it has no sentences")
    cited = [sentence.citations for sentence in row.answer.sentences]
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


def _score_words(row: AnswerRow, compare: Callable[[str, Sequence[str]], float]) -> Score:
    words = row.answer.answer if row.answer else None
    if words is None and row.answer and not row.refused and not find_obstacle(row):
        return Unscored("it does not say which words answer")
    return _score(row, lambda _, answers: compare(words.text if words else "", answers))


def _quotes(row: AnswerRow, markers: Sequence[int] | None = None) -> list[str]:
    return [q.text for c in row.citations if markers is None or c.marker in markers for q in c.quotes]


ANSWER_INCLUSION = Measure(
    name="answer_inclusion",
    words="answers with the expected words",
    source="SQuAD's normalisation; ALCE's STR-EM (Gao et al. 2023), by whole words",
    of_row=lambda row, _: score_inclusion(row),
    headline=True,
    in_sweeps=True,
)
FAMILY = (
    ANSWER_INCLUSION,
    Measure(
        name="first_sentence",
        words="first sentences with the expected words",
        source="SQuAD's normalisation, of the first sentence alone, by whole words",
        of_row=lambda row, _: score_first_sentence(row),
    ),
    Measure(
        name="words_em",
        words="words that answer, exactly the expected ones",
        source="SQuAD's exact match (Rajpurkar et al. 2016)",
        of_row=lambda row, _: score_words_em(row),
    ),
    Measure(
        name="words_f1",
        words="words that answer, shared with the expected ones",
        source="SQuAD's token F1 (Rajpurkar et al. 2016)",
        of_row=lambda row, _: score_words_f1(row),
    ),
    Measure(
        name="exact_match",
        words="answers that are the expected words",
        source="SQuAD (Rajpurkar et al. 2016)",
        of_row=lambda row, _: score_em(row),
    ),
    Measure(
        name="token_f1",
        words="words shared with the expected ones",
        source="SQuAD (Rajpurkar et al. 2016)",
        of_row=lambda row, _: score_f1(row),
    ),
    Measure(
        name="choice_accuracy",
        words="right choice",
        source="UnifiedQA (Khashabi et al. 2020): the choice nearest to the answer",
        of_row=lambda row, _: score_choice(row),
    ),
    Measure(
        name="nugget_coverage",
        words="nuggets that the answer has",
        source="nugget recall (Voorhees 2003)",
        of_row=lambda row, _: score_nuggets(row),
    ),
    Measure(
        name="right_quote",
        words="answers with a quote that has them",
        source="Dateline: answer and quote hold the expected words",
        of_row=lambda row, _: score_right_quote(row),
    ),
    Measure(
        name="sentence_quote",
        words="sentences whose quote has them",
        source="Dateline: share of sentences with such a quote",
        of_row=lambda row, _: score_sentences(row),
        headline=True,
    ),
)
