"""`dateline timeline`, `quotes` and `brief`: lines, formats, and exit codes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from docx import Document

from tests.cli.running import assert_one_line, dateline_here

TOPIC = "US troops in Niger"
LINES = {"timeline": "events", "quotes": "statements", "brief": "sections"}


@pytest.mark.parametrize("command", LINES)
def test_lines_come_with_their_sources(home: Path, command: str) -> None:
    run = dateline_here(command, TOPIC, cwd=home)
    assert (run.code, run.err) == (0, "")
    lines, _, sources = run.out.partition("\nSources\n")
    assert "[1]" in lines
    assert sources.startswith("[1] ")
    found = dateline_here(command, TOPIC, "--json", cwd=home).json()
    assert found[LINES[command]]
    assert [citation["marker"] for citation in found["citations"]] == list(range(1, len(found["citations"]) + 1))


@pytest.mark.parametrize("command", LINES)
def test_csv_has_a_row_for_each_source(home: Path, command: str) -> None:
    run = dateline_here(command, TOPIC, "--csv", cwd=home)
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert rows
    assert all(row["title"] and row["quote"] and row["article"] for row in rows)


@pytest.mark.parametrize("command", LINES)
def test_nothing_found_is_a_line_and_exit_code_3(home: Path, command: str) -> None:
    assert_one_line(dateline_here(command, "sourdough starters in Peru", "--before", "2023-08-01", cwd=home), 3)
    run = dateline_here(command, "sourdough starters in Peru", "--before", "1950-01-01", "--json", cwd=home)
    assert (run.code, run.json()[LINES[command]]) == (3, [])


@pytest.mark.parametrize("command", LINES)
@pytest.mark.parametrize("given", [("",), ("?!",), (TOPIC, "--json", "--csv")])
def test_wrong_usage_is_a_line_and_exit_code_2(home: Path, command: str, given: tuple[str, ...]) -> None:
    assert_one_line(dateline_here(command, *given, cwd=home), 2)


def test_timeline_json_has_dates_in_order(home: Path) -> None:
    events = dateline_here("timeline", TOPIC, "--json", cwd=home).json()["events"]
    dates = [event["date"] for event in events]
    assert dates == sorted(dates)
    assert "2024-03-16" in dates or "2024-03-17" in dates
    assert all(event["text"] and event["citations"] for event in events)


def test_filters_are_those_of_ask(home: Path) -> None:
    options = ("--after", "2024-01-01", "--as-of", "2024-05-31", "--json")
    found = dateline_here("timeline", TOPIC, *options, cwd=home).json()
    assert (found["filters"]["after"], found["filters"]["before"]) == ("2024-01-01", "2024-05-31")
    published = [citation["article"]["published"] for citation in found["citations"]]
    assert all("2024-01-01" <= day < "2024-06-01" for day in published)


def test_a_brief_is_markdown_and_word_too(home: Path, tmp_path: Path) -> None:
    written = dateline_here("brief", TOPIC, "--markdown", cwd=home).out
    assert written.startswith(f"# {TOPIC}\n\n## What happened\n\n- **")
    file = tmp_path / "brief.docx"
    assert dateline_here("brief", TOPIC, "--docx", str(file), cwd=home).out == f"Written to {file}\n"
    paragraphs = [paragraph.text for paragraph in Document(str(file)).paragraphs]
    assert paragraphs[:2] == [TOPIC, "What happened"]
    again = tmp_path / "again.docx"
    dateline_here("brief", TOPIC, "--docx", str(again), cwd=home)
    assert [p.text for p in Document(str(again)).paragraphs] == paragraphs


def test_no_cell_is_a_formula(tmp_path: Path, run_models: None) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "=1+1", "date": "2024-03-05", "title": "=HYPERLINK(1)", "text": "The ferry Maren sank on Monday."}\n'
    )
    dateline_here("add", "a.jsonl", cwd=tmp_path)
    (row,) = csv.DictReader(io.StringIO(dateline_here("timeline", "the ferry Maren", "--csv", cwd=tmp_path).out))
    assert (row["title"], row["article"]) == ("'=HYPERLINK(1)", "'=1+1")
