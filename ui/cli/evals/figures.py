"""Printing figures with their n and interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evals import Interval


def print_figures(figures: Mapping[str, Interval]) -> None:
    """Print a table: each figure that there is under its name, with its n and its 95% interval."""
    click.echo(f"{'measure':<38}{'value':>7}{'of n':>7}{'95% interval':>18}")
    for name, found in figures.items():
        if found.mean is not None:
            interval = f"{found.low:.3f} to {found.high:.3f}"
            click.echo(f"{name:<38}{found.mean:>7.3f}{found.n:>7}{interval:>18}")
