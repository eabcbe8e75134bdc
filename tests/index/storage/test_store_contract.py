"""What every store keeps to, whatever it is made of."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.errors import DatelineError
from index.identify import hash_content
from index.models.embedder import to_unit
from index.records import NO_FILTERS, Article, Filters, Passage
from index.storage.encoding import make_key
from index.storage.places import Place
from index.storage.store import Store
from tests.index.storage.stores import (
    DIM,
    TAGS,
    Implementation,
    cut,
    describe,
    filters_made,
    is_within,
    make_article,
    make_articles,
    make_vectors,
    piles,
    put,
    remove,
)

few = settings(max_examples=30)  # each makes a database


@few
@given(pile=piles)
def test_what_is_put_is_read_again(implementation: Implementation, pile: list[Article]) -> None:
    store = implementation.make()
    put(store, pile)
    for article in pile:
        found = store.articles.get(article.id)
        assert found == article
        assert found.removed == article.removed
        assert str(found.published) == str(article.published), "in another time zone"
        assert store.passages.spans(article.id) == [(p.ordinal, p.start, p.end) for p in cut(article)]
    assert store.articles.get_all([a.id for a in pile] + ["none"]) == {a.id: a for a in pile}
    assert store.articles.get("none") is None
    kept = store.passages.get([0, *store.passages.numbers(), 9_999])
    assert sorted((p for p, _ in kept.values()), key=lambda p: p.id) == sorted(
        (p for a in pile for p in cut(a)), key=lambda p: p.id
    )
    assert all(article == store.articles.get(passage.article_id) for passage, article in kept.values())
    assert dict(store.articles.origins()) == {a.id: a.origin for a in pile if a.origin is not None}
    assert list(store.find_damage()) == []
    store.close()


@few
@given(versions=st.lists(make_articles("a"), min_size=2, max_size=4))
def test_an_update_keeps_the_text_before_it(implementation: Implementation, versions: list[Article]) -> None:
    store = implementation.make()
    for article in versions:
        put(store, [article])
    before = [old for old, new in itertools.pairwise(versions) if old.content_hash != new.content_hash]
    kept = store.articles.versions("a")
    assert [v.number for v in kept] == list(range(1, len(before) + 1))
    assert [(v.title, v.text, v.published, v.modified) for v in kept] == [
        (a.title, a.text, a.published, a.modified) for a in before
    ]
    assert store.articles.get("a") == versions[-1]
    remove(store, "a")
    assert store.articles.versions("a") == []
    assert store.articles.get("a") is None
    store.close()


changes = st.lists(st.tuples(st.booleans(), st.sampled_from("abc"), st.integers(1, 4)), min_size=1, max_size=8)


@few
@given(changes=changes, since=st.integers(0, 8))
def test_changes_since_a_generation_lead_from_it_to_the_present_one(
    implementation: Implementation, changes: list[tuple[bool, str, int]], since: int
) -> None:
    """Which is how the search indexes catch up: take out what went, put in what came."""
    store = implementation.make()
    held: list[set[int]] = [set()]
    ever: set[int] = set()
    for puts, name, words in changes:
        generation = put(store, [make_article(name, "word " * words)]) if puts else remove(store, name)
        assert generation == store.generation() == len(held)
        held.append(set(store.passages.numbers()))
        assert not (held[-1] - held[-2]) & ever, "a number was given twice"
        ever |= held[-1]
    since = min(since, len(held) - 1)
    gone = store.passages.removed_since(since)
    came = [text.number for text in store.passages.texts_since(since)]
    assert held[since] - set(gone) | set(came) == held[-1]
    assert set(gone) >= held[since] - held[-1]
    assert sorted(came) == came
    assert [n for numbers, _ in store.vectors.since(since, 2) for n in numbers] == came
    assert store.passages.count_since(since) == len(gone) + len(came)
    assert store.vectors.count_unused() == 0
    store.close()


@few
@given(pile=piles)
def test_a_failed_write_leaves_nothing(implementation: Implementation, pile: list[Article]) -> None:
    store = implementation.make()
    put(store, [make_article("kept"), make_article("other")])
    before = describe(store)
    with pytest.raises(KeyboardInterrupt):
        _break_off(store, pile)
    assert describe(store) == before
    assert put(store, pile) == 2, "and the store goes on"
    store.close()


def _break_off(store: Store, pile: list[Article]) -> None:
    with store.write() as generation:
        for name in ("kept", "other"):
            store.stories.leave(name)
            store.passages.remove(name, generation)
        store.articles.remove("other")
        for article in [*pile, make_article("kept", "Other words.")]:
            store.articles.put(article)
        store.stories.begin("kept", [1, 2])
        store.put_manifest({"name": "value"})
        raise KeyboardInterrupt


@few
@given(pile=piles, filters=filters_made, containing=st.sampled_from(["", "The", "MINISTER", "%", "_", "É"]))
def test_filters_agree_with_what_they_say(
    implementation: Implementation, pile: list[Article], filters: Filters, containing: str
) -> None:
    store = implementation.make()
    put(store, pile)
    found = list(store.articles.within(filters, containing))
    assert {a.id for a in found} == {a.id for a in pile if is_within(a, filters, containing)}
    assert found == sorted(found, key=lambda a: (a.published is None, a.published or datetime.now(UTC), a.id))
    numbers = store.passages.numbers(filters)
    assert {p.id for p, _ in store.passages.get(numbers).values()} == {
        p.id for a in pile if is_within(a, filters) for p in cut(a)
    }
    assert numbers == sorted(numbers)
    for newest_first in (False, True):
        part, total = store.articles.page(filters, containing, 1, 2, newest_first=newest_first)
        dated, undated = ([a for a in found if (a.published is None) is none] for none in (False, True))
        if newest_first:
            dated.sort(key=lambda a: a.published or datetime.now(UTC), reverse=True)
        assert (part, total) == ([*dated, *undated][1:3], len(found))
    store.close()


@few
@given(pile=piles, filters=filters_made)
def test_counts_agree_with_what_is_there(implementation: Implementation, pile: list[Article], filters: Filters) -> None:
    store = implementation.make()
    put(store, pile)
    dated = sorted(a.published for a in pile if a.published)
    totals = store.counts.totals()
    assert totals[:4] == (
        len(pile),
        sum(len(cut(a)) for a in pile),
        len({a.source for a in pile if a.source}),
        len(pile) - len(dated),
    )
    assert totals[4:] == ((dated[0], dated[-1]) if dated else (None, None))
    scope = store.counts.scope(filters)
    within = [a for a in pile if is_within(a, filters)]
    found = sorted(a.published for a in within if a.published)
    assert (scope.articles, scope.searched) == (len(pile), len(within))
    assert (scope.first, scope.last) == ((found[0], found[-1]) if found else (None, None))
    any_day, any_language = replace(filters, after=None, before=None), replace(filters, languages=())
    undated = [a for a in pile if is_within(a, any_day) and a.published is None] if filters.by_date else []
    unnamed = [a for a in pile if is_within(a, any_language) and a.language is None] if filters.languages else []
    assert (scope.undated_left_out, scope.unnamed_left_out) == (len(undated), len(unnamed))
    folded = [name.casefold() for name in store.counts.sources()]
    assert folded == sorted({a.source.casefold() for a in pile if a.source})
    assert set(store.counts.sources()) <= {a.source for a in pile}
    names = [name for a in pile for name in a.collections]
    assert list(store.counts.collections().items()) == sorted(Counter(names).items())
    codes = [TAGS.get(a.language, a.language).partition("-")[0] for a in pile if a.language]
    assert list(store.counts.languages().items()) == sorted(Counter(codes).items())
    for wanted, words in ((Filters(), ""), (filters, ""), (filters, "A")):
        having_day = [a for a in store.articles.within(wanted, words) if a.published]
        days = Counter((str(a.published)[:10], a.source or "") for a in having_day)
        assert store.counts.days(wanted, words) == [(*pair, count) for pair, count in sorted(days.items())]
    store.close()


@few
@given(seed=st.integers(0, 2**32), count=st.integers(1, 7), at_once=st.integers(1, 4))
def test_vectors_come_back(implementation: Implementation, seed: int, count: int, at_once: int) -> None:
    store = implementation.make()
    article = make_article("a", "word " * count)
    passages = [Passage(f"a:{n}", "a", n, 5 * n, 5 * n + 5, "word ") for n in range(count)]
    keys = [make_key(f"{n}") for n in range(count)]
    vectors = to_unit(np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32))
    assert store.vectors.missing(keys) == set(keys)
    with store.write() as generation:
        store.vectors.put(keys, vectors)
        store.vectors.put(keys[:1], -vectors[:1])  # a key that has one keeps it
        store.articles.put(article)
        store.passages.put(passages, keys, generation)
    assert store.vectors.missing([*keys, b"none"]) == {b"none"}
    batches = list(store.vectors.since(0, at_once))
    assert all(len(numbers) == len(rows) <= at_once for numbers, rows in batches)
    rows = np.concatenate([rows for _, rows in batches])
    got = store.vectors.get_by_key([*keys, b"none"])
    assert got.keys() == set(keys)
    assert np.allclose(np.stack([got[key] for key in keys]), rows, atol=1e-5)
    assert store.vectors.get_by_key([]) == {}
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert (rows * vectors).sum(axis=1).min() >= 0.9998
    assert list(store.vectors.since(generation, at_once)) == []
    numbers = [n for some, _ in batches for n in some]
    found, again = store.vectors.get([*numbers[::-2], 999])
    assert found == sorted(numbers[::-2])
    assert np.array_equal(again, rows[[numbers.index(n) for n in found]])
    assert store.vectors.get([])[0] == store.vectors.get([999])[0] == []
    assert store.vectors.count_broken(DIM) == 0
    assert store.vectors.count_broken(DIM + 1) == count
    store.close()


def test_a_vector_stays_while_a_passage_has_it(implementation: Implementation) -> None:
    store = implementation.make()
    put(store, [make_article("a"), make_article("b")])
    keys = [make_key(p.text) for p in cut(make_article("a"))]
    remove(store, "a")
    assert store.vectors.missing(keys) == set()
    with store.write() as generation:
        store.passages.remove("b", generation, keep=keys[:1])
    assert store.vectors.missing(keys) == {keys[1]}
    assert store.vectors.count_unused() == 1


def test_stories_are_numbered_by_age_and_found_by_their_first(implementation: Implementation) -> None:
    store = implementation.make()
    put(store, [make_article(name, f"It was {name}.") for name in "dcba"])
    put(store, [replace(make_article("e", "It was e."), content_hash=make_article("a", "It was a.").content_hash)])
    assert store.stories.ungrouped() == store.articles.ids() == ["d", "c", "b", "a", "e"]
    with store.write():
        store.stories.begin("d", [1, 2, 2])
        store.stories.join("c", 1)
        store.stories.begin("b", [2, -3])
        store.stories.begin("a", [7])
    assert store.stories.ungrouped() == ["e"]
    assert list(store.stories.find_near([2, 9])) == [(1, "d", "It was d."), (2, "b", "It was b.")]
    assert list(store.stories.find_near([-3, 2])) == [(1, "d", "It was d."), (2, "b", "It was b.")]
    assert list(store.stories.find_near([4])) == []
    assert store.stories.find_same_content("e") == 3
    assert store.stories.find_same_content("c") == 1
    assert store.stories.copies(["c", "d", "a", "e", "none"]) == {"c": ("d",), "d": ("c",)}
    with store.write():
        store.stories.leave("c")
    assert store.stories.copies("abcd") == {}
    assert store.stories.ungrouped() == ["c", "e"]
    with store.write():
        store.stories.join("c", 1)
        store.stories.leave("d")  # the first
    assert store.stories.ungrouped() == ["d", "c", "e"]
    assert list(store.stories.find_near([1])) == []
    remove(store, "b")
    assert list(store.stories.find_near([2])) == []


def test_upcoming_vectors_take_over_when_all_are_there(implementation: Implementation) -> None:
    store = implementation.make()
    put(store, [make_article(name, f"It was {name}.") for name in "abc"])
    put(store, [make_article("d", "It was a.")])  # the same passages as a: the same keys
    old = np.concatenate([rows for _, rows in store.vectors.since(0, 100)])
    store.upcoming.begin("one")
    assert store.upcoming.count_missing() == 8
    first = store.upcoming.missing(2)
    assert len(first) == 2
    store.upcoming.put([key for key, _ in first], -make_vectors([key for key, _ in first]))
    left = store.upcoming.count_missing()
    assert left < 8
    store.upcoming.begin("one")  # broken off, and gone on with
    assert store.upcoming.count_missing() == left
    store.upcoming.begin("two")
    assert store.upcoming.count_missing() == 8
    while batch := store.upcoming.missing(2):
        found = store.passages.get([number for _, number in batch])
        assert [key for key, _ in batch] == [make_key(found[number][0].text) for _, number in batch]
        store.upcoming.put([key for key, _ in batch], -make_vectors([key for key, _ in batch]))
    assert np.array_equal(np.concatenate([rows for _, rows in store.vectors.since(0, 100)]), old)
    before = store.generation()
    with store.write() as generation:
        store.upcoming.take_over(generation)
    new = np.concatenate([rows for _, rows in store.vectors.since(before, 100)])
    assert len(new) == 8
    assert (new * old).sum(axis=1).max() <= -0.9998
    assert "upcoming" not in store.manifest()


def test_a_copy_has_all_of_it(implementation: Implementation, tmp_path: Path) -> None:
    store = implementation.make()
    put(store, [make_article("a"), make_article("b", published=datetime(2024, 1, 1, tzinfo=UTC))])
    put(store, [make_article("a", "Other words.")])
    store.followed.add(Place("/files", "folder", {}))
    before = describe(store)
    if implementation.open is None:
        with pytest.raises(DatelineError, match="copy the library to a folder"):
            store.copy_to(tmp_path / "copy")
        return
    store.copy_to(tmp_path / "copy")
    remove(store, "a")
    copy = implementation.open(tmp_path / "copy")
    assert describe(copy) == before
    assert put(copy, [make_article("c")]) == 3


def test_the_manifest_and_the_generation(implementation: Implementation) -> None:
    store = implementation.make()
    assert store.generation() == 0
    store.put_manifest({"words": 60, "name": "x"})
    store.put_manifest({"name": "y"})
    assert {**store.manifest(), "words": "60", "name": "y", "generation": "0"} == store.manifest()
    with store.read() as generation:
        assert generation == 0
    assert [put(store, []), put(store, [])] == [1, 2]
    with store.read() as generation:
        assert generation == store.generation() == 2


@few
@given(ids=st.sets(st.text("ab%_é", min_size=1, max_size=5), max_size=25), prefix=st.text("ab%_é", max_size=2))
def test_ids_are_found_by_how_they_begin(implementation: Implementation, ids: set[str], prefix: str) -> None:
    store = implementation.make()
    put(store, [make_article(name) for name in ids])
    assert store.articles.ids_beginning(prefix) == sorted(name for name in ids if name.startswith(prefix))[:10]
    wanted = hash_content("ab", "The river rose.")
    assert store.articles.ids_with_content(wanted) == [name for name in ["ab"] if name in ids]
    assert list(store.articles.within(NO_FILTERS)) == [store.articles.get(name) for name in sorted(ids)]
    store.close()


def test_each_write_has_a_stamp_of_its_own(implementation: Implementation) -> None:
    one, other = implementation.make(), implementation.make()
    stamps = []
    for store in (one, other):
        for name in "ab":
            put(store, [make_article(name)])
        stamps += [store.stamp(generation) for generation in (1, 2)]
    assert None not in stamps
    assert len(set(stamps)) == 4
    assert one.stamp(3) is None
    with pytest.raises(KeyboardInterrupt), one.write():
        raise KeyboardInterrupt
    assert one.stamp(3) is None
    one.close()
    other.close()


def test_all_passages_can_be_put_anew(implementation: Implementation) -> None:
    store = implementation.make()
    put(store, [make_article(name, f"It was {name}.") for name in "abc"])
    keys = [key for name in "abc" for key in store.passages.keys(name)]
    assert keys == [make_key(p.text) for name in "abc" for p in cut(make_article(name, f"It was {name}."))]
    before = store.passages.numbers()
    with store.write() as generation:
        store.repair()
        store.passages.clear(generation)
        assert store.vectors.count_unused() == len(set(keys))
        store.vectors.remove_broken(DIM)
        assert store.vectors.missing(keys) == set()
        store.passages.put(cut(make_article("a", "It was a.")), keys[:2], generation)
        store.vectors.remove_unused()
        store.stories.begin("a", [1])
        store.stories.clear()
    assert store.passages.removed_since(generation - 1) == before
    assert not set(store.passages.numbers()) & set(before)
    assert store.vectors.missing(keys) == set(keys) - set(keys[:2])
    assert store.stories.ungrouped() == ["a", "b", "c"]
    assert list(store.stories.find_near([1])) == []
    with store.write() as generation:
        store.passages.clear(generation)
        store.vectors.remove_broken(DIM + 1)
    assert store.vectors.missing(keys) == set(keys)
    assert store.damaged() == ()
    store.close()
