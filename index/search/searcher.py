"""A search from the question to hits: the stages of `pipeline` with a library's models and settings."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from index.models.loaded import Models
from index.models.model_families import is_latin
from index.records import Filters, Hit, SearchMode
from index.search import pipeline
from index.search.copies import fold_copies
from index.search.indexes import SearchIndexes
from index.search.pipeline import Candidate
from index.settings import IndexSettings
from index.storage.store import Store
from index.text.words import quoted_phrases
from index.timing import Seconds, timed


class Searcher(NamedTuple):
    """What is searched, and by which models and settings; `embedder` is the name of the library's own."""

    store: Store
    indexes: SearchIndexes
    models: Models
    settings: IndexSettings
    embedder: str

    def search(
        self,
        question: str,
        limit: int,
        mode: SearchMode,
        filters: Filters,
        seconds: Seconds | None,
        *,
        rerank: bool,
        newest: bool,
        exact: bool,
    ) -> list[Hit]:
        """At most `limit` passages for a question that can be asked, best first; see `Library.search`."""
        if not is_latin(question):
            reranker = self.settings.reranker if rerank else ""
            mode, rerank = pipeline.choose_stages(question, mode, self.models.embedder.load().name, reranker)
        if rerank and mode != "lexical":
            self.models.load_all(reader=False)
        with timed(seconds, "embedding"):
            vector = pipeline.embed_within(lambda text: self.models.embedder.load().embed_query(text), question, mode)
        words_in = pipeline.choose_language(question, mode, self.embedder)
        depth = max(limit, self.settings.first_stage)

        def find(phrases: list[str]) -> list[Candidate]:
            return pipeline.find_candidates(
                self.store, self.indexes, question, vector, depth, filters, mode, seconds, words_in, phrases
            )

        phrases = quoted_phrases(question)
        found = find(phrases)
        if phrases and not exact:
            having = {candidate.passage.id for candidate in found}
            found += [candidate for candidate in find([]) if candidate.passage.id not in having]
        with timed(seconds, "folding copies"):
            found = fold_copies(found)
        if rerank and pipeline.may_rerank(found, words_in, self.settings.reranker):
            with timed(seconds, "cross-encoder"):
                found = self._rerank(question, found, newest=newest or self.settings.newest_first)
            found = pipeline.spread(found, self.settings.passages_of_one or len(found))
        return pipeline.make_hits(pipeline.put_phrases_first(found)[:limit])

    def _rerank(self, question: str, found: list[Candidate], *, newest: bool) -> list[Candidate]:
        most = self.settings
        budget = most.rerank_ms / 1000 if most.rerank_ms else inf
        reranker = self.models.reranker.load()
        return pipeline.rerank(question, found, reranker, most.rerank_depth, most.rerank_settled, budget, newest)
