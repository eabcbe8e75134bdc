"""A library of the seeds, made once by the command line itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import SEEDS, Run, dateline


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> tuple[Path, Run]:
    """The folder that `library` lies in, and the `add --json` that made it."""
    folder = tmp_path_factory.mktemp("cli")
    added = dateline("add", str(SEEDS), "--json", cwd=folder)
    # Questions of these tests are about the way, not the answer: little reranking makes them cheap.
    (folder / "library" / "dateline.toml").write_text("rerank_depth = 4\n")
    return folder, added


@pytest.fixture(scope="session")
def home(made: tuple[Path, Run]) -> Path:
    """The folder that `library` lies in; for commands that only read."""
    return made[0]
