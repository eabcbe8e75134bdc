"""A `dateline.toml` may come from anybody: it gives settings, or one line that says what is wrong, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from index import Ignored, UsageError, load_settings
from rag.settings import Settings
from tests.index.trust.test_settings_trust import REACHING

NAMES = st.sampled_from([f.name for f in fields(Settings)])
BARE = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
VALUES = st.one_of(
    st.sampled_from(
        ['""', "'''x\ny'''", "true", "false", "inf", "-inf", "nan", "-0.0", "1e400", "0x10", "0b1", "1_000"]
    ),
    st.sampled_from(
        ["1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "[]", "{}", "[[1]]", "{a = 1}", "-1", "9" * 5000]
    ),
    st.sampled_from(['"offline"', '"none"', '"litellm:x"', '"./x"', '"~/.bashrc"', '"$(touch owned)"', '"a\\u0000b"']),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=20).map(lambda text: "'" + text.replace("'", "").replace("\n", "") + "'"),
    st.text(max_size=9),
)
LINES = st.tuples(NAMES | BARE | st.text(max_size=5), VALUES).map(" = ".join)
FILES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    st.lists(LINES, max_size=8).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")),
    st.lists(LINES | BARE.map("[{}]".format) | st.just("[[a]]"), max_size=6)
    .map("\n".join)
    .map(lambda text: text.encode("utf-8", "replace")),
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def load(folder: Path, content: bytes) -> tuple[Settings | str, list[Ignored]]:
    (folder / "dateline.toml").write_bytes(content)
    all_ignored: list[Ignored] = []
    try:
        return load_settings(Settings, folder, tell=all_ignored.append), all_ignored
    except UsageError as error:
        return str(error), all_ignored


@given(content=FILES)
@example(content=b"a = " + b"[" * 20_000)
@example(content=b"passages = " + b"9" * 5000)
@example(content=b"a." * 20_000 + b"b = 1")
@example(content=b"passages = 1e400")
@example(content=b"# " + b"x" * 70_000)
@example(content=b"\xff\xfe")
@example(content=b"'a\\u001b[2J' = 1")
@example(content=b'"\\u001b[2J\\n\\u202edateline: all is well" = 1')
@example(content=b"passages = '''\n\ndateline: all is well'''")
@example(content=b"[passages]\na = 1")
@example(content=b"passages = {a = {a = {a = {a = 1}}}}")
@example(content=b"\0")
@example(content=b"log_file = '~/.bashrc'")
def test_any_file_gives_settings_or_one_line(folder: Path, content: bytes) -> None:
    found, all_ignored = load(folder, content)
    if isinstance(found, str):
        assert len(found.splitlines()) == 1
        assert found.isprintable()
        assert len(found) < 1000
        assert str(folder) in found
        return
    default = asdict(Settings())
    values = asdict(found)
    for name, value in values.items():
        assert type(value) is type(default[name])
        assert not isinstance(value, int | float) or 0 <= value < 1e9
    changed = {name for name, value in values.items() if value != default[name]}
    harmless: dict[str, tuple[Any, ...]] = {"fallback": ("none",)}
    for name in changed & REACHING.keys() - {"embedder", "reranker"}:
        assert values[name] in harmless.get(name, ()), name
    for ignored in all_ignored:
        assert len(str(ignored).splitlines()) == 1
