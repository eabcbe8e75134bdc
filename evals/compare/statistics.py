"""How sure a figure is: bootstrap intervals, paired differences and a randomization test, over questions.

- Percentile bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. A question is drawn
  with all its rows (asked, and asked without its evidence), since they are not independent of each other.
- Paired randomization test: Smucker, Allan and Carterette, A Comparison of Statistical Significance Tests for
  Information Retrieval Evaluation, CIKM 2007. The two runs' rows of a question are swapped with probability 1/2.
- Risk and coverage: El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR 11, 2010.
- AUROC as the probability that a right answer has the higher confidence, ties counting half (Hanley and McNeil 1982).
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


class Scored(Protocol):
    """The scores of one question in one variant; None where a measure can't be told."""

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


def _mean(weights: Array, value: Array) -> Array:
    return _divide(weights @ value, weights.sum(axis=1))


def _precision(weights: Array, refused: Array, should: Array) -> Array:
    return _divide(weights @ (refused * should), weights @ refused)


def _recall(weights: Array, refused: Array, should: Array) -> Array:
    return _divide(weights @ (refused * should), weights @ should)


def _f1(weights: Array, refused: Array, should: Array) -> Array:
    return _divide(2 * weights @ (refused * should), weights @ (refused + should))


def _auroc(weights: Array, confidence: Array, right: Array) -> Array:
    starts, order = _group_ties(confidence)
    good = np.add.reduceat((weights * right)[:, order], starts, axis=1)
    bad = np.add.reduceat((weights * (1 - right))[:, order], starts, axis=1)
    below = bad.sum(axis=1, keepdims=True) - np.cumsum(bad, axis=1)  # groups go from high to low confidence
    return _divide((good * (below + bad / 2)).sum(axis=1), good.sum(axis=1) * bad.sum(axis=1))


def _aurc(weights: Array, confidence: Array, right: Array) -> Array:
    """Mean over coverages 1/n … n/n of the risk among the most confident; ties in any order, on average."""
    starts, order = _group_ties(confidence)
    size = np.add.reduceat(weights[:, order], starts, axis=1)
    errors = np.add.reduceat((weights * (1 - right))[:, order], starts, axis=1)
    size_before, errors_before = np.cumsum(size, axis=1) - size, np.cumsum(errors, axis=1) - errors
    total = size.sum(axis=1)
    # Within a group the errors grow evenly: sum over k of (E + e k / m) / (N + k), by harmonic numbers.
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(total.max(initial=0)) + 1))])
    steps = harmonic[(size_before + size).astype(int)] - harmonic[size_before.astype(int)]
    rate = np.where(size > 0, errors / np.maximum(size, 1), 0.0)
    return _divide((rate * (size - size_before * steps) + errors_before * steps).sum(axis=1), total)


def _group_ties(confidence: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each group of equal confidences starts, and the order in which they stand, the highest first."""
    order = np.argsort(-confidence, kind="stable")
    changes = np.flatnonzero(np.diff(confidence[order])) + 1
    return np.concatenate([[0], changes]).astype(np.intp), order


def _divide(above: Array, below: Array) -> Array:
    """above / below, NaN where below is 0."""
    out: Array = np.full(len(above), np.nan)
    return np.divide(above, below, out=out, where=below > 0)


class _Measure(NamedTuple):
    """The scores that a measure is made of, how, and which of the rows its `n` counts (all, if none are named)."""

    inputs: tuple[str, ...]
    compute: Callable[..., Array]
    counted: str = ""


_REFUSALS = ("refused", "should_refuse")
_CONFIDENCE = ("confidence", "right")
_OF_A_SET = {
    "refusal_precision": _Measure(_REFUSALS, _precision, "refused"),
    "refusal_recall": _Measure(_REFUSALS, _recall, "should_refuse"),
    "refusal_f1": _Measure(_REFUSALS, _f1),
    "confidence_auroc": _Measure(_CONFIDENCE, _auroc),
    "aurc": _Measure(_CONFIDENCE, _aurc),
}


def interval(rows: Sequence[Scored], measure: str, draws: int = DRAWS, seed: int = 0) -> Interval:
    """A measure with its n and its 95% percentile bootstrap interval over questions."""
    made = _OF_A_SET.get(measure, _Measure((measure,), _mean))
    kept, columns = _known(rows, made.inputs)
    if not kept:
        return Interval(None, 0, None, None)
    n = int(sum(columns[made.inputs.index(made.counted)])) if made.counted else len(kept)
    mean = float(made.compute(np.ones((1, len(kept))), *columns)[0])
    if np.isnan(mean):
        return Interval(None, n, None, None)
    blocks = [made.compute(weights, *columns) for weights in _resample([row.id for row in kept], draws, seed)]
    low, high = _percentiles(blocks) if blocks else (mean, mean)
    return Interval(mean, n, low, high)


def compare_rows(
    before: Sequence[Scored], after: Sequence[Scored], measure: str, draws: int = DRAWS, seed: int = 0
) -> Difference | None:
    """The paired difference of a measure, over the rows (id and variant) where both runs have what it needs.

    None where no row has, or the measure is undefined for one of the runs.
    """
    made = _OF_A_SET.get(measure, _Measure((measure,), _mean))
    old, new = ({(row.id, row.variant): row for row in rows} for rows in (before, after))
    known = [{key for key, row in rows.items() if _has(row, made.inputs)} for rows in (old, new)]
    keys = [key for key in old if key in known[0] and key in known[1]]
    if not keys:
        return None
    _, old_columns = _known([old[key] for key in keys], made.inputs)
    _, new_columns = _known([new[key] for key in keys], made.inputs)
    once = np.ones((1, len(keys)))
    was, now = (float(made.compute(once, *columns)[0]) for columns in (old_columns, new_columns))
    if np.isnan(was) or np.isnan(now):
        return None
    ids = [name for name, _ in keys]
    blocks = [made.compute(w, *new_columns) - made.compute(w, *old_columns) for w in _resample(ids, draws, seed)]
    low, high = _percentiles(blocks)
    both = [np.concatenate(pair) for pair in zip(old_columns, new_columns, strict=True)]
    p = _randomize(ids, both, made.compute, now - was, seed)
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
    return _divide(agreed - by_chance, np.where(by_chance < 1 - _TIES, 1 - by_chance, 0.0))


def trace_risk(rows: Sequence[Scored]) -> list[tuple[float, float]]:
    """The risk-coverage curve: (share of questions, share of wrong answers among them), the most confident first.

    A point for each distinct confidence: equal ones can only be answered or left together.
    """
    kept, columns = _known(rows, _CONFIDENCE)
    if not kept:
        return []
    confidence, right = columns
    starts, order = _group_ties(confidence)
    ends = np.append(starts[1:], len(kept))
    errors = np.cumsum(1 - right[order])
    return [(float(end / len(kept)), float(errors[end - 1] / end)) for end in ends]


def _has(row: Scored, inputs: Sequence[str]) -> bool:
    return all(row.scores.get(name) is not None for name in inputs)


def _known(rows: Sequence[Scored], inputs: Sequence[str]) -> tuple[list[Scored], list[Array]]:
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
