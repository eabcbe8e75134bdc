"""`dateline ask` without a question: a conversation on the terminal, over a pty as people have one."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.running import TIMEOUT_SECONDS, assert_one_line, clean_environment, dateline
from tests.cli.test_terminal import HOSTILE
from tests.scripted_llm import MODEL, Reply, ScriptedLLM, say, serve_script

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # ours, and readline's
BOLD = "\x1b[1m"
_PATIENCE_SECONDS = 60.0


class Terminal:
    """The other end of a pty on which the command runs."""

    def __init__(self, process: subprocess.Popen[bytes], fd: int) -> None:
        self.process = process
        self._fd = fd
        self.raw = ""

    def read_until(self, words: str, *, styled: bool = False, seconds: float = _PATIENCE_SECONDS) -> str:
        """All that was printed since, once `words` stand in it; in one line and without looks, unless `styled`."""
        end = time.monotonic() + seconds
        while True:
            seen = self.raw if styled else " ".join(STYLE.sub("", self.raw).split())
            if words in seen:
                self.raw = ""
                return seen
            assert time.monotonic() < end, self.raw
            if select.select([self._fd], [], [], 1.0)[0]:
                try:
                    self.raw += os.read(self._fd, 65_536).decode(errors="replace")
                except OSError:  # the command has ended
                    assert words in " ".join(STYLE.sub("", self.raw).split()), self.raw
                    return self.raw

    def prints_within(self, seconds: float) -> bool:
        """Whether more is printed; nothing is read. Fails where the command has ended."""
        assert self.process.poll() is None, self.raw
        return bool(select.select([self._fd], [], [], seconds)[0])

    def press_ctrl_c_until(self, words: str) -> None:
        """Press Ctrl-C until `words` are printed: once is enough, but where Python runs a finalizer just then.

        It raises KeyboardInterrupt there too, and ignores what a finalizer raises.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.read_until(words, seconds=5.0)
                return
            except AssertionError:
                if time.monotonic() > end:
                    raise

    def end(self) -> int:
        """Press Ctrl-D until the command ends: what is typed before the prompt is read at is lost."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, self.raw
            with suppress(OSError):  # the command has ended
                self.say("\x04")
                while select.select([self._fd], [], [], 1.0)[0]:
                    os.read(self._fd, 65_536)
        return self.process.returncode

    def say(self, line: str) -> None:
        os.write(self._fd, f"{line}\n".encode())


@contextmanager
def converse(cwd: Path, *args: str, env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "ask", *args],
        cwd=cwd,
        env={**clean_environment(env), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            os.close(ours)


def test_a_conversation_answers_follow_ups_limits_itself_and_opens_sources(home: Path) -> None:
    with converse(home) as terminal:
        terminal.read_until("Ctrl-D ends. Searching 8 articles >")
        terminal.say("Who led the American delegation to Niamey?")
        assert "Molly Phee" in terminal.read_until("Confidence")
        terminal.say("1")
        opened = terminal.read_until("niger-ends-us-accord.json", styled=True)
        assert opened.count(BOLD) >= 2, "the title, and the quote"
        terminal.say("and what did she say?")
        assert "Asked as: What did Molly Phee say" in terminal.read_until("Sources")
        terminal.say("/after 2024-05")
        terminal.read_until("Searching 2 of 8 articles: from 1 May 2024 >")
        terminal.say("/source Reuters")
        terminal.read_until("no article is from 'Reuters'. There are: Dateline sample library.")
        terminal.say("/source dateline SAMPLE library")
        terminal.read_until("Dateline sample library >")
        terminal.say("/clear")
        terminal.read_until("Searching 8 articles >")
        terminal.say("/new")
        terminal.read_until("nothing is carried over")
        terminal.say("why?")
        seen = terminal.read_until("Confidence")
        assert "Asked as" not in seen
        assert "Nearest articles" in seen
        terminal.say("/open 1")
        terminal.read_until("seeds")  # where the nearest article is from
        assert terminal.end() == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/after yesterdayish", "after: 'yesterdayish' is no day that there is."),
        ("/language Klingon", "no article is in 'Klingon'."),
        ("/dance", "there is no /dance. /help names what there is."),
        ("7", "no answer has sources yet. Ask a question first."),
        ("hello", "that is friendly, but no question"),
        ("/help", "/open 3 open source 3 of the last answer"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_the_conversation_goes_on(home: Path, line: str, says: str) -> None:
    with converse(home) as terminal:
        terminal.read_until(">")
        terminal.say(line)
        terminal.read_until(says)
        terminal.say("/quit")
        assert terminal.process.wait(TIMEOUT_SECONDS) == 0


def test_ctrl_c_stops_an_answer_and_the_next_is_asked(home: Path) -> None:
    with (
        serve_script(Reply(("Slow",), ending="hang")) as llm,
        converse(home, "--model", MODEL, env=llm_at(llm)) as terminal,
    ):
        terminal.read_until(">")
        terminal.say("Who led the delegation?")
        wait_for_request(llm)
        terminal.press_ctrl_c_until("Stopped. >")
        llm.script = say("It was Molly Phee [1].")
        terminal.say("Who led the delegation to Niamey?")
        assert "It was Molly Phee. [1]" in terminal.read_until("from these sources >")
        while not terminal.prints_within(2.0):  # the prompt stands there a moment before it is read at
            os.killpg(terminal.process.pid, signal.SIGINT)  # at the prompt it ends nothing
        terminal.read_until(">")
        terminal.say("/quit")
        assert terminal.process.wait(TIMEOUT_SECONDS) == 0


def llm_at(llm: ScriptedLLM) -> dict[str, str]:
    return {"DATELINE_API_BASE": llm.url}


def wait_for_request(llm: ScriptedLLM) -> None:
    end = time.monotonic() + TIMEOUT_SECONDS
    while not llm.requests and time.monotonic() < end:
        time.sleep(0.05)
    assert llm.requests


def test_a_hostile_article_is_opened_without_its_control_characters(tmp_path: Path, run_models: None) -> None:
    import json

    (tmp_path / "evil.jsonl").write_text(json.dumps(HOSTILE) + "\n")
    assert dateline("import", "evil.jsonl", cwd=tmp_path).code == 0
    with converse(tmp_path) as terminal:
        terminal.read_until(">")
        terminal.say("What did the mayor of Agadez open?")
        terminal.read_until("Confidence", styled=True)
        terminal.say("1")
        opened = terminal.read_until("a market", styled=True)
        plain = STYLE.sub("", opened)
        assert not set(plain) & set("\x07\u202e\x9b\x08\u061c")
        assert "\x1b[31m" not in opened


def test_without_a_terminal_a_question_is_needed(home: Path) -> None:
    run = dateline("ask", cwd=home)
    assert (run.code, run.out) == (2, "")
    assert "Missing argument 'QUESTION'" in run.err


def test_json_needs_a_question(home: Path) -> None:
    ours, theirs = os.openpty()
    try:
        assert_one_line(dateline("ask", "--json", cwd=home, given=theirs), 2, "--json answers one question")
    finally:
        os.close(ours)
        os.close(theirs)
