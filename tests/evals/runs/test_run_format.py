"""The format of runs on disk: what was written by 0.1.0 and by this format is read, whole; what is damaged is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evals.rows import AnswerRow, KeptAnswer, KeptArticle, KeptCitation, KeptHit, KeptQuote, KeptSentence, KeptWords
from evals.runs.run_folder import read_run
from evals.runs.run_format import (
    FORMAT,
    READ_FORMATS,
    answer_row_from_json,
    answer_row_to_json,
    score_row_to_json,
    summary_to_json,
    timings_to_json,
)
from index import DatelineError
from tests.evals.golden_run import ANSWER, GOLDEN, ROWS, SCORES, SETTINGS, SUMMARY, TIMINGS, write_golden
from ui.chat.tabs.evals import EvalsTab, find_runs
from ui.cli.app import app

OLD = GOLDEN / "0.1.0" / "run"
SECOND = GOLDEN / "format-2" / "run"
PRESENT = GOLDEN / f"format-{FORMAT}" / "run"
OPEN = {"settings"}  # objects whose values may be anything
Path_ = tuple[str | int, ...]


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def without_words(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what format 3 added."""
    assert row.pop("earlier") == []
    assert row.pop("disputed") is None
    if row["answer"]:
        assert row["answer"].pop("disagreements") == []
        assert row["answer"].pop("answer") is None
        for citation in row["answer"]["citations"]:
            assert {quote.pop("field") for quote in citation["quotes"]} == {"text"}
    return row


def without_news(row: dict[str, Any]) -> dict[str, Any]:
    """The row without what formats 2 and 3 added."""
    row = without_words(row)
    if row["answer"]:
        del row["answer"]["named"]
        for sentence in row["answer"]["sentences"]:
            del sentence["gap"]
    return row


def test_nothing_of_a_run_of_the_first_version_is_lost() -> None:
    run = read_run(OLD)
    assert len(run.answers) == 3
    assert [without_news(answer_row_to_json(row)) for row in run.answers] == read_lines(OLD / "answers.jsonl")
    assert [score_row_to_json(row) for row in run.scores] == read_lines(OLD / "scores.jsonl")
    assert summary_to_json(run.summary) == json.loads((OLD / "summary.json").read_text(encoding="utf-8"))
    assert timings_to_json(run.timings) == json.loads((OLD / "timings.json").read_text(encoding="utf-8"))
    assert run.settings == json.loads((OLD / "settings.json").read_text(encoding="utf-8"))


def test_nothing_of_a_run_of_format_2_is_lost() -> None:
    run = read_run(SECOND)
    assert [without_words(answer_row_to_json(row)) for row in run.answers] == read_lines(SECOND / "answers.jsonl")
    assert (run.scores, run.summary, run.timings) == (SCORES, SUMMARY, TIMINGS)


def test_a_run_of_the_first_version_is_compared_reported_gated_and_listed(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(OLD, old)
    shutil.copytree(OLD, new)
    lines = [json.dumps(answer_row_to_json(row)) + "\n" for row in read_run(OLD).answers]
    (new / "answers.jsonl").write_text("".join(lines), encoding="utf-8")
    (new / "settings.json").write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in old.iterdir()}

    def invoke(*args: str) -> str:
        done = CliRunner().invoke(app, ["eval", *args])
        assert done.exit_code == 0, done.output
        return done.stdout

    (compared,) = json.loads(invoke("compare", str(old), str(new), "--json"))
    assert {found["difference"] for found in compared["measures"].values()} == {0.0}
    assert (compared["overlap"], compared["changed"]) == (1.0, 0)
    assert "pass" in invoke("gate", str(old), "--min", "answer_inclusion=1.0", "--baseline", str(new))
    invoke("report", str(old), "--out", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "How much did the bridge cost?" in page
    assert "<mark>It cost 12 million euros, said the mayor, Ada Brum.</mark>" in page
    assert "2024-03-04" in page
    assert sorted(find_runs(tmp_path)) == ["new", "old"]
    assert "right article first" in EvalsTab(tmp_path).summarise("old")
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before, "it is read, not written anew"


def test_what_is_written_is_the_golden_run_byte_for_byte(tmp_path: Path) -> None:
    write_golden(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != ".lock"}
    assert written == {path.name: path.read_bytes() for path in PRESENT.iterdir()}
    assert FORMAT in READ_FORMATS


def test_the_golden_run_is_read_whole() -> None:
    run = read_run(PRESENT)
    assert run.settings == SETTINGS
    assert (run.answers, run.scores, run.summary, run.timings) == (ROWS, SCORES, SUMMARY, TIMINGS)


def is_default(record: Any, field: Field[Any]) -> bool:
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return bool(getattr(record, field.name) == default)


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        (AnswerRow, ROWS[:1]),
        (KeptAnswer, [ANSWER]),
        (KeptSentence, ANSWER.sentences[:1]),
        (KeptCitation, ANSWER.citations),
        (KeptQuote, ANSWER.citations[0].quotes),
        (KeptWords, [ANSWER.answer]),
        (KeptHit, ANSWER.hits),
        (KeptArticle, [ANSWER.hits[0].article]),
    ],
)
def test_the_golden_run_has_every_field(kind: type[Any], records: Any) -> None:
    """One that is left at its default could be dropped on the way without notice."""
    for record in records:
        assert [field.name for field in fields(kind) if is_default(record, field)] == []


def walk(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Each place in a JSON value, with what stands there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield (*path, name), part
        if name not in OPEN:
            yield from walk(part, (*path, name))


def put(value: Any, path: Path_, new: Any) -> Any:
    changed = deepcopy(value)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = new
    return changed


def mistype(value: Any) -> Any:
    return "x" if isinstance(value, (int, float, bool, list, dict)) else 7


GOLDEN_ROW = answer_row_to_json(ROWS[0])


@pytest.mark.parametrize("path", [path for path, _ in walk(GOLDEN_ROW)], ids=str)
def test_a_mistyped_value_is_refused_wherever_it_stands(path: Path_) -> None:
    value = dict(walk(GOLDEN_ROW))[path]
    with pytest.raises((TypeError, ValueError)):
        answer_row_from_json(put(GOLDEN_ROW, path, mistype(value)))


def test_a_mistyped_row_is_one_line_that_names_file_line_and_field(tmp_path: Path) -> None:
    shutil.copytree(PRESENT, tmp_path / "run")
    rows = read_lines(PRESENT / "answers.jsonl")
    rows[0]["answer"]["sentences"][0]["gap"] = "no"
    (tmp_path / "run" / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(DatelineError, match=r"answers\.jsonl can't be read \(line 1: `gap` is not true or false\)"):
        read_run(tmp_path / "run")
    done = CliRunner().invoke(app, ["eval", "report", str(tmp_path / "run")])
    assert done.exit_code != 0


def test_fields_of_later_versions_are_passed_over() -> None:
    row = put(put(GOLDEN_ROW, ("answer", "new"), 1), ("later",), {"x": 1})
    assert answer_row_from_json(row) == ROWS[0]
