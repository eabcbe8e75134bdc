"""`dateline eval`: the group that joins its commands."""

from __future__ import annotations

import click

from ui import (
    eval_bench_command,
    eval_calibrate_command,
    eval_decide_commands,
    eval_judge_commands,
    eval_make_command,
    eval_report_command,
    eval_run_commands,
    eval_sweep_command,
    eval_verifier_command,
)

_FAMILIES = (
    *(eval_run_commands, eval_decide_commands, eval_sweep_command, eval_report_command),
    *(eval_judge_commands, eval_make_command, eval_bench_command, eval_verifier_command, eval_calibrate_command),
)


@click.group("eval")
def group() -> None:
    """Measure answers on questions whose answers are known."""


for family in _FAMILIES:
    for command in family.COMMANDS:
        group.add_command(command)
