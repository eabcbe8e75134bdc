"""Settings: which source wins, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from index.errors import DatelineError, UsageError
from index.settings import IndexSettings, free, load_settings


@dataclass(frozen=True)
class WiderSettings(IndexSettings):
    """Settings of a room further right."""

    strict_answers: bool = free(False)


def test_defaults_need_no_file(tmp_path: Path) -> None:
    assert load_settings(IndexSettings, tmp_path) == IndexSettings()
    assert load_settings(IndexSettings, None) == IndexSettings()
    assert load_settings(IndexSettings, tmp_path / "none", {}) == IndexSettings()


def test_the_later_source_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dateline.toml").write_text("first_stage = 11\nrerank_depth = 12\npassage_words = 13\n")
    monkeypatch.setenv("DATELINE_RERANK_DEPTH", "22")
    monkeypatch.setenv("DATELINE_PASSAGE_WORDS", "23")
    found = load_settings(IndexSettings, tmp_path, {"passage_words": 33, "first_stage": None})
    assert (found.first_stage, found.rerank_depth, found.passage_words) == (11, 22, 33)
    assert found.max_file_mb == IndexSettings().max_file_mb


def test_the_place_of_the_library_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_LIBRARY", "/somewhere")
    assert load_settings(IndexSettings, tmp_path) == IndexSettings()


def test_unknown_names_are_refused_where_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        UsageError, match=r"unknown setting `rerank_depht` in the options\. Did you mean `rerank_depth`"
    ):
        load_settings(IndexSettings, tmp_path, {"rerank_depht": 1})
    monkeypatch.setenv("DATELINE_ZZZ", "1")
    with pytest.raises(UsageError, match="unknown setting `DATELINE_ZZZ` in the environment") as error:
        load_settings(IndexSettings, tmp_path)
    assert all(f.name in str(error.value) for f in fields(IndexSettings))
    monkeypatch.delenv("DATELINE_ZZZ")
    (tmp_path / "dateline.toml").write_text("colour = 1\n")
    with pytest.raises(UsageError, match=r"unknown setting `colour` in .*dateline\.toml"):
        load_settings(IndexSettings, tmp_path)


def test_names_of_a_room_further_right_may_be_passed_over(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("strict_answers = true\nrerank_depth = 3\n")
    assert load_settings(IndexSettings, tmp_path, strict=False).rerank_depth == 3
    assert load_settings(WiderSettings, tmp_path).strict_answers is True


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("rerank_depth", "7", 7),
        ("rerank_depth", 0, 0),
        ("lock_seconds", "2.5", 2.5),
        ("lock_seconds", 3, 3.0),
        ("embedder", "some/name", "some/name"),
        ("strict_answers", "YES", True),
        ("strict_answers", "0", False),
    ],
)
def test_values_are_converted(name: str, value: Any, wanted: Any) -> None:
    found = getattr(load_settings(WiderSettings, None, {name: value}), name)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("rerank_depth", "many", "a whole number"),
        ("rerank_depth", "2.5", "a whole number"),
        ("rerank_depth", 2.5, "a whole number"),
        ("rerank_depth", True, "a whole number"),
        ("rerank_depth", -1, "at least 0"),
        ("rerank_depth", [1], "a whole number"),
        ("lock_seconds", "soon", "a number"),
        ("lock_seconds", "nan", "at least 0"),
        ("lock_seconds", "inf", "at least 0"),
        ("lock_seconds", "-0.1", "at least 0"),
        ("embedder", 5, "a text"),
        ("strict_answers", "perhaps", "true or false"),
        ("strict_answers", 1, "true or false"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(name: str, value: Any, reason: str) -> None:
    with pytest.raises(UsageError, match=f"setting `{name}` in the options is .*{reason}"):
        load_settings(WiderSettings, None, {name: value})


@pytest.mark.parametrize("content", [b"rerank_depth = ", b"[[[", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dateline.toml").write_bytes(content)
    with pytest.raises(DatelineError, match=r"dateline\.toml can't be read as TOML"):
        load_settings(IndexSettings, tmp_path)


def test_every_setting_is_documented() -> None:
    """A text stands below each, which the documentation is made from."""
    import ast
    import inspect

    body = ast.parse(inspect.getsource(IndexSettings)).body[0]
    assert isinstance(body, ast.ClassDef)
    for at, node in enumerate(body.body):
        if isinstance(node, ast.AnnAssign):
            after = body.body[at + 1]
            assert isinstance(after, ast.Expr)
            assert isinstance(after.value, ast.Constant)
