"""The `dateline` command."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper

import click

from index import DatelineError, UsageError, join_lines, on_behalf_of, own_actor, set_up_process
from ui.advice import explain_in_terminal
from ui.cli import (
    care_commands,
    database_commands,
    library_commands,
    open_command,
    question_commands,
    sync_command,
    token_command,
)
from ui.cli.desks import collections_command, rights_commands
from ui.cli.doctor import doctor_command
from ui.cli.evals import group as eval_commands
from ui.cli.topics import brief_command, disagreements_command, quotes_command, timeline_command


class Sections(click.Group):
    """A group of commands in named sections, in the order in which `help` lists them."""

    def __init__(self, *args: object, sections: Mapping[str, Sequence[click.Command]], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._sections = {heading: [str(command.name) for command in given] for heading, given in sections.items()}
        for command in (command for given in sections.values() for command in given):
            self.add_command(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section with its commands, and what they do."""
        width = formatter.width - 6 - max(map(len, self.commands))
        for heading, names in self._sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(width)) for name in names])


@click.group(
    cls=Sections,
    sections={
        "Ask": [question_commands.ask, question_commands.search, open_command.open_],
        "Overviews": [
            timeline_command.timeline,
            quotes_command.quotes,
            brief_command.brief,
            disagreements_command.disagreements,
        ],
        "Articles": [
            *library_commands.COMMANDS,
            collections_command.group,
            *sync_command.COMMANDS,
            care_commands.export,
            care_commands.import_,
        ],
        "Library": [
            library_commands.status,
            care_commands.rebuild,
            *care_commands.COMMANDS,
            doctor_command.doctor,
            database_commands.group,
        ],
        "Servers": [question_commands.chat, question_commands.mcp, database_commands.worker, token_command.token],
        "Measuring": [eval_commands.group],
    },
    help="Ask a pile of news articles a question; get an answer whose every sentence cites the exact words.",
    epilog="Settings: ~/.config/dateline/dateline.toml, then dateline.toml in the library's folder (what it says of "
    "keys, files and hosts only after `dateline trust`), then DATELINE_* in the environment, then options. "
    "Exit codes: 0 done, 1 something failed or is damaged, 2 wrong usage, 3 the articles don't say.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="dateline", message="%(prog)s %(version)s")
def app() -> None:
    """The group of all commands."""


for right_command in rights_commands.COMMANDS:
    database_commands.group.add_command(right_command)


def main() -> None:
    """Run the command line. Errors meant for people are one line on stderr, and never a traceback."""
    set_up_process()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a console that lacks a character shows ? and doesn't fail
            stream.reconfigure(errors="replace")
    try:
        with on_behalf_of(own_actor("terminal")):
            sys.exit(app(prog_name="dateline", standalone_mode=False))  # a number where a command ends with one
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DatelineError as error:
        print(f"dateline: {join_lines(explain_in_terminal(error))}", file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except (KeyboardInterrupt, click.Abort):
        print("dateline: stopped. What was done is kept: the same command goes on from there.", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output went away, `| head` say
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        name = f" {error.filename}" if error.filename else ""
        said = join_lines(f"{error.strerror or error}{name}")
        print(f"dateline: {said}. Fix that, and run the command again.", file=sys.stderr)
        sys.exit(1)
