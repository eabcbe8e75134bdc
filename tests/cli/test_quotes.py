"""`dateline quotes`: who said what, in the terminal, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.cli.running import dateline_here as dateline


def test_the_terminal_shows_speakers_words_and_sources(home: Path) -> None:
    run = dateline("quotes", "the accord", cwd=home)
    assert run.code == 0
    assert "Amadou Abdramane · 17 March 2024" in run.out
    assert "was revoked with immediate effect" in " ".join(run.out.split())
    assert "Sources" in run.out


def test_what_is_reported_is_a_whole_sentence(home: Path) -> None:
    run = dateline("quotes", "Abdramane", cwd=home)
    printed = " ".join(run.out.partition("Sources")[0].split())
    assert "The 2012 accord, he argued, had been imposed on Niger and was unfair. [" in printed
    assert printed.count("The 2012 accord, he argued,") == 1


def test_json_and_csv_say_the_same(home: Path) -> None:
    values = dateline("quotes", "the accord", "--json", cwd=home).json()
    rows = list(csv.DictReader(io.StringIO(dateline("quotes", "the accord", "--csv", cwd=home).out)))
    assert [row["quote"] for row in rows] == [" ".join(s["words"].split()) for s in values["statements"]]
    assert [row["article"] for row in rows] == [s["article"] for s in values["statements"]]


def test_nothing_found_ends_with_3_and_one_line(home: Path) -> None:
    run = dateline("quotes", "what did Kofi Mensah say about snow?", cwd=home)
    assert (run.code, run.out, len(run.err.splitlines())) == (3, "", 1)
    assert "Kofi Mensah is not quoted" in run.err
    assert dateline("quotes", "the accord", "--json", "--csv", cwd=home).code == 2
