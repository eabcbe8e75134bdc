"""`python -m evals.fit.pages DATA`: how well the article is separated from the rest of a page, on sites not fitted to.

DATA has `html/`, `txt/` and `truth.json`: snippets of each page's body, and of its boilerplate. A site's pages are in
one of five folds; each fold is measured with weights fitted to the four others, with all features and without some.
`--fit FILE` fits the weights to all pages and writes them; `index/clean/article_blocks.json` is such a file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

import numpy as np
from courlan import extract_domain

from evals.fit.logistic import fit_logistic
from evals.statistics import Array
from index import BlockWeights, DatelineError, PageKind, describe_saved_page, keep_likely, set_up_process

T = TypeVar("T")
FOLDS = 5
_RIDGE = {"html": 20.0, "txt": 10.0}
_THRESHOLDS = {"html": 0.53, "txt": 0.445}  # chosen on the folds: text lost is worse than text too many
_SNIPPETS = {"html": ("with", "without"), "txt": ("with_in_txt", "without_in_txt")}
_GROUPS = {  # of features, by what their names look like
    "words known of boilerplate": r"(button|notice|teaser|caption|list|appendix)(_\d.*)?",
    "neighbours": r".*_\d+_(above|below|between)",
    "the page's title": r"headline|headlines_above|like_title",
    "repeated blocks, place": r"repeated|late",
    "signs": r"colon|bar|date|quote|question|exclaimed|ellipsis|lower",
    "links": r"linked(_\d.*)?",
    "navigation and asides": r"around(_\d.*)?",
    "trafilatura": r"trafilatura(_\d.*)?",
    "resiliparse": r"resiliparse(_\d.*)?",
    "both extractors": r"(trafilatura|resiliparse)(_\d.*)?",
    "elements": r"paragraph|item|heading|cell|figcaption|blockquote|div|preformatted",
    "names of elements": r"named_.*",
}


class Snippet(NamedTuple):
    """Words of a page that are its article's, or not, and the places of the blocks that hold them."""

    right: bool
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page as far as it is learnt from: a row of features for each block, and its snippets."""

    fold: int
    rows: Array
    features: tuple[str, ...]
    snippets: tuple[Snippet, ...]


class PageFigures(NamedTuple):
    """The shares of the body's snippets that are kept, and of the boilerplate's that are removed."""

    kept: float
    removed: float


def assign_folds(addresses: Sequence[str]) -> list[int]:
    """Return the fold of each address, from 0 to 4: that of its site, and the same on every machine."""
    sites = [extract_domain(address) or address for address in addresses]
    ordered = sorted(set(sites), key=lambda site: sha256(site.encode()).digest())
    folds = {site: place % FOLDS for place, site in enumerate(ordered)}
    return [folds[site] for site in sites]


def read_labelled_pages(data: Path, kind: PageKind) -> list[LabelledPage]:
    """The pages of a folder as `DATA` is; one that can't be read has no blocks, and loses all its snippets."""
    truth = read_truth(data)["pages"]
    folds = assign_folds([page["url"] for page in truth.values()])
    pages = []
    for fold, (stem, page) in zip(folds, truth.items(), strict=True):
        try:
            texts, rows, features = describe_saved_page((data / kind / f"{stem}.{kind}").read_bytes(), kind)
        except DatelineError:
            texts, rows, features = [], np.zeros((0, 0)), ()
        snippets = [
            Snippet(right, tuple(i for i, text in enumerate(texts) if " ".join(words.split()) in text))
            for right, name in zip((True, False), _SNIPPETS[kind], strict=True)
            for words in page[name]
        ]
        pages.append(LabelledPage(fold, rows, features, tuple(snippets)))
    return pages


