"""Help, plain output, and what hostile articles may do to a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import CONTROL, TIMEOUT_SECONDS, clean_environment, dateline
from ui.cli.terminal import print_changes

# What we write ourselves: bold, dim, yellow, and the line that says what is being done, erased.
OWN_STYLES = re.compile(r"\x1b\[(0|1|2|33)m|\r\x1b\[K")
HOSTILE = {
    "id": "evil",
    "title": "Mayor \x1b[31mred\x1b[0m \u202edesrever\u2066 \u061c\x9b31m bell\x07",
    "source": "S\x1b]0;owned\x07 \u200f",
    "date": "2024-03-01",
    "url": "https://example.org/\x1b[2J",
    "author": "A\x1b[5m",
    "text": "The mayor \x1b[31mof Agadez\x07 opened\u202e a market\x9b2J on Friday. Traders\x1b]8;;x\x07 came.\x08\x08",
}
OPTIONS = {
    "ask": [
        *("--library", "--model", "--json", "--as-of", "--after", "--before", "--source", "--language", "--without"),
        *("--passages",),
    ],
    "open": ["--library"],
    "search": ["--library", "-k", "--mode", "--after", "--before", "--source", "--language", "--without", "--json"],
    "chat": ["--library", "--host", "--port"],
    "add": ["--map", "--library", "--embedder", "--json"],
    "list": ["--after", "--before", "--source", "--language", "--text", "--sort", "--limit", "--library", "--json"],
    "show": ["--removed", "--versions", "--library", "--json"],
    "remove": ["--source", "--before", "--yes", "--library", "--json"],
    "export": ["--library"],
    "import": ["--library", "--json"],
    "backup": ["--library", "--json"],
    "check": ["--library", "--json"],
    "status": ["--library", "--json"],
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> Path:
    """The parent of a library with a hostile article."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "evil.json").write_text(json.dumps(HOSTILE))
    assert dateline("add", "evil.json", cwd=folder).code == 0
    return folder


def run_in_terminal(*args: str, cwd: Path) -> str:
    """Run `dateline` with a terminal of its own for stdout, and return what that would have shown."""
    import pty

    parent, child = pty.openpty()
    command = [sys.executable, "-m", "ui.cli", *args]
    with subprocess.Popen(
        command, cwd=cwd, env=clean_environment({"TERM": "xterm"}), stdout=child, stderr=child, stdin=child
    ) as process:
        os.close(child)
        shown = b""
        try:
            while chunk := os.read(parent, 65536):
                shown += chunk
        except OSError:  # how Linux says that the other side was closed
            pass
        finally:
            os.close(parent)
        process.wait(TIMEOUT_SECONDS)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("args", [("list",), ("show", "evil"), ("search", "mayor"), ("ask", "Who opened the market?")])
def test_an_article_cannot_drive_the_terminal(hostile: Path, args: tuple[str, ...]) -> None:
    shown = OWN_STYLES.sub("", run_in_terminal(*args, cwd=hostile))
    assert "Mayor" in shown
    assert CONTROL.findall(shown) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_adding_shows_articles_rate_and_time_left(tmp_path: Path, run_models: None) -> None:
    """A file of many articles moves while they are added, and not at its end alone."""
    rows = ({"id": str(n), "text": f"The ferry number {n} has left the harbour of the old town."} for n in range(100))
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", run_in_terminal("add", "rows.jsonl", cwd=tmp_path))
    steps = re.findall(r"Adding \S+ (\d+) articles, [\d.–]+/s, [-\d:]+ left", shown)
    assert "100" in steps
    assert {"32", "64"} & set(steps), "which of them are drawn, time decides"
    assert "100 added" in shown


def test_json_keeps_the_words_and_escapes_what_drives_a_terminal(hostile: Path) -> None:
    run = dateline("show", "evil", "--json", cwd=hostile)
    assert CONTROL.findall(run.out) == []
    assert run.json()["text"] == HOSTILE["text"].strip()
    assert run.json()["title"] == HOSTILE["title"]


