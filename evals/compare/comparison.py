"""Runs on the same questions beside each other: what differs, how surely, and in which questions."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from evals.measures.confidence import CONFIDENCE
from evals.measures.registry import find_formula, is_higher_better
from evals.rows import AnswerRow, ScoreRow
from evals.runs.run_folder import RunFolder
from evals.statistics import Difference, compare_rows
from index import UsageError

_FIRST = 10  # articles of a ranking that are compared


class AnswerChange(NamedTuple):
    """A question that two runs answered differently, with the (before, after) of each score that moved."""

    before: AnswerRow
    after: AnswerRow
    scores: Mapping[str, tuple[float, float]]

    @property
    def size(self) -> float:
        """How much moved: the sum over all measures, each counting 1 at most."""
        return sum(min(1.0, abs(after - before)) for before, after in self.scores.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `after` has and `before` had not: each measure of both, and the questions that changed, most first.

    `overlap` is the mean share of the first ten articles that both rankings have; None where none was ranked.
    """

    before: RunFolder
    after: RunFolder
    differences: Mapping[str, Difference]
    changes: tuple[AnswerChange, ...]
    overlap: float | None


def compare_runs(before: RunFolder, after: RunFolder, seed: int = 0) -> Comparison:
    """Compare two runs question by question; raise UsageError where they did not ask the same."""
    check_same_questions(before, after)
    names = shared_measures(before, after)
    found = {name: compare_rows(before.scores, after.scores, find_formula(name), seed=seed) for name in names}
    changes = sorted(_list_changes(before, after), key=lambda change: (-change.size, change.after.id))
    differences = {name: d for name, d in found.items() if d}
    return Comparison(before, after, differences, tuple(changes), _measure_overlap(before, after))


def judge_difference(name: str, found: Difference) -> str:
    """In a word: `better`, `worse`, `within noise` or `the same`."""
    if not found.is_real:
        return "within noise" if found.difference else "the same"
    return "better" if (found.difference > 0) == is_higher_better(name) else "worse"


def shared_measures(before: RunFolder, after: RunFolder) -> list[str]:
    """The measures that both runs have, in the order in which the first shows them."""
    return [name for name in before.summary.measures if name in after.summary.measures]


def check_same_questions(before: RunFolder, after: RunFolder) -> None:
    """Raise UsageError that names a question which only one run asked, or whose labels are others there."""
    old, new = _by_key(before.answers), _by_key(after.answers)
    for one, other, asked, missed in ((before, after, old, new), (after, before, new, old)):
        if lacking := [key for key in asked if key not in missed]:
            why = f"{len(lacking)} of {one.path} are not in {other.path}, such as {_name(lacking[0])}"
            raise _refuse(before, after, why)
    for key, row in old.items():
        if _labels(row) != _labels(new[key]):
            raise _refuse(before, after, f"question {_name(key)} has other words or labels")


def _refuse(before: RunFolder, after: RunFolder, why: str) -> UsageError:
    what = f"{before.path} and {after.path} are runs on different questions"
    return UsageError(f"{what}: {why}. Compare runs on one set.")


def _name(key: tuple[str, str]) -> str:
    return repr(key[0]) + (" asked without its evidence" if key[1] == "without_evidence" else "")


def _labels(row: AnswerRow) -> tuple[Any, ...]:
    return row.question, row.answers, row.relevant, row.unanswerable, row.choices, row.nuggets, row.as_of


def _by_key(rows: Sequence[AnswerRow]) -> dict[tuple[str, str], AnswerRow]:
    return {row.key: row for row in rows}


def _measure_overlap(before: RunFolder, after: RunFolder) -> float | None:
    rows = _by_key(before.answers)
    pairs = [(rows[row.key].ranking[:_FIRST], row.ranking[:_FIRST]) for row in after.answers]
    shares = [len({*one} & {*other}) / max(len(one), len(other)) for one, other in pairs if one or other]
    return statistics.fmean(shares) if shares else None


def _list_changes(before: RunFolder, after: RunFolder) -> Iterator[AnswerChange]:
    scored = {row.key: row for row in before.scores}
    rows = _by_key(before.answers)
    for answer, score in zip(after.answers, after.scores, strict=True):
        moved = dict(_list_moves(scored[answer.key], score))
        if moved.keys() - {CONFIDENCE.name}:  # which moves by a hair wherever anything does
            yield AnswerChange(rows[answer.key], answer, moved)


def _list_moves(before: ScoreRow, after: ScoreRow) -> Iterator[tuple[str, tuple[float, float]]]:
    for name, now in after.scores.items():
        was = before.scores.get(name)
        if was is not None and now is not None and was != now:
            yield name, (was, now)
