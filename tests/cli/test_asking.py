"""A question on standard input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import assert_one_line, dateline

WHY = "why did Niger revoke the deal?"


def test_a_question_comes_from_standard_input_as_from_the_command(home: Path) -> None:
    written = dateline("search", WHY, "-k", "2", "--json", cwd=home).json()
    for given in (f"{WHY}\n", f"\ufeff  {WHY}\r\n"):
        assert dateline("search", "-", "-k", "2", "--json", cwd=home, given=given.encode()).json() == written
    run = dateline("ask", "-", "--json", cwd=home, given="Warum kündigte Niger\ndas Abkommen?".encode())
    assert run.json()["question"] == "Warum kündigte Niger\ndas Abkommen?"


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", ("standard input, which is empty", "Pipe a question in")),
        (b" \r\n\n", ("standard input, which is empty", "in place of the `-`")),
        ("Où?".encode("latin-1"), ("not UTF-8",)),
        (b"why? " * 300_000, ("more than 4,000 characters",)),
        (b"why? " * 1_000, ("4,999 characters",)),
        (b"-\n", ("only signs",)),
        (b"hello\n", ("friendly, but no question",)),
    ],
)
def test_standard_input_without_a_question_is_one_line(
    home: Path, command: str, given: bytes, says: tuple[str, ...]
) -> None:
    assert_one_line(dateline(command, "-", cwd=home, given=given), 2, *says)


def test_a_terminal_is_not_waited_for(home: Path) -> None:
    ours, theirs = os.openpty()
    try:
        assert_one_line(dateline("ask", "-", cwd=home, given=theirs), 2, "which is the terminal", "Pipe a question in")
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("command", ["ask", "search"])
def test_the_help_says_so(home: Path, command: str) -> None:
    assert "With `-` as QUESTION, it is read from standard input." in dateline(command, "--help", cwd=home).out
