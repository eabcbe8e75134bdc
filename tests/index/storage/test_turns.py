"""Writers of a database: side by side as long as may be, one after the other at the end, and alone who changes all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from index import Library
from index.assemble import Backend, open_backend
from index.errors import LibraryLocked
from index.settings import IndexSettings
from index.storage.address import read_address
from tests.index.articles import make_fields
from tests.index.storage.stores import make_article
from tests.postgres import make_url

pytestmark = pytest.mark.usefixtures("doubles")

NAMED = r"written by process \d+ on "
WRITERS = 4


@pytest.fixture
def url() -> str:
    return make_url()


@pytest.fixture
def two(url: str) -> Iterator[tuple[Backend, Backend]]:
    """What two programs have open that wait a moment for each other."""
    with ExitStack() as stack:
        backends = [open_backend(read_address(url), IndexSettings(lock_seconds=0.3), create=True) for _ in range(2)]
        for backend in backends:
            stack.callback(backend.close)
        yield backends[0], backends[1]


def write(backend: Backend, name: str) -> int:
    with backend.store.write() as generation:
        backend.store.articles.put(make_article(name))
    return generation


def test_a_write_that_has_not_begun_its_turn_keeps_nobody_waiting(two: tuple[Backend, Backend]) -> None:
    one, other = two
    done: list[int] = []
    with one.store.write(lambda: done.append(write_in_a_thread(other, "other"))) as generation:
        one.store.articles.put(make_article("one"))
    assert (done, generation) == ([1], 2)
    assert one.store.articles.ids() == ["other", "one"]


def write_in_a_thread(backend: Backend, name: str) -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(write, backend, name).result()


def test_one_turn_after_the_other_and_who_has_it_is_named(two: tuple[Backend, Backend]) -> None:
    one, other = two
    with one.store.write():
        with pytest.raises(LibraryLocked, match=NAMED):
            write(other, "other")
        assert other.store.articles.ids() == []
    assert write(other, "other") == 2


def test_who_changes_all_of_it_is_alone(two: tuple[Backend, Backend]) -> None:
    one, other = two
    with one.lock.hold():
        assert write(one, "one") == 1
        begun: list[int] = []
        with pytest.raises(LibraryLocked, match=NAMED), other.store.write(lambda: begun.append(1)):
            pass
        assert begun == []
    with one.store.write(), pytest.raises(LibraryLocked, match=NAMED), other.lock.hold():
        pass
    with other.lock.hold():
        assert write(other, "other") == 3


def test_what_fails_within_a_write_ends_its_turn(two: tuple[Backend, Backend]) -> None:
    one, other = two
    with pytest.raises(ZeroDivisionError), one.store.write():
        one.store.articles.put(make_article(f"{1 // 0}"))
    with pytest.raises(ZeroDivisionError), one.store.write(lambda: 1 // 0):
        pass
    assert write(other, "other") == 1
    assert one.store.articles.ids() == ["other"]


def add_at_once(url: str, given: Iterable[Iterable[dict[str, str]]]) -> None:
    """Each pile of articles by a writer of its own, all at the same time."""
    piles = list(given)
    start = threading.Barrier(len(piles))

    def add(pile: Iterable[dict[str, str]]) -> None:
        with Library.open(url) as library:
            start.wait()
            library.add(pile)

    with ThreadPoolExecutor(len(piles)) as pool:
        list(pool.map(add, piles))


def test_copies_that_come_at_once_are_one_story(url: str) -> None:
    text = make_fields(1, words=400)["text"]
    names = [f"{writer}-{n}" for writer in range(WRITERS) for n in range(3)]
    with Library.open(url, create=True) as library:
        copies = [{"id": name, "title": "A story", "text": f"{text} It ends at {name}."} for name in names]
        add_at_once(url, [copies[n::WRITERS] for n in range(WRITERS)])
        assert {name: (name, *library.copies(name)) for name in names} == {
            name: (name, *sorted(set(names) - {name})) for name in names
        }
        assert library.check() == []


def test_the_same_texts_in_another_order_are_no_deadlock(url: str) -> None:
    """Articles with a vector in common: none waits for one that waits for it."""
    made = [{"title": "The same title", "text": make_fields(n)["text"]} for n in range(8)]
    with Library.open(url, create=True) as library:
        piles = [[{"id": f"{w}-{n}", **fields} for n, fields in enumerate(made)][:: (-1) ** w] for w in range(WRITERS)]
        add_at_once(url, piles)
        assert library.status().articles == WRITERS * len(made)
        assert library._store.vectors.count_unused() == 0
        assert library.check() == []


def test_a_vector_that_goes_meanwhile_is_put_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there when the article was embedded, and the only other article with it was removed before the write."""
    fields = make_fields(1)
    with Library.open(url, create=True) as library, Library.open(url) as other:
        library.add([{**fields, "id": "first"}])
        missing = library._store.vectors.missing

        def remove_then(keys: Iterable[bytes]) -> set[bytes]:
            found = missing(keys)
            monkeypatch.undo()
            other.remove_all(["first"])
            return found

        monkeypatch.setattr(library._store.vectors, "missing", remove_then)
        assert library.add([{**fields, "id": "second"}]).added == ("second",)
        assert library.check() == []
