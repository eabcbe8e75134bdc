"""A library as a retriever of LangChain: `pip install 'dateline[langchain]'`."""

from __future__ import annotations

from index import Library, SearchMode, require

try:
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import run_in_executor
    from pydantic import ConfigDict
except ModuleNotFoundError:
    require("langchain", "dateline.langchain")
    raise

from dateline._hits import describe_hit, find_hits


class DatelineRetriever(BaseRetriever):
    """The `k` passages of a library that fit a question best, each with what is needed to cite it as metadata.

    `after` and `before` are days in words ("2023-05", "last week"), both included. What the question itself says of
    times, outlets and languages counts too.
    """

    model_config = ConfigDict(extra="forbid")

    library: Library
    k: int = 10
    mode: SearchMode = "hybrid"
    after: str | None = None
    before: str | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        limit = self.k if k is None else k
        filters = (self.after, self.before, self.sources, self.languages, self.collections)
        hits = find_hits(self.library, query, limit, self.mode, *filters)
        return [Document(id=hit.passage.id, page_content=hit.passage.text, metadata=describe_hit(hit)) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        manager = run_manager.get_sync()
        return await run_in_executor(None, self._get_relevant_documents, query, run_manager=manager, k=k)
