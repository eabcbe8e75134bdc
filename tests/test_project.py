"""What holds for the project as a whole: what lies where, and how large files may grow."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from rag.settings import Settings
from tests.conftest import ROOT
from ui.cli.app import app

TOP_LEVEL = {
    *("index", "rag", "evals", "ui", "seeds", "tests", "docs"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "requirements.lock"),
}
LONGEST_FILE = 400
SOURCES = sorted(
    file
    for folder in ("index", "rag", "evals", "ui", "tests")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in {".py", ".js", ".css", ".html", ".jinja"} and "__pycache__" not in file.parts
)


# What a reader should get through in one go: lines of the README, words of ARCHITECTURE.md.
LONGEST_README, LONGEST_ARCHITECTURE = 120, 2000
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "evals" / "README.md"})


def ignored() -> set[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return {line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#")}


def pyproject() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return found


def test_nothing_unknown_lies_at_the_top() -> None:
    patterns = ignored()
    names = {p.name for p in ROOT.iterdir() if not any(p.match(pattern) for pattern in patterns)}
    unknown = {name for name in names if not name.startswith(".")} - TOP_LEVEL
    assert unknown == set()


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_too_long(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_readme_and_architecture_are_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split()) <= LONGEST_ARCHITECTURE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_and_paths_in_documents_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (document.parent / link).exists()] == []
    if document.name != "CHANGELOG.md":  # which tells of what was, too
        paths = re.findall(r"`((?:index|rag|evals|ui|tests|docs)/[\w./-]+)`", text)
        named = [path for path in paths if "KIND" not in path and "NAME" not in path]
        assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_dependency_is_explained() -> None:
    """ARCHITECTURE.md says of each why it is here."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    project: Any = pyproject()["project"]
    extras = [d for name, extra in project["optional-dependencies"].items() if name != "all" for d in extra]
    names = [re.split(r"[^A-Za-z0-9._-]", d)[0] for d in (*project["dependencies"], *extras)]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_settings_are_listed_with_their_defaults() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = text.partition("| setting | default |")[2].partition("\n\n")[0]
    named: dict[str, str] = {}
    for names, default in re.findall(r"^\| (`[^|]+`) \| ([^|]*)\|", table, re.MULTILINE):
        named |= dict.fromkeys(re.findall(r"`(\w+)`", names), default.strip().strip("`"))
    shown = {f.name: named.pop(f.name, None) for f in fields(Settings)}
    # An empty name means that the default embedder is taken.
    assert shown.pop("embedder") == "BAAI/bge-small-en-v1.5"
    for name, default in shown.items():
        is_ = getattr(Settings(), name)
        assert default is not None, name
        assert default == str(is_).lower() if isinstance(is_, bool) else type(is_)(default) == is_, name
    assert named == {}


def list_commands(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from list_commands(inner, f"{name} {word}".strip())
    else:
        yield name, command


def test_the_readme_says_which_commands_have_no_json() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    said = re.search(r"all but (.+?) have `--json`", text)
    assert said is not None
    without = [name for name, command in list_commands(app) if not any("--json" in p.opts for p in command.params)]
    assert re.findall(r"`([\w ]+)`", said[1]) == without
