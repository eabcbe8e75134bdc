"""`--json`: one document on stdout, nothing else, in the shapes that others build on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import SEEDS, Run, dateline

WHY = "why did Niger revoke the deal?"
OFF_TOPIC = "Who won the women's marathon at the Paris Olympics?"
OPTIONAL = (str, type(None))
ARTICLE = {"id": str, "title": str, "url": OPTIONAL, "source": OPTIONAL, "published": OPTIONAL, "language": OPTIONAL}
PASSAGE = {"id": str, "start": int, "end": int, "text": str}


def assert_shape(value: Any, shape: dict[str, Any]) -> None:
    """All these names are there, with values of these types."""
    assert isinstance(value, dict)
    for name, kind in shape.items():
        assert isinstance(value[name], kind), name
        assert not isinstance(value[name], bool) or kind is bool, name


@pytest.fixture(scope="module")
def why(home: Path) -> Run:
    """`ask --json` of a question that the articles answer."""
    return dateline("ask", WHY, "--json", cwd=home)


def test_add_reports_each_article(made: tuple[Path, Run]) -> None:
    _, added = made
    assert (added.code, added.err) == (0, "")
    report = added.json()
    assert set(report) == {"added", "updated", "unchanged", "queued", "failed", "partly", "left_out", "passages"}
    assert len(report["added"]) == len(list(SEEDS.iterdir()))
    assert report["updated"] == report["unchanged"] == report["failed"] == []
    assert report["passages"] > 8


def test_status_counts(home: Path, made: tuple[Path, Run]) -> None:
    run = dateline("status", "--json", cwd=home)
    assert (run.code, run.err) == (0, "")
    value = run.json()
    assert_shape(value, {"articles": int, "passages": int, "generation": int, "embedder": str, "path": str})
    assert (value["articles"], value["passages"]) == (8, made[1].json()["passages"])


def test_ask_has_the_whole_answer(why: Run) -> None:
    assert (why.code, why.err) == (0, "")
    answer = why.json()
    shape = {"question": str, "refused": bool, "reason": str, "model": str, "seconds": dict, "unresolved": list}
    assert_shape(answer, {**shape, "sentences": list, "citations": list})
    assert (answer["question"], answer["refused"], answer["model"]) == (WHY, False, "offline")
    assert answer["sentences"]
    assert {"search", "answer", "check"} <= set(answer["seconds"])
    assert all(isinstance(seconds, float) for seconds in answer["seconds"].values())


def test_sentences_cite_by_markers_that_resolve(why: Run) -> None:
    answer = why.json()
    markers = [c["marker"] for c in answer["citations"]]
    assert markers == list(range(1, len(markers) + 1))
    for sentence in answer["sentences"]:
        assert_shape(sentence, {"text": str, "verdict": str, "citations": list, "support": (float, type(None))})
        assert sentence["verdict"] in ("supported", "unsupported", "unchecked")
        assert sentence["citations"]
        assert set(sentence["citations"]) <= set(markers)


def test_citations_hold_article_passage_and_exact_quotes(why: Run, home: Path) -> None:
    citation = why.json()["citations"][0]
    assert_shape(citation["article"], ARTICLE)
    assert_shape(citation["passage"], PASSAGE)
    text = dateline("show", citation["article"]["id"], "--json", cwd=home).json()["text"]
    passage = citation["passage"]
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert citation["quotes"]
    for quote in citation["quotes"]:
        assert_shape(quote, {"start": int, "end": int, "text": str, "field": str})
        if quote["field"] == "text":
            assert text[quote["start"] : quote["end"]] == quote["text"]
            assert quote["text"] in passage["text"]
        else:
            assert citation["article"]["title"][quote["start"] : quote["end"]] == quote["text"]


def test_a_refusal_is_a_document_too_and_exits_with_3(home: Path) -> None:
    run = dateline("ask", OFF_TOPIC, "--json", "--as-of", "2024-12-31", "--language", "en", cwd=home)
    assert (run.code, run.err) == (3, "")
    answer = run.json()
    assert answer["refused"] is True
    assert answer["sentences"] == answer["citations"] == answer["unresolved"] == []
    assert "don't say" in answer["reason"]
    assert answer["as_of"] == "2024-12-31"
    assert answer["filters"]["languages"] == ["en"]
    assert "language" not in answer["reason"].partition("Ask in other words")[0]  # each article's is known


def test_search_lists_ranked_hits(home: Path) -> None:
    run = dateline("search", "French soldiers", "-k", "3", "--json", cwd=home)
    assert (run.code, run.err) == (0, "")
    hits = run.json()
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert_shape(hit["article"], ARTICLE)
        assert_shape(hit["passage"], PASSAGE)
    assert "French" in hits[0]["article"]["title"]


def test_search_keeps_to_dates_sources_languages_and_mode(home: Path) -> None:
    args = ("--after", "2023-10-01", "--before", "2023-12-31", "--source", "dateline SAMPLE library")
    run = dateline("search", "soldiers", *args, "--mode", "lexical", "--json", cwd=home)
    days = {hit["article"]["published"][:10] for hit in run.json()}
    assert days
    assert days <= {"2023-10-11", "2023-12-23"}
    english = dateline("search", "soldiers", "--language", "EN", "--json", cwd=home).json()
    listed = dateline("list", "--language", "english", "--json", cwd=home).json()
    assert {row["language"] for row in listed} == {"en"}
    assert set() != {hit["article"]["id"] for hit in english} <= {row["id"] for row in listed}
    for option, value in (("--source", "Nobody"), ("--language", "tlh")):
        none = dateline("search", "soldiers", option, value, "--json", cwd=home)
        assert (none.code, none.json()) == (0, [])


def test_list_and_show(home: Path) -> None:
    rows = dateline("list", "--json", cwd=home).json()
    assert len(rows) == 8
    assert all("text" not in row for row in rows)
    days = [row["published"] for row in rows if row["published"]]
    assert days == sorted(days)
    assert rows[-1]["published"] is None, "undated articles come last"
    shown = dateline("show", rows[0]["id"][:10], "--json", cwd=home).json()
    assert {name: value for name, value in shown.items() if name not in ("text", "removed", "copies")} == rows[0]
    whole = {"text": str, "removed": str, "authors": list, "content_hash": str, "origin": str, "date_evidence": str}
    assert_shape(shown, {**ARTICLE, **whole})


def test_show_names_what_dates_an_article_and_what_was_taken_out(home: Path) -> None:
    rows = {row["title"]: row["id"] for row in dateline("list", "--json", cwd=home).json()}
    dated = dateline("show", rows["Last French soldiers fly out of Niger"], cwd=home).out
    assert re.search(r"^dated by +label: published: 2023-12-23$", dated, re.MULTILINE)
    given = rows["U.S. Seeks Solution to Maintain Troop Presence in Niger"]
    text = dateline("show", given, cwd=home).out
    removed = dateline("show", given, "--removed", cwd=home).out
    assert "LEAVE A REPLY" in removed
    assert "LEAVE A REPLY" not in text
    assert "dated by" not in text
    assert "The recent decision by Niger" not in removed
    none = dateline("show", rows["Niger's rulers cancel military accord with the United States"], "--removed", cwd=home)
    assert "(nothing was taken out)" in none.out


def test_adding_again_updating_and_removing(tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    note.write_text('{"id": "n1", "title": "A market", "text": "A market opened in Agadez."}')
    first = dateline("add", "note.json", "--library", "lib", "--json", cwd=tmp_path).json()
    assert first["added"] == ["n1"]
    assert dateline("add", "note.json", "--library", "lib", "--json", cwd=tmp_path).json()["unchanged"] == ["n1"]
    note.write_text('{"id": "n1", "title": "A market", "text": "A market closed in Agadez."}')
    assert dateline("add", "note.json", "--library", "lib", "--json", cwd=tmp_path).json()["updated"] == ["n1"]
    environment = {"DATELINE_LIBRARY": str(tmp_path / "lib")}
    [version] = dateline("show", "n1", "--versions", "--json", cwd=tmp_path, env=environment).json()["versions"]
    assert (version["number"], version["text"]) == (1, "A market opened in Agadez.")
    changes = dateline("show", "n1", "--versions", cwd=tmp_path, env=environment).out
    assert "- A market opened in Agadez.\n+ A market closed in Agadez.\n" in changes
    removed = dateline("remove", "n1", "--json", cwd=tmp_path, env=environment)
    assert (removed.code, removed.json()) == (0, {"removed": ["n1"]})
    assert dateline("list", "--json", cwd=tmp_path, env=environment).json() == []
    assert note.exists()


def test_a_console_without_unicode_gets_the_same_document(home: Path) -> None:
    whole = dateline("list", "--json", cwd=home).json()
    assert dateline("list", "--json", cwd=home, env={"PYTHONIOENCODING": "latin-1"}).json() == whole


def test_search_explains_itself(home: Path) -> None:
    explained = dateline("search", WHY, "--explain", "--json", cwd=home).json()
    assert set(explained) == {"hits", "seconds"}
    assert {"dense", "dense_rank", "lexical", "fused", "rerank"} <= set(explained["hits"][0]["signals"])
    assert {"embedding", "vectors", "full text", "cross-encoder"} <= set(explained["seconds"])
    said = dateline("search", WHY, "--explain", cwd=home).out
    assert "vectors 0." in said
    assert re.search(r"cross-encoder [-0-9.]+, others of its article \+[01]", said)
    assert re.search(r"^cross-encoder +[0-9.]+ ms$", said, re.MULTILINE)
