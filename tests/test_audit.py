"""What is said of known weaknesses: never "none" where nobody could tell."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

WEAK = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2", "3"]}, {"id": "CVE-2"}]}
SOUND = {"name": "b", "version": "1", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([WEAK, SOUND, UNKNOWN], 1, ["a 1: CVE-1; fixed in 2, 3", "CVE-2; fixed in none yet", "1 are not in"]),
        ([SOUND], 0, ["1 packages were checked for known weaknesses, 0 have some"]),
        ([UNKNOWN, UNKNOWN], 0, ["Not checked", "out of reach"]),
        ([], 0, ["Not checked", "out of reach"]),
        (None, 0, ["Not checked", "gave no answer"]),
    ],
    ids=["weak", "sound", "unknown", "nothing", "no answer"],
)
def test_what_is_said_is_what_was_found(
    audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], found: Any, code: int, said: list[str]
) -> None:
    fake = tmp_path / "pip_audit.py"
    fake.write_text("" if found is None else f"print({json.dumps(json.dumps({'dependencies': found}))})")
    assert audit.main([sys.executable, str(fake)]) == code
    printed = capsys.readouterr().out
    assert all(words in printed for words in said)


def test_without_pip_audit_nothing_fails(audit: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([str(tmp_path / "none")]) == 0
    assert "Not checked for known weaknesses" in capsys.readouterr().out
