"""What became of what was added, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from index import AddReport, join_lines
from ui.advice import explain_failure_in_terminal
from ui.cli.options import print_json
from ui.wording import PARTLY, count_left_out, show_left_out


def report_added(
    report: AddReport, shown: str, json: bool, removed: Sequence[str] | None = None, gone: Sequence[str] = ()
) -> None:
    """Say what became of what was added, what failed on stderr; leave with exit code 1 where anything did.

    `shown` is how the line begins: the library's folder. `removed` are the ids of articles that went, and `gone` of
    those whose pages are no more; None where none could go. Where some could, there is a line also if all failed.
    """
    if json:
        more = {} if removed is None else {"removed": list(removed), "gone": list(gone)}
        print_json({**_report_to_dict(report), **more})
    elif report.kept or removed or gone or (removed is not None and report.failed):
        _print_report(report, shown, removed or (), gone)
    for failure in (failure for failure in report.failed if failure.kind != "as before"):
        click.echo(
            f"dateline: {join_lines(f'{failure.origin}: {explain_failure_in_terminal(failure)}')}.",
            err=True,
        )
    for line in _list_failed_before(report):
        click.echo(f"dateline: {line}.", err=True)
    for article_id in report.partly:
        click.echo(f"dateline: {join_lines(article_id)}: {PARTLY}.", err=True)
    if report.left_out:
        click.echo(f"{show_left_out(report)}.", err=True)
    if report.failed:
        raise click.exceptions.Exit(1)


def _list_failed_before(report: AddReport) -> list[str]:
    """What could not be read before, and was not read again: a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for failure in report.failed:
        if failure.kind == "as before":
            by_reason.setdefault(explain_failure_in_terminal(failure), []).append(failure.origin)
    lines = []
    for reason, origins in by_reason.items():
        others = len(origins) - 1
        named = f" and {others:,} more {'file' if others == 1 else 'files'}" if others else ""
        lines.append(join_lines(f"{origins[0]}{named}: {reason}"))
    return lines


def _print_report(report: AddReport, shown: str, removed: Sequence[str], gone: Sequence[str]) -> None:
    counts = {
        "added": len(report.added),
        "updated": len(report.updated),
        "already there": len(report.unchanged),
        "in the queue": len(report.queued),
        "failed": len(report.failed),
        "removed": len(removed),
        "gone from the web and kept": len(gone),
    }
    said = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n) or "nothing to add"
    click.echo(f"{shown}: {said} ({report.passages:,} new passages).")


def _report_to_dict(report: AddReport) -> dict[str, Any]:
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "queued": list(report.queued),
        "failed": [
            {"origin": failure.origin, "reason": explain_failure_in_terminal(failure)} for failure in report.failed
        ],
        "partly": list(report.partly),
        "left_out": dict(count_left_out(report)),
        "passages": report.passages,
    }
