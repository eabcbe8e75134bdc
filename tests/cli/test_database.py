"""The commands on a library in a database: the same as on one in a folder, and those of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import read_address
from tests.cli.running import assert_one_line, dateline_here
from tests.conftest import SEEDS
from tests.postgres import SECRET, make_url, run_sql

pytestmark = pytest.mark.models

WHY = "why did Niger revoke the deal?"
# What the steps after the first make.
# The articles themselves, each as a file: what `add` is given.
FILES = sorted(str(file) for file in SEEDS.iterdir())[:4]


@pytest.fixture(scope="module")
def url(run_models: None) -> str:
    """A library in a database with the first articles of seeds/."""
    made = make_url()
    assert dateline_here("add", *FILES, "--library", made, cwd=Path.cwd()).code == 0
    return made


@pytest.fixture(scope="module")
def folder(run_models: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same in a folder."""
    made = tmp_path_factory.mktemp("folder") / "library"
    assert dateline_here("add", *FILES, "--library", str(made), cwd=Path.cwd()).code == 0
    return str(made)


def test_commands_say_the_same_of_both(url: str, folder: str, tmp_path: Path) -> None:
    for command in (["list"], ["ask", WHY], ["search", WHY, "-k", "3"], ["timeline", "Niger"], ["export"], ["check"]):
        asked = command if command == ["export"] else [*command, "--json"]
        one, other = (dateline_here(*asked, "--library", place, cwd=tmp_path) for place in (folder, url))
        assert other.err == one.err
        assert other.code == one.code
        if command in (["list"], ["check"], ["export"]):
            assert other.out == one.out
        else:
            assert find_passages(other.out) == find_passages(one.out), command


def find_passages(out: str) -> set[str]:
    """The ids of the passages that a document names anywhere."""
    found: set[str] = set()
    waiting = [json.loads(out)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("passage"), dict):
                found.add(value["passage"]["id"])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def test_the_environment_names_it_with_its_password(tmp_path: Path) -> None:
    schema = read_address(make_url()).schema
    run_sql(f"CREATE SCHEMA {schema}", f"GRANT ALL ON SCHEMA {schema} TO locked")
    run_sql("CREATE EXTENSION IF NOT EXISTS vector")
    given = make_url(schema, user="locked", password=SECRET)
    plain = make_url(schema, user="locked")
    run = dateline_here("db", "init", cwd=tmp_path, env={"DATELINE_LIBRARY": given})
    assert (run.code, run.err) == (0, "")
    assert run.out == f"{read_address(plain)}: an empty library.\n"
    run = dateline_here("status", "--library", plain, cwd=tmp_path, env={"PGPASSWORD": SECRET})
    assert run.code == 0
    run = dateline_here("status", "--library", plain, cwd=tmp_path, env={"PGPASSWORD": "wr0ng"})
    assert_one_line(run, 1, "password authentication failed", "PGPASSWORD")
    run = dateline_here("list", "--library", given, cwd=tmp_path)
    assert_one_line(run, 2, "Leave it out of the address")
    assert SECRET not in run.err


def test_tables_are_made_upgraded_and_described(tmp_path: Path) -> None:
    made = make_url()
    place = read_address(made)
    assert_one_line(dateline_here("status", "--library", made, cwd=tmp_path), 1, "no library", "dateline db init")
    assert_one_line(dateline_here("db", "status", "--library", made, cwd=tmp_path), 1, "there is no library")
    run = dateline_here("db", "init", "--library", made, "--json", cwd=tmp_path)
    assert run.json() == {"library": str(place), "made": True}
    assert "already" in dateline_here("db", "init", "--library", made, cwd=tmp_path).out
    state = dateline_here("db", "status", "--library", made, "--json", cwd=tmp_path).json()
    assert state["version"] == state["known"]
    assert state["pgvector"].startswith("0.8")
    assert "already" in dateline_here("db", "upgrade", "--library", made, cwd=tmp_path).out
    made = make_url()
    place = read_address(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.storage.postgres.schema.VERSION", 1)
        assert dateline_here("db", "init", "--library", made, cwd=tmp_path).code == 0
    assert_one_line(dateline_here("list", "--library", made, cwd=tmp_path), 1, "version 1", "dateline db upgrade")
    run = dateline_here("db", "status", "--library", made, cwd=tmp_path)
    assert (run.code, "dateline db upgrade" in run.err) == (1, True)
    run = dateline_here("db", "upgrade", "--library", made, "--json", cwd=tmp_path)
    assert run.json() == {"library": str(place), "before": 1, "version": state["known"]}
    assert dateline_here("list", "--library", made, cwd=tmp_path).code == 0
    run_sql(f"INSERT INTO {place.schema}.steps (version) VALUES (99)")
    assert_one_line(dateline_here("list", "--library", made, cwd=tmp_path), 1, "format 99")
    assert dateline_here("db", "status", "--library", made, cwd=tmp_path).code == 1
    assert_one_line(dateline_here("db", "status", "--library", "library", cwd=tmp_path), 2, "is a folder")


def test_copying_there_and_back(url: str, folder: str, tmp_path: Path) -> None:
    new = make_url()
    run = dateline_here("copy", folder, new, "--json", cwd=tmp_path)
    assert run.json() == {"library": str(read_address(new)), "copied": len(FILES), "already": 0, "faults": []}
    run = dateline_here("copy", new, "back", cwd=tmp_path)
    assert run.out == f"back: {len(FILES)} articles were copied.\n"
    exported = {dateline_here("export", "--library", place, cwd=tmp_path).out for place in (folder, new, "back")}
    assert len(exported) == 1
    assert_one_line(dateline_here("copy", folder, new, cwd=tmp_path), 1, "is a library already")


def test_evals_run_on_it(tmp_path: Path, run_models: None) -> None:
    run = dateline_here("eval", "run", "seeds", "--database", make_url(), "--out", "run", cwd=tmp_path)
    assert run.code == 0, run.err
    assert json.loads((tmp_path / "run" / "settings.json").read_text())["kept_in"] == "database"
    assert_one_line(dateline_here("eval", "run", "seeds", "--database", "folder", cwd=tmp_path), 2, "is a folder")


def test_a_token_and_settings_of_its_own(url: str, tmp_path: Path) -> None:
    place = read_address(url)
    assert "no token" in dateline_here("token", "--library", url, cwd=tmp_path).out
    assert dateline_here("token", "--new", "--library", url, cwd=tmp_path).code == 0
    assert (place.folder / "tokens.json").is_file()
    (place.folder / "dateline.toml").write_text("passages = 1\nunheard_of = 1\n")
    try:
        run = dateline_here("list", "--library", url, cwd=tmp_path)  # a long line: it names all settings
        assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
        assert "unheard_of" in run.err
    finally:
        (place.folder / "dateline.toml").unlink()
