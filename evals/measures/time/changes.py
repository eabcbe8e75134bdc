"""What an answer says of articles that say different things: the newest first, what was before, and who disagrees."""

from __future__ import annotations

from evals.measures.measure import Measure, Observation, Score, Unscored
from evals.measures.squad import holds_any
from evals.rows import AnswerRow
from evals.statistics import precision_of, recall_of


def score_newest_first(row: AnswerRow) -> Score:
    """1 where the first sentence holds the words of the newest state; a refusal or a failure scores 0."""
    return _find_obstacle(row) or float(_holds(row, row.answers, first=True))


def score_earlier_said(row: AnswerRow) -> Score:
    """1 where a sentence holds the words of an earlier state; a refusal or a failure scores 0."""
    return _find_obstacle(row) or float(_holds(row, row.earlier))


def score_old_alone(row: AnswerRow) -> Score:
    """1 where an earlier state is said and the newest is not."""
    return _find_obstacle(row) or float(_holds(row, row.earlier) and not _holds(row, row.answers))


def tell_noticed(row: AnswerRow) -> Score:
    """1 where the answer names a disagreement."""
    return float(bool(row.answer and row.answer.disagreements))


def tell_disputed(row: AnswerRow) -> Score:
    """1 where the articles contradict each other, 0 where they don't."""
    return Unscored("nothing says whether the articles agree") if row.disputed is None else float(row.disputed)


def tell_agreeing(row: AnswerRow) -> Score:
    """1 where they don't contradict each other, 0 where they do."""
    disputed = tell_disputed(row)
    return disputed if isinstance(disputed, Unscored) else 1.0 - disputed


def _find_obstacle(row: AnswerRow) -> Unscored | None:
    return None if row.earlier and row.answers else Unscored("nothing changed, or nothing says what was before")


def _holds(row: AnswerRow, words: tuple[str, ...], *, first: bool = False) -> bool:
    sentences = row.answer.sentences if row.answer and not row.refused else ()
    return any(holds_any(sentence.text, words) for sentence in (sentences[:1] if first else sentences))


NOTICED = Observation("noticed", lambda row, _: tell_noticed(row))
DISPUTED = Observation("disputed", lambda row, _: tell_disputed(row))
AGREEING = Observation("agreeing", lambda row, _: tell_agreeing(row))
_SOURCE = "Dateline: of questions whose articles are labelled"

FAMILY = (
    Measure(
        name="newest_first",
        words="changed facts, the newest first",
        source="Dateline: SQuAD's normalisation, of the first sentence",
        of_row=lambda row, _: score_newest_first(row),
    ),
    Measure(
        name="earlier_said",
        words="changed facts, the earlier said too",
        source="Dateline: SQuAD's normalisation, of each sentence",
        of_row=lambda row, _: score_earlier_said(row),
    ),
    Measure(
        name="old_alone",
        words="changed facts, the earlier alone",
        source="Dateline: SQuAD's normalisation, of each sentence",
        of_row=lambda row, _: score_old_alone(row),
        higher_is_better=False,
    ),
    NOTICED,
    DISPUTED,
    AGREEING,
    Measure(
        name="disagreement_recall",
        words="contradictions noticed",
        source=_SOURCE,
        of_set=recall_of(NOTICED.name, DISPUTED.name),
    ),
    Measure(
        name="disagreement_precision",
        words="noticed contradictions that are some",
        source=_SOURCE,
        of_set=precision_of(NOTICED.name, DISPUTED.name),
    ),
    Measure(
        name="false_alarms",
        words="agreeing articles said to contradict",
        source=_SOURCE,
        of_set=recall_of(NOTICED.name, AGREEING.name),
        higher_is_better=False,
    ),
)
