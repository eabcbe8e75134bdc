"""All measures, in the order in which they are shown. A measure is added in its own file, to the `FAMILY` there."""

from __future__ import annotations

from collections.abc import Iterator

from evals.measures import (
    alce,
    answers,
    citations,
    confidence,
    evidence,
    judge_grades,
    reading,
    refusals,
    retrieval,
)
from evals.measures.conversations import follow_ups
from evals.measures.measure import Measure, Observation
from evals.measures.time import changes, ranges
from evals.statistics import Formula, mean_of

REGISTERED: tuple[Measure | Observation, ...] = (
    *retrieval.FAMILY,
    *reading.FAMILY,
    *answers.FAMILY,
    *refusals.FAMILY,
    *confidence.FAMILY,
    *changes.FAMILY,
    *evidence.FAMILY,
    *citations.FAMILY,
    *alce.FAMILY,
    *follow_ups.FAMILY,
    *ranges.FAMILY,
    *judge_grades.FAMILY,
)


def list_measures() -> list[Measure]:
    """Every measure; those of one row first, as a summary has them."""
    found = [measure for measure in REGISTERED if isinstance(measure, Measure)]
    return [m for m in found if not m.of_set] + [m for m in found if m.of_set]


def list_scored_by_row() -> Iterator[Measure | Observation]:
    """What each row is scored by."""
    return (registered for registered in REGISTERED if registered.of_row)


def find_measure(name: str) -> Measure | None:
    """The measure of that name; None for one that is not known, such as one of an older run."""
    return next((measure for measure in list_measures() if measure.name == name), None)


def is_observation(name: str) -> bool:
    """True for what measures of the whole set are made of, which is no measure by itself."""
    return any(isinstance(registered, Observation) and registered.name == name for registered in REGISTERED)


def find_formula(name: str) -> Formula:
    """How a measure comes of the scores of all rows: the mean for one that is not known."""
    measure = find_measure(name)
    return measure.formula if measure else mean_of(name)


def is_higher_better(name: str) -> bool:
    """False for a measure of which less is better."""
    measure = find_measure(name)
    return measure is None or measure.higher_is_better


def name_measure(name: str) -> str:
    """The measure in words; its own name where it is not known."""
    measure = find_measure(name)
    return measure.words if measure else name
