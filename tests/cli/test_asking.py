"""A question on standard input."""

from __future__ import annotations

import os
import re
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


@pytest.mark.parametrize("command", ["ask", "search", "timeline", "brief", "quotes", "disagreements"])
def test_words_without_quotation_marks_are_one_question(home: Path, command: str) -> None:
    options = ["--json", "--after", "2023"]
    words = ["why", "did", "Niger", "revoke", "the", "deal?"]
    quoted, unquoted = (dateline(command, *options, *asked, cwd=home) for asked in ([WHY], words))
    assert (unquoted.code, unquoted.err) == (quoted.code, quoted.err)
    seconds = re.compile(r'"seconds": \{[^}]*\}')
    assert seconds.sub("", unquoted.out) == seconds.sub("", quoted.out)
    assert dateline(command, cwd=home).code == 2


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_misspelt_name_is_understood_and_said(home: Path, command: str) -> None:
    run = dateline(command, "Who", "removed", "Mohamed", "Bazuom?", cwd=home)
    assert run.code == 0
    said = "Searched for “Bazoum”: no article has “Bazuom”. In quotation marks a word would stay as written."
    assert said in " ".join(run.out.split())
    assert "Bazoum" in run.out.replace(said, "")
    kept = dateline(command, 'Who removed Mohamed "Bazuom"?', cwd=home)
    assert "Searched for" not in kept.out


def test_programs_get_corrections_as_fields(home: Path) -> None:
    answer = dateline("ask", "Who removed Mohamed Bazuom?", "--json", cwd=home).json()
    assert answer["corrections"] == [{"word": "Bazuom", "instead": "Bazoum"}]
    assert answer["standalone_question"] == answer["question"] == "Who removed Mohamed Bazuom?"
    assert dateline("ask", WHY, "--json", cwd=home).json()["corrections"] == []


def test_a_phrase_is_preferred_and_demanded_with_exact(home: Path) -> None:
    quoted = 'why did Niger call the deal "deeply unfair to all"?'
    preferred = dateline("ask", quoted, cwd=home)
    assert preferred.code == 0
    assert "No passage has the words “deeply unfair to all”" in " ".join(preferred.out.split())
    demanded = dateline("ask", quoted, "--exact", cwd=home)
    assert demanded.code == 3
    assert "has the words “deeply unfair to all”. Leave `exact` out" in " ".join(demanded.out.split())
    assert dateline("search", quoted, "--exact", "--json", cwd=home).json() == []
    assert dateline("search", quoted, "--json", cwd=home).json()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_the_help_says_so(home: Path, command: str) -> None:
    assert "With `-` as QUESTION, it is read from standard input." in dateline(command, "--help", cwd=home).out
