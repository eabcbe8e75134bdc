"""What tests of several rooms share: paths, models loaded once, libraries."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from index import Library
from index.assemble import make_embedder, make_reranker
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.own_process import set_up_process
from index.read.files import read_files
from index.read.walk import list_files
from index.settings import DEFAULT_EMBEDDER, IndexSettings
from tests.lacking import find_lacking, skip_report

# A build must give the same twice; looking for new examples is for the people at their desks.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("build", deadline=None, derandomize=True)
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


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests mean the defaults, whatever the person who runs them has set."""
    for name in list(os.environ):
        if name.startswith("DATELINE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default embedder."""
    return make_embedder(DEFAULT_EMBEDDER)


@pytest.fixture(scope="session")
def reranker() -> Reranker:
    """The default cross-encoder."""
    return make_reranker(IndexSettings().reranker)


def open_warm(folder: Path, embedder: Embedder, reranker: Reranker, settings: IndexSettings | None = None) -> Library:
    """Open or make a library that uses the models that are loaded already."""
    opened = Library.open(folder, create=True, settings=settings or IndexSettings())
    opened._embedder, opened._reranker = embedder, reranker
    return opened


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, reranker: Reranker) -> Iterator[Library]:
    """An empty library."""
    with open_warm(tmp_path / "library", embedder, reranker) as opened:
        yield opened


@pytest.fixture(scope="session")
def seeds_library(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker
) -> Iterator[Library]:
    """A library with the seeds in it; for tests that only read."""
    folder = tmp_path_factory.mktemp("seeds") / "library"
    with open_warm(folder, embedder, reranker) as opened:
        report = opened.add(read_files(list_files([SEEDS]), 20))
        assert not report.failed
        yield opened
