"""`dateline eval compare` and `dateline eval gate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index import UsageError, make_safe
from ui.cli.options import json_option, print_json

if TYPE_CHECKING:
    from evals import AnswerChange, AnswerRow, RunComparison

_RUN = click.Path(path_type=Path)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the bootstrap and the test."
)


@click.command(short_help="Compare runs on the same questions.")
@click.argument("baseline", type=_RUN, metavar="RUN")
@click.argument("others", type=_RUN, metavar="RUN...", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(min=0), default=5, show_default=True, help="Changed questions to show.")
@seed_option
@json_option
def compare(baseline: Path, others: Sequence[Path], most: int, seed: int, json: bool) -> None:
    """Compare each later RUN with the first: every measure, and the questions that changed most.

    Each difference has its 95% bootstrap interval over questions and the p of a paired randomization test.
    """
    from evals import compare_runs, read_run

    first = read_run(baseline)
    found = [compare_runs(first, read_run(other), seed) for other in others]
    if json:
        print_json([_comparison_to_dict(comparison, most) for comparison in found])
        return
    for comparison in found:
        _print_comparison(comparison, most)


@click.command(short_help="Pass or fail: exit 1 where quality dropped.")
@click.argument("run", type=_RUN)
@click.option("--baseline", type=_RUN, metavar="RUN", help="Run that this one must not fall below.")
@click.option("--min", "least", multiple=True, metavar="NAME=NUMBER", help="Measure that must not be less.")
@click.option("--max", "most", multiple=True, metavar="NAME=NUMBER", help="Measure that must not be more.")
@click.option("--max-drop", multiple=True, metavar="NAME=NUMBER", help="Largest real drop from the baseline.")
@click.option("--rules", type=_RUN, metavar="FILE", help="TOML with tables min, max and max_drop; options win.")
@click.option("--junit", type=_RUN, metavar="FILE", help="Write the verdicts as JUnit XML.")
@seed_option
@json_option
def gate(
    run: Path,
    baseline: Path | None,
    least: Sequence[str],
    most: Sequence[str],
    max_drop: Sequence[str],
    rules: Path | None,
    junit: Path | None,
    seed: int,
    json: bool,
) -> None:
    """Hold RUN against thresholds, and against a baseline; exit with 1 where a rule is broken.

    A drop counts where its 95% interval does not reach 0 and p is below 0.05; else it is within noise, and passes.
    With --baseline alone, the main measures must not drop.
    """
    from evals import GateRules, check_rules, read_rules, read_run, write_junit

    given = GateRules(_read_pairs(least), _read_pairs(most), _read_pairs(max_drop))
    wanted = read_rules(rules).replaced_by(given) if rules else given
    opened = read_run(run)
    verdicts = check_rules(opened, wanted, read_run(baseline) if baseline else None, seed)
    if junit:
        write_junit(verdicts, opened, junit)
    passed = all(verdict.passed for verdict in verdicts)
    if json:
        print_json({"passed": passed, "rules": [asdict(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            word = click.style("pass", fg="green") if verdict.passed else click.style("FAIL", fg="red", bold=True)
            click.echo(f"{word}  {verdict.rule}: {verdict.found}")
    if not passed:
        raise click.exceptions.Exit(1)


def _read_pairs(given: Sequence[str]) -> dict[str, float]:
    pairs = {}
    for text in given:
        name, equals, number = text.rpartition("=")
        try:
            pairs[name] = float(number)
        except ValueError:
            equals = ""
        if not name or not equals:
            raise UsageError(f"{text!r} is not NAME=NUMBER, such as ndcg@10=0.6.")
    return pairs


def _comparison_to_dict(comparison: RunComparison, most: int) -> dict[str, Any]:
    return {
        "before": str(comparison.before.path),
        "after": str(comparison.after.path),
        "measures": {name: {**d._asdict(), "real": d.is_real} for name, d in comparison.differences.items()},
        "overlap": comparison.overlap,
        "changed": len(comparison.changes),
        "changes": [
            {
                "id": change.after.id,
                "variant": change.after.variant,
                "question": change.after.question,
                "scores": {name: list(pair) for name, pair in change.scores.items()},
                "before": change.before.error or change.before.text,
                "after": change.after.error or change.after.text,
            }
            for change in comparison.changes[:most]
        ],
    }


def _print_comparison(comparison: RunComparison, most: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from evals import judge_difference

    console = Console(highlight=False)
    console.print(f"A {comparison.before.path}\nB {comparison.after.path}", style="bold", markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("measure", no_wrap=True, min_width=18)
    for name in ("A", "B", "B − A", "95% interval", "p", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for name, d in comparison.differences.items():
        word = judge_difference(name, d)
        sure = (f"{d.low:+.3f} to {d.high:+.3f}", f"{d.p:.4f}") if d.difference else ("", "")
        figures = (f"{d.before:.3f}", f"{d.after:.3f}", f"{d.difference:+.3f}", *sure, str(d.n))
        table.add_row(name, *figures, word, style="bold" if d.is_real else None)
    console.print(table)
    if comparison.overlap is not None:
        console.print(f"\n{comparison.overlap:.1%} of the first ten articles are the same")
    asked = len(comparison.after.answers)
    console.print(f"\n{len(comparison.changes)} of {asked} questions changed", style="bold")
    for change in comparison.changes[:most]:
        console.print(_lay_out_change(change))
    console.print()


def _lay_out_change(change: AnswerChange) -> Any:
    """Both answers beside each other, under the question and the scores that moved."""
    from rich.table import Table
    from rich.text import Text

    named = " (without its evidence)" if change.after.variant == "without_evidence" else ""
    table = Table(box=None, pad_edge=False, expand=True, padding=(0, 3, 0, 0), show_header=False, title_justify="left")
    table.title = Text(make_safe(f"\n{change.after.id}{named}: {change.after.question}"), style="bold not italic")
    for _ in ("A", "B"):
        table.add_column(ratio=1, overflow="fold")
    table.add_row(*(Text(make_safe(f"{n}: {_say(row)}")) for n, row in (("A", change.before), ("B", change.after))))
    table.caption = Text(_show_moves(change.scores), style="dim not italic")
    table.caption_justify = "left"
    return table


def _say(row: AnswerRow) -> str:
    if row.error:
        return f"failed: {row.error}"
    return f"refused: {row.text}" if row.refused else row.text


def _show_moves(scores: Mapping[str, tuple[float, float]]) -> str:
    ordered = sorted(scores.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    return ", ".join(f"{name} {was:.2f} → {now:.2f}" for name, (was, now) in ordered[:6])


COMMANDS = (compare, gate)
