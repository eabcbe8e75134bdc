"""`dateline eval`: the group that joins its commands."""

from __future__ import annotations

import click

from ui.cli.evals import (
    bench_command,
    calibrate_command,
    decide_commands,
    judge_commands,
    make_command,
    report_command,
    run_commands,
    sweep_command,
    verifier_command,
)

_FAMILIES = (
    *(run_commands, decide_commands, sweep_command, report_command),
    *(judge_commands, make_command, bench_command, verifier_command, calibrate_command),
)


@click.group("eval")
def group() -> None:
    """Measure answers on questions whose answers are known."""


for family in _FAMILIES:
    for command in family.COMMANDS:
        group.add_command(command)
