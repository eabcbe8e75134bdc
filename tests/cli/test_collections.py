"""Collections and rights on the command line, of a library in a folder and of one in a database."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from index import read_address
from tests.cli.running import Run, assert_one_line, dateline_here
from tests.postgres import make_url, run_sql

pytestmark = pytest.mark.usefixtures("doubles")
ARTICLES = [
    {"id": "mine", "title": "The mine of Arlit", "text": "The mine of Arlit was closed on Monday."},
    {"id": "zinc", "title": "Zinc falls", "text": "Zinc fell in London on Tuesday.", "source": "The City Post"},
]


class Desk:
    """A library, and the commands on it."""

    def __init__(self, place: str, folder: Path) -> None:
        self.place, self.folder = place, folder
        for article in ARTICLES:
            (folder / f"{article['id']}.jsonl").write_text(json.dumps(article) + "\n")

    def run(self, *args: str) -> Run:
        return dateline_here(*args, "--library", self.place, cwd=self.folder)

    def listed(self, *args: str) -> dict[str, list[str]]:
        return {a["id"]: a["collections"] for a in self.run("list", *args, "--json").json()}


@pytest.fixture(params=["folder", "database"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    made = Desk(str(tmp_path / "library") if request.param == "folder" else make_url(), tmp_path)
    assert made.run("add", "mine.jsonl", "--collection", "Sahel").code == 0
    assert made.run("add", "zinc.jsonl").code == 0
    return made


def test_articles_go_into_collections_and_out_of_them(desk: Desk) -> None:
    assert desk.listed() == {"mine": ["sahel"], "zinc": []}
    again = desk.run("add", "mine.jsonl", "--collection", "mining", "--json").json()
    assert (again["updated"], again["unchanged"]) == (["mine"], [])
    again = desk.run("add", "mine.jsonl", "--json").json()
    assert (again["updated"], again["unchanged"]) == ([], ["mine"])
    assert desk.listed() == {"mine": ["mining", "sahel"], "zinc": []}
    assert "collections mining, sahel" in desk.run("show", "mine").out
    done = desk.run("collections", "add", "mining", "zi", "mine").out
    assert done == "1 of 2 articles went into mining.\n"
    assert desk.run("collections").out == f"{'mining':<20} 2 articles\n{'sahel':<20} 1 article\n"
    assert desk.listed("--collection", "mining") == {"mine": ["mining", "sahel"], "zinc": ["mining"]}
    done = desk.run("collections", "remove", "mining", "--source", "The City Post", "--json").json()
    assert done == {"collection": "mining", "changed": ["zinc"], "articles": 1}
    assert desk.listed("--collection", "mining", "--collection", "sahel") == {"mine": ["mining", "sahel"]}
    assert desk.run("check").code == 0


def test_questions_are_limited_to_a_collection(desk: Desk) -> None:
    hits = desk.run("search", "What fell on Tuesday?", "--collection", "sahel", "--json").json()
    assert {hit["article"]["id"] for hit in hits} == {"mine"}
    asked = desk.run("ask", "What was closed?", "--collection", "sahel", "--json").json()
    assert asked["filters"]["collections"] == ["sahel"]
    for command in ("ask", "search", "timeline", "quotes", "brief", "disagreements", "list", "export", "remove"):
        words = () if command in ("list", "export", "remove") else ("What fell?",)
        run = desk.run(command, *words, "--collection", "nowhere")
        assert_one_line(run, 2, "there is no collection 'nowhere'. There are: sahel.")
    run = desk.run("add", "zinc.jsonl", "--collection", "a b")
    assert_one_line(run, 2, "'a b' can't name a collection", "west-africa")
    assert_one_line(desk.run("collections", "add", "sahel"), 2, "name the articles")


def test_they_are_kept_by_export_copy_and_backup(desk: Desk, tmp_path: Path) -> None:
    exported = desk.run("export", "--collection", "sahel").out
    assert [json.loads(line)["collections"] for line in exported.splitlines()] == [["sahel"]]
    (tmp_path / "export.jsonl").write_text(exported)
    other = Desk(str(tmp_path / "other"), tmp_path)
    assert other.run("import", "export.jsonl", "--collection", "imported").code == 0
    assert other.listed() == {"mine": ["imported", "sahel"]}
    for copied in (str(tmp_path / "copied"), make_url()):
        assert dateline_here("copy", desk.place, copied, cwd=tmp_path).code == 0
        assert Desk(copied, tmp_path).listed() == desk.listed()


def test_a_folder_s_are_backed_up_salvaged_and_sealed(tmp_path: Path) -> None:
    desk = Desk(str(tmp_path / "library"), tmp_path)
    assert desk.run("add", "mine.jsonl", "--collection", "sahel").code == 0
    assert desk.run("backup", "saved").code == 0
    assert Desk(str(tmp_path / "saved"), tmp_path).listed() == {"mine": ["sahel"]}
    assert dateline_here("salvage", "library", "salvaged", cwd=tmp_path).code == 0
    assert Desk(str(tmp_path / "salvaged"), tmp_path).listed() == {"mine": ["sahel"]}
    with sqlite3.connect(tmp_path / "library" / "dateline.db") as db:
        db.execute("UPDATE articles SET collections = '[\"markets\"]'")
    db.close()
    checked = desk.run("check")
    assert checked.code == 1
    assert "article mine: not what was written" in checked.out + checked.err


def test_what_sync_adds_goes_into_the_folder_s_collection(desk: Desk, tmp_path: Path) -> None:
    cuttings = tmp_path / "cuttings"
    cuttings.mkdir()
    (cuttings / "one.jsonl").write_text(json.dumps({"id": "one", "text": "One well is dry."}) + "\n")
    assert desk.run("add", "cuttings", "--collection", "wells").code == 0
    (cuttings / "two.jsonl").write_text(json.dumps({"id": "two", "text": "Two wells are dry."}) + "\n")
    assert desk.run("sync").code == 0
    assert desk.listed("--collection", "wells") == {"one": ["wells"], "two": ["wells"]}
    assert "[wells]" in desk.run("sync", "--list").out


def test_rights_are_given_listed_and_taken_back(tmp_path: Path) -> None:
    desk = Desk(make_url(), tmp_path)
    member = f"terminal_{os.getpid()}"
    assert desk.run("add", "mine.jsonl", "--collection", "sahel").code == 0
    assert desk.run("add", "zinc.jsonl").code == 0
    assert desk.run("db", "rights").out == "Nobody has rights here but the tables' owner.\n"
    assert desk.run("db", "grant", member, "--collection", "sahel").out == f"{member} is reader of sahel.\n"
    assert desk.run("db", "rights").out == f"{member:<20} reader  sahel\n"
    run_sql(f"ALTER ROLE {member} LOGIN")
    theirs = Desk(make_url(read_address(desk.place).schema, user=member), tmp_path)
    assert theirs.listed() == {"mine": ["sahel"]}
    status = theirs.run("status", "--json").json()
    assert (status["articles"], status["passages"], status["sources"]) == (1, 1, 0)
    assert "Zinc" not in theirs.run("ask", "What fell in London?").out + theirs.run("export").out
    assert_one_line(theirs.run("add", "zinc.jsonl"), 1, "can't be written")
    assert desk.run("db", "grant", member, "--collection", "sahel", "--role", "editor").code == 0
    assert_one_line(theirs.run("add", "zinc.jsonl"), 1, "in no collection that this user may edit", "--collection")
    assert desk.run("db", "revoke", member).out == f"{member}: 1 right taken back.\n"
    assert desk.run("db", "revoke", member).code == 1
    assert_one_line(theirs.run("list"), 1, f"{member} has no rights", "dateline db rights")
    assert_one_line(Desk(str(tmp_path / "l"), tmp_path).run("db", "rights"), 2, "is a folder", "postgresql://")
