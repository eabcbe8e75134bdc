"""The run folder: what was written is read again, and nothing else is taken for a run."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from evals.records import Fact
from evals.rows import (
    AnswerRow,
    KeptAnswer,
    KeptArticle,
    KeptCitation,
    KeptDay,
    KeptHit,
    KeptPassage,
    KeptQuote,
    KeptSentence,
    RankedPassage,
    ScoreRow,
    Timing,
)
from evals.runs.run_folder import RunWriter, list_differences, open_run, read_answers, read_run
from evals.runs.run_format import FORMAT
from evals.statistics import Interval
from index import DatelineError, Filters
from tests.conftest import ROOT
from tests.evals.run_material import make_summary, make_timings

SETTINGS = {"format": FORMAT, "settings": {"rerank_depth": 8, "model": "offline"}}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
ANSWER = KeptAnswer("Who?", sentences=(KeptSentence("Yes."), KeptSentence("No.")))
NUMBERS = st.dictionaries(TEXT, st.floats(allow_nan=False), max_size=2)
PLACES = st.integers(0, 9)
ARTICLES = st.builds(KeptArticle, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, st.none() | st.datetimes())
PASSAGES = st.builds(KeptPassage, TEXT, PLACES, PLACES, TEXT)
DAYS = st.builds(KeptDay, PLACES, PLACES, TEXT, st.dates(), st.dates())
QUOTES = st.builds(KeptQuote, PLACES, PLACES, TEXT, st.lists(DAYS, max_size=2).map(tuple))
FILTERS = st.builds(
    Filters, after=st.none() | st.dates(), before=st.none() | st.dates(), sources=NAMES, exclude=NAMES, languages=NAMES
)
ANSWERS = st.builds(
    KeptAnswer,
    question=TEXT,
    standalone_question=TEXT,
    as_of=st.none() | st.dates(),
    filters=FILTERS,
    named=FILTERS,
    refused=st.booleans(),
    reason=TEXT,
    confidence=st.none() | st.floats(0, 1),
    signals=NUMBERS,
    gaps=NAMES,
    sentences=st.lists(
        st.builds(
            KeptSentence,
            TEXT,
            st.sampled_from(["supported", "unsupported", "unchecked"]),
            st.none() | st.floats(0, 1),
            NAMES,
            st.lists(PLACES, max_size=2).map(tuple),
            st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    citations=st.lists(
        st.builds(KeptCitation, PLACES, ARTICLES, PASSAGES, NAMES, st.lists(QUOTES, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    unresolved=NAMES,
    warnings=NAMES,
    hits=st.lists(st.builds(KeptHit, PLACES, st.floats(0, 1), ARTICLES, PASSAGES, NUMBERS, NAMES), max_size=2).map(
        tuple
    ),
    model=TEXT,
    prompt_tokens=st.none() | PLACES,
    completion_tokens=st.none() | PLACES,
    cost_usd=st.none() | st.floats(0, 9),
    settings=st.dictionaries(TEXT, st.integers() | TEXT | st.booleans(), max_size=2),
)
ROWS = st.builds(
    AnswerRow,
    id=TEXT,
    question=TEXT,
    variant=st.sampled_from(["asked", "without_evidence"]),
    answers=NAMES,
    relevant=NAMES,
    grades=st.dictionaries(TEXT, st.integers(0, 3), max_size=2),
    unanswerable=st.booleans(),
    choices=NAMES,
    nuggets=NAMES,
    evidence=st.lists(st.builds(Fact, TEXT, TEXT), max_size=2).map(tuple),
    as_of=st.none() | st.dates(),
    ranking=NAMES,
    passages=st.lists(st.builds(RankedPassage, TEXT, PLACES, PLACES), max_size=2).map(tuple),
    answer=st.none() | ANSWERS,
    error=TEXT,
)


MEASURES = {"map": Interval(0.5, 1, 0.25, 0.75), "x": Interval(None, 0, None, None)}


def make_rows(count: int) -> list[AnswerRow]:
    return [AnswerRow(str(n), f"Who is {n}?", answer=ANSWER) for n in range(count)]


def write_run(folder: Path, rows: list[AnswerRow], settings: dict[str, Any] = SETTINGS) -> None:
    with open_run(folder) as writer:
        writer.begin(settings)
        for row in rows:
            writer.append(row, Timing(row.id, row.variant, {"total": 1.5}))
        scores = [ScoreRow(row.id, row.variant, {"map": 0.5, "x": None}, {"x": "no label"}) for row in rows]
        timings = make_timings(writer.read_timings())
        writer.finish(["q Q0 a 1 1 dateline\n"], scores, make_summary(rows, MEASURES), timings)


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[AnswerRow]) -> None:
    folder = tmp_path_factory.mktemp("run")
    write_run(folder, rows)
    run = read_run(folder)
    assert list(run.answers) == rows
    assert [(s.id, s.variant) for s in run.scores] == [(r.id, r.variant) for r in rows]
    assert all(s.scores == {"map": 0.5, "x": None} and s.unscored == {"x": "no label"} for s in run.scores)
    assert (run.settings, run.summary) == (SETTINGS, make_summary(rows, MEASURES))
    assert run.timings == make_timings([Timing(row.id, row.variant, {"total": 1.5}) for row in rows])


def test_a_finished_run_has_just_these_files(tmp_path: Path) -> None:
    write_run(tmp_path, make_rows(2))
    names = {"settings.json", "run.trec", "answers.jsonl", "scores.jsonl", "summary.json", "timings.json"}
    assert {p.name for p in tmp_path.iterdir() if not p.name.startswith(".")} == names


def test_a_row_that_was_torn_is_dropped_wherever_it_was(tmp_path: Path) -> None:
    rows = make_rows(2)
    with open_run(tmp_path) as writer:
        writer.begin(SETTINGS)
        for row in rows:
            writer.append(row, Timing(row.id, row.variant, {}))
    file = tmp_path / "answers.jsonl"
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole)):
        file.write_bytes(whole[:end])
        assert RunWriter(tmp_path).begin(SETTINGS) == rows[:1]
        assert file.read_bytes() == whole[:first]


def test_a_run_of_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    write_run(tmp_path, make_rows(1))
    other = {**SETTINGS, "settings": {"rerank_depth": 0, "model": "offline"}, "new": 1}
    with pytest.raises(DatelineError, match=r"another run: new, settings\.rerank_depth differ"):
        RunWriter(tmp_path).begin(other)
    assert list_differences(SETTINGS, SETTINGS) == []


def test_no_run_an_unfinished_one_and_one_of_another_version_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="there is no run in"):
        read_run(tmp_path)
    write_run(tmp_path, make_rows(1))
    (tmp_path / "summary.json").unlink()
    with pytest.raises(DatelineError, match="not finished"):
        read_run(tmp_path)
    (tmp_path / "settings.json").write_text(json.dumps({**SETTINGS, "format": FORMAT + 1}))
    with pytest.raises(DatelineError, match=f"has format {FORMAT + 1}; this Dateline reads formats 1, 2 and {FORMAT}"):
        read_run(tmp_path)


@pytest.mark.parametrize("name", ["settings.json", "answers.jsonl", "scores.jsonl", "summary.json", "timings.json"])
@pytest.mark.parametrize("content", [b"\xff\n", b"{\n", b"[]\n", b'{"id": 1}\n', None])
def test_a_damaged_file_is_named_in_a_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    write_run(tmp_path, make_rows(1))
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DatelineError) as raised:
        read_run(tmp_path)
    assert "\n" not in str(raised.value)


def test_rows_and_scores_of_two_runs_are_refused(tmp_path: Path) -> None:
    write_run(tmp_path / "a", make_rows(1))
    write_run(tmp_path / "b", [replace(make_rows(1)[0], id="other")])
    (tmp_path / "a" / "scores.jsonl").write_bytes((tmp_path / "b" / "scores.jsonl").read_bytes())
    with pytest.raises(DatelineError, match="not of the same run"):
        read_run(tmp_path / "a")


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    lines = (
        "import sys, pathlib",
        "from evals.runs.run_folder import open_run",
        "with open_run(pathlib.Path(sys.argv[1])): pass",
    )
    code = "\n".join(lines)
    command = [sys.executable, "-c", code, str(tmp_path)]
    with open_run(tmp_path):
        other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "is in use by another command" in other.stderr
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


@contextmanager
def limit_file_size(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: what a full disk looks like, for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_line_and_what_was_done_is_kept(tmp_path: Path) -> None:
    rows = make_rows(40)
    with (
        pytest.raises(DatelineError, match=r"answers\.jsonl can't be written \(File too large\)"),
        limit_file_size(5000),
    ):
        write_run(tmp_path, rows)
    kept = RunWriter(tmp_path).begin(SETTINGS)
    assert 0 < len(kept) < 40
    assert kept == rows[: len(kept)]
    write_run(tmp_path, rows[len(kept) :])
    assert list(read_answers(tmp_path)) == rows


def test_a_row_tells_what_was_said(tmp_path: Path) -> None:
    assert AnswerRow("1", "?", answer=ANSWER).text == "Yes. No."
    refusal = AnswerRow("1", "?", answer=KeptAnswer("?", refused=True, reason="Nothing does."))
    assert (refusal.text, refusal.refused) == ("Nothing does.", True)
    assert (AnswerRow("1", "?", error="it broke").text, AnswerRow("1", "?").refused) == ("", False)
