"""A damaged article: found, said by name, cited by nobody, and in no command's way."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index import ArticleDamaged, DatelineError, Library, article_to_fields
from index.storage.places import KnownPage, Place
from tests.index.articles import make_fields
from tests.index.care.conftest import COUNT, Run, change, flip_text

pytestmark = pytest.mark.slow

Running = Callable[..., Run]
SAID = "dateline: article made-003 is damaged and left out\n"
FERRY = b"The ferry is back"
HARMS = {
    "one byte": b"The ferri is back",
    "bytes that are no text": b"The f\xff\xfery is back",
    "an escape": b"The \x1b[2Jy is back",
}


@pytest.fixture(params=HARMS)
def damaged(request: pytest.FixtureRequest, folder: Path) -> Path:
    """The library with one article damaged."""
    flip_text(folder, FERRY, HARMS[request.param])
    return folder


def test_every_command_goes_on_past_it_and_names_it(damaged: Path, run: Running) -> None:
    place = ("--library", damaged)
    commands: list[tuple[str, ...]] = [
        ("list",),
        ("list", "--json"),
        ("export",),
        ("search", "When does the ferry sail?"),
        ("ask", "When does the ferry sail each day of the week?"),
        ("rebuild",),
    ]
    for command in commands:
        done = run(*command, *place)
        assert "Traceback" not in done.err
        assert done.code in ((1, 3) if command[0] == "ask" else (1,)), (command, done)
        assert done.err.startswith(SAID), (command, done)
        assert "sails each day" not in done.out + done.err, command
        if command[0] != "ask":
            assert "`dateline check" in done.err
    assert len(run("export", *place).out.splitlines()) == COUNT - 1


@pytest.mark.parametrize(
    ("now", "options"),
    [
        ("source = 'Reuters'", "--source 'Evening Star'"),
        ("source = NULL", "--source 'Evening Star'"),
        ("text = 'He resigned.'", "--text ferry"),
        ("published_at = 0", "--after 2024-01-01"),
        ("language = 'fr'", "--language en"),
        ("source = 'Reuters'", "--source 'Evening Star' --text treaty --after 2024-01-01 --language en"),
    ],
)
def test_it_is_named_where_it_is_left_out_for_what_is_damaged(
    folder: Path, run: Running, now: str, options: str
) -> None:
    with Library.open(folder) as library:
        library.add([{**article_to_fields(library.get("made-003")), "language": "en"}])
        assert library.get("made-003").source == "Evening Star"
    listed = run("list", *shlex.split(options), "--library", folder)
    assert (listed.code, listed.err) == (0, "")
    assert ("made-003" in listed.out) is ("treaty" not in options)
    change(folder, f"UPDATE articles SET {now} WHERE id = 'made-003'")
    for command in (f"list {options}", f"list --json {options}", "remove --yes --source 'Evening Star'"):
        done = run(*shlex.split(command), "--library", folder)
        assert done.code == 1, done
        assert done.err.startswith(SAID), done
        assert "`dateline check" in done.err
        assert "made-003" not in done.out


def test_it_is_an_error_to_ask_for_it(damaged: Path, run: Running) -> None:
    done = run("show", "made-003", "--library", damaged)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert done.err.startswith(f"dateline: article 'made-003' in {damaged} is damaged")
    with Library.open(damaged) as library, pytest.raises(ArticleDamaged):
        library.get("made-003")


def test_check_names_it(damaged: Path, run: Running) -> None:
    done = run("check", "--library", damaged)
    assert done.code == 1
    assert "dateline: article made-003: not what was written.\n" in done.err
    assert "ferr" not in done.err


def test_an_answer_says_what_was_left_out(damaged: Path, run: Running) -> None:
    done = run("ask", "Which treaty of the harbour?", "--json", "--library", damaged)
    found = json.loads(done.out)
    if "made-003" in done.err:
        assert found["warnings"] == ["Damaged in the library, and left out: article made-003."]
    assert all(hit["article"]["id"] != "made-003" for hit in found["hits"])


def test_adding_it_again_puts_it_right(damaged: Path, run: Running) -> None:
    with Library.open(damaged) as library:
        report = library.add([{**make_fields(3), "text": "The ferry is back. It sails each day of the week."}])
        assert report.updated == ("made-003",)
        assert library.get("made-003").text.startswith("The ferry is back.")
        assert [version.number for version in library.versions("made-003")] == [1]
        assert library.check() == []


def test_it_can_be_removed(damaged: Path, run: Running) -> None:
    done = run("remove", "made-003", "--yes", "--library", damaged)
    assert (done.code, done.out) == (0, "Removed made-003: it was damaged\n")
    assert run("check", "--library", damaged).code == 0


def test_moving_to_another_embedder_goes_on_past_it(damaged: Path) -> None:
    with Library.open(damaged) as library:
        library.rebuild(embedder="double/hashing")
        assert library.damaged() == ("article made-003",)
        assert [fault for fault in library.check() if "made-003" not in fault] == []


CHANGES = {
    "source": ("UPDATE articles SET source = 'Reuters' WHERE id = 'made-001'", "article made-001: not what"),
    "address": ("UPDATE articles SET url = 'https://other.org/' WHERE id = 'made-001'", "article made-001: not what"),
    "date": (
        "UPDATE articles SET published = '1999-01-01', published_at = 0 WHERE id = 'made-001'",
        "article made-001: not what",
    ),
    "bad date": ("UPDATE articles SET published = 'soon' WHERE id = 'made-001'", "article made-001: not what"),
    "bad authors": ("UPDATE articles SET authors = '[' WHERE id = 'made-001'", "article made-001: not what"),
    "bad text": ("UPDATE articles SET text = CAST(x'ff41' AS TEXT) WHERE id = 'made-001'", "article made-001: not"),
    "bad id": ("UPDATE versions SET article_id = CAST(x'ff41' AS TEXT)", "version 1 of article"),
    "removed text": ("UPDATE articles SET removed = 'x' WHERE id = 'made-001'", "article made-001: not what"),
    "forged version": ("UPDATE versions SET text = 'He resigned.'", "version 1 of article made-003: not what"),
    "new version": (
        "INSERT INTO versions VALUES ('made-001', 1, 't', 't', 'h', NULL, NULL, 7)",
        "version 1 of article made-001: not what",
    ),
    "random vectors": ("UPDATE vectors SET vector = randomblob(64)", "vectors: not what was written"),
    "short vectors": ("UPDATE vectors SET vector = x'01'", "vectors: not what was written"),
    "swapped keys": (
        "UPDATE passages SET vector_key = (SELECT MAX(key) FROM vectors)",
        "the passages of article made-001: not what was written",
    ),
    "merged stories": ("UPDATE stories SET story = 1", "the story of article made-001: not what was written"),
    "page": ("UPDATE pages SET stamp = 'x'", "what is known of the page https://example.org/p: not what"),
    "followed": ("UPDATE followed SET kind = 'folder'", "the followed place https://example.org/feed: not what"),
    "embedder": ("UPDATE manifest SET value = 'other' WHERE name = 'embedder'", "manifest's embedder: not what"),
    "no dimension": ("DELETE FROM manifest WHERE name = 'dimension'", "manifest's dimension is missing"),
    "no generation": ("DELETE FROM manifest WHERE name = 'generation'", "the manifest's generation is missing"),
    "no format": ("DELETE FROM manifest WHERE name = 'format'", "format"),
    "history": ("UPDATE history SET stamp = 5 WHERE generation = 2", "what is known of generation 2: not what"),
    "no history": (
        "DELETE FROM history WHERE generation > 1",
        "the manifest's generation is 3, and the last write made 1",
    ),
    "no articles": ("DROP TABLE articles", "the table articles is missing"),
    "no versions": ("DROP TABLE versions", "the table versions is missing"),
    "no stories": ("DROP TABLE stories", "the table stories is missing"),
    "no manifest": ("DROP TABLE manifest", "manifest"),
    "no index": ("DROP INDEX passages_article", "the index passages_article is missing"),
    "other table": ("CREATE TABLE more (a)", "the table more is not one of Dateline's"),
    "other column": ("ALTER TABLE pages ADD COLUMN more TEXT", "the table pages is not as Dateline makes it"),
    "trigger": (
        "CREATE TRIGGER t AFTER DELETE ON pages BEGIN DELETE FROM articles; END",
        "it has triggers or views",
    ),
    "passages gone": ("DELETE FROM passages WHERE article_id = 'made-002'", "article made-002: its passages are not"),
}


@pytest.fixture(scope="module")
def whole(made_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, with a row in every table."""
    folder = Path(shutil.copytree(made_library, tmp_path_factory.mktemp("whole") / "library"))
    with Library.open(folder) as library:
        library.followed.add(Place("https://example.org/feed", "feed", {}))
        library.pages.put(KnownPage("https://example.org/p", None, "s", "made-001"))
        assert library.check() == []
    return folder


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_changed_behind_its_back_is_found(name: str, whole: Path, tmp_path: Path, run: Running) -> None:
    statement, says = CHANGES[name]
    folder = Path(shutil.copytree(whole, tmp_path / "library"))
    change(folder, "PRAGMA foreign_keys = OFF", statement)
    done = run("check", "--library", folder)
    assert done.code == 1
    assert any(says in line for line in done.err.splitlines()), done.err
    assert "Traceback" not in done.err
    saved = run("salvage", folder, folder.parent / "new")
    assert saved.code in (0, 1), saved
    assert run("check", "--library", folder.parent / "new").code == 0
    for command in (("list",), ("export",), ("search", "treaty"), ("status",), ("show", "made-001"), ("rebuild",)):
        done = run(*command, "--library", folder)
        assert done.code in (0, 1), (command, done)


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("left", ["nothing", "no bytes", "zeros", "half"])
def test_a_database_of_which_little_is_left_is_no_empty_library(
    left: str, beside: bool, folder: Path, run: Running
) -> None:
    change(folder)
    file = folder / "dateline.db"
    whole = file.read_bytes()
    file.write_bytes(
        {"nothing": b"", "no bytes": b"", "zeros": bytes(len(whole)), "half": whole[: len(whole) // 2]}[left]
    )
    if left == "nothing":
        file.unlink()
    if not beside:
        shutil.rmtree(folder / "lexical")
    for command in (("check",), ("list",), ("search", "harbour")):
        done = run(*command, "--library", folder)
        assert done.code == 1, (command, done)
        assert "Traceback" not in done.err
    if beside and left in ("nothing", "no bytes"):
        with pytest.raises(DatelineError, match="search indexes are there"):
            Library.open(folder, create=True)


def test_rebuild_makes_all_again_that_is_derived(folder: Path, run: Running) -> None:
    change(
        folder,
        "UPDATE passages SET stop = stop - 1 WHERE article_id = 'made-002'",
        "UPDATE vectors SET vector = zeroblob(64) WHERE key = (SELECT MIN(key) FROM vectors)",
        "UPDATE stories SET story = 1",
        "DROP INDEX passages_article",
        "DELETE FROM history",
    )
    assert run("check", "--library", folder).code == 1
    assert run("rebuild", "--library", folder).code == 0
    assert run("check", "--library", folder).code == 0


def _find_leaf(content: bytes, table: str, folder: Path) -> int:
    """Where a page with rows of a table starts, which is not its only one."""
    db = sqlite3.connect(folder / "dateline.db")
    (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    db.close()
    page = content[(root - 1) * 4096 : root * 4096]
    assert page[0] == 5, "the table fits one page"
    place = int.from_bytes(page[12:14])
    return (int.from_bytes(page[place : place + 4]) - 1) * 4096


def test_a_page_of_articles_that_is_gone_is_in_no_command_s_way(folder: Path, run: Running) -> None:
    change(folder)
    content = bytearray((folder / "dateline.db").read_bytes())
    start = _find_leaf(bytes(content), "articles", folder)
    content[start : start + 4096] = bytes(4096)
    (folder / "dateline.db").write_bytes(content)
    # What reads the whole table knows no more; a search finds by its indexes, and names what it can't read.
    table, article = "a part of the table of articles", "article made-0"
    for command, lost in (
        ("list", table),
        ("export", table),
        ("search harbour", article),
        ("search 'according to the Morning Post'", article),
    ):
        done = run(*shlex.split(command), "--library", folder)
        assert done.code == 1, (command, done)
        assert re.search(rf"{lost}\S* is damaged and left out", done.err), (command, done)
        assert done.out, command
    assert 0 < len(run("export", "--library", folder).out.splitlines()) < COUNT
    assert run("ask", "harbour?", "--library", folder).code in (1, 3)
    done = run("check", "--library", folder)
    assert done.code == 1
    assert "the table articles can't be read to its end" in done.err
    assert run("salvage", folder, folder.parent / "new").code == 1
    assert run("check", "--library", folder.parent / "new").code == 0


def test_an_id_that_the_index_of_ids_does_not_lead_to_is_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(folder) as library:
        monkeypatch.setattr(library._store.articles, "get", lambda article_id: None)
        with pytest.raises(ArticleDamaged):
            library.get("made-001")
