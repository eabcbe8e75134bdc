"""What Dateline asks of a database, in its own words: `Store`, and the parts that it has.

Each implementation passes `tests/index/storage/test_store_contract.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from index.models.embedder import Vectors
from index.records import NO_FILTERS, Article, Filters, Passage, Scope, Version
from index.storage.places import Followed, Pages


class Totals(NamedTuple):
    """How much a store holds; the dates are the first and the last `published`."""

    articles: int
    passages: int
    sources: int
    undated: int
    first_published: datetime | None
    last_published: datetime | None


class NumberedText(NamedTuple):
    """A passage's number, its title with its text, and the language by whose rules that is read."""

    number: int
    text: str
    language: str = "en"


class Articles(Protocol):
    """The articles, and the texts that they had before."""

    def get(self, article_id: str) -> Article | None:
        """Return one article, or None; raise ArticleDamaged where it is not what was written."""
        ...

    def get_all(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there and whole."""
        ...

    def within(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters that have these words in title or text; the oldest first, undated last."""
        ...

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        """`limit` of those articles from the `offset`th on, and how many there are in all; undated ones come last."""
        ...

    def ids(self) -> list[str]:
        """The ids of all articles, in the order of their adding."""
        ...

    def ids_beginning(self, prefix: str) -> list[str]:
        """Ids that begin with `prefix`, sorted, at most ten."""
        ...

    def ids_with_content(self, content_hash: str) -> list[str]:
        """Ids of the articles with this content, sorted."""
        ...

    def origins(self) -> list[tuple[str, str]]:
        """The id of each article with the path or address that it was read from, where there is one."""
        ...

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before the present one, the oldest first; those that are whole."""
        ...

    def put(self, article: Article) -> None:
        """Add an article, or put it in the place of the one with its id, whose text, if another, becomes a version."""
        ...

    def remove(self, article_id: str) -> None:
        """Remove an article without passages, and its versions."""
        ...


class Passages(Protocol):
    """Where the passages of each article stand. Each has a number (1 or more) that no other ever gets."""

    def get(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return the passages with these numbers, each with its article; what is gone or damaged is left out."""
        ...

    def numbers(self, filters: Filters = NO_FILTERS) -> list[int]:
        """Numbers of the passages whose articles pass the filters, sorted."""
        ...

    def spans(self, article_id: str) -> list[tuple[int, int, int]]:
        """Ordinal, start and end (in characters) of each passage of an article, by ordinal."""
        ...

    def keys(self, article_id: str) -> list[bytes]:
        """The key of the vector of each passage of an article, by ordinal."""
        ...

    def texts_since(self, generation: int) -> Iterator[NumberedText]:
        """The passages that came after `generation` and are still there, as they are searched, by number."""
        ...

    def removed_since(self, generation: int) -> list[int]:
        """Numbers of the passages that went after `generation`, sorted."""
        ...

    def count_since(self, generation: int) -> int:
        """How many passages came or went after `generation`."""
        ...

    def put(self, passages: Sequence[Passage], keys: Sequence[bytes], generation: int) -> None:
        """Add passages, each with the key of its vector, which is there, as new in `generation`."""
        ...

    def remove(self, article_id: str, generation: int, keep: Container[bytes] = ()) -> None:
        """Remove an article's passages, and vectors that no passage has any more, but for those in `keep`."""
        ...

    def clear(self, generation: int) -> None:
        """Remove all passages; the vectors stay."""
        ...


class PassageVectors(Protocol):
    """One vector for each text that passages are embedded as, by its key (`encoding.make_key`)."""

    def get_by_key(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors (dim,) of those of `keys` that have one, as `since` gives them."""
        ...

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of `keys` that have no vector yet."""
        ...

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector (of unit length) a key; a key that has one keeps it."""
        ...

    def get(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        """Those of the passages' numbers that are there, sorted, and their vectors, as `since` gives them."""
        ...

    def since(self, generation: int, at_once: int) -> Iterator[tuple[list[int], Vectors]]:
        """Numbers of the passages that came after `generation` and are still there, in order, and their vectors.

        At most `at_once` in one batch. Rows are of unit length, float32, shape (n, dim); the cosine of one with what
        was put is at least 0.9998. Vectors that are not what was put are left out.
        """
        ...

    def count_broken(self, dimension: int) -> int:
        """How many vectors have another size, or no direction."""
        ...

    def remove_broken(self, dimension: int) -> None:
        """Remove the vectors that are not what was put, or of another size; no passage may have them."""
        ...

    def remove_unused(self, keys: Iterable[bytes] | None = None) -> None:
        """Remove the vectors that are of no passage; with `keys`, only of those."""
        ...

    def count_unused(self) -> int:
        """How many vectors are of no passage."""
        ...


class UpcomingVectors(Protocol):
    """Vectors of the next embedder, which gather beside the present ones until they take their place."""

    def begin(self, embedder: str) -> None:
        """Begin with none, or go on with those of a move to the same `embedder` that was broken off."""
        ...

    def missing(self, limit: int) -> list[tuple[bytes, int]]:
        """Key, and number of a passage, of at most `limit` texts without a new vector."""
        ...

    def count_missing(self) -> int:
        """How many passages have no new vector."""
        ...

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one new vector a key, in a transaction of its own."""
        ...

    def take_over(self, generation: int) -> None:
        """Put the new vectors, of which none is missing, in the place of the old; every passage is of `generation`."""
        ...


class Stories(Protocol):
    """Which articles tell one story in the same words. A story is a number (1 or more): the older, the lower.

    The first article of a story stands for it: its bands (`near_duplicates.find_bands`) are kept.
    """

    def ungrouped(self) -> list[str]:
        """Ids of the articles that have no story, in the order of their adding."""
        ...

    def find_same_content(self, article_id: str) -> int | None:
        """A story that has an article with just the content of this one."""
        ...

    def find_near(self, bands: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        """Story, title and text of the first articles that have one of the bands, the oldest story first."""
        ...

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each of the articles, the ids of the others with its story, sorted; those without any are left out."""
        ...

    def begin(self, article_id: str, bands: Iterable[int]) -> None:
        """Give an article, which has none, a new story of which it is the first."""
        ...

    def join(self, article_id: str, story: int) -> None:
        """Give an article, which has none, a story."""
        ...

    def leave(self, article_id: str) -> None:
        """Take an article out of its story, and all the others with it where it is the first."""
        ...

    def clear(self) -> None:
        """Take every article out of its story."""
        ...


class Counts(Protocol):
    """How much there is, and the names that occur. Counting reads every article: `LibraryCounts` remembers."""

    def totals(self) -> Totals:
        """Numbers of all that is there."""
        ...

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        ...

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        ...

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name, in order."""
        ...

    def languages(self) -> dict[str, int]:
        """How many articles are in each language, without regard to the country, by its ISO 639 code, in order."""
        ...

    def days(self, filters: Filters, containing: str = "") -> list[tuple[str, str, int]]:
        """Each day (2024-03-17) and source (empty for none) with how many of those articles are of it, in order."""


class ConversationRows(Protocol):
    """Of each conversation id, name, last change (seconds since 1970); of exchanges turn, words to find, content."""

    def search(self, owner: str, words: str, most: int) -> list[tuple[str, str, float]]: ...
    def find(self, owner: str, conversation: str) -> tuple[str, str, float] | None: ...
    def exchanges(self, owner: str, conversation: str) -> list[tuple[int, str, bytes]]: ...
    def put(self, owner: str, kept: tuple[str, str, float], exchanges: Sequence[tuple[int, str, bytes]]) -> None: ...
    def rename(self, owner: str, conversation: str, name: str) -> None: ...
    def delete(self, owner: str, conversation: str) -> None: ...
    def share(self, owner: str, conversation: str, share: str) -> str: ...
    def unshare(self, owner: str, conversation: str) -> None: ...
    def shared_as(self, owner: str, conversation: str) -> str: ...
    def find_shared(self, share: str) -> tuple[str, str, str, float] | None: ...


class Store(Protocol):
    """All that a library keeps but for what can be made again. Threads may share one; processes may too.

    Reads within `read()` see one generation; `write()` is one transaction, makes the next, and alone writes articles,
    passages, vectors and stories. Of what is damaged, what is asked for is an error, one of many is left out and said.
    """

    @property
    def articles(self) -> Articles: ...

    @property
    def passages(self) -> Passages: ...

    @property
    def vectors(self) -> PassageVectors: ...

    @property
    def upcoming(self) -> UpcomingVectors: ...

    @property
    def stories(self) -> Stories: ...

    @property
    def followed(self) -> Followed: ...

    @property
    def pages(self) -> Pages: ...

    @property
    def counts(self) -> Counts: ...

    def read(self) -> AbstractContextManager[int]:
        """Hold one generation, whose number is given, for the reads inside."""
        ...

    def write(self, first: Callable[[], object] = ...) -> AbstractContextManager[int]:
        """One transaction, begun by `first`; then others wait, and the generation that it makes is given."""
        ...

    def generation(self) -> int:
        """The number of the newest committed write; 0 for an empty library."""
        ...

    def manifest(self) -> dict[str, str]:
        """What the library was made with: format, generation, embedder, passage settings."""
        ...

    def put_manifest(self, values: Mapping[str, object]) -> None:
        """Set values of the manifest, kept as text."""
        ...

    def stamp(self, generation: int) -> int | None:
        """The random number that the write of this generation made; None where this history has no such write."""
        ...

    def damaged(self) -> tuple[str, ...]:
        """What readers have left out since it is not what was written, in order."""
        ...

    def find_damage(self) -> Iterator[str]:
        """What is broken in the database's files, in its tables, or in any record, a line each."""
        ...

    def repair(self) -> None:
        """Make again, within a write, what the database derives from records for itself."""
        ...

    def copy_to(self, path: Path) -> None:
        """Copy all of it, as it stands at one moment, to a new file; others may go on writing."""
        ...

    def close(self) -> None:
        """Close the files. Nothing is lost without it."""
        ...
