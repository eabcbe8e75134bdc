"""The APIs over a small library without models, served by a real server and without the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import Library
from index.settings import IndexSettings
from rag.settings import Settings
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.ui.conftest import free_port

if TYPE_CHECKING:
    from ui.server.serve import Access

FERRY = "When does the ferry sail?"
ARTICLES = (
    {
        "id": "ferry",
        "title": "The ferry is back",
        "text": "The ferry is back in the harbour. It sails each day of the week at nine.",
        "source": "Harbour Times",
        "published": "2024-03-17",
        "language": "en",
    },
    {
        "id": "bridge/1",
        "title": "A bridge is closed",
        "text": "The bridge over the river is closed for lorries. The council voted on Monday.",
        "source": "Bridge Post",
        "published": "2023-05-02",
        "language": "en",
    },
    {"id": "undated", "title": "", "text": "A lantern parade opened in the square.", "language": "en"},
)


@contextmanager
def open_small(folder: Path) -> Iterator[Library]:
    """A library of `ARTICLES` in a new folder, with models that load nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
        opened = Library.open(folder, create=True, settings=IndexSettings())
    opened.models.reranker.put(OverlapReranker())
    opened.models.reader.put(WordReader())
    with opened:
        assert len(opened.add(ARTICLES).added) == len(ARTICLES)
        yield opened


@contextmanager
def serve_apis(library: Library, access: Access | None = None) -> Iterator[str]:
    """The address of a server of the APIs alone, with all that checks requests before them."""
    from fastapi import FastAPI
    from starlette.middleware import Middleware

    from ui.api.routes import make_api_routes
    from ui.api.service import Service
    from ui.chat.conversation_store import open_conversations
    from ui.chat.session import Sessions
    from ui.server.bodies import ReadBodies
    from ui.server.http_server import HttpServer
    from ui.server.serve import ANYBODY, _listen, _middleware

    access, port = access or ANYBODY, free_port()
    service = Service(library, Settings(), read_only=access.read_only)
    apis = make_api_routes(service, Sessions(open_conversations(library)))
    app = FastAPI(
        middleware=[apis.middleware, *_middleware("127.0.0.1", access, library.audit), Middleware(ReadBodies)],
        routes=apis.routes,
        lifespan=apis.lifespan,
        openapi_url=None,
    )
    server = HttpServer(app, _listen("127.0.0.1", port))
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
