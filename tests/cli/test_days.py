"""Days in words are read the same by every command, and what is no day is refused in a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import dateline

LAST_WEEK = "What happened last week?"


@pytest.mark.parametrize(
    ("after", "before", "count"),
    [
        ("2024-03", "2024-05", 3),
        ("2024", "September 2024", 4),
        ("17 March 2024", "2024-03-17", 1),
        ("yesterday", "today", 0),
        ("", "2023", 3),
    ],
)
def test_days_limit_a_list(home: Path, after: str, before: str, count: int) -> None:
    run = dateline("list", "--json", "--after", after, "--before", before, cwd=home)
    assert (run.code, len(run.json())) == (0, count)


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("ask why?", ("--as-of", "30 February 2024"), "as-of: '30 February 2024' is no day that there is."),
        ("ask why?", ("--after", "soon"), "after: 'soon' is no day that there is."),
        ("search why?", ("--before", "next week"), "before: 'next week' is no day that there is."),
        ("list", ("--after", "2024", "--before", "2023"), "the first day is after the last one"),
        ("remove", ("--yes", "--before", "2024-13"), "before: '2024-13' is no day that there is."),
    ],
)
def test_what_is_no_day_is_refused_in_a_line(home: Path, command: str, options: tuple[str, ...], says: str) -> None:
    run = dateline(*command.split(), *options, cwd=home)
    assert (run.code, run.out) == (2, "")
    (line,) = run.err.strip().splitlines()
    assert says in line


def test_words_of_time_are_counted_from_as_of_and_said(home: Path) -> None:
    asked = dateline("ask", LAST_WEEK, "--as-of", "2024-09-24", cwd=home)
    said = "From your question: from 16 September 2024 to 22 September 2024, counted from 24 September 2024\n"
    assert asked.out.startswith(said)
    answer = dateline("ask", LAST_WEEK, "--as-of", "2024-09-24", "--json", cwd=home).json()
    assert (answer["counted_from"], answer["filters"]["after"]) == ("2024-09-24", "2024-09-16")
    assert {c["article"]["published"][:10] for c in answer["citations"]} <= {"2024-09-17"}


def test_an_old_pile_offers_to_ask_as_of_its_newest_article(home: Path) -> None:
    asked = dateline("ask", LAST_WEEK, cwd=home)
    assert asked.code == 3
    assert "Ask as of the newest article, 17 September 2024: --as-of 2024-09-17" in asked.out.splitlines()
    assert dateline("ask", LAST_WEEK, "--json", cwd=home).json()["newest_day"] == "2024-09-17"
    mentioned = dateline("ask", "Which air base did American forces leave this week?", "--json", cwd=home).json()
    assert mentioned["named"]["after"] is None
    assert mentioned["newest_day"] == "2024-09-17"
    assert any("The articles end on 17 September 2024" in warning for warning in mentioned["warnings"])


def test_a_question_about_now_says_how_old_its_answer_is(home: Path) -> None:
    answer = dateline("ask", "Are American troops still in Niger?", "--json", cwd=home).json()
    assert any(w.startswith("The newest article that answers is of ") for w in answer["warnings"])
    then = dateline("ask", "Are American troops still in Niger?", "--as-of", "2024-09-20", "--json", cwd=home).json()
    assert not any(w.startswith("The newest article") for w in then["warnings"])


def test_undated_articles_left_out_are_counted_beside_an_answer(home: Path) -> None:
    answer = dateline("ask", "What did Niger revoke in March 2024?", "--json", cwd=home).json()
    assert not answer["refused"]
    assert "1 article without a date was left out." in answer["warnings"]
