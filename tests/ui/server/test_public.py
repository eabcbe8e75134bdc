"""The page behind a proxy that names its users, for readers who may change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner

from index import Library
from index.settings import load_settings
from rag.settings import Settings
from tests.ui.conftest import EVIL_HOST, Visit, free_port

NAME, HEADER = "dateline.example.org", "X-Forwarded-User"
NIGER = "why did Niger revoke the deal?"


@pytest.fixture(scope="module")
def public_url(sample_folder: Path) -> Iterator[str]:
    """The address of a page that a proxy would serve to its users, read-only."""
    from ui.server.serve import Access, launch

    port = free_port()
    access = Access(user_header=HEADER, name=NAME, read_only=True)
    with Library.open(sample_folder) as library:
        page = launch(library, load_settings(Settings, sample_folder), "127.0.0.1", port, access=access)
        yield f"http://127.0.0.1:{port}"
        page.close()


def test_only_whom_the_proxy_names_comes_in(public_url: str) -> None:
    with httpx.Client(base_url=public_url, trust_env=False) as client:
        for path in ("/", "/config", "/api/articles", "/v1/models", "/metrics", "/conversations/abcdefghijkl.md"):
            assert client.get(path).status_code == 401
            assert client.get(path, headers={HEADER: "ada", "Host": EVIL_HOST}).status_code == 400
        assert client.get("/", headers={HEADER: "ada", "Host": NAME}).status_code == 200
        origin = {HEADER: "ada", "Host": NAME, "Origin": f"https://{NAME}"}
        assert client.get("/api/articles", headers=origin).status_code == 200
        assert client.get("/health").status_code == 200


def test_conversations_are_the_users_on_any_machine(public_url: str, visit: Callable[..., Visit]) -> None:
    def as_user(name: str) -> Visit:
        return visit(url=public_url, extra_http_headers={HEADER: name})

    first = as_user("ada")
    first.ask(NIGER)
    first.page.locator(".dl-conversation").wait_for()
    second = as_user("ada")
    second.page.locator(".dl-conversation").click()
    second.page.locator(".dl-question").wait_for()
    other = as_user("eve")
    other.page.get_by_text("What you ask is kept here").wait_for()


def test_read_only_offers_and_takes_nothing(public_url: str, visit: Callable[..., Visit]) -> None:
    tab = visit(url=public_url, extra_http_headers={HEADER: "ada"})
    tab.ask(NIGER)
    assert tab.page.get_by_label("Like", exact=True).count() == 0
    tab.page.get_by_role("tab", name="Library").click()
    tab.page.locator(".dl-row").first.click()
    tab.page.locator("#dl-article").wait_for()
    for part in ("#adding", "#remove", "#undo", "#sample"):
        assert not tab.page.locator(part).is_visible()
    config: dict[str, Any] = tab.page.request.get(f"{public_url}/config").json()
    called = {dependency["api_name"] for dependency in config["dependencies"]}
    assert not called & {"add_files", "add_address", "add_sample", "remove", "keep_thumb"}
    upload = {"multipart": {"files": {"name": "a.txt", "mimeType": "text/plain", "buffer": b"A text."}}}
    assert tab.page.request.post(f"{public_url}/gradio_api/upload", **upload).status == 403
    assert tab.hosts == {urlsplit(public_url).hostname}


def test_a_name_without_a_header_is_refused() -> None:
    from ui.cli.app import app

    done = CliRunner().invoke(app, ["chat", "--name", NAME])
    assert done.exit_code != 0
    assert "--user-header" in str(done.exception or done.output)
