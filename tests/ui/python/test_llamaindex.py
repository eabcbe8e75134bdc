"""The retriever for LlamaIndex: what its base class promises, and nodes that can be cited."""

from __future__ import annotations

import asyncio

import pytest
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeRelationship, QueryBundle, RelatedNodeInfo, TextNode

from dateline.llamaindex import DatelineRetriever
from index import Library, UsageError
from rag import search
from tests.ui.python.cited import assert_cites
from tests.ui.python.conftest import PACT


def test_nodes_are_the_hits_of_a_search_and_can_be_cited(small_library: Library) -> None:
    retriever = DatelineRetriever(small_library, similarity_top_k=3)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.retrieve(PACT)
    hits = search(small_library, PACT, 3).hits
    assert [(f.node_id, f.score) for f in found] == [(hit.passage.id, hit.score) for hit in hits]
    for given in found:
        node = given.node
        assert isinstance(node, TextNode)
        assert_cites(small_library, node.text, node.metadata)
        assert (node.start_char_idx, node.end_char_idx) == (node.metadata["start"], node.metadata["end"])
        source = node.relationships[NodeRelationship.SOURCE]
        assert isinstance(source, RelatedNodeInfo)
        assert source.node_id == node.metadata["article_id"]
        shown = node.get_content(MetadataMode.LLM)
        assert "title: " in shown
        assert "score: " not in shown


def test_text_and_bundle_and_waiting_give_the_same(small_library: Library) -> None:
    retriever = DatelineRetriever(small_library, similarity_top_k=2)
    expected = [found.node_id for found in retriever.retrieve(PACT)]
    assert len(expected) == 2
    assert [found.node_id for found in retriever.retrieve(QueryBundle(PACT))] == expected
    assert [found.node_id for found in asyncio.run(retriever.aretrieve(PACT))] == expected


def test_filters_hold_and_what_is_wrong_is_said(small_library: Library) -> None:
    found = DatelineRetriever(small_library, after="March 2024", before="2024-04").retrieve(PACT)
    assert {given.metadata["article_id"] for given in found} == {"niger/2024/../pact"}
    assert DatelineRetriever(small_library, before="1999").retrieve(PACT) == []
    with pytest.raises(UsageError, match="no day that there is"):
        DatelineRetriever(small_library, after="30 February 2024").retrieve(PACT)
    with pytest.raises(UsageError, match="empty"):
        DatelineRetriever(small_library).retrieve(" ")


def test_an_engine_answers_from_it(small_library: Library) -> None:
    engine = RetrieverQueryEngine.from_args(DatelineRetriever(small_library, similarity_top_k=1), llm=MockLLM())
    answer = engine.query(PACT)
    assert "Niger did revoke the pact with Washington" in str(answer)
    assert [source.metadata["article_id"] for source in answer.source_nodes] == ["niger/2024/../pact"]