def test_a_file_name_cannot_drive_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "evil\x1b[31m\n.txt").touch()
    run = dateline("add", ".", cwd=tmp_path)
    assert run.code == 1
    assert CONTROL.findall(run.out + run.err) == []
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_every_option(command: str, tmp_path: Path) -> None:
    run = dateline(command, "--help", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    shown = re.findall(r"^ +(-\S+?),? ", run.out, re.MULTILINE)
    assert set(OPTIONS[command]) <= set(shown)
    assert len(run.out.split("\n\n")[1]) > 20, "it says what it does"


def test_help_names_every_command_and_exit_code(tmp_path: Path) -> None:
    run = dateline("--help", cwd=tmp_path)
    assert run.code == 0
    assert set(re.findall(r"^  (\w+) ", run.out, re.MULTILINE)) >= {*OPTIONS, "eval"}
    assert "3 the articles don't say" in " ".join(run.out.split())
    assert dateline("eval", "--help", cwd=tmp_path).code == 0
    assert re.fullmatch(r"dateline \d+\.\d+\.\d+\S*\n", dateline("--version", cwd=tmp_path).out)


def test_an_answer_shows_words_quotes_and_sources(home: Path) -> None:
    run = dateline("ask", "why did Niger revoke the deal?", cwd=home)
    assert (run.code, run.err) == (0, "")
    assert re.search(r"\[1\]", run.out)
    assert "\nSources\n[1] " in run.out
    assert re.search(r"“[^”]+”", run.out)
    assert all(len(line) <= 100 for line in run.out.splitlines() if "/" not in line)


def test_a_refusal_is_three_lines_and_three_headlines(home: Path) -> None:
    marathon = "Who won the women's marathon at the Paris Olympics?"
    run = dateline("ask", marathon, cwd=home, env={"COLUMNS": "1000"})
    assert (run.code, run.err) == (3, "")
    why, nearest = (part.splitlines() for part in run.out.split("\n\n")[:2])
    assert len(" ".join(why)) < 400
    assert why[0].startswith("The articles don't say: nothing in the 8 articles searched (31 Jul 2023 to 17 Sep 2024)")
    assert " ".join(why).endswith("Ask in other words, or add articles that tell of it.")
    assert nearest[0] == "Nearest articles"
    assert re.findall(r"^ (\d)\. ", run.out, re.MULTILINE) == ["1", "2", "3"]
    assert "“" not in "\n".join(nearest), "no passages"
    whole = dateline("ask", marathon, "--passages", cwd=home)
    assert (whole.code, whole.err) == (3, "")
    assert "Nearest passages" in whole.out
    assert len(re.findall(r"^    “", whole.out, re.MULTILINE)) == 3


def test_a_list_is_sorted_and_cut(home: Path) -> None:
    def titles(*args: str) -> list[str]:
        return [row["title"] for row in dateline("list", "--json", *args, cwd=home).json()]

    oldest = titles()
    assert titles("--sort", "oldest", "--limit", "3") == oldest[:3]
    assert titles("--sort", "newest") == [*oldest[-2::-1], oldest[-1]], "the undated one stays last"
    assert titles("--sort", "title") == sorted(oldest, key=str.casefold)
    assert titles("--sort", "source")[-1] == oldest[-1], "it names no outlet"
    run = dateline("list", "--limit", "3", "--sort", "newest", cwd=home)
    assert run.out.count("\n") == 3
    assert run.err == "5 more; --limit 8 lists all.\n"
    assert dateline("list", "--limit", "0", cwd=home).code == 2
    assert dateline("list", "--sort", "size", cwd=home).code == 2


def test_plain_list_and_status(home: Path) -> None:
    lines = dateline("list", cwd=home).out.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("2023-07-31  ")
    assert lines[-1].startswith("undated ")
    status = dateline("status", cwd=home).out
    assert re.search(r"^articles +8 from 1 source \(1 undated\)$", status, re.MULTILINE)
    assert re.search(r"^languages +en 8$", status, re.MULTILINE)


def test_a_library_in_languages_that_its_embedder_does_not_know_says_which_would_serve(tmp_path: Path) -> None:
    text = "Die Ministerin sagte am Dienstag, die neue Brücke werde im Frühjahr für den Verkehr geöffnet. "
    (tmp_path / "bruecke.txt").write_text(text * 3, encoding="utf-8")
    for command in (["add", "bruecke.txt"], ["status"]):
        run = dateline(*command, cwd=tmp_path)
        assert run.code == 0
        assert run.err.count("\n") == 1
        assert "`dateline rebuild --embedder intfloat/multilingual-e5-small`" in run.err
    assert re.search(r"^language +de \(text: found by py3langid, \S+ certain\)$", _show_first(tmp_path), re.MULTILINE)


def _show_first(home: Path) -> str:
    [row] = dateline("list", "--language", "German", "--json", cwd=home).json()
    return dateline("show", row["id"], cwd=home).out


def test_a_console_without_the_characters_gets_question_marks(home: Path) -> None:
    run = dateline("ask", "why did Niger revoke the deal?", cwd=home, env={"PYTHONIOENCODING": "latin-1"})
    assert (run.code, run.err) == (0, "")
    assert re.search(r"^    \?\w[^?]+\?$", run.out, re.MULTILINE), "quotation marks are not in Latin-1"


def test_versions_of_very_many_paragraphs_are_shown_and_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Comparing them would take hours."""
    old, new = ("\n\n".join(f"{word} {n}" for n in range(40_000)) for word in ("old", "new"))
    print_changes([("T", old), ("T", new)])
    lines = capsys.readouterr().out.split("\n")
    assert (lines.count("- old 7"), lines.count("+ new 39999")) == (1, 1)
    assert len(lines) > 80_000
