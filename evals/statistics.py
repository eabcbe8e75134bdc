"""How sure a figure is: bootstrap intervals, paired differences and a randomization test, over questions.

- Percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. A question is drawn
  with all its rows (asked, and asked without its evidence), since they are not independent of each other.
- Paired randomization test: Smucker, Allan and Carterette, A RunComparison of Statistical Significance Tests for
  Information Retrieval Evaluation, CIKM 2007. The two runs' rows of a question are swapped with probability 1/2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS = 2000
_SWAPS = 10_000  # of the randomization test: the smallest p it can give is 1/10,001
_BLOCK = 4_000_000  # draws times rows worked on at once: some 100 MB
_LARGEST_P = 0.05  # of a difference that counts
_TIES = 1e-12  # differences closer than this are the same figure


class Scores(Protocol):
    """The scores of one question in one variant; None where a measure has none."""

    @property
    def id(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def scores(self) -> Mapping[str, float | None]: ...


class Interval(NamedTuple):
    """A measure over `n` questions, with its 95% interval; None where no question has what it needs."""

    mean: float | None
    n: int
    low: float | None
    high: float | None


class Difference(NamedTuple):
    """A measure of two runs on the same questions: `after - before`, its 95% interval, and the test's `p`."""

    before: float
    after: float
    difference: float
    n: int
    low: float
    high: float
    p: float

    @property
    def is_real(self) -> bool:
        """False where the interval holds 0, or random swaps often give as much: the difference is within noise."""
        return (self.low > 0 or self.high < 0) and self.p < _LARGEST_P


class Formula(NamedTuple):
    """The scores that a figure is made of, how, and which of the rows its `n` counts (all, if none are named).

    `compute(weights, *columns)` gets how often each row counts, shape (draws, rows), and a column of each input, shape
    (rows,); it returns the figure of each draw, shape (draws,), NaN where it is undefined.
    """

    inputs: tuple[str, ...]
    compute: Callable[..., Array]
    counted: str = ""


def mean_of(name: str) -> Formula:
    """The mean of one score."""
    return Formula((name,), _mean)


def _mean(weights: Array, value: Array) -> Array:
    return divide(weights @ value, weights.sum(axis=1))


def precision_of(said: str, true: str) -> Formula:
    """Of the rows that `said` counts, the share that `true` counts too; both are scores of 0 or 1."""
    return Formula((said, true), lambda weights, a, b: divide(weights @ (a * b), weights @ a), said)


def recall_of(said: str, true: str) -> Formula:
    """Of the rows that `true` counts, the share that `said` counts too; both are scores of 0 or 1."""
    return Formula((said, true), lambda weights, a, b: divide(weights @ (a * b), weights @ b), true)


def share_of(part: str, whole: str) -> Formula:
    """The sum of one count over the sum of another, which is the n."""
    return Formula((part, whole), lambda weights, a, b: divide(weights @ a, weights @ b), whole)


def divide(above: Array, below: Array) -> Array:
    """above / below, NaN where below is 0."""
    out: Array = np.full(len(above), np.nan)
    return np.divide(above, below, out=out, where=below > 0)


def estimate(rows: Sequence[Scores], formula: Formula, draws: int = DRAWS, seed: int = 0) -> Interval:
    """A figure with its n and its 95% percentile bootstrap interval over questions."""
    kept, columns = read_columns(rows, formula.inputs)
    if not kept:
        return Interval(None, 0, None, None)
    n = int(sum(columns[formula.inputs.index(formula.counted)])) if formula.counted else len(kept)
    mean = float(formula.compute(np.ones((1, len(kept))), *columns)[0])
    if np.isnan(mean):
        return Interval(None, n, None, None)
    blocks = [formula.compute(weights, *columns) for weights in _resample([row.id for row in kept], draws, seed)]
    low, high = _percentiles(blocks) if blocks else (mean, mean)
    return Interval(mean, n, low, high)


def compare_rows(
    before: Sequence[Scores], after: Sequence[Scores], formula: Formula, draws: int = DRAWS, seed: int = 0
) -> Difference | None:
    """The paired difference of a figure, over the rows (id and variant) where both runs have what it needs.

    None where no row has, or the figure is undefined for one of the runs.
    """
    old, new = ({(row.id, row.variant): row for row in rows} for rows in (before, after))
    known = [{key for key, row in rows.items() if _has(row, formula.inputs)} for rows in (old, new)]
    keys = [key for key in old if key in known[0] and key in known[1]]
    if not keys:
        return None
    _, old_columns = read_columns([old[key] for key in keys], formula.inputs)
    _, new_columns = read_columns([new[key] for key in keys], formula.inputs)
    once = np.ones((1, len(keys)))
    was, now = (float(formula.compute(once, *columns)[0]) for columns in (old_columns, new_columns))
    if np.isnan(was) or np.isnan(now):
        return None
    ids = [name for name, _ in keys]
    blocks = [formula.compute(w, *new_columns) - formula.compute(w, *old_columns) for w in _resample(ids, draws, seed)]
    low, high = _percentiles(blocks)
    both = [np.concatenate(pair) for pair in zip(old_columns, new_columns, strict=True)]
    p = _randomize(ids, both, formula.compute, now - was, seed)
    return Difference(was, now, now - was, len(keys), low, high, p)


