"""The component for Haystack: in a pipeline, written down, and read back."""

from __future__ import annotations

import pytest
from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError
from haystack.core.serialization import allow_deserialization_module

from dateline.haystack import DatelineRetriever
from index import DatelineError, Library
from rag import search
from tests.ui.python.cited import assert_cites
from tests.ui.python.conftest import PACT


@pytest.fixture(autouse=True)
def _no_calls_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haystack.telemetry._telemetry.telemetry", None)


def make_pipeline(retriever: DatelineRetriever) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", retriever)
    return pipeline


def test_documents_are_the_hits_of_a_search_and_can_be_cited(small_library: Library) -> None:
    pipeline = make_pipeline(DatelineRetriever(small_library, top_k=3))
    documents = pipeline.run({"retriever": {"query": PACT}})["retriever"]["documents"]
    hits = search(small_library, PACT, 3).hits
    assert [(d.id, d.score, d.meta["rank"]) for d in documents] == [(h.passage.id, h.score, h.rank) for h in hits]
    for document in documents:
        assert_cites(small_library, document.content, document.meta)
    fewer = pipeline.run({"retriever": {"query": PACT, "top_k": 1}})["retriever"]["documents"]
    assert [d.id for d in fewer] == [documents[0].id]


def test_a_pipeline_is_written_down_and_read_back(small_library: Library) -> None:
    retriever = DatelineRetriever(small_library, 2, "lexical", after="March 2024", sources=("The Post",))
    assert DatelineRetriever.from_dict(retriever.to_dict()).to_dict() == retriever.to_dict()
    pipeline = make_pipeline(retriever)
    written = pipeline.dumps()
    allow_deserialization_module("dateline.haystack")
    read = Pipeline.loads(written)  # opens the library by itself
    asked = {"retriever": {"query": PACT}}
    assert read.run(asked) == pipeline.run(asked)
    assert read.dumps() == written


def test_a_password_is_not_written_down() -> None:
    written = DatelineRetriever("postgresql://me:secret@h/news?sslpassword=hush").to_dict()
    assert written["init_parameters"]["library"] == "postgresql://me@h/news"


def test_what_is_wrong_is_said(small_library: Library) -> None:
    asked = {"retriever": {"query": PACT}}
    with pytest.raises(PipelineRuntimeError, match="no day that there is"):
        make_pipeline(DatelineRetriever(small_library, after="30 February")).run(asked)
    with pytest.raises(DatelineError, match="no library in nowhere"):
        make_pipeline(DatelineRetriever("nowhere")).run(asked)
