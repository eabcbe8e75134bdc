"""`python -m evals.fit.page_dates DATA`: on how many pages the day of publication is right, and on how many wrong.

DATA has `dates/` and `truth.json`. Nothing is fitted; the rules were chosen looking at these pages, so the spread over
five folds of sites says how much they vary, and on other sites expect less. htmldate alone is measured beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.fit.pages import FOLDS, assign_folds, read_truth, summarize
from index import Article, read_files_in_subprocesses, set_up_process


def find_days(paths: Sequence[Path]) -> dict[str, str]:
    """The day that is read of each page, by the name of its file; none where the page has none."""
    read = read_files_in_subprocesses(paths, max_mb=20, seconds=60)
    found = [article for article in read if isinstance(article, Article) and article.published and article.origin]
    return {Path(a.origin or "").stem: f"{a.published:%Y-%m-%d}" for a in found}


def search_days(paths: Sequence[Path]) -> dict[str, str]:
    """The day that htmldate finds on each page, as it searches for the first publication."""
    from htmldate import find_date

    days = {path.stem: find_date(path.read_bytes(), original_date=True) for path in paths}
    return {stem: day for stem, day in days.items() if day}


def measure_days(days: Mapping[str, str], truth: Mapping[str, Mapping[str, str]]) -> list[tuple[float, float]]:
    """For each fold of sites the shares of pages whose day is right, and whose day is wrong."""
    folds = assign_folds([page["url"] for page in truth.values()])
    figures = []
    for fold in range(FOLDS):
        inside = [stem for stem, its in zip(truth, folds, strict=True) if its == fold]
        right = sum(days.get(stem) == truth[stem]["date"] for stem in inside)
        given = sum(stem in days for stem in inside)
        figures.append((right / len(inside), (given - right) / len(inside)))
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the shares of pages whose day is right, and wrong."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.page_dates", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with dates/ and truth.json")
    chosen = parser.parse_args(arguments)
    set_up_process()
    truth = read_truth(chosen.data)["dates"]
    paths = [chosen.data / "dates" / f"{stem}.html" for stem in truth]
    found = {"read": find_days(paths), "htmldate alone": search_days(paths)}
    figures = {name: summarize(measure_days(days, truth)) for name, days in found.items()}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
