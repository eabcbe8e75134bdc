"""What a measure may look up: the articles that were asked, and whether passages support a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from evals.measures.spans import Span, find_relevant_passages
from evals.rows import AnswerRow
from index import Library
from rag import Verifier, search


class ScoringContext:
    """The library that a run asked, and a verifier; articles and verdicts are looked up once."""

    def __init__(self, library: Library, verifier: Verifier) -> None:
        self._library = library
        self._verifier = verifier
        self.find_article = cache(library.find)
        self._supports = cache(self._verify)
        self._relevant: dict[tuple[str, str], dict[str, int]] = {}

    def find_relevant_passages(self, row: AnswerRow) -> Mapping[str, int]:
        """{name of a passage: 1} for all passages that hold words of a fact that is labelled for the row."""
        if row.key not in self._relevant:
            self._relevant[row.key] = find_relevant_passages(row, self.find_article, self._library.passages)
        return self._relevant[row.key]

    def find_first(self, question: str, limit: int) -> list[Span]:
        """The first `limit` passages that the library finds for a question, best first."""
        hits = search(self._library, question, limit).hits
        return [(hit.article.id, hit.passage.start, hit.passage.end) for hit in hits]

    def supports(self, claim: str, texts: Sequence[str]) -> bool:
        """True where the texts, together, support the claim."""
        # No model need be asked about words that stand there as they are, and asking takes as long as answering.
        return any(claim in text for text in texts) or self._supports(claim, tuple(texts))

    def _verify(self, claim: str, texts: tuple[str, ...]) -> bool:
        return self._verifier.verify(claim, texts).supported

    def add_copies(self, ids: Sequence[str]) -> set[str]:
        """The ids, and those of the articles' copies."""
        known = [article for article in map(self.find_article, ids) if article]
        return {*ids, *(copy for article in known for copy in self._library.copies(article.id))}
