"""A feed's forgery of another site's article is refused by whichever entrance it comes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from index import Library, add_urls
from index.settings import IndexSettings
from tests.cli.running import Run, dateline_here
from tests.index.fetch.site import Reply, Site, make_rss, page, serve

pytestmark = pytest.mark.usefixtures("one_reader", "doubles")

FORGED = "The council of the harbour town voted on Monday to sell the old bridge to a circus, which nobody has denied."
FREE = {"DATELINE_WEB_DELAY": "0", "DATELINE_ALLOW_PRIVATE": "true"}
SETTINGS = IndexSettings(allow_private=True, web_delay=0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with one article."""
    with serve() as opened:
        opened.replies["/story1"] = page("The bridge is closed")
        yield opened


@pytest.fixture
def evil() -> Iterator[Site]:
    """Another site, with an article of its own and a feed."""
    with serve() as opened:
        opened.replies["/own"] = page("Lorries again", "Lorries cross it again.")
        opened.replies["/feed"] = make_feed(f"{opened.url}/own")
        yield opened


def make_feed(*addresses: str) -> Reply:
    """A feed that has words, a title and a date for each of these pages."""
    more = f"<pubDate>Mon, 04 Mar 2024 05:06:07 +0100</pubDate><description>{FORGED}</description>"
    content = make_rss((address, "The bridge is sold", more) for address in addresses)
    return Reply(content, headers={"Content-Type": "application/rss+xml"})


def add_on_page(folder: Path, feed: str) -> str:
    """Add a feed on the page; return what it says."""
    from ui.chat.add_form import AddForm

    with Library.open(folder, settings=SETTINGS) as library:
        *_, (said, *_) = AddForm(library, read_only=False).add_address(feed)
    return unescape(said)


def add_by_rest(folder: Path, feed: str) -> str:
    """Add a feed over the REST API; return what it answers."""
    from starlette.testclient import TestClient

    from rag import Settings
    from ui.api.rest.app import make_rest_app
    from ui.api.service import Service

    with Library.open(folder, settings=SETTINGS) as library:
        client = TestClient(make_rest_app(Service(library, Settings())))
        return client.post("/articles/web", json={"addresses": [feed]}).text


def say(run: Run) -> str:
    assert run.code == 1, run
    return run.out + run.err


def add(folder: Path, feed: str) -> str:
    return say(dateline_here("add", feed, "--library", str(folder), cwd=folder.parent, env=FREE))


def add_listed(folder: Path, feed: str) -> str:
    (folder.parent / "urls.txt").write_text(feed)
    return say(dateline_here("add", "urls.txt", "--library", str(folder), cwd=folder.parent, env=FREE))


def sync(folder: Path, feed: str) -> str:
    """Sync with a feed that was followed when it was harmless."""
    with Library.open(folder, settings=SETTINGS) as library:
        assert [place.address for place in library.followed] == [feed]
    return say(dateline_here("sync", "--library", str(folder), cwd=folder.parent, env=FREE))


@pytest.mark.parametrize("known", [True, False], ids=["read before", "never read"])
@pytest.mark.parametrize("enter", [add_on_page, add_by_rest, add, add_listed, sync])
def test_no_entrance_lets_a_feed_speak_for_another_site(
    site: Site, evil: Site, tmp_path: Path, enter: Callable[[Path, str], str], known: bool
) -> None:
    folder, feed = tmp_path / "library", f"{evil.url}/feed"
    with Library.open(folder, create=True, settings=SETTINGS) as library:
        assert len(add_urls(library, [feed, *([f"{site.url}/story1"] if known else [])]).added) == 1 + known
        before = list(library.articles())
    site.replies["/story1"] = Reply(status=403)
    evil.replies["/feed"] = make_feed(f"{evil.url}/own", f"{site.url}/story1")
    said = enter(folder, feed)
    assert f"{site.url}/story1" in said
    assert "403" in said
    with Library.open(folder, settings=SETTINGS) as library:
        assert list(library.articles()) == before
        assert not any(library.versions(article.id) for article in before)
        assert FORGED not in json.dumps([article.text for article in before])
