"""What a question names limits it in the terminal too, and is said, with the way to ask without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import dateline

MARCH = "What did Niger revoke in March 2024?"
NOTHING = "What happened in Niger in March 2019?"
REASON = "No article is from 1 March 2019 to 31 March 2019, which your question names."


@pytest.mark.parametrize("command", ["ask", "search"])
def test_it_is_said_and_counts(home: Path, command: str) -> None:
    said = dateline(command, MARCH, cwd=home)
    assert said.code == 0
    assert said.out.startswith("From your question: from 1 March 2024 to 31 March 2024\n")
    assert "--without" not in said.out
    lifted = dateline(command, MARCH, "--without", "dates", "--without", "sources", cwd=home)
    assert "From your question" not in lifted.out


def test_where_it_leaves_nothing_the_way_without_it_is_said(home: Path) -> None:
    asked, searched = (dateline(command, NOTHING, cwd=home) for command in ("ask", "search"))
    assert (asked.code, searched.code) == (3, 0)
    for run in (asked, searched):
        assert REASON in " ".join(run.out.split())
        assert "Ask without it: --without dates" in run.out.splitlines()
    lifted = dateline("ask", NOTHING, "--without", "dates", cwd=home)
    assert REASON not in " ".join(lifted.out.split())


def test_programs_get_it_as_fields_and_a_list_stays_a_list(home: Path) -> None:
    asked = dateline("ask", NOTHING, "--json", cwd=home)
    assert (asked.code, asked.err) == (3, "")
    assert asked.json()["named"]["after"] == "2019-03-01"
    assert asked.json()["reason"].startswith(REASON)
    searched = dateline("search", NOTHING, "--json", cwd=home)
    assert (searched.code, searched.json()) == (0, [])
    assert REASON in searched.err
    assert "--without dates" in searched.err
