"""The app over an empty library, asked without a network by two browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from index import Library
from index.settings import load_settings
from rag.settings import Settings
from ui.server.serve import ANYBODY, Access, make_app


@pytest.fixture(scope="module")
def empty_library(run_models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("empty") / "library", create=True) as library:
        yield library


class App:
    """The app over an empty library, asked without a network."""

    def __init__(self, library: Library, access: Access) -> None:
        self.library = library
        settings = load_settings(Settings, library.folder)
        self.page, self.app = make_app(library, settings, "127.0.0.1", access=access)

    def visit(self) -> TestClient:
        """A browser that has opened the page."""
        client = TestClient(self.app, base_url="http://127.0.0.1")
        client.__enter__()
        assert client.get("/").status_code == 200
        return client

    def event(self, name: str) -> int:
        """The number of an event of the page."""
        found: int = next(f["id"] for f in self.page._blocks.config["dependencies"] if f["api_name"] == name)
        return found


@pytest.fixture(scope="module")
def app(empty_library: Library) -> App:
    return App(empty_library, ANYBODY)


@pytest.fixture(scope="module")
def browser_a(app: App) -> Iterator[TestClient]:
    client = app.visit()
    yield client
    client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def browser_b(app: App, browser_a: TestClient) -> TestClient:
    other = TestClient(app.app, base_url="http://127.0.0.1")
    other.portal = browser_a.portal
    assert other.get("/").status_code == 200
    return other
