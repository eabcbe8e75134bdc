"""`dateline eval`: the group that joins its commands."""

from __future__ import annotations

import click

from ui import eval_run_commands


@click.group("eval")
def group() -> None:
    """Measure answers on questions whose answers are known."""


for command in (*eval_run_commands.COMMANDS,):
    group.add_command(command)
