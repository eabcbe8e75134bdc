"""A reader signs in at the provider in a real browser, sees who they are on the page, and leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from index import Library
from rag.settings import Settings
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.ui.conftest import PATIENCE, free_port
from tests.ui.server.login.fake_provider import CLIENT, SECRET, FakeProvider, Key
from ui.server.login.oidc import LOGIN_COOKIE, make_logins
from ui.server.serve import Access, launch
from ui.server.tokens import Tokens


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider(Key("one"), "localhost")  # another site than 127.0.0.1
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("login") / "library"
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(
        public_url=url,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_readers="example.org",
        oidc_writers="ada@example.org",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OIDC_CLIENT_SECRET", SECRET)
        patch.setenv("NO_PROXY", "localhost,127.0.0.1")
        patch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
        patch.setattr("index.library.make_reranker", lambda name: OverlapReranker())
        patch.setattr("index.library.make_reader", lambda name: WordReader())
        with Library.open(folder, create=True, settings=settings) as library:
            library.add([{"id": "bridge", "title": "A bridge", "text": "The Quvex bridge opened on 4 March 2024."}])
            access = Access(Tokens(folder), logins=make_logins(settings))
            page = launch(library, settings, "127.0.0.1", port, access=access)
            yield url
            page.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sign_in(tab: Any, site: str, provider: FakeProvider, email: str) -> None:
    """Go to the page as a stranger, and sign in as that person."""
    provider.person = {"sub": email, "email": email, "email_verified": True}
    tab.goto(site)
    assert urlsplit(tab.url).path == "/login"
    tab.get_by_role("link", name="Sign in with localhost").click()


def test_a_reader_signs_in_reads_and_leaves(tab: Any, site: str, provider: FakeProvider, tmp_path: Path) -> None:
    sign_in(tab, site, provider, "eve@example.org")
    tab.locator("#question textarea").wait_for()
    (cookie,) = [c for c in tab.context.cookies() if c["name"] == LOGIN_COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    tab.get_by_role("tab", name="Library").click()
    tab.locator(".dl-row").first.click()
    tab.locator("#dl-article").wait_for()
    assert not tab.locator("#remove").is_visible()
    tab.locator("#adding").wait_for(state="hidden")
    tab.get_by_role("link", name="Account").click()
    tab.get_by_text("You are in as eve@example.org, and may read.").wait_for()
    tab.get_by_role("button", name="Log out").click()
    tab.goto(site)
    assert urlsplit(tab.url).path == "/login"


def test_a_writer_is_offered_to_add_and_to_remove(tab: Any, site: str, provider: FakeProvider) -> None:
    sign_in(tab, site, provider, "ada@example.org")
    tab.get_by_role("tab", name="Library").click()
    tab.locator("#adding").wait_for()
    tab.locator(".dl-row").first.click()
    tab.locator("#remove").wait_for()


def test_a_stranger_reads_why_they_stay_outside(tab: Any, site: str, provider: FakeProvider) -> None:
    sign_in(tab, site, provider, "ada@example.com")
    said = "You are ada@example.com there, who is not among those who may read here."
    tab.get_by_role("alert").filter(has_text=said).wait_for()
    tab.goto(site)
    assert urlsplit(tab.url).path == "/login"
