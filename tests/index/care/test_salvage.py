"""Salvage: what is whole comes out, whatever is broken around it, and what is not is named."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index import (
    DatelineError,
    IndexSettings,
    Library,
    LibraryMissing,
    NotTrusted,
    article_to_fields,
    salvage_library,
)
from index.storage.places import KnownPage, Place
from index.storage.raw_rows import PAGE_BYTES, read_rows
from tests.conftest import ROOT
from tests.index.articles import make_fields
from tests.index.care.conftest import COUNT, Run, change, flip_text

pytestmark = pytest.mark.slow

GOLDEN = ROOT / "tests" / "golden" / "0.1.0" / "dateline.db"


def _describe(folder: Path) -> dict[str, object]:
    with Library.open(folder) as library:
        articles = list(library.articles())
        return {
            "articles": [article_to_fields(a) for a in articles],
            "versions": [library.versions(a.id) for a in articles],
            "followed": list(library.followed),
            "pages": library.pages.listed_in("https://example.org/feed"),
            "vectors": sorted(row.tobytes() for _, rows in library._store.vectors.since(0, 9) for row in rows),
        }


@pytest.fixture
def full(folder: Path) -> Path:
    """The library, with a long article, a removed one, a followed feed and a page."""
    with Library.open(folder) as library:
        library.add([{"id": "long", "text": " ".join(make_fields(n)["text"] for n in range(40, 70))}])
        library.add([{"id": "gone", "text": "This was removed, and must not come back."}])
        library.remove("gone")
        library.followed.add(Place("https://example.org/feed", "feed", {"title": "kicker"}))
        library.pages.put(KnownPage("https://example.org/1", "https://example.org/feed", "s", "made-001"))
    return folder


def _salvage(folder: Path) -> tuple[Path, tuple[str, ...]]:
    new = folder.parent / "new"
    report = salvage_library(folder, new, IndexSettings())
    with Library.open(new) as library:
        assert library.check() == []
        assert library.status().articles == report.saved
        if report.saved:
            assert library.search("harbour", rerank=False)
    return new, report.lost


def test_of_a_whole_library_all_is_saved_and_nothing_embedded(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = _describe(full)
    before = (full / "dateline.db").read_bytes()

    def refuse(*_: object) -> None:
        raise AssertionError("a vector that is whole was made anew")

    monkeypatch.setattr("tests.doubles.HashingEmbedder.embed_passages", refuse)
    new, lost = _salvage(full)
    assert lost == ()
    assert _describe(new) == wanted
    assert (full / "dateline.db").read_bytes() == before


def _harm_header(content: bytearray) -> None:
    content[:100] = bytes(100)


def _harm_schema(content: bytearray) -> None:
    content[100:PAGE_BYTES] = random.Random(1).randbytes(PAGE_BYTES - 100)


HARMS = {"header": _harm_header, "list of tables": _harm_schema}


@pytest.mark.parametrize("name", HARMS)
def test_nothing_is_lost_where_only_the_way_to_it_is(name: str, full: Path, run: Callable[..., Run]) -> None:
    wanted = _describe(full)
    change(full)
    content = bytearray((full / "dateline.db").read_bytes())
    HARMS[name](content)
    (full / "dateline.db").write_bytes(content)
    done = run("list", "--library", full)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert f"dateline salvage {full} NEW" in done.err
    assert run("check", "--library", full).code == 1
    new, lost = _salvage(full)
    assert lost == ()
    assert _describe(new) == wanted


def test_a_page_that_is_gone_takes_what_was_on_it_and_no_more(full: Path) -> None:
    wanted = {row["id"]: row for row in _describe(full)["articles"]}  # type: ignore[attr-defined]
    change(full)
    file = full / "dateline.db"
    whole = file.read_bytes()
    saved_ever: set[str] = set()
    for start in range(PAGE_BYTES, len(whole), 3 * PAGE_BYTES):
        file.write_bytes(whole[:start] + bytes(PAGE_BYTES) + whole[start + PAGE_BYTES :])
        shutil.rmtree(full.parent / "new", ignore_errors=True)
        new, lost = _salvage(full)
        saved = {row["id"]: row for row in _describe(new)["articles"]}  # type: ignore[attr-defined]
        assert all(wanted[article_id] == row for article_id, row in saved.items())
        assert {f"article {article_id}" for article_id in wanted.keys() - saved.keys()} <= set(lost)
        assert len(saved) >= COUNT - 3
        saved_ever |= saved.keys()
    assert saved_ever == wanted.keys()


def test_a_damaged_article_is_named_and_the_rest_saved(full: Path, run: Callable[..., Run]) -> None:
    flip_text(full, b"The ferry is back", b"The ferri is back")
    done = run("salvage", full, full.parent / "new")
    assert done.code == 1
    assert done.err == "dateline: article made-003 can't be saved.\n"
    assert done.out == f"{full.parent / 'new'}: {COUNT} articles were saved, 1 things were not.\n"
    assert run("check", "--library", full.parent / "new").code == 0


def test_what_is_in_the_log_alone_is_saved_past_a_damaged_frame(full: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with Library.open(full) as library:
        for n in range(3):
            library.add([{"id": f"late-{n}", "text": f"The last ferry, number {n}, sails at night."}])
        shutil.copytree(full, copy)
    log = copy / "dateline.db-wal"
    content = bytearray(log.read_bytes())
    content[32 + 24 + 50] ^= 1  # in the first of its pages
    log.write_bytes(content)
    new, _ = _salvage(copy)
    with Library.open(new) as library:
        assert {article.id for article in library.articles()} >= {"late-0", "late-1", "late-2"}


def test_of_an_older_format_articles_are_known_by_their_hash(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    content = GOLDEN.read_bytes()
    (folder / "dateline.db").write_bytes(content.replace(b"The ferry of Quvex", b"The ferri of Quvex"))
    report = salvage_library(folder, tmp_path / "new", IndexSettings())
    assert report.lost == ("article old",)
    with Library.open(tmp_path / "new") as library:
        assert [article.id for article in library.articles()] == ["bridge", "toll"]
        assert [version.number for version in library.versions("bridge")] == [1]
        assert library.check() == []


def test_migration_seals_no_damage(tmp_path: Path, run: Callable[..., Run]) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    content = GOLDEN.read_bytes()
    (folder / "dateline.db").write_bytes(content.replace(b"The ferry of Quvex", b"The ferri of Quvex"))
    done = run("check", "--library", folder)
    assert f"the library {folder} was brought from format 4 to 8." in done.err
    assert "dateline: article old: not what was written.\n" in done.err


def test_a_new_folder_is_asked_for_and_left_alone_where_it_fails(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LibraryMissing):
        salvage_library(tmp_path / "none", tmp_path / "new", IndexSettings())
    with pytest.raises(DatelineError, match="is there already"):
        salvage_library(full, full, IndexSettings())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.care.salvage.group_copies", fail)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DatelineError, match=r"is full, or fails .* Nothing was saved"):
        salvage_library(full, tmp_path / "new", IndexSettings())
    assert sorted(tmp_path.iterdir()) == before


def test_rows_are_read_as_sqlite_reads_them(tmp_path: Path) -> None:
    """Values of all kinds and sizes, over overflow pages too, with the numbers that SQLite gives them."""
    file = tmp_path / "rows.db"
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE one (a, b, c, d)")
    db.execute("CREATE TABLE two (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID")
    draw = random.Random(5)
    numbers = [None, 0, 1, -1, 127, -128, 2**15, 2**23, 2**31, 2**47, -(2**63), 2**63 - 1]
    rows = [
        (draw.choice(numbers), "é" * n, b"x" * n, n)
        for n in [*range(0, 200, 7), 1000, 4057, 4058, 4061, 4062, 8000, 20_000]
    ]
    db.executemany("INSERT INTO one VALUES (?, ?, ?, ?)", rows)
    pairs = [(draw.randbytes(16), draw.randbytes(draw.choice([3, 900, 1002, 1003, 5000]))) for _ in range(60)]
    db.executemany("INSERT INTO two VALUES (?, ?)", pairs)
    db.execute("DELETE FROM one WHERE d = 14")
    db.commit()
    wanted = set(db.execute("SELECT rowid, a, b, c, d FROM one"))
    db.close()
    found = list(read_rows(file))
    assert {(number, *row) for number, row in found if len(row) == 4} == wanted
    assert {row for number, row in found if number is None and len(row) == 2} == set(pairs)


def test_what_somebody_else_s_library_links_to_is_not_copied(full: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password = 1")
    (full / "dateline.toml").symlink_to(secret)
    new, lost = _salvage(full)
    assert lost == ()
    assert not (new / "dateline.toml").exists()
    (full / "feedback.jsonl").symlink_to(secret)
    with pytest.raises(NotTrusted, match=r"feedback\.jsonl"):
        salvage_library(full, tmp_path / "other", IndexSettings())


def test_nothing_is_sent_to_a_model_that_somebody_else_s_library_names(full: Path) -> None:
    with Library.open(full) as library:
        library._store.put_manifest({"embedder": "litellm:elsewhere/model"})
    with pytest.raises(NotTrusted, match="litellm:elsewhere/model"):
        salvage_library(full, full.parent / "new", IndexSettings())
    assert not (full.parent / "new").exists()
