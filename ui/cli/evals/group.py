"""`dateline eval`: the group that joins its commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from index import require
from ui.cli.evals import (
    bench_command,
    calibrate_command,
    decide_commands,
    judge_commands,
    make_command,
    report_command,
    run_commands,
    speakers_command,
    sweep_command,
    timelines_command,
    verifier_command,
)

_FAMILIES = (
    *(run_commands, decide_commands, sweep_command, report_command),
    *(judge_commands, make_command, bench_command, verifier_command, calibrate_command),
    timelines_command,
    speakers_command,
)


@click.group("eval")
def group() -> None:
    """Measure answers on questions whose answers are known."""


def _check_first(run: Callable[..., Any]) -> Callable[..., Any]:
    """Say what is not installed before the work begins, and not hours later."""

    @wraps(run)
    def checked(*args: Any, **kwargs: Any) -> Any:
        require("eval", "`dateline eval`")
        return run(*args, **kwargs)

    return checked


for family in _FAMILIES:
    for command in family.COMMANDS:
        assert command.callback is not None
        command.callback = _check_first(command.callback)
        group.add_command(command)
