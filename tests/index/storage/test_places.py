"""What every store remembers of places that are followed, and of pages that were read."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from index.storage.places import KnownPage, Place
from tests.index.storage.stores import Implementation

few = settings(max_examples=30)  # each makes a database


@few
@given(
    known=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=9), moment=st.integers(0, 9)
)
def test_pages_are_due_by_their_moment(
    implementation: Implementation, known: list[tuple[int, int, bool]], moment: int
) -> None:
    store = implementation.make()
    for name, due, has_article in known:
        store.pages.put(KnownPage(f"https://b.org/{name}", "feed", "", "id" if has_article else None, due=due))
    assert list(store.pages) == store.pages.listed_in("feed")
    everything = [p for p in store.pages.listed_in("feed") if p.article_id and p.due <= moment]
    assert store.pages.due("feed", moment, 3) == sorted(everything, key=lambda p: p.due)[:3]
    assert store.pages.due("other", moment, 3) == []
    store.close()


def test_places_and_pages_are_remembered(implementation: Implementation) -> None:
    store = implementation.make()
    store.followed.add(Place("https://b.org/feed", "feed", {}))
    store.followed.add(Place("/files", "folder", {"title": "kicker"}))
    store.followed.add(Place("https://b.org/feed", "sitemap", {"text": "corps"}))
    assert list(store.followed) == [
        Place("https://b.org/feed", "sitemap", {"text": "corps"}),
        Place("/files", "folder", {"title": "kicker"}),
    ]
    assert store.followed.remove("/files")
    assert not store.followed.remove("/files")
    pages = [KnownPage(f"https://b.org/{n}", "https://b.org/feed", "s", f"id{n}", "etag", None) for n in (2, 1)]
    for page in (*pages, KnownPage("https://b.org/feed"), pages[0]._replace(stamp="t")):
        store.pages.put(page)
    assert store.pages.get("https://b.org/feed") == KnownPage("https://b.org/feed")
    assert store.pages.listed_in("https://b.org/feed") == [pages[1], pages[0]._replace(stamp="t")]
    assert store.pages.of_article("id1") == [pages[1]]
    store.pages.remove("https://b.org/1")
    assert store.pages.get("https://b.org/1") is None
    store.pages.remove_article("id2")
    assert store.pages.listed_in("https://b.org/feed") == []
