"""What a measure is: its name, its words for people, its direction, its source, and how it is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from evals.measures.context import ScoringContext
from evals.rows import AnswerRow
from evals.statistics import Formula, mean_of


class Unscored(NamedTuple):
    """Why a measure can't be told of an answer: neither 0 nor 1."""

    reason: str


Score = float | Unscored
ScoreOfRow = Callable[[AnswerRow, ScoringContext], Score]


@dataclass(frozen=True, slots=True)
class Observation:
    """What is seen of one row and makes no measure by itself: measures of the whole set are made of it."""

    name: str
    of_row: ScoreOfRow


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a run, under `name` in its files and in `words` for people; `source` says who defined it.

    `of_row` scores one row, and the measure is the mean over the rows that it can be told of. `of_set` makes it of
    the observations of all rows instead. A measure with neither is a grade that a judge gives to each row.
    `headline`: the gate lets it not drop below a baseline, where no rule says otherwise. `in_sweeps`: it has a column
    in the table of a sweep.
    """

    name: str
    words: str
    source: str
    of_row: ScoreOfRow | None = None
    of_set: Formula | None = None
    higher_is_better: bool = True
    headline: bool = False
    in_sweeps: bool = False

    @property
    def formula(self) -> Formula:
        """How the scores of all rows make one figure."""
        return self.of_set or mean_of(self.name)
