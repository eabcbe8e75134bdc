"""What an install brings: the lock, the light parts and their extras, the wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from index import DatelineError, Library
from index.assemble import make_embedder
from index.extras import MODULES, Extra, missing
from rag import ask
from rag.settings import Settings
from tests.cli.running import TIMEOUT_SECONDS, Run, assert_one_line, clean_environment
from tests.conftest import ROOT, SEEDS

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# By name alone: a decoder of all recordings, and what other programs bring themselves, each with much else.
APART = ("audio", "arrow", "langchain", "llamaindex", "haystack")
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "tests/requirements.lock")}
PINNED = re.compile(r"^([a-z0-9.-]+)==(\S+)( ; .*?)? \\$", re.MULTILINE)
WHY = "why did Niger revoke the deal?"


def pins(text: str, python: str) -> dict[str, str]:
    """What a lock installs on this system with that Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.9"}
    lines = [Requirement(f"{name}=={version}{marker}") for name, version, marker in PINNED.findall(text)]
    taken = [line for line in lines if line.marker is None or line.marker.evaluate(environment)]
    assert len({line.name for line in taken}) == len(taken), "something is pinned twice"
    return {line.name: str(line.specifier).removeprefix("==") for line in taken}


def needs(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, but for torch, which the lock leaves to the machine."""
    asked = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return [found for line in asked if (found := Requirement(line)).name not in ("torch", "dateline")]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_has_all_that_is_asked_for_within_its_bounds(python: str) -> None:
    pinned = pins(LOCKS["requirements.lock"], python)
    for asked in needs(*(extra for extra in MODULES if extra not in APART)):
        assert asked.specifier.contains(pinned[canonicalize_name(asked.name)]), asked
        bounds = {bound.operator for bound in asked.specifier}
        assert bounds & {"<", "=="}, f"{asked} has no upper bound"
    assert pins(LOCKS["tests/requirements.lock"], python).keys().isdisjoint(pinned)
    pinned |= pins(LOCKS["tests/requirements.lock"], python)
    for asked in needs("dev"):
        assert asked.specifier.contains(pinned[canonicalize_name(asked.name)]), asked


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_for_all_of_it_and_no_addresses(lock: str) -> None:
    entries = re.split(r"^(?=\S)", re.sub(r"^#.*\n", "", LOCKS[lock], flags=re.MULTILINE), flags=re.MULTILINE)
    assert len(entries) > 10
    for entry in filter(None, entries):
        assert PINNED.match(entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in LOCKS[lock]
    assert not re.search(r"^(torch|nvidia|triton|cuda)", LOCKS[lock], re.MULTILINE)


def test_all_is_all_the_extras_but_dev() -> None:
    assert EXTRAS["all"] == [f"dateline[{','.join(extra for extra in MODULES if extra not in APART)}]"]
    assert set(EXTRAS) == {*MODULES, "all", "dev"}


def test_the_light_install_has_no_heavy_part() -> None:
    heavy = {"torch", "gradio", "litellm", "matplotlib", "scipy", "datasketch", "onnx", "sentence-transformers"}
    assert not heavy & {asked.name for asked in needs("offline")}


def test_the_one_index_named_anywhere_is_that_of_torch_for_processors() -> None:
    """People's own settings say where packages come from, but for torch's build without graphics cards."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hosts = re.compile(r"https?://[^\s\"']*(pypi|pythonhosted|npmjs|debian)")
    text = (".md", ".toml", ".py", ".lock", "run", "Makefile", ".js")
    files = [ROOT / name for name in listed.stdout.splitlines() if name.endswith(text)]
    assert [f for f in files if f.is_file() and hosts.search(f.read_text(encoding="utf-8"))] == []


# Extras that are not installed


def run_without(extra: Extra, *args: str, cwd: Path) -> Run:
    """Run `dateline` as if the extra had not been installed."""
    code = (
        # None: it can be neither found nor imported.
        f"import sys\nsys.modules.update(dict.fromkeys({MODULES[extra]!r}))\nfrom ui.cli.app import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=cwd,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


MISSING: list[tuple[Extra, tuple[str, ...]]] = [
    ("chat", ("chat",)),
    ("chat", ("mcp",)),
    ("llm", ("ask", WHY, "--library", "library", "--model", "openai/gpt-4o-mini")),
    ("llm", ("add", str(SEEDS), "--embedder", "litellm:openai/text-embedding-3-small")),
    ("sentence-transformers", ("add", str(SEEDS), "--embedder", "all-MiniLM-L6-v2")),
    ("sentence-transformers", ("add", str(SEEDS), "--embedder", "intfloat/multilingual-e5-small")),
    ("eval", ("eval", "run", "seeds", "--out", "run")),
    ("eval", ("eval", "bench", "corpus", "--out", "bench")),
    ("eval", ("eval", "report", "run")),
    ("eval", ("eval", "compare", "run", "run")),
    ("postgres", ("list", "--library", "postgresql://h/d")),
    ("postgres", ("db", "status", "--library", "postgresql://h/d")),
]


@pytest.mark.models
@pytest.mark.parametrize(("extra", "args"), MISSING, ids=[" ".join(args[:2]) for _, args in MISSING])
def test_a_missing_extra_is_one_line_with_the_command_that_adds_it(
    extra: Extra, args: tuple[str, ...], tmp_path: Path
) -> None:
    if "ask" in args:
        Library.open(tmp_path / "library", create=True).close()
    run = run_without(extra, *args, cwd=tmp_path)
    assert_one_line(run, 1, f"needs the extra \"{extra}\". Run: pip install 'dateline[{extra}]'")


@pytest.mark.slow
@pytest.mark.parametrize("extra", [extra for extra in MODULES if extra not in APART])
def test_help_needs_no_extra(extra: Extra, tmp_path: Path) -> None:
    for args in (("--help",), ("eval", "--help"), ("eval", "run", "--help"), ("chat", "--help"), ("--version",)):
        run = run_without(extra, *args, cwd=tmp_path)
        assert (run.code, run.err) == (0, ""), args


def test_python_is_told_of_a_missing_extra_in_the_same_words(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODULES, "llm", ("no_such_module_at_all",))
    monkeypatch.setitem(MODULES, "sentence-transformers", ("no_such_module_at_all",))
    monkeypatch.setattr("index.library.make_embedder", make_embedder)  # not the one that other tests have loaded
    library.add([{"id": "1", "title": "Pact", "text": "Niger revoked the pact because it was unfair."}])
    with pytest.raises(DatelineError) as error:
        ask(library, WHY, settings=Settings(model="openai/gpt-4o-mini"))
    assert str(error.value) == str(missing("llm", "the model openai/gpt-4o-mini"))
    with pytest.raises(DatelineError) as error:
        Library.open(library.folder.parent / "other", create=True, embedder="all-MiniLM-L6-v2")
    assert str(error.value).endswith("Run: pip install 'dateline[sentence-transformers]'")


# What is built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in our wheel."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        return set(opened.namelist())


def test_the_wheel_has_the_rooms_and_dateline_each_with_its_types(wheel: set[str]) -> None:
    for package in ("index", "rag", "evals", "ui", "dateline"):
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= wheel
    assert {"dateline/__main__.py", "ui/chat/style.css", "evals/data/seeds.jsonl"} <= wheel
    assert {name.partition("/")[0] for name in wheel if ".dist-info" not in name} == {
        *("index", "rag", "evals", "ui", "dateline")
    }
    assert not any(name.startswith("ui/python") for name in wheel)


def test_python_m_dateline_is_the_command(tmp_path: Path) -> None:
    environment = clean_environment({"PYTHONPATH": f"{ROOT}:{ROOT / 'ui' / 'python'}"})
    command = [sys.executable, "-m", "dateline", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == f"dateline {PROJECT['version']}\n", done.stderr
