"""What tests of several rooms share: paths, models loaded once, libraries."""

from __future__ import annotations

import inspect
import os
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import hypothesis
import pytest
from filelock import FileLock
from hypothesis import is_hypothesis_test

from index import Library
from index.assemble import make_embedder, make_reader, make_reranker
from index.models.embedder import Embedder
from index.models.reader import Reader
from index.models.reranker import Reranker
from index.own_process import set_up_process
from index.read.files import read_files
from index.read.subprocesses import BytesReader
from index.read.walk import list_files
from index.settings import DEFAULT_EMBEDDER, IndexSettings
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.lacking import find_lacking, skip_report

# A build must give the same twice; looking for new examples is for the people at their desks.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("build", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=2000)  # `make fuzz`, again and again
_FEW = 20  # examples of a fuzz test in every other run
hypothesis.settings.load_profile("build" if os.environ.get("CI") else "desk")

# The process that runs the tests is ours, as the command's is.
set_up_process()

# A shell's background jobs ignore Ctrl-C, and would hand that down to the commands that tests stop with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
GIVEN_PAGE = SEEDS / "000_5a1bd12f0bfe0d6e.txt"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skip a file of tests that can't be imported, since something is not installed."""
    report = yield
    if report.failed and report.call and report.call.excinfo and (lacking := find_lacking(report.call.excinfo.value)):
        skip_report(report, lacking)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Skip a test that needs what is not installed."""
    report = yield
    if report.failed and call.excinfo and (lacking := find_lacking(call.excinfo.value)):
        skip_report(report, lacking)
    return report


NO_CHROMIUM = "no Chromium: install Debian's chromium, or name one in $CHROMIUM"


def find_chromium() -> str | None:
    """The browser that the tests drive: $CHROMIUM, else Debian's."""
    wanted = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    return wanted if Path(wanted).is_file() else shutil.which(wanted)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs a browser or models by its fixtures, and by whether it runs the command."""
    fuzzing = [item for item in items if item.path.parent.name == "fuzz"]
    for item in fuzzing:
        item.add_marker("slow")
    if hypothesis.settings.get_current_profile_name() != "fuzz":
        for function in {item.function for item in fuzzing if isinstance(item, pytest.Function)}:
            if is_hypothesis_test(function):
                hypothesis.settings(max_examples=_FEW)(function)
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            item.add_marker("browser")
        if fixtures & {"run_models", "embedder", "reranker", "reader"} or (
            isinstance(item, pytest.Function) and "dateline" in _find_names(item.function, item.module)
        ):
            item.add_marker("models")


def _find_names(function: FunctionType, module: ModuleType) -> set[str]:
    """The names that a test's function uses, and the module's own functions that it calls."""
    names: set[str] = set()
    waiting: list[CodeType] = [inspect.unwrap(function).__code__]
    while waiting:
        code = waiting.pop()
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        found = [getattr(module, name, None) for name in set(code.co_names) - names]
        waiting += [f.__code__ for f in found if isinstance(f, FunctionType) and f.__module__ == module.__name__]
        names |= set(code.co_names)
    return names


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests with a browser before anything is made for them; skipped here, all of them are one line."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session", autouse=True)
def _models_are_loaded_once() -> Iterator[None]:
    """All libraries of this process share the models: loading them takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        for make in (make_embedder, make_reranker, make_reader):
            patch.setattr(f"index.library.{make.__name__}", cache(make))
        yield


@pytest.fixture(autouse=True)
def _only_marked_tests_load_models(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make check` leaves out the tests that are marked so; the others must do without."""

    def refuse(*args: object, **more: object) -> None:
        raise AssertionError("this test loads a model: mark it `models`, or have its fixture use `run_models`")

    if not {"models", "browser"} & {mark.name for mark in request.node.iter_markers()}:
        for make in (
            "library.make_embedder",
            "library.make_reranker",
            "library.make_reader",
            "models.onnx_model._open_session",
        ):
            monkeypatch.setattr(f"index.{make}", refuse)


@pytest.fixture(scope="session", autouse=True)
def own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's own configuration, for all commands too: not that of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("configuration")
        patch.setenv("XDG_CONFIG_HOME", str(home))
        yield home / "dateline"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests mean the defaults, whatever the person who runs them has set."""
    for name in list(os.environ):
        if name.startswith("DATELINE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def run_models() -> None:
    """For tests in which models run, here or in a process of their own."""


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default embedder."""
    return make_embedder(DEFAULT_EMBEDDER)


@pytest.fixture(scope="session")
def reranker() -> Reranker:
    """The default cross-encoder."""
    return make_reranker(IndexSettings().reranker)


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The default reader."""
    return make_reader(IndexSettings().reader)


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries of this process use small models, for which nothing is loaded."""
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
    monkeypatch.setattr("index.library.make_reranker", lambda name: OverlapReranker())
    monkeypatch.setattr("index.library.make_reader", lambda name: WordReader())


def open_warm(folder: Path, embedder: Embedder, reranker: Reranker, settings: IndexSettings | None = None) -> Library:
    """Open or make a library that uses the models that are loaded already."""
    opened = Library.open(folder, create=True, settings=settings or IndexSettings())
    opened.models.embedder.put(embedder)
    opened.models.reranker.put(reranker)
    return opened


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, reranker: Reranker) -> Iterator[Library]:
    """An empty library."""
    with open_warm(tmp_path / "library", embedder, reranker) as opened:
        yield opened


@pytest.fixture(scope="session")
def _readers() -> Iterator[Callable[..., AbstractContextManager[BytesReader]]]:
    with ExitStack() as stack:
        start = cache(lambda *limits: stack.enter_context(BytesReader(*limits)))
        yield lambda *limits: nullcontext(start(*limits))


@pytest.fixture
def one_reader(_readers: Callable[..., AbstractContextManager[BytesReader]], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is got from the web is read by one process for all tests: starting it takes longer than most of them."""
    monkeypatch.setattr("index.fetch.follow.BytesReader", _readers)


@pytest.fixture(scope="session")
def seeds_folder(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> Path:
    """The folder of a library with the seeds in it; for tests that only read.

    It is built once in a run: by the first of the processes that share the tests, the others copy it.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    built = shared / "seeds-library"
    with FileLock(f"{built}.lock"):
        if not built.exists():
            building = tmp_path_factory.mktemp("building")
            with Library.open(building, create=True, settings=IndexSettings()) as library:
                assert not library.add(read_files(list_files([SEEDS]), 20)).failed
            building.rename(built)
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("seeds") / "library"))


@pytest.fixture(scope="session")
def seeds_library(seeds_folder: Path) -> Iterator[Library]:
    """A library with the seeds in it; for tests that only read."""
    with Library.open(seeds_folder, settings=IndexSettings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium, one for all tests of a process: Playwright is started once in a thread."""
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield opened
        opened.close()
