"""A store in memory: small, slow, and true to the contract, so that the contract is none of SQLite's."""

from __future__ import annotations

import copy
import pickle
import random
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.models.embedder import Vectors
from index.records import NO_FILTERS, Article, Filters, Passage, Version
from index.storage.places import KnownPage, Place
from index.storage.store import NumberedText
from tests.index.storage.memory_counts import MemoryCounts
from tests.index.storage.memory_filters import by_date, passes


@dataclass
class _Kept:
    """A passage as it is kept."""

    article_id: str
    ordinal: int
    start: int
    end: int
    key: bytes
    generation: int


@dataclass
class _State:
    """All that a write may change."""

    manifest: dict[str, str] = field(default_factory=lambda: {"generation": "0"})
    articles: dict[str, Article] = field(default_factory=dict)
    versions: defaultdict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))
    passages: dict[int, _Kept] = field(default_factory=dict)
    last_number: int = 0
    removed: dict[int, int] = field(default_factory=dict)
    vectors: dict[bytes, Vectors] = field(default_factory=dict)
    upcoming: dict[bytes, Vectors] = field(default_factory=dict)
    stories: dict[str, int] = field(default_factory=dict)
    bands: dict[str, frozenset[int]] = field(default_factory=dict)
    followed: dict[str, Place] = field(default_factory=dict)
    pages: dict[str, KnownPage] = field(default_factory=dict)
    stamps: dict[int, int] = field(default_factory=lambda: {0: random.getrandbits(63)})


class _Part:
    def __init__(self, state: Callable[[], _State]) -> None:
        self._state = state

    @property
    def state(self) -> _State:
        return self._state()


class _Articles(_Part):
    def get(self, article_id: str) -> Article | None:
        return self.state.articles.get(article_id)

    def get_all(self, ids: Iterable[str]) -> dict[str, Article]:
        return {id_: self.state.articles[id_] for id_ in ids if id_ in self.state.articles}

    def within(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        found = (a for a in self.state.articles.values() if passes(a, filters, containing))
        return iter(sorted(found, key=by_date))

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool
    ) -> tuple[list[Article], int]:
        found = list(self.within(filters, containing))
        if newest_first:
            found.sort(key=lambda a: (by_date(a)[0], -by_date(a)[1], a.id))
        return found[offset : offset + limit], len(found)

    def ids_beginning(self, prefix: str) -> list[str]:
        return sorted(id_ for id_ in self.state.articles if id_.startswith(prefix))[:10]

    def ids_with_content(self, content_hash: str) -> list[str]:
        return sorted(a.id for a in self.state.articles.values() if a.content_hash == content_hash)

    def ids(self) -> list[str]:
        return list(self.state.articles)

    def origins(self) -> list[tuple[str, str]]:
        return [(a.id, a.origin) for a in self.state.articles.values() if a.origin is not None]

    def versions(self, article_id: str) -> list[Version]:
        return list(self.state.versions.get(article_id, ()))

    def put(self, article: Article) -> None:
        old = self.state.articles.get(article.id)
        if old is not None and old.content_hash != article.content_hash:
            before = self.state.versions[article.id]
            before.append(Version(len(before) + 1, old.title, old.text, old.published, old.modified))
        self.state.articles[article.id] = article

    def remove(self, article_id: str) -> None:
        self.state.versions.pop(article_id, None)
        self.state.articles.pop(article_id, None)
        self.state.stories.pop(article_id, None)
        self.state.bands.pop(article_id, None)


