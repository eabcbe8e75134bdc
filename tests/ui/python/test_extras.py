"""Without what they derive from, the retrievers say how to get it."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

from index import DatelineError

FRAMEWORKS = {"langchain": "langchain_core", "llamaindex": "llama_index", "haystack": "haystack"}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_missing_extra_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m == FRAMEWORKS[name] or m.startswith(f"{FRAMEWORKS[name]}.")]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, FRAMEWORKS[name], None)
    monkeypatch.delitem(sys.modules, f"dateline.{name}", raising=False)
    with pytest.raises(DatelineError) as error:
        import_module(f"dateline.{name}")
    said = f"dateline.{name} needs the extra \"{name}\". Run: pip install 'dateline[{name}]'"
    assert str(error.value) == said
