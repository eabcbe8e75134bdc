"""A library as a retriever of LlamaIndex: `pip install 'dateline[llamaindex]'`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from index import Hit, Library, SearchMode, require

try:
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.callbacks import CallbackManager
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
except ModuleNotFoundError:
    require("llamaindex", "dateline.llamaindex")
    raise

from dateline._hits import describe_hit, find_hits


class DatelineRetriever(BaseRetriever):
    """The `similarity_top_k` passages of a library that fit a question best, each with what is needed to cite it.

    `after` and `before` are days in words ("2023-05", "last week"), both included. What the question itself says of
    times, outlets and languages counts too.
    """

    def __init__(
        self,
        library: Library,
        similarity_top_k: int = 10,
        mode: SearchMode = "hybrid",
        after: str | None = None,
        before: str | None = None,
        sources: Sequence[str] = (),
        languages: Sequence[str] = (),
        collections: Sequence[str] = (),
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._library = library
        self._limit = similarity_top_k
        self._mode = mode
        self._filters = (after, before, sources, languages, collections)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = find_hits(self._library, query_bundle.query_str, self._limit, self._mode, *self._filters)
        return [NodeWithScore(node=_make_node(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _make_node(hit: Hit) -> TextNode:
    described = describe_hit(hit)
    unseen = [name for name in described if name not in ("title", "source", "published")]
    return TextNode(
        id_=hit.passage.id,
        text=hit.passage.text,
        start_char_idx=hit.passage.start,
        end_char_idx=hit.passage.end,
        metadata=described,
        excluded_llm_metadata_keys=unseen,
        excluded_embed_metadata_keys=unseen,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.article.id)},
    )