class _Passages(_Part):
    def get(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        found = {}
        for number in numbers:
            if kept := self.state.passages.get(number):
                article = self.state.articles[kept.article_id]
                text = article.text[kept.start : kept.end]
                name = f"{article.id}:{kept.ordinal}"
                found[number] = Passage(name, article.id, kept.ordinal, kept.start, kept.end, text), article
        return found

    def numbers(self, filters: Filters = NO_FILTERS) -> list[int]:
        found = self.state.passages.items()
        return sorted(n for n, kept in found if passes(self.state.articles[kept.article_id], filters))

    def spans(self, article_id: str) -> list[tuple[int, int, int]]:
        return sorted((k.ordinal, k.start, k.end) for k in self.state.passages.values() if k.article_id == article_id)

    def keys(self, article_id: str) -> list[bytes]:
        kept = [k for k in self.state.passages.values() if k.article_id == article_id]
        return [k.key for k in sorted(kept, key=lambda k: k.ordinal)]

    def texts_since(self, generation: int) -> Iterator[NumberedText]:
        found = self.get(sorted(n for n, kept in self.state.passages.items() if kept.generation > generation))
        return iter([NumberedText(n, f"{a.title}\n{p.text}", a.rules) for n, (p, a) in found.items()])

    def removed_since(self, generation: int) -> list[int]:
        return sorted(number for number, gone in self.state.removed.items() if gone > generation)

    def count_since(self, generation: int) -> int:
        return len(list(self.texts_since(generation))) + len(self.removed_since(generation))

    def put(self, passages: Sequence[Passage], keys: Sequence[bytes], generation: int) -> None:
        for p, key in zip(passages, keys, strict=True):
            self.state.last_number += 1
            kept = _Kept(p.article_id, p.ordinal, p.start, p.end, key, generation)
            self.state.passages[self.state.last_number] = kept

    def remove(self, article_id: str, generation: int, keep: Container[bytes] = ()) -> None:
        gone = {number: kept for number, kept in self.state.passages.items() if kept.article_id == article_id}
        for number in gone:
            del self.state.passages[number]
            self.state.removed[number] = generation
        used = {kept.key for kept in self.state.passages.values()}
        for key in {kept.key for kept in gone.values() if kept.key not in keep} - used:
            self.state.vectors.pop(key, None)

    def clear(self, generation: int) -> None:
        self.state.removed.update(dict.fromkeys(self.state.passages, generation))
        self.state.passages.clear()


class _Vectors(_Part):
    def get_by_key(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        return {key: self.state.vectors[key] for key in keys if key in self.state.vectors}

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        return set(keys) - set(self.state.vectors)

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        for key, vector in zip(keys, vectors, strict=True):
            self.state.vectors.setdefault(key, vector.copy())

    def get(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        found = sorted(set(numbers) & self.state.passages.keys())
        return found, np.array([self.state.vectors[self.state.passages[n].key] for n in found], dtype=np.float32)

    def since(self, generation: int, at_once: int) -> Iterator[tuple[list[int], Vectors]]:
        found = sorted(n for n, kept in self.state.passages.items() if kept.generation > generation)
        return (self.get(found[start : start + at_once]) for start in range(0, len(found), at_once))

    def count_broken(self, dimension: int) -> int:
        return sum(len(vector) != dimension or not vector.any() for vector in self.state.vectors.values())

    def remove_broken(self, dimension: int) -> None:
        self.state.vectors = {key: v for key, v in self.state.vectors.items() if len(v) == dimension}

    def remove_unused(self, keys: Iterable[bytes] | None = None) -> None:
        used = {kept.key for kept in self.state.passages.values()}
        for key in set(self.state.vectors if keys is None else keys) - used:
            self.state.vectors.pop(key, None)

    def count_unused(self) -> int:
        return len(set(self.state.vectors) - {kept.key for kept in self.state.passages.values()})


class _UpcomingVectors(_Part):
    def begin(self, embedder: str) -> None:
        if self.state.manifest.get("upcoming") != embedder:
            self.state.upcoming.clear()
        self.state.manifest["upcoming"] = embedder

    def missing(self, limit: int) -> list[tuple[bytes, int]]:
        first: dict[bytes, int] = {}
        for number, kept in self.state.passages.items():
            if kept.key not in self.state.upcoming:
                first.setdefault(kept.key, number)
        return list(first.items())[:limit]

    def count_missing(self) -> int:
        return sum(kept.key not in self.state.upcoming for kept in self.state.passages.values())

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        self.state.upcoming.update((key, vector.copy()) for key, vector in zip(keys, vectors, strict=True))

    def take_over(self, generation: int) -> None:
        used = {kept.key for kept in self.state.passages.values()}
        self.state.vectors = {key: self.state.upcoming[key] for key in self.state.vectors if key in used}
        for kept in self.state.passages.values():
            kept.generation = generation
        self.state.upcoming.clear()
        del self.state.manifest["upcoming"]


class _Stories(_Part):
    def ungrouped(self) -> list[str]:
        return [id_ for id_ in self.state.articles if id_ not in self.state.stories]

    def find_same_content(self, article_id: str) -> int | None:
        wanted = self.state.articles[article_id].content_hash
        found = (self.state.stories.get(a.id) for a in self.state.articles.values() if a.content_hash == wanted)
        return next((story for story in found if story is not None), None)

    def find_near(self, bands: Sequence[int]) -> Iterator[tuple[int, str, str]]:
        firsts = [self.state.articles[id_] for id_, kept in self.state.bands.items() if kept & set(bands)]
        return iter(sorted((self.state.stories[a.id], a.title, a.text) for a in firsts))

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        stories = self.state.stories
        found = {
            one: tuple(sorted(id_ for id_, story in stories.items() if story == stories[one] and id_ != one))
            for one in ids
            if one in stories
        }
        return {one: others for one, others in found.items() if others}

    def begin(self, article_id: str, bands: Iterable[int]) -> None:
        self.state.stories[article_id] = max(self.state.stories.values(), default=0) + 1
        self.state.bands[article_id] = frozenset(bands)

    def join(self, article_id: str, story: int) -> None:
        self.state.stories[article_id] = story

    def leave(self, article_id: str) -> None:
        story = self.state.stories.pop(article_id, None)
        if self.state.bands.pop(article_id, None) is not None:
            self.state.stories = {id_: of for id_, of in self.state.stories.items() if of != story}

    def clear(self) -> None:
        self.state.stories.clear()
        self.state.bands.clear()


class _Followed(_Part):
    def __iter__(self) -> Iterator[Place]:
        return iter(list(self.state.followed.values()))

    def add(self, place: Place) -> None:
        self.state.followed[place.address] = place

    def remove(self, address: str) -> bool:
        return self.state.followed.pop(address, None) is not None


class _Pages(_Part):
    def __iter__(self) -> Iterator[KnownPage]:
        return iter(sorted(self.state.pages.values(), key=lambda p: p.address))

    def get(self, address: str) -> KnownPage | None:
        return self.state.pages.get(address)

    def listed_in(self, address: str) -> list[KnownPage]:
        return sorted((p for p in self.state.pages.values() if p.listed_in == address), key=lambda p: p.address)

    def due(self, listed_in: str, moment: int, most: int) -> list[KnownPage]:
        due = (p for p in self.listed_in(listed_in) if p.article_id is not None and p.due <= moment)
        return sorted(due, key=lambda p: p.due)[:most]

    def of_article(self, article_id: str) -> list[KnownPage]:
        return sorted((p for p in self.state.pages.values() if p.article_id == article_id), key=lambda p: p.address)

    def put(self, page: KnownPage) -> None:
        self.state.pages[page.address] = page

    def remove(self, address: str) -> None:
        self.state.pages.pop(address, None)

    def remove_article(self, article_id: str) -> None:
        self.state.pages = {name: page for name, page in self.state.pages.items() if page.article_id != article_id}


class MemoryStore:
    """A `Store` for one thread."""

    def __init__(self, state: _State | None = None) -> None:
        self._now = state or _State()
        self.articles = _Articles(self._get)
        self.passages = _Passages(self._get)
        self.vectors = _Vectors(self._get)
        self.upcoming = _UpcomingVectors(self._get)
        self.stories = _Stories(self._get)
        self.followed = _Followed(self._get)
        self.pages = _Pages(self._get)
        self.counts = MemoryCounts(lambda: (self._now.articles.values(), len(self._now.passages)))

    def _get(self) -> _State:
        return self._now

    @classmethod
    def open(cls, path: Path) -> MemoryStore:  # what `copy_to` wrote
        return cls(pickle.loads(path.read_bytes()))

    @contextmanager
    def read(self) -> Iterator[int]:
        yield self.generation()

    @contextmanager
    def write(self, first: Callable[[], object] = lambda: None) -> Iterator[int]:
        before = copy.deepcopy(self._now)
        try:
            first()
            self.put_manifest({"generation": self.generation() + 1})
            self._now.stamps[self.generation()] = random.getrandbits(63)
            yield self.generation()
        except BaseException:
            self._now = before
            raise

    def generation(self) -> int:
        return int(self._now.manifest["generation"])

    def manifest(self) -> dict[str, str]:
        return dict(self._now.manifest)

    def put_manifest(self, values: Mapping[str, object]) -> None:
        self._now.manifest.update((name, str(value)) for name, value in values.items())

    def stamp(self, generation: int) -> int | None:
        return self._now.stamps.get(generation)

    def damaged(self) -> tuple[str, ...]:
        return ()

    def find_damage(self) -> Iterator[str]:
        passages = self._now.passages.items()
        return (f"passage {n} is of no article" for n, kept in passages if kept.article_id not in self._now.articles)

    def repair(self) -> None:
        pass

    def copy_to(self, path: Path) -> None:
        path.write_bytes(pickle.dumps(self._now))

    def close(self) -> None:
        pass
