"""Known pages are asked for again: when, and what becomes of corrections and of pages that are gone or restless."""

from __future__ import annotations

from itertools import count, pairwise

import pytest
from hypothesis import given, strategies as st

from index import Library
from index.fetch import schedule
from index.fetch.follow import add_urls, sync_library
from index.fetch.schedule import note_visit
from index.identify import make_article
from index.storage.places import KnownPage
from tests.index.fetch.site import Reply, Site, conditional, make_rss, make_sitemap, page

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
START = 1_710_000_000
TEXT = "A note of the harbour master about the pier, which was closed on Friday."


class Clock:
    """The time of day, which passes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which pages are due."""
    made = Clock()
    monkeypatch.setattr(schedule, "time", made)
    return made


def put_feed(site: Site, *names: str, more: str = "") -> str:
    """A feed of these pages, which answers 304 to who has it; gives its address."""
    items = [(f"{site.url}/{name}", f"Item {name}", more) for name in names]
    site.replies["/feed"] = conditional(Reply(make_rss(items)), f'"{names}{more}"')
    for name in names:
        site.replies.setdefault(f"/{name}", conditional(page(f"Page {name}", name), f'"{name}"'))
    return f"{site.url}/feed"


def test_a_page_is_asked_again_soon_then_at_a_growing_distance(web_library: Library, site: Site, clock: Clock) -> None:
    add_urls(web_library, [put_feed(site, "a")])
    site.paths()
    visits = []
    for minutes in range(0, 30 * 24 * 60, 5):
        clock.now = START + minutes * MINUTE
        assert sync_library(web_library).added.failed == ()
        if "/a" in site.paths():
            visits.append(minutes)
            if len(visits) == 8:
                break
    gaps = [later - earlier for earlier, later in pairwise(visits)]
    assert visits[0] == 15
    assert gaps == sorted(gaps)
    assert gaps[-1] > 4 * gaps[0]


@given(st.integers(0, 10 * 365 * DAY), st.lists(st.booleans(), min_size=1, max_size=60))
def test_whatever_a_page_does_it_is_asked_some_twenty_times_a_month(age: int, changes: list[bool]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "time", clock)
        texts = [make_article("One.", id="a"), make_article("Two.", id="a")]
        known = note_visit(KnownPage("x", since=clock.now - age), None, texts[0], None)._replace(since=clock.now - age)
        visits, start = 0, clock.now
        for changed in changes:
            assert clock.now + 15 * MINUTE <= known.due <= clock.now + 30 * DAY
            clock.now = known.due
            known = note_visit(known, known, texts[changed], texts[0])
            visits += clock.now - start <= 30 * DAY
        assert visits <= 25


def test_a_correction_that_the_feed_does_not_mention_is_a_version(
    web_library: Library, site: Site, clock: Clock
) -> None:
    more = "<pubDate>Sun, 03 Mar 2024 05:06:07 GMT</pubDate><author>a@b.c (A. Writer)</author>"
    (added,) = add_urls(web_library, [put_feed(site, "a", more=more)]).added
    before = web_library.get(added)
    site.replies["/a"] = conditional(page("Page a", "corrected"), '"a2"')
    assert sync_library(web_library).added.updated == ()
    clock.now += 20 * DAY
    assert sync_library(web_library).added.updated == (added,)
    after = web_library.get(added)
    assert "corrected" in after.text
    assert [version.text for version in web_library.versions(added)] == [before.text]
    assert (after.published, after.date_evidence, after.authors) == (before.published, "feed", before.authors)
    assert sync_library(web_library).added.updated == ()


def test_a_page_that_fell_out_of_its_feed_is_asked_for_too(web_library: Library, site: Site, clock: Clock) -> None:
    add_urls(web_library, [put_feed(site, "a", "b")])
    put_feed(site, "b")
    site.replies["/a"] = page("Page a", "corrected")
    clock.now += HOUR
    assert len(sync_library(web_library).added.updated) == 1


