"""`dateline open`: a source of the last answer, on the page where it is served, else in the browser."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.cli.running import assert_one_line, clean_environment, dateline

FERRY = "The ferry Kalmar Star sank off Store Holm on Saturday, and all 40 people aboard were saved."
ASKED = "What sank off Store Holm?"


@pytest.fixture
def own(tmp_path: Path) -> dict[str, str]:
    """An environment with a configuration of its own, and a browser that writes down what it is given."""
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\nprintf '%s' \"$1\" > {shlex.quote(str(tmp_path / 'opened'))}\n")
    browser.chmod(0o755)
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), "BROWSER": str(browser)}


@pytest.fixture
def asked(tmp_path: Path, own: dict[str, str]) -> Path:
    """A folder whose library was asked something."""
    row = {"id": "ferry", "title": "Ferry sinks", "text": f"{FERRY} Divers went down on Sunday.", "date": "2024-03-17"}
    (tmp_path / "rows.jsonl").write_text(
        "\n".join(
            map(json.dumps, ({**row, "url": "https://news.example/ferry?a=1"}, {**row, "id": "b", "text": "Fog."}))
        )
    )
    assert dateline("add", "rows.jsonl", cwd=tmp_path, env=own).code == 0
    assert dateline("ask", *ASKED.split(), cwd=tmp_path, env=own).code == 0
    return tmp_path


def test_a_source_opens_in_the_browser_at_its_quote(asked: Path, own: dict[str, str]) -> None:
    run = dateline("open", "1", cwd=asked, env=own)
    assert (run.code, run.err) == (0, "")
    opened = (asked / "opened").read_text()
    assert run.out == f"{opened}\n"
    address, _, fragment = opened.partition("#:~:text=")
    assert address == "https://news.example/ferry?a=1"
    assert unquote(fragment) == FERRY
    assert "," not in fragment, "a comma would part the first words from the last"


def test_what_is_not_there_is_a_line(asked: Path, own: dict[str, str], tmp_path: Path) -> None:
    assert_one_line(dateline("open", "7", cwd=asked, env=own), 2, "no source 7", "There are: 1")
    assert dateline("open", "0", cwd=asked, env=own).code == 2
    nobody = {**own, "XDG_CONFIG_HOME": str(tmp_path / "none")}
    assert_one_line(dateline("open", "1", cwd=asked, env=nobody), 2, "no last answer")
    assert dateline("remove", "ferry", cwd=asked, env=own).code == 0
    assert_one_line(dateline("open", "1", cwd=asked, env=own), 1, "`dateline list`")


@pytest.mark.parametrize("kept", ["", "[", "[]", '{"library": 1, "sources": [[1]]}', '{"sources": 7}', "[" * 10_000])
def test_a_damaged_note_is_no_answer(asked: Path, own: dict[str, str], kept: str) -> None:
    note = Path(own["XDG_CONFIG_HOME"]) / "dateline" / "last-answer.json"
    assert note.stat().st_mode & 0o077 == 0, "nobody else reads it"
    assert ASKED not in note.read_text()
    note.write_text(kept)
    assert_one_line(dateline("open", "1", cwd=asked, env=own), 2, "no last answer")


def test_an_article_without_an_address_is_printed_around_its_quote(home: Path, own: dict[str, str]) -> None:
    assert dateline("ask", "Who led the American delegation to Niamey?", cwd=home, env=own).code == 0
    run = dateline("open", "1", cwd=home, env=own)
    assert (run.code, run.err) == (0, "")
    assert "Molly Phee" in run.out
    assert not (Path(own["BROWSER"]).parent / "opened").exists()


@pytest.fixture
def page(asked: Path, own: dict[str, str]) -> Iterator[str]:
    """The page of that library, served by the command."""
    pytest.importorskip("gradio", reason="not installed: the extra chat")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "chat", "--port", str(port)]
    with subprocess.Popen(command, cwd=asked, env=clean_environment(own), stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert any("Dateline is on" in line for line in process.stderr)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def test_where_the_page_is_served_it_opens_there(asked: Path, own: dict[str, str], page: str) -> None:
    assert dateline("open", "1", cwd=asked, env=own).code == 0
    opened = (asked / "opened").read_text()
    assert opened.startswith(f"{page}/?")
    asked_for = parse_qs(urlsplit(opened).query)
    assert asked_for["article"] == ["ferry"]
    assert asked_for["quotes"] == [f"0-{len(FERRY)}"]


def test_a_page_that_is_gone_is_not_opened(asked: Path, own: dict[str, str]) -> None:
    pages = Path(own["XDG_CONFIG_HOME"]) / "dateline" / "pages.json"
    pages.write_text(json.dumps({"http://127.0.0.1:9": str((asked / "library").resolve()), "javascript:x": "/"}))
    assert dateline("open", "1", cwd=asked, env=own).code == 0
    assert (asked / "opened").read_text().startswith("https://news.example/")
