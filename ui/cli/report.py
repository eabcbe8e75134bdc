"""What became of what was added, and what a library holds, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from index import AddReport, Status, join_lines
from ui.advice import explain_failure_in_terminal
from ui.cli.options import print_json
from ui.wording import PARTLY, report_to_dict, show_left_out, show_period, show_queue


def report_added(
    report: AddReport, shown: str, json: bool, removed: Sequence[str] | None = None, gone: Sequence[str] = ()
) -> None:
    """Say what became of what was added, what failed on stderr; leave with exit code 1 where anything did.

    `shown` is how the line begins: the library's folder. `removed` are the ids of articles that went, and `gone` of
    those whose pages are no more; None where none could go. Where some could, there is a line also if all failed.
    """
    if json:
        more = {} if removed is None else {"removed": list(removed), "gone": list(gone)}
        print_json({**report_to_dict(report, explain_failure_in_terminal), **more})
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


def report_status(found: Status, json: bool) -> None:
    """Say what a library holds."""
    if json:
        values = to_json(asdict(found))
        if found.queue is not None:
            values["queue"]["reasons"] = [{"article": f.origin, "reason": f.reason} for f in found.queue.reasons]
        print_json(values)
        return
    sources = f"{found.sources:,} {'source' if found.sources == 1 else 'sources'}"
    lines = {
        "library": found.path,
        "articles": f"{found.articles:,} from {sources} ({found.undated:,} undated)",
        "passages": f"{found.passages:,}",
        "languages": ", ".join(f"{code} {count:,}" for code, count in found.languages.items()) or "not known",
        "published": show_period(found.first_published, found.last_published),
        "embedder": f"{found.embedder} ({found.dimension} dimensions)",
        "vectors": found.vector_search,
        "size": f"{found.size_bytes / 1024 / 1024:.1f} MiB, generation {found.generation}",
    }
    if found.queue is not None:
        lines["queue"] = show_queue(found.queue)
    for name, value in lines.items():
        click.echo(f"{name:<10} {value}")
    for failure in found.queue.reasons if found.queue else ():
        click.echo(f"{'set aside':<10} {join_lines(f'{failure.origin}: {failure.reason}')}")


def to_json(values: dict[str, Any]) -> dict[str, Any]:
    """The values with moments as text."""
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}