def test_a_page_that_is_gone_is_marked_once_and_unmarked_when_it_is_back(
    web_library: Library, site: Site, clock: Clock
) -> None:
    (added,) = add_urls(web_library, [put_feed(site, "a")]).added
    there = site.replies.pop("/a")
    clock.now += HOUR
    report = sync_library(web_library)
    assert (report.gone, report.removed, report.added.failed) == ((added,), (), ())
    assert [p.gone for p in web_library.pages.of_article(added)] == [clock.now]
    clock.now += DAY
    report = sync_library(web_library)
    assert (report.gone, report.removed) == ((), ())
    assert web_library.find(added) is not None
    assert sync_library(web_library, remove_gone=True).removed == (), "its feed lists it still"
    site.replies["/a"] = there
    clock.now += 2 * DAY
    sync_library(web_library)
    assert [p.gone for p in web_library.pages.of_article(added)] == [0]


def test_a_page_that_is_gone_is_marked_when_its_feed_speaks_of_it_too(
    web_library: Library, site: Site, clock: Clock
) -> None:
    (added,) = add_urls(web_library, [put_feed(site, "a")]).added
    del site.replies["/a"]
    items = [(f"{site.url}/a", "Item a", f"<description>{TEXT}</description>")]
    site.replies["/feed"] = Reply(make_rss(items))
    assert sync_library(web_library).gone == (added,)
    assert sync_library(web_library).gone == ()
    assert not web_library.get(added).feed, "the feed's words never take its place"


def test_a_marked_page_goes_when_it_is_asked_to(web_library: Library, site: Site, clock: Clock) -> None:
    (added,) = add_urls(web_library, [put_feed(site, "a")]).added
    del site.replies["/a"]
    clock.now += HOUR
    assert sync_library(web_library).gone == (added,)
    put_feed(site, "b")
    assert sync_library(web_library, remove_gone=True).removed == (added,)
    assert web_library.pages.of_article(added) == []


def test_pages_left_out_are_not_asked_for_at_every_sync(web_library: Library, site: Site, clock: Clock) -> None:
    add_urls(web_library, [put_feed(site, "a", "b")])
    put_feed(site, "b")
    site.paths()
    for asked in (["/feed", "/a"], ["/feed"], ["/feed"]):
        assert sync_library(web_library, remove_gone=True).removed == ()
        assert site.paths() == asked


def test_a_page_can_be_followed_by_itself(web_library: Library, site: Site, clock: Clock) -> None:
    site.replies["/a"] = conditional(page("Page a"), '"1"')
    url = f"{site.url}/a"
    (added,) = add_urls(web_library, [url, f"{site.url}/none"], follow=True).added
    assert [(p.address, p.kind) for p in web_library.followed] == [(url, "page")]
    site.paths()
    assert sync_library(web_library).added.unchanged == (added,)
    assert [(path, "if-none-match" in headers) for path, headers in site.asked][-1] == ("/a", True)
    site.replies["/a"] = conditional(page("Page a", "corrected"), '"2"')
    assert sync_library(web_library).added.updated == (added,)
    del site.replies["/a"]
    assert sync_library(web_library).gone == (added,)
    assert sync_library(web_library).gone == ()
    assert sync_library(web_library, remove_gone=True).removed == (added,)
    assert sync_library(web_library, remove_gone=True).added.failed == ()


def test_what_somebody_removed_does_not_come_back(web_library: Library, site: Site, clock: Clock) -> None:
    add_urls(web_library, [put_feed(site, "a")])
    site.replies["/p"] = page("Page p", "p")
    add_urls(web_library, [f"{site.url}/p"], follow=True)
    for article in list(web_library.articles()):
        web_library.remove(article.id)
    for _ in range(3):
        clock.now += DAY
        sync_library(web_library)
    assert list(web_library.articles()) == []


@pytest.mark.parametrize("in_feed", [True, False])
def test_a_page_that_is_another_each_time_makes_no_storm_of_versions(
    web_library: Library, site: Site, clock: Clock, in_feed: bool
) -> None:
    """Even where its feed says each time that it is new: once it was another five times in a row, its age decides."""
    numbers = count()
    site.replies["/a"] = lambda _: page("Page a", f"at {next(numbers)} o'clock")
    (added,) = add_urls(web_library, [put_feed(site, "a") if in_feed else f"{site.url}/a"], follow=True).added
    for n in range(100):
        clock.now += 30
        if in_feed:
            put_feed(site, "a", more=f"<description>{n} comments</description>")
        assert sync_library(web_library).added.failed == ()
    assert 5 <= len(web_library.versions(added)) <= 10
    assert "o'clock" in web_library.get(added).text