def _randomize(
    ids: Sequence[str], both: Sequence[Array], compute: Callable[..., Array], seen: float, seed: int
) -> float:
    """The share of random swaps of the two runs whose difference is at least as large as the one seen."""
    as_large = 0
    for swapped in _swap(ids, _SWAPS, seed):
        stayed = 1 - swapped
        difference = compute(np.hstack([swapped, stayed]), *both) - compute(np.hstack([stayed, swapped]), *both)
        as_large += int(np.sum(~(np.abs(difference) < abs(seen) - _TIES)))  # an undefined one speaks for chance
    return (1 + as_large) / (1 + _SWAPS)


def measure_agreement(pairs: Sequence[tuple[str, str]], draws: int = DRAWS, seed: int = 0) -> Interval:
    """Cohen's kappa of two people's labels, with its n and its 95% bootstrap interval.

    Agreement beyond what their habits give by chance (Cohen, A Coefficient of Agreement for Nominal Scales, 1960);
    undefined, and so None, where both always gave the same label.
    """
    labels = sorted({label for pair in pairs for label in pair})
    columns = np.zeros((len(pairs), len(labels), len(labels)))
    for n, (one, other) in enumerate(pairs):
        columns[n, labels.index(one), labels.index(other)] = 1
    whole = _kappa(np.ones((1, len(pairs))), columns) if pairs else np.array([np.nan])
    if np.isnan(whole[0]):
        return Interval(None, len(pairs), None, None)
    low, high = _percentiles([_kappa(w, columns) for w in _resample([str(n) for n in range(len(pairs))], draws, seed)])
    return Interval(float(whole[0]), len(pairs), low, high)


def _kappa(weights: Array, columns: Array) -> Array:
    """`columns` are (pairs, labels, labels), each 1 at the pair's two labels."""
    table = np.tensordot(weights, columns, axes=1)
    table /= np.maximum(table.sum(axis=(1, 2), keepdims=True), 1)
    agreed = np.trace(table, axis1=1, axis2=2)
    by_chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1)
    return divide(agreed - by_chance, np.where(by_chance < 1 - _TIES, 1 - by_chance, 0.0))


def _has(row: Scores, inputs: Sequence[str]) -> bool:
    return all(row.scores.get(name) is not None for name in inputs)


def read_columns(rows: Sequence[Scores], inputs: Sequence[str]) -> tuple[list[Scores], list[Array]]:
    """The rows that have all inputs, and a column of numbers for each input."""
    kept = [row for row in rows if _has(row, inputs)]
    return kept, [np.array([row.scores[name] for row in kept], dtype=np.float64) for name in inputs]


def _resample(ids: Sequence[str], draws: int, seed: int) -> Iterator[Array]:
    """Blocks of (draws, rows): how often each row is in each draw of as many questions as there are."""
    place = _number(ids)
    questions = int(place.max()) + 1
    random = np.random.default_rng(seed)
    for size in _sizes(draws, max(questions, len(ids))):
        drawn = random.integers(0, questions, (size, questions)) + questions * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * questions).reshape(size, questions)
        yield counts[:, place].astype(np.float64)


def _swap(ids: Sequence[str], draws: int, seed: int) -> Iterator[Array]:
    """Blocks of (draws, rows): 1 where the question's rows are swapped."""
    place = _number(ids)
    random = np.random.default_rng(seed)
    for size in _sizes(draws, 2 * len(ids)):
        yield random.integers(0, 2, (size, int(place.max()) + 1))[:, place].astype(np.float64)


def _number(ids: Sequence[str]) -> NDArray[np.intp]:
    """The number of each row's question, counted in order of first appearance."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(ids))}
    return np.array([numbers[name] for name in ids], dtype=np.intp)


def _sizes(draws: int, rows: int) -> Iterator[int]:
    block = max(1, _BLOCK // rows)
    for done in range(0, draws, block):
        yield min(block, draws - done)


def _percentiles(blocks: Sequence[Array]) -> tuple[float, float]:
    """The middle 95% of the draws in which the measure is defined."""
    values = np.concatenate(blocks)
    low, high = np.percentile(values[~np.isnan(values)], [2.5, 97.5])
    return float(low), float(high)
