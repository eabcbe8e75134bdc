"""What holds for the project as a whole: what lies where, and how large files may grow."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOP_LEVEL = {
    *("index", "rag", "evals", "ui", "seeds", "tests", "docs"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "pyproject.toml"),
}
LONGEST_FILE = 400
SOURCES = sorted(
    file
    for folder in ("index", "rag", "evals", "ui", "tests")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in {".py", ".js", ".css", ".html", ".jinja"} and "__pycache__" not in file.parts
)


def ignored() -> set[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return {line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#")}


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


def test_every_dependency_is_explained() -> None:
    """ARCHITECTURE.md says of each why it is here."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    names = [re.split(r"[^A-Za-z0-9._-]", d)[0] for d in pyproject()["project"]["dependencies"]]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in text] == []
