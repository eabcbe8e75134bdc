"""The retriever for LangChain, by LangChain's own standard tests and in a chain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_tests.integration_tests import RetrieversIntegrationTests

from dateline.langchain import DatelineRetriever
from index import Library, UsageError
from rag import search
from tests.ui.python.cited import assert_cites
from tests.ui.python.conftest import PACT


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:.*marked with '@pytest.mark.asyncio'")  # one of them is asynchronous
class TestStandard(RetrieversIntegrationTests):
    """What LangChain asks of every retriever."""

    library: Library

    @pytest.fixture(autouse=True)
    def _have_library(self, small_library: Library) -> None:
        type(self).library = small_library

    @property
    def retriever_constructor(self) -> type[DatelineRetriever]:
        return DatelineRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return PACT


def test_documents_are_the_hits_of_a_search_and_can_be_cited(small_library: Library) -> None:
    documents = DatelineRetriever(library=small_library, k=3).invoke(PACT)
    hits = search(small_library, PACT, 3).hits
    assert [(d.id, d.metadata["rank"], d.metadata["score"]) for d in documents] == [
        (hit.passage.id, hit.rank, hit.score) for hit in hits
    ]
    for document in documents:
        assert_cites(small_library, document.page_content, document.metadata)


def test_filters_hold_and_so_do_those_that_the_question_names(small_library: Library) -> None:
    def find(question: str = PACT, **filters: Any) -> set[str]:
        return {d.metadata["article_id"] for d in DatelineRetriever(library=small_library, **filters).invoke(question)}

    assert find(after="March 2024", before="2024-04") == {"niger/2024/../pact"}
    assert find("What of the pact in 2023?") == {"3"}
    assert find(sources=["the post"]) == {"niger/2024/../pact"}
    assert find(before="1999") == set()


def test_what_is_wrong_is_said(small_library: Library) -> None:
    with pytest.raises(ValueError, match="kk"):
        DatelineRetriever(library=small_library, kk=3)
    with pytest.raises(UsageError, match="no day that there is"):
        DatelineRetriever(library=small_library, after="30 February 2024").invoke(PACT)
    with pytest.raises(UsageError, match="at least 1"):
        DatelineRetriever(library=small_library).invoke(PACT, k=0)
    with pytest.raises(UsageError, match="empty"):
        DatelineRetriever(library=small_library).invoke(" ")


def test_a_chain_gets_the_articles_words(small_library: Library) -> None:
    seen: list[str] = []

    def join(documents: list[Document]) -> str:
        return "\n".join(document.page_content for document in documents)

    def look(prompt: Any) -> Any:
        seen.append(prompt.to_string())
        return prompt

    prompt = ChatPromptTemplate.from_template("{passages}\n{question}")
    retriever = DatelineRetriever(library=small_library, k=2)
    model = FakeListChatModel(responses=["Because the talks were condescending."])
    chain = {"passages": retriever | join, "question": RunnablePassthrough()} | prompt | look | model
    assert chain.invoke(PACT).content == "Because the talks were condescending."
    assert "Niger did revoke the pact with Washington" in seen[0]
    assert len(asyncio.run(retriever.ainvoke(PACT, k=1))) == 1
