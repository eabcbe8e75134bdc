"""`dateline eval`."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the group of commands to `app`."""
    group = typer.Typer(help="Measure answers on questions whose answers are known.", no_args_is_help=True)
    app.add_typer(group, name="eval", rich_help_panel=None)
