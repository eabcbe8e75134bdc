"""JSON, JSON lines, CSV, and Markdown with its front matter."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given, strategies as st

from index.identify import ARTICLE_FIELDS, article_to_fields, make_article_from_mapping
from index.records import Article
from tests.fuzz.reading import check_reading, damaged

NAMES = st.sampled_from([*ARTICLE_FIELDS, "body", "Headline", "pub_date", "author", "x"])
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["2024-03-05", "0001-01-01T00:00:00+14:00", "http://[", "a" * 600, "\ud800", "\0"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
ROWS = st.dictionaries(NAMES, VALUES, max_size=8).map(lambda row: {"text": "Words.", "id": "1", **row})
JSON = [json.dumps([{"id": str(n), "text": "Words.", "date": "2024-03-05"} for n in range(3)]).encode()]
LINES = [b"\n".join(json.dumps({"id": str(n), "text": "Words."}).encode() for n in range(3))]
CSV = [b'id;title;text\n1;A;"Words; and\nmore"\n2;B;x\n', "id,text\n1,Wörter\n".encode("cp1252"), b"id\ttext\n1\tx\n"]
MARKDOWN = [
    b"---\ntitle: A\ndate: 2024-03-05\ntags: [a, b]\n---\n# A\n\nWords of *it*.\n\n- one\n- two\n\n| a |\n|---|\n"
]
YAML = st.sampled_from(
    [
        "title", "date", "id", "url", "authors", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!binary ",
        "!!set ", "<<: ", "? ", "| ", "> ", "2024-02-30", "1:2:3", "0x", ".inf", "!!python/object:os.system ", "'", '"',
        "#", "%", "@", "---\n", "...\n",
    ]
) | st.text(max_size=6)  # fmt: skip


@given(damaged(JSON + LINES), st.sampled_from([".json", ".jsonl", ".txt"]))
def test_damaged_json_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(st.lists(ROWS | VALUES, min_size=1, max_size=4))
def test_rows_of_any_values_are_read_or_refused(rows: list[Any]) -> None:
    check_reading(json.dumps(rows).encode(), ".json")
    check_reading("\n".join(map(json.dumps, rows)).encode(), ".jsonl")


@given(damaged(CSV), st.sampled_from([".csv", ".txt"]))
def test_a_damaged_table_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(st.lists(st.lists(TEXTS, max_size=4), max_size=5), st.lists(NAMES, min_size=1, max_size=4))
def test_a_table_of_any_cells_is_read_or_refused(rows: list[list[str]], names: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([[*names, "text"], *rows])
    check_reading(out.getvalue().encode("utf-8", "replace"), ".csv")


@given(damaged(MARKDOWN))
def test_damaged_markdown_is_read_or_refused(content: bytes) -> None:
    check_reading(content, ".md")


@given(st.lists(YAML, max_size=40).map("".join))
def test_any_front_matter_is_read_or_refused(yaml: str) -> None:
    check_reading(f"---\n{yaml}\n---\nWords.".encode("utf-8", "replace"), ".md")


@given(ROWS)
def test_an_article_is_the_same_again_by_its_fields(row: dict[str, Any]) -> None:
    for read in check_reading(json.dumps([row]).encode(), ".json"):
        if isinstance(read, Article):
            assert make_article_from_mapping(article_to_fields(read)) == read
