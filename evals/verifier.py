"""How well the verifier tells true sentences from the same with one thing changed; and its weights, fitted to that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

from evals.alter import CHANGES, say_otherwise
from index import Article, DatelineError
from index.passages import split_passages
from index.sentences import split_sentences
from rag.verify import OfflineVerifier, Weights, cite_text, weigh_signals

WRITTEN = Path(__file__).parent / "data" / "verifier.jsonl"
_PASSAGE_WORDS = 60
_WORDS = (8, 40)  # of a sentence that is taken
_ELSEWHERE = "source"  # the kind in which the sentence is true and another passage is cited


@dataclass(frozen=True, slots=True)
class Pair:
    """A true sentence, the same with one thing changed, and the texts that each is said to rest on."""

    article: str
    kind: str
    written: bool
    true: str
    false: str
    texts: tuple[str, ...]
    false_texts: tuple[str, ...]

    @property
    def tuning(self) -> bool:
        """True for the half that weights may be fitted to: by article, and the same on every machine."""
        return sha256(self.article.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with what the verifier sees of both sentences."""

    pair: Pair
    true: Mapping[str, float]
    false: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """Balanced accuracy: the mean of the shares of true and of changed sentences told rightly, over `pairs`."""

    pairs: int
    balanced_accuracy: float
    true_kept: float
    changed_found: float


def read_written_pairs(articles: Sequence[Article], path: Path = WRITTEN) -> list[Pair]:
    """The pairs written by hand on the sample articles: a sentence said in other words, and changed."""
    by_id = {a.id: a for a in articles}
    pairs = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        article = by_id.get(row["article"])
        texts = cite(article, row["quote"]) if article else ()
        if not article or not texts:
            raise DatelineError(f"{path}, line {n} quotes what no sample article says. Mend that line.")
        for kind, false in row["false"].items():
            pairs.append(Pair(article.id, kind, True, row["true"], false, texts, texts))
    return pairs


def cite(article: Article, quote: str) -> tuple[str, ...]:
    """The passage that holds the beginning of `quote`, with the article's heading, as an answer cites it."""
    at = article.text.find(quote)
    return tuple(
        cite_text(article, p.text) for p in split_passages(article, _PASSAGE_WORDS) if at >= 0 and p.start <= at < p.end
    )


def make_pairs(articles: Sequence[Article], per_article: int) -> list[Pair]:
    """Pairs made by rules: for each article at most `per_article` of each kind. The same articles give the same."""
    return [pair for n, article in enumerate(articles) for pair in _make(article, articles[n - 1], per_article)]


def _make(article: Article, foreign: Article, most: int) -> Iterator[Pair]:
    random = Random(article.id)  # noqa: S311 - chance that can be repeated, no secret
    passages = split_passages(article, _PASSAGE_WORDS)
    spots = [
        (n, p.text[s.start : s.end])
        for n, p in enumerate(passages)
        for s in split_sentences(p.text)
        if _WORDS[0] <= len(p.text[s.start : s.end].split()) <= _WORDS[1] and p.text[s.end - 1] in '.”"'
    ]
    random.shuffle(spots)
    for kind, change in CHANGES.items():
        made = 0
        for n, sentence in spots:
            if made == most:
                break
            true = say_otherwise(sentence, random)
            false = change(true, random, [*(p.text for p in passages), foreign.text])
            if false and false != true:
                texts = (cite_text(article, passages[n].text),)
                yield Pair(article.id, kind, False, true, false, texts, texts)
                made += 1
    for n, sentence in spots[:most] if len(passages) > 1 else []:
        other = random.choice([m for m in range(len(passages)) if m != n])
        texts, wrong = (
            (cite_text(article, passages[m].text),) for m in (n, other)
        )  # fmt: skip
        true = say_otherwise(sentence, random)
        yield Pair(article.id, _ELSEWHERE, False, true, true, texts, wrong)


def score_pairs(
    pairs: Sequence[Pair], verifier: OfflineVerifier, track: Callable[[Iterable[Pair]], Iterable[Pair]]
) -> list[Scored]:
    """What the verifier sees of each pair. `track` wraps the pairs, to show how far it is."""
    return [
        Scored(p, verifier.read_signals(p.true, p.texts), verifier.read_signals(p.false, p.false_texts))
        for p in track(pairs)
    ]


def fit_weights(scored: Sequence[Scored]) -> Weights:
    """Logistic regression on the tuning half, each kind and each way of making pairs weighing the same.

    Ridge-penalized, by Newton's method (iteratively reweighted least squares: Hastie, Tibshirani and Friedman,
    The Elements of Statistical Learning, 4.4.1). The threshold is the one of 0.05, 0.10 … with the best balanced
    accuracy, kinds weighing the same.
    """
    tuning = [s for s in scored if s.pair.tuning]
    names = sorted({name for s in tuning for name in s.true})
    groups: dict[tuple[str, bool], int] = {}
    for s in tuning:
        groups[s.pair.kind, s.pair.written] = groups.get((s.pair.kind, s.pair.written), 0) + 1
    rows, labels, weights = [], [], []
    for s in tuning:
        for signals, label in ((s.true, 1.0), (s.false, 0.0)):
            rows.append([signals[name] for name in names])
            labels.append(label)
            weights.append(1 / groups[s.pair.kind, s.pair.written] * len(tuning) / len(groups))
    x = np.array(rows)
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    beta = _fit(np.hstack([np.ones((len(x), 1)), (x - mean) / spread]), np.array(labels), np.array(weights))
    slopes = beta[1:] / spread
    fitted = Weights(
        round(float(beta[0] - slopes @ mean), 4),
        {name: round(float(v), 4) for name, v in zip(names, slopes, strict=True)},
        0.5,
    )
    steps = [n / 20 for n in range(1, 20)]
    best = max(
        steps,
        key=lambda t: float(
            np.mean(
                [f.balanced_accuracy for f in measure(tuning, Weights(fitted.intercept, fitted.signals, t)).values()]
            )
        ),
    )
    return Weights(fitted.intercept, fitted.signals, best)


def _fit(x: np.ndarray, y: np.ndarray, w: np.ndarray, ridge: float = 2.0) -> np.ndarray:  # type: ignore[type-arg]
    beta = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        curve = (x * (w * np.maximum(p * (1 - p), 1e-9))[:, None]).T @ x + penalty
        step = np.linalg.solve(curve, x.T @ (w * (y - p)) - penalty @ beta)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return beta


def measure(scored: Iterable[Scored], weights: Weights) -> dict[str, Figure]:
    """Balanced accuracy by kind of change."""
    by_kind: dict[str, list[tuple[bool, bool]]] = {}
    for s in scored:
        told = tuple(weigh_signals(signals, weights) >= weights.threshold for signals in (s.true, s.false))
        by_kind.setdefault(s.pair.kind, []).append((told[0], not told[1]))
    figures = {}
    for kind, right in sorted(by_kind.items()):
        kept, found = (sum(r[side] for r in right) / len(right) for side in (0, 1))
        figures[kind] = Figure(len(right), (kept + found) / 2, kept, found)
    return figures