def test_a_page_that_can_not_be_read_for_now_keeps_its_article(web_library: Library, site: Site, clock: Clock) -> None:
    (added,) = add_urls(web_library, [put_feed(site, "a")]).added
    for reply in (Reply(status=500), Reply(status=403), Reply(b"<html></html>")):
        site.replies["/a"] = reply
        clock.now += 2 * DAY
        report = sync_library(web_library)
        assert report.gone == report.removed == ()
        assert web_library.find(added) is not None
        assert len(report.added.failed) == 1
        site.paths()
        assert sync_library(web_library).added.failed == (), "it is said once, and asked for later"
        assert site.paths() == ["/feed"]
    site.replies["/a"] = page("Page a", "corrected")
    clock.now += 9 * DAY
    assert sync_library(web_library).added.updated == (added,)


def test_a_large_sitemap_is_asked_through_a_part_at_a_time(
    web_library: Library, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.fetch.web_reader._MOST_DUE", 2)
    names = "abcde"
    site.replies["/sitemap.xml"] = conditional(Reply(make_sitemap([(f"{site.url}/{n}", "") for n in names])), '"s"')
    site.replies |= {f"/{name}": page(f"Page {name}", name) for name in names}
    add_urls(web_library, [f"{site.url}/sitemap.xml"])
    site.paths()
    clock.now += HOUR
    asked = []
    for _ in range(3):
        sync_library(web_library)
        asked.append([path for path in site.paths() if path != "/sitemap.xml"])
    assert asked == [["/a", "/b"], ["/c", "/d"], ["/e"]]


def test_a_feed_that_lists_itself_ends(web_library: Library, site: Site, clock: Clock) -> None:
    site.replies["/again"] = Reply(status=302, headers={"Location": "/feed"})
    url = put_feed(site, "feed", "a", "again", "feed", more=f"<description>{TEXT}</description>")
    site.replies["/again"] = Reply(status=302, headers={"Location": "/feed"})
    report = add_urls(web_library, [url])
    assert {a.title for a in web_library.articles()} <= {"Page a", "Item again"}
    assert len(report.added) <= 2
    assert [(p.address, p.kind) for p in web_library.followed] == [(url, "feed")]
    site.replies["/loop"] = Reply(make_rss([(f"{site.url}/loop", "Loop", "")]))
    assert add_urls(web_library, [f"{site.url}/loop"]).added == ()


def test_a_feed_in_a_feed_is_one_line(web_library: Library, site: Site, clock: Clock) -> None:
    site.replies["/other"] = Reply(make_rss([(f"{site.url}/a", "Item a", f"<description>{TEXT}</description>")]))
    report = add_urls(web_library, [put_feed(site, "other")])
    ((origin, reason, *_),) = report.failed
    assert origin == f"{site.url}/other"
    assert "add its address by itself" in reason
    assert sync_library(web_library).added.failed == (), "it is said once"


def test_a_feed_of_ten_thousand_entries_is_listed_whole(web_library: Library, site: Site, clock: Clock) -> None:
    """Pages that were read before are not asked for; what can't be had is said, and no line for each of thousands."""
    names = [str(n) for n in range(10_000)]
    site.replies["/feed"] = Reply(make_rss((f"http://127.0.0.1:9/{name}", f"Item {name}", "") for name in names))
    report = add_urls(web_library, [f"{site.url}/feed"])
    assert len(report.failed) <= 1_001
    assert "9,0" in report.failed[-1].reason


@pytest.mark.parametrize("first", [True, False])
def test_a_server_that_answers_304_to_everything(web_library: Library, site: Site, clock: Clock, first: bool) -> None:
    unchanged = Reply(status=304)
    url = put_feed(site, "a", "b")
    if first:
        site.replies["/feed"] = unchanged
        (failure,) = add_urls(web_library, [url]).failed
        assert "304" in failure.reason
        return
    added = add_urls(web_library, [url]).added
    site.replies |= dict.fromkeys(("/feed", "/a", "/b"), unchanged)
    for _ in range(3):
        clock.now += DAY
        report = sync_library(web_library)
        assert (report.added.failed, report.removed, report.gone) == ((), (), ())
    assert {article.id for article in web_library.articles()} == set(added)
