"""`dateline doctor`: looks whether all is there and fits, and says what to do where it isn't."""

from __future__ import annotations

import click

from index import Place, join_lines
from ui.cli.doctor.finding import Finding
from ui.cli.options import find_library, json_option, library_option, print_json


@click.command(short_help="Look whether all that Dateline needs is there and fits.")
@library_option
@json_option
def doctor(library: Place | None, json: bool) -> None:
    """Look at Python, packages, programs, models, settings, rights and disk, and at the library where there is one.

    A line each: ok, warning or wrong, and what to do about it; exit code 1 where something is wrong. No model is loaded
    or fetched, and nothing is changed but that search indexes catch up, as at every start.
    """
    from ui.cli.doctor.library import look_at_library
    from ui.cli.doctor.machine import look_at_machine

    findings = [*look_at_machine(), *look_at_library(find_library(library))]
    if json:
        print_json({"findings": [finding._asdict() for finding in findings]})
    else:
        for finding in findings:
            click.echo(_show(finding))
    if any(finding.state == "wrong" for finding in findings):
        raise click.exceptions.Exit(1)


def _show(finding: Finding) -> str:
    fix = f" -> {finding.fix}" if finding.fix else ""
    return f"{finding.state:<8} {finding.about:<13} " + join_lines(f"{finding.said.removesuffix('.')}.{fix}")
