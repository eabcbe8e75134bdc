"""How well the verifier tells true sentences from the same with one thing changed; and its weights, fitted to that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Literal, Protocol

import numpy as np

from evals.fit.alter import CHANGES, say_otherwise
from evals.fit.logistic import fit_logistic
from evals.lines import get_text, naming, read_jsonl
from evals.runs.system import Track, track_nothing
from index import Article, split_passages, split_sentences
from rag import Weights, cite_text, weigh_signals

_DATA = Path(__file__).parents[1] / "data"
WRITTEN = _DATA / "verifier.jsonl"
FREE = _DATA / "verifier-free.jsonl"
_PASSAGE_WORDS = 60
_WORDS = (8, 40)  # of a sentence that is taken
_RIDGE = 10.0
_KEPT = 0.97  # of true sentences, at least: of those that other people write fewer are
_MUSTS = ("figures", "days", "names", "quoted", "altered")  # what a claim has must be in what it cites
_MUST = 5.0  # so each that isn't costs at least this much: more than all nearness gives
_NEARNESS = ("cosine", "cross_encoder", "overlap", "reader")  # signals that may speak for a claim
_ELSEWHERE = "source"  # the kind in which the sentence is true and another passage is cited


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A true sentence, the same with one thing changed, and the texts that each is said to rest on.

    `way` is how both came about: by rules, written by hand, or written by a language model in words as free as its own.
    """

    article: str
    kind: str
    way: Literal["made", "written", "free"]
    true: str
    false: str
    texts: tuple[str, ...]
    false_texts: tuple[str, ...]

    @property
    def tuning(self) -> bool:
        """True for the half that weights may be fitted to: by article, and the same on every machine.

        Free pairs are measured alone.
        """
        return self.way != "free" and sha256(self.article.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A pair with what the verifier sees of both sentences."""

    pair: ClaimPair
    true: Mapping[str, float]
    false: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PairAccuracy:
    """Balanced accuracy: the mean of the shares of true and of changed sentences judged rightly, over `pairs`."""

    pairs: int
    balanced_accuracy: float
    true_kept: float
    changed_found: float


def read_written_pairs(articles: Sequence[Article], path: Path = WRITTEN) -> list[ClaimPair]:
    """The pairs written by hand on the sample articles: a sentence said in other words, and changed.

    Raises DatelineError that names the line of one that quotes no sample article.
    """
    by_id = {a.id: a for a in articles}
    pairs = []
    for row in read_jsonl(path):
        with naming(row.place):
            article = by_id.get(get_text(row.values, "article"))
            at = article.text.find(get_text(row.values, "quote")) if article else -1
            texts = cite(article, at) if article else ()
            if not article or not texts:
                raise ValueError("it quotes what no sample article says")
            true = get_text(row.values, "true")
            for kind, false in row.values["false"].items():
                pairs.append(ClaimPair(article.id, kind, "written", true, false, texts, texts))
    return pairs


def read_free_pairs(articles: Iterable[Article], path: Path = FREE) -> list[ClaimPair]:
    """The pairs that a language model wrote on articles of newsqa, of those that are among `articles`."""
    by_id = {a.id: a for a in articles}
    pairs = []
    for row in read_jsonl(path):
        with naming(row.place):
            if article := by_id.get(get_text(row.values, "article")):
                texts, true = cite(article, row.values["start"]), get_text(row.values, "true")
                for kind, false in row.values["false"].items():
                    pairs.append(ClaimPair(article.id, kind, "free", true, false, texts, texts))
    return pairs


def cite(article: Article, at: int) -> tuple[str, ...]:
    """The passage that holds character `at`, with the article's heading, as an answer cites it; none for -1."""
    return tuple(cite_text(article, p) for p in split_passages(article, _PASSAGE_WORDS) if p.start <= at < p.end)


def make_pairs(articles: Sequence[Article], per_article: int) -> list[ClaimPair]:
    """Pairs made by rules: for each article at most `per_article` of each kind. The same articles give the same."""
    return [pair for n, article in enumerate(articles) for pair in _make(article, articles[n - 1], per_article)]


def _make(article: Article, foreign: Article, most: int) -> Iterator[ClaimPair]:
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
                texts = (cite_text(article, passages[n]),)
                yield ClaimPair(article.id, kind, "made", true, false, texts, texts)
                made += 1
    for n, sentence in spots[:most] if len(passages) > 1 else []:
        other = random.choice([m for m in range(len(passages)) if m != n])
        texts, wrong = (
            (cite_text(article, passages[m]),) for m in (n, other)
        )  # fmt: skip
        true = say_otherwise(sentence, random)
        yield ClaimPair(article.id, _ELSEWHERE, "made", true, true, texts, wrong)


class SignalReader(Protocol):
    """A verifier whose signals can be looked at before they are weighed."""

    def read_signals(self, claim: str, texts: Sequence[str]) -> dict[str, float]: ...


def choose_pairs(articles: Iterable[Article], samples: Sequence[Article], most: int) -> list[ClaimPair]:
    """Some `most` pairs made of `articles`, by the hash of their ids, and those written on them and on the samples."""
    ordered = sorted(articles, key=lambda a: sha256(a.id.encode()).hexdigest())
    return [*make_pairs(ordered, 1)[:most], *read_free_pairs(ordered), *read_written_pairs(samples)]


def score_pairs(pairs: Sequence[ClaimPair], verifier: SignalReader, track: Track = track_nothing) -> list[ScoredPair]:
    """What the verifier sees of each pair."""
    with track("Reading", len(pairs), "pairs") as advance:
        return [
            ScoredPair(p, verifier.read_signals(p.true, p.texts), verifier.read_signals(p.false, p.false_texts))
            for p in advance(pairs)
        ]


def fit_verifier(scored: Sequence[ScoredPair]) -> Weights:
    """Fit the weights to the tuning half, each kind and each way of making pairs weighing the same.

    Nothing that a text lacks may speak for a claim, no nearness against it, and what must be there counts. The
    threshold is, of 0.05, 0.10 …, the highest that keeps 0.97 of the true sentences, of those made by rules as of those
    written, which are less near their source.
    """
    tuning = [s for s in scored if s.pair.tuning]
    names = sorted({name for s in tuning for name in s.true})
    groups = Counter((s.pair.kind, s.pair.way) for s in tuning)
    each = [len(tuning) / len(groups) / groups[s.pair.kind, s.pair.way] for s in tuning]
    x = np.array([[signals[name] for name in names] for s in tuning for signals in (s.true, s.false)])
    y = np.tile([1.0, -1.0], len(tuning))
    w = np.repeat(each, 2)
    most = [-_MUST if name in _MUSTS else 0.0 for name in names]
    ranges = [(0.0, None) if name in _NEARNESS else (None, top) for name, top in zip(names, most, strict=True)]
    found, slopes = fit_logistic(x, y, w, _RIDGE, ranges)
    signals = {name: round(float(v), 4) for name, v in zip(names, slopes, strict=True) if round(float(v), 4)}
    intercept = round(found, 4)
    steps = [Weights(intercept, signals, n / 20) for n in range(1, 20)]
    return next((w for w in reversed(steps) if _share_kept(tuning, w) >= _KEPT), steps[0])


def _share_kept(scored: Sequence[ScoredPair], weights: Weights) -> float:
    """The share of true sentences that are kept, of the way of making pairs where it is less."""
    parts = [list(part.values()) for part in measure_verifier(scored, weights).values()]
    return min(sum(f.true_kept * f.pairs for f in part) / sum(f.pairs for f in part) for part in parts)


def measure_verifier(scored: Iterable[ScoredPair], weights: Weights) -> dict[str, dict[str, PairAccuracy]]:
    """Balanced accuracy by way of making pairs (`made`, `written`, `free`) and kind of change."""
    judged: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    for s in scored:
        kept, passed = (weigh_signals(signals, weights) >= weights.threshold for signals in (s.true, s.false))
        judged.setdefault((s.pair.way, s.pair.kind), []).append((kept, not passed))
    figures: dict[str, dict[str, PairAccuracy]] = {}
    for (way, kind), right in sorted(judged.items()):
        kept_share, found = (round(sum(r[side] for r in right) / len(right), 3) for side in (0, 1))
        figures.setdefault(way, {})[kind] = PairAccuracy(
            len(right), round((kept_share + found) / 2, 3), kept_share, found
        )
    return figures


def write_verifier(path: Path, weights: Weights, scored: Sequence[ScoredPair]) -> None:
    """Write the weights with their figures on the half that they were not fitted to."""
    held = measure_verifier([s for s in scored if not s.pair.tuning], weights)
    figures = {way: {kind: asdict(figure) for kind, figure in part.items()} for way, part in held.items()}
    path.write_text(json.dumps({**asdict(weights), "held_back": figures}, indent=2) + "\n", encoding="utf-8")
