"""Whoever imports the library keeps their process as it was; Dateline's own are set up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import clean_environment, run_python
from tests.conftest import ROOT

PATHS = {"PYTHONPATH": f"{ROOT}:{ROOT / 'ui' / 'python'}"}
# mallopt is the only call by which we set anything of glibc; it goes through ctypes.
AS_A_USER = """
import ctypes, os, sys
calls = []
class Watched(ctypes.CDLL):
    def __getattr__(self, name):
        calls.append(name)
        return super().__getattr__(name)
ctypes.CDLL = Watched
before = dict(os.environ)
import dateline
loaded = {"numpy", "onnxruntime", "faiss", "tantivy", "index", "rag"} & set(sys.modules)
assert not loaded, loaded
library = dateline.Library.open(sys.argv[1], create=True)
library.add([{"id": "1", "title": "Pact", "text": "Niger revoked the pact because it was unfair, a spokesman said."}])
assert dateline.ask(library, "Why did Niger revoke the pact?").sentences
assert [event for event in dateline.stream(library, "Why did Niger revoke the pact?")]
library.close()
assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())
assert "mallopt" not in calls, calls
"""


def test_whoever_imports_the_library_keeps_their_environment(tmp_path: Path) -> None:
    run = run_python("-c", AS_A_USER, str(tmp_path / "library"), cwd=tmp_path, env=PATHS)
    assert (run.code, run.err) == (0, "")


@pytest.mark.slow
def test_litellm_is_kept_from_calling_home_and_the_environment_stays(tmp_path: Path) -> None:
    """What it reads when it is imported is there then, and gone afterwards."""
    pytest.importorskip("litellm")
    code = (
        "import os\nfrom index.extras import load_litellm\nbefore = dict(os.environ)\nlitellm = load_litellm()\n"
        "from litellm.litellm_core_utils.get_model_cost_map import get_model_cost_map_source_info as source\n"
        "from index.own_process import _NO_CALLS_HOME\n"
        "assert litellm.litellm_mode == 'PRODUCTION', litellm.litellm_mode\n"
        "assert source()['source'] == 'local' and source()['is_env_forced'], source()\n"
        "assert not {n for n in _NO_CALLS_HOME if os.environ.get(n) != before.get(n)}\n"
    )
    run = run_python("-c", code, cwd=tmp_path)
    assert (run.code, run.err) == (0, "")


def test_our_own_process_is_set_up_and_keeps_what_is_set_already(tmp_path: Path) -> None:
    code = (
        "import os\nfrom index.own_process import set_up_process\nset_up_process()\n"
        "print(*(os.environ[n] for n in ('HF_HUB_DISABLE_TELEMETRY', 'GRADIO_ANALYTICS_ENABLED', 'LITELLM_MODE')))"
    )
    run = run_python("-c", code, cwd=tmp_path, env={"LITELLM_MODE": "DEV"})
    assert run.out.split() == ["1", "False", "DEV"]


def test_the_command_is_a_process_of_ours(tmp_path: Path) -> None:
    """What it starts has what it set."""
    code = (
        "import os, sys, ui.cli.app as app\nsys.argv[1:] = ['list']\n"
        "app.app = lambda **given: print(os.environ['HF_HUB_DISABLE_PROGRESS_BARS'])\napp.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "1", done.stderr
