"""`dateline doctor`: what it finds right, what wrong, and what to do about it; in a folder, a database, and nowhere."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from index import Library, read_address
from tests.cli.running import Run, dateline_here
from tests.postgres import SECRET, make_url, run_sql
from tests.read_only import forbid_writing
from ui.cli.doctor import machine
from ui.cli.doctor.finding import Finding
from ui.server.tokens import make_token

ARTICLE = {"id": "1", "title": "A parade", "text": "The Zorblat parade opened on Monday in Zinder."}


@pytest.fixture(autouse=True)
def _small_models(doubles: None) -> None:
    """Making a library loads nothing; the doctor looks for the real models, and loads none."""


def make_library(place: str, embedder: str = "BAAI/bge-small-en-v1.5") -> None:
    """A library that says it was made with that embedder, and its present weights."""
    from index.models.model_files import PACKED

    with Library.open(place if "://" in place else Path(place), create=True) as library:
        library.add([ARTICLE])
        store = library._store
        with library._lock.hold(), store.write():
            store.put_manifest({"embedder": embedder, "embedder_sha256": PACKED["BAAI/bge-small-en-v1.5"].sha256})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_library(str(tmp_path / "library"))
    return tmp_path / "library"


def examine(place: str | Path, cwd: Path, *, env: dict[str, str] | None = None) -> tuple[Run, dict[str, Any]]:
    """Run it; return what it found by what it is about: the worst of each."""
    run = dateline_here("doctor", "--library", str(place), "--json", cwd=cwd, env=env)
    findings = run.json()["findings"]
    ordered = sorted(findings, key=lambda found: ["ok", "warning", "wrong"].index(found["state"]))
    assert run.code == any(found["state"] == "wrong" for found in findings)
    assert all(bool(found["fix"]) == (found["state"] != "ok") for found in findings)
    return run, {found["about"]: found for found in ordered}


def states(found: dict[str, Any], *about: str) -> list[str]:
    return [found[name]["state"] for name in about]


def test_a_library_in_order(folder: Path, tmp_path: Path) -> None:
    make_token(folder)
    run, found = examine(folder, tmp_path)
    about = ("Python", "Dateline", "packages", "settings", "library", "indexes", "embedder", "reranker", "reader")
    assert states(found, *about, "disk", "token", "configuration") == ["ok"] * 12
    assert (run.code, run.err) == (0, "")
    plain = dateline_here("doctor", "--library", str(folder), cwd=tmp_path)
    assert plain.out.count("\n") == len(run.json()["findings"])
    assert "ok       library       1 articles, 1 passages in " in plain.out


def test_without_a_library_it_says_how_to_make_one(tmp_path: Path) -> None:
    run, found = examine("library", tmp_path)
    assert (run.code, found["library"]["state"], found["embedder"]["state"]) == (0, "warning", "ok")
    assert found["library"]["fix"] == "Add articles with `dateline add FOLDER`."
    assert not (tmp_path / "library").exists()


def test_other_weights_and_a_model_that_is_nowhere_are_wrong(folder: Path, tmp_path: Path) -> None:
    with Library.open(folder) as library, library._lock.hold(), library._store.write():
        library._store.put_manifest({"embedder_sha256": "0" * 64})
    (folder / "dateline.toml").write_text('reader = "nobody/none"\n')
    _, found = examine(folder, tmp_path)
    assert states(found, "embedder", "reranker", "reader") == ["wrong", "ok", "wrong"]
    assert "dateline rebuild --embedder" in found["embedder"]["fix"]
    assert "nobody/none is not on this machine" in found["reader"]["said"]


def test_an_embedder_from_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    make_library(str(tmp_path / "library"), "litellm:openai/any")
    _, found = examine(tmp_path / "library", tmp_path)
    assert found["embedder"]["state"] == "wrong"
    assert "dateline trust" in found["embedder"]["fix"]


def test_settings_that_are_ignored_or_unknown(folder: Path, tmp_path: Path) -> None:
    (folder / "dateline.toml").write_text('model = "openai/any"\n')
    _, found = examine(folder, tmp_path)
    assert (found["settings"]["state"], found["settings"]["fix"]) == ("warning", f"dateline trust {folder}")
    (folder / "dateline.toml").write_text("unheard_of = 1\n")
    _, found = examine(folder, tmp_path)
    assert (found["settings"]["state"], "unheard_of" in found["settings"]["said"]) == ("wrong", True)
    assert found["library"]["state"] == "ok"  # and all else is looked at


def test_files_that_others_may_read_and_a_log_without_a_folder(folder: Path, tmp_path: Path) -> None:
    make_token(folder)
    (folder / "tokens.json").chmod(0o644)
    keys = tmp_path / "keys"
    keys.write_text("OPENAI_API_KEY=none\n")
    keys.chmod(0o640)
    env = {"DATELINE_KEY_FILE": str(keys), "DATELINE_LOG_FILE": str(tmp_path / "none" / "log")}
    _, found = examine(folder, tmp_path, env=env)
    assert states(found, "token", "key_file", "log_file") == ["wrong", "wrong", "wrong"]
    assert found["token"]["fix"] == f"chmod 600 {folder / 'tokens.json'}"
    assert stat.S_IMODE((folder / "tokens.json").stat().st_mode) == 0o644  # it changes nothing


def test_a_damaged_library_and_one_that_is_read_only(folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        forbid_writing(folder, patch)
        _, found = examine(folder, tmp_path)
    assert (found["library"]["state"], "not written" in found["library"]["said"]) == ("warning", True)
    (folder / "dateline.db").write_bytes(b"torn" * 5_000)
    _, found = examine(folder, tmp_path)
    assert (found["library"]["state"], "dateline salvage" in found["library"]["fix"]) == ("wrong", True)


def test_indexes_that_lack_passages(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "check_indexes", lambda self: ["the vector index lacks 3 passages"])
    _, found = examine(folder, tmp_path)
    assert (found["indexes"]["state"], found["indexes"]["fix"]) == ("wrong", "dateline rebuild")


def test_a_database_by_version_rights_and_reach(tmp_path: Path) -> None:
    url = make_url()
    place = read_address(url)
    run, found = examine(url, tmp_path)
    assert (run.code, found["library"]["fix"]) == (0, "dateline db init")
    make_library(url)
    run, found = examine(url, tmp_path)
    assert states(found, "database", "tables", "library", "indexes", "embedder") == ["ok"] * 5
    assert "pgvector 0.8" in found["database"]["said"]
    run_sql(
        f"GRANT USAGE ON SCHEMA {place.schema} TO locked",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {place.schema} TO locked",
    )
    _, found = examine(make_url(place.schema, user="locked"), tmp_path, env={"PGPASSWORD": SECRET})
    assert (found["library"]["state"], "right to write" in found["library"]["fix"]) == ("warning", True)
    _, found = examine(make_url(place.schema, user="locked"), tmp_path, env={"PGPASSWORD": "wr0ng"})
    assert (found["database"]["state"], "PGPASSWORD" in found["database"]["fix"]) == ("wrong", True)
    run_sql(f"INSERT INTO {place.schema}.steps (version) VALUES (99)")
    _, found = examine(url, tmp_path)
    assert (found["tables"]["state"], found["tables"]["fix"]) == ("wrong", "update Dateline")
    run_sql(f"DELETE FROM {place.schema}.steps WHERE version > 1")
    _, found = examine(url, tmp_path)
    assert found["tables"]["fix"] == "dateline db upgrade"


@pytest.mark.parametrize(
    ("asked", "state", "said"),
    [
        ("numpy>=99", "wrong", "is none that will do"),
        ("numpy>=1,<1.5", "warning", "newer than any that was tested"),
        ("no-such-package>=1", "wrong", "is not installed"),
        ('no-such-package>=1; extra == "audio-of-others"', "ok", "0 are installed"),
        ("numpy>=1", "ok", "1 are installed"),
    ],
)
def test_packages_are_held_to_their_bounds(asked: str, state: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requires", lambda name: [asked])
    found: list[Finding] = list(machine._look_at_packages())
    assert (found[0].state, said in found[0].said) == (state, True)
    assert found[0].fix.startswith("pip install ") == (state != "ok")


@pytest.mark.parametrize(
    ("free", "used", "state"),
    [(10**6, 0, "wrong"), (5 * 10**8, 0, "warning"), (10**10, 2 * 10**10, "warning"), (10**10, 1, "ok")],
)
def test_room_is_for_a_copy_of_the_library(
    free: int, used: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": free})())
    assert machine.look_at_room(tmp_path / "not" / "there", used).state == state


def test_programs_that_are_missing_are_named_with_what_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {finding.about: finding for finding in machine._look_at_programs()}
    assert [found[name].state for name in ("tesseract", "catdoc", "catppt")] == ["warning"] * 3
    assert found["tesseract"].fix == "apt install tesseract-ocr"
