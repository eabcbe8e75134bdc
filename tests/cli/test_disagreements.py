"""`dateline disagreements`: on a terminal, as JSON and as a table."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.running import dateline

TOPIC = "market of Pellan"
PEOPLE = "The fire that destroyed the market of Pellan on Sunday killed {} people, the mayor said."


@pytest.fixture(scope="module")
def contrary(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> Path:
    """A folder with a library in which two outlets disagree."""
    home = tmp_path_factory.mktemp("contrary")
    for outlet, count in (("Morning Star", 17), ("Evening Post", 22)):
        note = f"---\ntitle: =Fire in Pellan market\nsource: {outlet}\ndate: 2024-03-04\n---\n{PEOPLE.format(count)}\n"
        (home / f"{count}.md").write_text(note, encoding="utf-8")
    added = dateline("add", "17.md", "22.md", cwd=home)
    assert added.code == 0, added.err
    return home


def test_both_sides_are_printed_with_their_sources(contrary: Path) -> None:
    said = dateline("disagreements", TOPIC, cwd=contrary)
    assert said.code == 0
    assert "“17”" in said.out
    assert "“22”" in said.out
    assert PEOPLE.format(22) in " ".join(said.out.split())


def test_json_has_the_sides_and_what_they_cite(contrary: Path) -> None:
    found = dateline("disagreements", TOPIC, "--json", cwd=contrary).json()
    (disagreement,) = found["disagreements"]
    assert {side["value"] for side in disagreement["sides"]} == {"17", "22"}
    markers = {citation["marker"] for citation in found["citations"]}
    assert all(set(side["citations"]) <= markers for side in disagreement["sides"])


def test_a_table_has_a_line_for_each_side_and_no_formula(contrary: Path) -> None:
    rows = list(csv.DictReader(StringIO(dateline("disagreements", TOPIC, "--csv", cwd=contrary).out)))
    assert sorted(row["value"] for row in rows) == ["17", "22"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_two_formats_at_once_are_refused(contrary: Path) -> None:
    refused = dateline("disagreements", TOPIC, "--csv", "--json", cwd=contrary)
    assert refused.code == 2
    assert len(refused.err.splitlines()) == 1
