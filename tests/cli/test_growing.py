"""An answer grows on a terminal, with what is being done; elsewhere it is written once."""

from __future__ import annotations

import io
import sys
import threading
from pathlib import Path

import click
import pytest

from tests.cli.running import dateline
from tests.cli.test_conversation import converse
from tests.scripted_llm import MODEL, say_chunks, serve_script
from ui.cli.growing import write_once

WHY = "why did Niger revoke the deal?"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def test_what_is_done_is_said_before_the_first_words_and_they_come_before_the_last(home: Path) -> None:
    gate = threading.Event()
    script = say_chunks("It was called unfair [1]. It was imposed [1]. And ", "so it ended [1].", gate=gate)
    with serve_script(script) as llm:
        environment = {"DATELINE_API_BASE": llm.url, "DATELINE_MODEL": MODEL, "OPENAI_API_KEY": "x"}
        with converse(home, *WHY.split(), env=environment) as terminal:
            terminal.read_until("Opening the library …")
            terminal.read_until("Reading 8 passages …")
            terminal.read_until("It was called unfair. [1]")
            assert not gate.is_set(), "the model is not done yet"
            gate.set()
            shown = terminal.read_until("Written by")
            assert "And so it ended. [1]" in shown
            assert terminal.process.wait(60) == 0


def test_stages_of_an_offline_answer_leave_nothing_behind(home: Path) -> None:
    with converse(home, *WHY.split()) as terminal:
        terminal.read_until("Searching …")
        raw = terminal.read_until("Confidence", styled=True)
    assert "Checking" in raw
    assert raw.rindex("\r\x1b[K") > raw.rindex("…", 0, raw.index("Sources")), "the last stage is erased"


def test_elsewhere_no_stage_is_said(home: Path) -> None:
    run = dateline("ask", *WHY.split(), cwd=home)
    assert (run.code, run.err) == (0, "")
    assert "\x1b" not in run.out
    assert "Checking" not in run.out


class CountingOutput(io.StringIO):
    """A file that counts what is written to it."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += bool(text)
        return super().write(text)


def test_what_is_printed_elsewhere_is_written_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    output = CountingOutput()
    monkeypatch.setattr(sys, "stdout", output)
    with write_once():
        for n in range(10):
            click.echo(n)
        assert output.writes == 0
    assert output.writes == 1
    assert output.getvalue().split() == [str(n) for n in range(10)]


def test_what_fails_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    output = CountingOutput()
    monkeypatch.setattr(sys, "stdout", output)
    with pytest.raises(ValueError, match="no"):
        _print_half()
    assert output.getvalue() == ""


def _print_half() -> None:
    with write_once():
        click.echo("half")
        raise ValueError("no")
