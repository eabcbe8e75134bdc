"""Who did what is a line each, whatever they are called, and what can't be logged is not done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index import (
    Actor,
    AuditLog,
    DatelineError,
    IndexSettings,
    Library,
    NotAllowed,
    add_urls,
    check_may_write,
    current_actor,
    follow_folders,
    forget_place,
    on_behalf_of,
    sync_library,
)
from tests.conftest import ROOT

EVE = 'eve\n{"action": "remove"}\r\u2028\u2029\x1b[2J\u202e"\\\ud800\x00'
READER = Actor("token:desk", "rest", may_write=False, address="192.0.2.1")


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().split(b"\n")[:-1]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def settings(file: Path) -> IndexSettings:
    return IndexSettings(audit_log=str(file))


def test_without_the_setting_nothing_is_written(tmp_path: Path) -> None:
    audit = AuditLog(IndexSettings(), tmp_path)
    audit.check()
    audit.note("remove", articles=["a"])
    assert not list(tmp_path.iterdir())


def test_hostile_names_break_no_line(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    audit = AuditLog(settings, tmp_path / EVE.replace("\x00", ""))
    with on_behalf_of(Actor(EVE, "page", address=EVE)):
        audit.note_articles("remove", [EVE, "b"])
    content = file.read_bytes()
    assert content.count(b"\n") == 1
    assert all(32 <= byte < 127 for byte in content[:-1])
    (line,) = read_lines(file)
    assert (line["who"], line["address"], line["articles"]) == (EVE, EVE, [EVE, "b"])


def test_the_file_is_its_owner_s_and_grows_where_it_lies(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    audit = AuditLog(settings, tmp_path)
    audit.note("one")
    assert file.stat().st_mode & 0o777 == 0o600
    file.rename(moved := tmp_path / "audit.1")
    audit.note("two")
    assert [[line["action"] for line in read_lines(log)] for log in (moved, file)] == [["one"], ["two"]]


def test_lines_of_several_threads_never_mix(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    audit = AuditLog(settings, tmp_path)
    ids = [f"{n}-{'x' * 500}" for n in range(450)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: audit.note_articles("add", ids), range(4)))
    lines = read_lines(file)
    assert sorted(len(line["articles"]) for line in lines) == [50] * 4 + [200] * 8


def test_questions_are_written_where_the_setting_says_so(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    AuditLog(settings, tmp_path).note_question("ask", "Who left?")
    AuditLog(replace(settings, audit_questions=True), tmp_path).note_question("ask", "Who left?")
    assert [line.get("question") for line in read_lines(file)] == [None, "Who left?"]


def test_a_thread_acts_for_whoever_its_context_is_copied_of() -> None:
    with on_behalf_of(READER), ThreadPoolExecutor(1) as pool:
        assert current_actor() is READER
        assert pool.submit(copy_context().run, current_actor).result() is READER
        with pytest.raises(NotAllowed):
            check_may_write()
    assert current_actor().entrance == "python"
    check_may_write()


@pytest.mark.usefixtures("doubles")
def test_what_changes_in_a_library_is_logged(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=settings) as library:
        articles = [{"id": name, "title": name, "text": f"The bridge of {name} opened."} for name in ("a", "b")]
        library.add(articles)
        library.add([{**articles[0], "text": "The bridge of a was closed."}, articles[1]])
        with on_behalf_of(Actor("user:ada", "page")):
            library.remove("a")
    lines = read_lines(file)
    assert [(line["action"], line["articles"], line["entrance"]) for line in lines] == [
        ("add", ["a", "b"], "python"),
        ("update", ["a"], "python"),
        ("remove", ["a"], "page"),
    ]
    assert lines[0]["who"].startswith("os:")
    assert lines[2]["who"] == "user:ada"
    assert {line["library"] for line in lines} == {str(tmp_path / "library")}


@pytest.mark.usefixtures("doubles")
def test_whoever_may_only_read_changes_nothing(settings: IndexSettings, file: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=settings) as library:
        library.add([{"id": "a", "text": "The bridge opened."}])
        elsewhere = "http://127.0.0.1:9/"
        before = file.read_bytes()
        with on_behalf_of(READER):
            for change in (lambda: library.add([{"id": "b", "text": "It closed."}]), lambda: library.remove("a")):
                with pytest.raises(NotAllowed, match="you may only read"):
                    change()
            for reach in (library.rebuild, partial(add_urls, library, [elsewhere]), partial(sync_library, library)):
                with pytest.raises(NotAllowed):
                    reach()
            with pytest.raises(NotAllowed):
                follow_folders(library, [tmp_path], {})
            with pytest.raises(NotAllowed):
                forget_place(library, elsewhere)
            assert [article.id for article in library.articles()] == ["a"]
    assert file.read_bytes() == before


@pytest.mark.usefixtures("doubles")
def test_what_can_not_be_logged_is_not_done(settings: IndexSettings, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=settings) as library:
        library.add([{"id": "a", "text": "The bridge opened."}])
    lost = replace(settings, audit_log=str(tmp_path / "none" / "audit.jsonl"))
    with Library.open(tmp_path / "library", settings=lost) as library:
        for change in (lambda: library.add([{"id": "b", "text": "It closed."}]), lambda: library.remove("a")):
            with pytest.raises(DatelineError, match=r"can't be written .* Check the setting `audit_log`"):
                change()
        assert [article.id for article in library.articles()] == ["a"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_an_error_and_no_silence(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="can't be written"):
        AuditLog(IndexSettings(audit_log="/dev/full"), tmp_path).note("export")


def test_the_user_is_the_system_s_word_and_not_the_environment_s() -> None:
    forged = {**os.environ, "PYTHONPATH": str(ROOT)} | dict.fromkeys(("LOGNAME", "USER", "USERNAME"), "somebody")
    code = "from index import own_actor; print(own_actor('terminal').name)"
    done = subprocess.run([sys.executable, "-c", code], env=forged, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("os:")
    assert "somebody" not in done.stdout
