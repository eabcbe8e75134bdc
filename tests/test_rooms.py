"""The rooms' one rule: index <- rag <- evals <- ui. No circle inside a room; one file of it chooses the classes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import ROOT
from ui.cli.app import app

ROOMS = ("index", "rag", "evals", "ui")
# Name of a protocol's implementation -> the file that has it.
CONCRETE_SUFFIXES = ("Embedder", "Reranker", "Answerer", "Verifier", "Judge", "VectorIndex", "Store")
CONVERSATIONS = "ui.chat.conversation_store"  # a file of its own beside the library
MOST_MODULES = 15  # in a folder
FILES = sorted(f for room in ROOMS for f in (ROOT / room).rglob("*.py"))


def module_of(file: Path) -> str:
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


def imports_of(module: str, tree: ast.AST) -> set[str]:
    """Modules of our rooms that the code imports anywhere, inside functions and for types alone included."""
    found: set[str] = set()
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            name = ".".join(part for part in (base, node.module) if part)
            # `from index import errors` is the module, `from index import Library` is the package.
            found |= {n if (n := f"{name}.{alias.name}") in MODULES else name for alias in node.names}
    return {name for name in found if name.split(".")[0] in ROOMS}


@cache
def trees() -> dict[str, ast.Module]:
    return {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}


IMPORTS = {module: imports_of(module, tree) for module, tree in trees().items()}


@pytest.mark.parametrize("module", IMPORTS)
def test_other_rooms_are_entered_by_their_face(module: str) -> None:
    """A room is imported from as `from index import Library`: what stands in its `__init__.pyi`, and nothing else."""
    room = module.split(".")[0]
    assert {name for name in IMPORTS[module] if name.split(".")[0] != room} <= set(ROOMS)


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / room / "__init__.pyi").is_file()])
def test_a_face_names_what_there_is(room: str) -> None:
    face = import_module(room)
    assert len(face.__all__) > 10
    assert [name for name in face.__all__ if not hasattr(face, name)] == []


def test_no_folder_is_crowded() -> None:
    counts = Counter(file.parent for file in FILES if file.name != "__init__.py")
    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES} == {}


def test_there_is_something_to_walk() -> None:
    assert "index.records" in IMPORTS["index.library"]
    assert "index.models.embedder_torch" in IMPORTS["index.assemble"]  # imported inside a function
    assert set(MODULES) >= {"index", "rag", "ui.cli.app"}


@pytest.mark.parametrize("module", IMPORTS)
def test_no_arrow_points_right(module: str) -> None:
    allowed = ROOMS[: ROOMS.index(module.split(".")[0]) + 1]
    assert {name for name in IMPORTS[module] if name.split(".")[0] not in allowed} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_circle_inside_a_room(room: str) -> None:
    inside = {
        m: {n for n in names if n.split(".")[0] == room} for m, names in IMPORTS.items() if m.split(".")[0] == room
    }
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def concrete_classes() -> dict[str, str]:
    """Classes that end like a protocol and are none, and the module that has each."""
    found = {}
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name.endswith((*CONCRETE_SUFFIXES, "FaissIndex")):
                bases = {ast.unparse(base) for base in node.bases}
                other = module == CONVERSATIONS or "DatelineError" in bases
                if not other and not any(base.split("[")[0].endswith("Protocol") for base in bases):
                    found[node.name] = module
    return found


def test_concrete_classes_are_named_by_assemble_alone() -> None:
    concrete = concrete_classes()
    assert {"OnnxEmbedder", "SentenceTransformersEmbedder", "LitellmEmbedder", "OnnxReranker", "FaissIndex"} <= set(
        concrete
    )
    assert concrete["SqliteStore"] == "index.storage.sqlite.store"
    for module, tree in trees().items():
        named = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
        named |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        if module.split(".")[-1] != "assemble":
            strangers = {name for name in named & set(concrete) if concrete[name] != module}
            assert strangers == set(), module


def talks_to_sqlite(node: ast.AST) -> bool:
    """An import of sqlite3, a statement that is run, or a store's connection."""
    if isinstance(node, ast.Import):
        return any(alias.name == "sqlite3" for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module == "sqlite3"
    return isinstance(node, ast.Attribute) and node.attr in {"execute", "executemany", "executescript", "connection"}


def test_sql_stands_in_the_storage_folder_and_the_file_of_conversations() -> None:
    found = {module for module, tree in trees().items() if any(talks_to_sqlite(node) for node in ast.walk(tree))}
    storage = {module for module in found if module.startswith("index.storage.")}
    assert {"index.storage.sqlite.articles", CONVERSATIONS} <= found
    assert found - storage == {CONVERSATIONS}


def texts_of(tree: ast.Module) -> list[str]:
    """Every string of the code but its docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


@pytest.mark.parametrize("module", [module for module in MODULES if module.split(".")[0] in ("index", "rag")])
def test_what_happened_is_said_without_the_terminal_s_words(module: str) -> None:
    """Who uses Python, the page or the API has no command and no options; `ui/advice.py` knows who reads."""
    commands = "|".join(sorted(app.commands))
    of_terminal = re.compile(rf"dateline ({commands})\b|(?<![\w-])--[a-z]|\bthe command\b")
    texts = texts_of(ast.parse(MODULES[module].read_text("utf-8")))
    said = [re.sub("`pip [^`]+", "", text) for text in texts if " " in text]  # an option alone is another program's
    assert [text for text in said if of_terminal.search(text)] == []
