"""What a search needs of indexes: `SearchIndexes`, which are in step with the store, and what they give."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from index.records import Filters
from index.search.vectors import VectorIndex


class FullTextIndex(Protocol):
    """Finds passages by their words. It knows them by their number."""

    def search(
        self, question: str, limit: int, allowed: Sequence[int] | None = None, language: str = ""
    ) -> list[tuple[int, float]]:
        """Return (number, BM25 score) of passages with a word of the question, best first; ties by number.

        They are among those `allowed`, and of texts in `language`, where these are given.
        """
        ...

    def having(self, phrase: str) -> list[int]:
        """Return the numbers of all passages that have the words of `phrase` in this order, stemmed, sorted."""
        ...

    def numbers(self) -> list[int]:
        """The numbers of all passages that it holds."""
        ...

    def stem(self, word: str) -> list[str]:
        """The forms of a word in the languages that there are texts in; none twice."""
        ...

    def count_word(self, word: str) -> int:
        """How many passages have a word, in any of its forms; those taken out lately may count too."""
        ...

    def terms_beginning(self, prefix: str, language: str = "") -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, each with how many passages, in `language` or in any, have it."""
        ...

    def having_term(self, term: str, limit: int) -> list[int]:
        """The numbers of `limit` passages that have a term."""
        ...


class Snapshot(NamedTuple):
    """Both indexes, holding the generation that the store shows."""

    vectors: VectorIndex
    lexical: FullTextIndex


class SearchIndexes(Protocol):
    """Both indexes of a library. What is written to the store is found once `catch_up` has returned."""

    def find_foreign(self) -> str:
        """What is to be said where the indexes are of a generation that the database never had."""
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Hold the store at one generation with both indexes at the same one."""
        ...

    def check_embedder(self) -> None:
        """Raise DatelineError where another process has moved the library to another embedder."""
        ...

    def catch_up(self) -> None:
        """Bring both indexes up to the store's generation; takes the writer's lock."""
        ...

    def erase(self) -> None:
        """Take both indexes away, to be made again by `catch_up`; takes the writer's lock."""
        ...

    def find_allowed(self, filters: Filters) -> Sequence[int]:
        """Numbers of the passages that the filters let through, sorted."""
        ...

    def describe_vectors(self) -> str:
        """How vectors are searched, in words."""
        ...

    def save(self) -> None:
        """Keep what is worth keeping of them; takes the writer's lock."""
        ...
