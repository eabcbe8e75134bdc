"""A conversation on the terminal: questions and answers in turn, until the person has enough."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import click

from index import DatelineError, Filters, Library, UsageError, join_lines
from rag import Answer, Quote, Settings, Turn, stream
from ui.advice import ADD_ARTICLES, explain_in_terminal
from ui.cli.conversation.article import print_around
from ui.cli.conversation.limits import LIMITS, Limits, change_limits
from ui.cli.growing import StageLine, print_growing
from ui.cli.last_answer import keep_last_answer
from ui.presentation import pick_nearest

PROMPT = "> "
HELP = """Ask a question; the next one may lean on it ("why?", "and in 2023?", "only Reuters").
  3, /open 3       open source 3 of the last answer at its quote
  /after DAY       only articles of that day or later (2024, May 2024, 2024-05-17, last week); without DAY: no longer
  /before DAY      only articles of that day or earlier
  /source NAME     only articles from that outlet
  /language NAME   only articles in that language
  /collection NAME only articles in that collection
  /as-of DAY       answer as of that day
  /clear           lift all of these
  /new             begin a new conversation
  /help            this
  /quit            end, as Ctrl-D does; Ctrl-C stops an answer"""
_GREETING = "Ask the articles. /help says what else you can do; Ctrl-D ends."
_OPEN = re.compile(r"(?:/open\s+)?\[?(\d{1,3})\]?")


def converse(
    library: Library,
    settings: Settings,
    filters: Filters,
    as_of: date | None,
    without: Sequence[str] = (),
    *,
    exact: bool = False,
) -> None:
    """Hold a conversation on the terminal until Ctrl-D or /quit."""
    TerminalConversation(library, settings, Limits(filters, as_of), without, exact=exact).run()


class TerminalConversation:
    """One conversation, and what limits it."""

    def __init__(
        self, library: Library, settings: Settings, limits: Limits, without: Sequence[str] = (), *, exact: bool = False
    ) -> None:
        self._library = library
        self._settings = settings
        self._limits = limits
        self._without = tuple(without)
        self._exact = exact
        self._history: list[Turn] = []
        self._last: Answer | None = None

    def run(self) -> None:
        """Read lines and answer them until Ctrl-D or /quit."""
        with suppress(ImportError):  # where there is none, lines can't be edited and called back
            import readline  # noqa: F401
        click.secho(_GREETING, dim=True)
        if not self._library.scope(Filters()).articles:
            click.echo(ADD_ARTICLES)
        self._print_limits()
        while (line := _read_line()) is not None and line not in ("/quit", "/exit"):
            try:
                self._heed(line)
            except KeyboardInterrupt:
                click.secho("\nStopped.", dim=True)
            except DatelineError as error:
                click.secho(join_lines(explain_in_terminal(error)), fg="yellow")

    def _heed(self, line: str) -> None:
        """Do what a line says: open a source, set a limit, or answer a question."""
        if not line:
            return
        name, _, value = line.partition(" ")
        if number := _OPEN.fullmatch(line):
            self._open(int(number[1]))
        elif name in LIMITS:
            self._limits = change_limits(self._limits, name, value, self._library)
            self._print_limits()
        elif line == "/clear":
            self._limits = Limits(Filters(), None)
            self._print_limits()
        elif line == "/new":
            self._history, self._last = [], None
            click.secho("A new conversation: nothing is carried over.", dim=True)
        elif line == "/help":
            click.echo(HELP)
        elif line.startswith("/"):
            raise UsageError(f"there is no {join_lines(name)[:40]}. /help names what there is.")
        else:
            self._answer(line)

    def _answer(self, question: str) -> None:
        """Print the answer as it grows, each sentence once it stands, and keep it as history."""
        limits = self._limits
        self._library.audit.note_question("ask", question)
        answers = stream(
            self._library,
            question,
            self._history,
            self._settings,
            limits.filters,
            limits.as_of,
            without=self._without,
            exact=self._exact,
        )
        with StageLine() as stage_line:
            answer = print_growing(answers, stage_line)
        keep_last_answer(self._library.folder, answer)
        self._last = answer
        self._history.append(Turn(question, answer.text(), answer.standalone_question))

    def _open(self, number: int) -> None:
        """Print the article that the last answer cites under that number, or lists as near."""
        if self._last is None:
            raise UsageError("no answer has sources yet. Ask a question first.")
        if citation := self._last.citation(number):
            print_around(citation.hit.article, citation.quotes)
        elif self._last.refused and 1 <= number <= len(nearest := pick_nearest(self._last)):
            hit = nearest[number - 1]
            print_around(hit.article, [Quote(hit.passage.start, hit.passage.end)])
        else:
            raise UsageError(f"the last answer has no source {number}.")

    def _print_limits(self) -> None:
        scope = self._library.scope(self._limits.searched)
        said = self._limits.describe()
        count = f"{scope.searched:,} of {scope.articles:,}" if said else f"{scope.articles:,}"
        noun = "article" if scope.articles == 1 else "articles"
        click.secho(join_lines(f"Searching {count} {noun}{f': {said}' if said else ''}"), dim=True)


def _read_line() -> str | None:
    """A line of the terminal, without white space around it; empty after Ctrl-C, None at the end."""
    try:
        return input(PROMPT).strip()
    except EOFError:
        click.echo()
        return None
    except KeyboardInterrupt:
        click.echo()
        return ""
    except UnicodeDecodeError:
        click.secho("That line is not UTF-8 text.", fg="yellow")
        return ""
