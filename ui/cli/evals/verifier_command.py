"""`dateline eval verifier`."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli.options import json_option, print_json


@click.command(short_help="Measure the verifier on true and changed sentences.")
@click.argument("dataset")
@click.option("--pairs", type=click.IntRange(1), default=700, show_default=True, help="Pairs made of DATASET.")
@click.option(
    "--fit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Fit weights, and write them here."
)
@json_option
def verifier(dataset: str, pairs: int, fit: Path | None, json: bool) -> None:
    """Measure how well the verifier tells true sentences from the same with one thing changed.

    Pairs are made of DATASET's articles by rules, and come with those written by hand on the sample library. The
    figures are of the half of the articles that weights are not fitted to.
    """
    from dataclasses import asdict
    from tempfile import TemporaryDirectory

    from evals import choose_pairs, fit_verifier, load_dataset, measure_verifier, score_pairs, write_verifier
    from index import Library
    from rag import VERIFIER_FILE, make_offline_verifier, read_weights
    from ui.cli.progress import track

    chosen = choose_pairs(load_dataset(dataset).articles(), list(load_dataset("seeds").articles()), pairs)
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "library", create=True) as library:
        scored = score_pairs(chosen, make_offline_verifier(library), track)
    weights = fit_verifier(scored) if fit else read_weights(VERIFIER_FILE)
    if fit:
        write_verifier(fit, weights, scored)
    figures = measure_verifier([s for s in scored if not s.pair.tuning], weights)
    if json:
        print_json({way: {kind: asdict(f) for kind, f in part.items()} for way, part in figures.items()})
        return
    click.echo(f"{'pairs':<10}{'kind':<14}{'n':>5}{'balanced accuracy':>20}{'true kept':>12}{'changed found':>16}")
    for way, part in figures.items():
        for kind, f in part.items():
            shares = f"{f.balanced_accuracy:>20.3f}{f.true_kept:>12.3f}{f.changed_found:>16.3f}"
            click.echo(f"{way:<10}{kind:<14}{f.pairs:>5}{shares}")


COMMANDS = (verifier,)