def read_truth(data: Path) -> dict[str, Any]:
    """The labels; raises DatelineError where there are none."""
    try:
        truth: dict[str, Any] = json.loads((data / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DatelineError(f"{data} has no truth.json that can be read; name a folder of labelled pages") from None
    return truth


def fit_blocks(pages: Sequence[LabelledPage], kind: PageKind, left_out: str = "$.") -> BlockWeights:
    """Fit weights to the snippets, each counting once however many blocks hold it, or have the same words.

    Features whose whole name `left_out` matches get none.
    """
    features = next(page.features for page in pages if page.features)
    used = [n for n, name in enumerate(features) if not re.fullmatch(left_out, name)]
    cases = [
        (page.rows[place][used], 1.0 if right else -1.0, 1 / len(places))
        for page in pages
        for right, places in page.snippets
        for place in places
    ]
    rows, right, weight = (np.array(column) for column in zip(*cases, strict=True))
    intercept, slopes = fit_logistic(rows, right, weight, _RIDGE[kind])
    named = {features[n]: round(float(slope), 4) for n, slope in zip(used, slopes, strict=True)}
    return BlockWeights(round(intercept, 4), named, _THRESHOLDS[kind])


def measure_blocks(pages: Sequence[LabelledPage], weights: BlockWeights) -> PageFigures:
    """A snippet is kept where one of the blocks that hold it is."""
    kept: list[bool] = []
    removed: list[bool] = []
    for page in pages:
        likely = list(keep_likely(page.rows, page.features, weights)) if page.features else []
        for right, places in page.snippets:
            shown = any(likely[place] for place in places)
            (kept if right else removed).append(shown if right else not shown)
    return PageFigures(float(np.mean(kept)), float(np.mean(removed)))


def measure_folds(pages: Sequence[LabelledPage], kind: PageKind, left_out: str = "$.") -> list[PageFigures]:
    """The figures of each fold, with weights fitted to the others."""
    return [
        measure_blocks(inside, fit_blocks(outside, kind, left_out))
        for inside, outside in split_folds(pages, lambda page: page.fold)
    ]


def split_folds(items: Sequence[T], fold_of: Callable[[T], int]) -> Iterator[tuple[list[T], list[T]]]:
    """For each fold the items in it, and those that are not."""
    for fold in range(FOLDS):
        yield [i for i in items if fold_of(i) == fold], [i for i in items if fold_of(i) != fold]


def summarize(folds: Sequence[tuple[float, ...]]) -> list[str]:
    """Each figure's mean over the folds, and in brackets its least and most."""
    return [f"{np.mean(column):.3f} ({min(column):.3f} to {max(column):.3f})" for column in zip(*folds, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures over folds, body kept and boilerplate removed; write the weights where a file is named."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.pages", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with html/, txt/ and truth.json")
    parser.add_argument("--fit", type=Path, metavar="FILE", help="write weights fitted to all pages")
    chosen = parser.parse_args(arguments)
    set_up_process()
    figures: dict[str, Mapping[str, list[str]]] = {}
    weights = {}
    for kind in get_args(PageKind):
        pages = read_labelled_pages(chosen.data, kind)
        groups = {"all": "$.", **{f"without {name}": pattern for name, pattern in _GROUPS.items()}}
        known = next(page.features for page in pages if page.features)
        used = {n: p for n, p in groups.items() if n == "all" or any(re.fullmatch(p, name) for name in known)}
        figures[kind] = {name: summarize(measure_folds(pages, kind, pattern)) for name, pattern in used.items()}
        weights[kind] = fit_blocks(pages, kind)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    if chosen.fit:
        write_weights(chosen.fit, weights, figures)


def write_weights(
    path: Path, weights: Mapping[str, BlockWeights], figures: Mapping[str, Mapping[str, list[str]]]
) -> None:
    """Write the weights of each kind of page, with their figures on sites that they were not fitted to."""
    stored = {
        kind: {
            "intercept": found.intercept,
            "threshold": found.threshold,
            "kept, removed": figures[kind]["all"],
            "slopes": dict(found.slopes),
        }
        for kind, found in weights.items()
    }
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
