"""All APIs, as routes for the app that serves the chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NamedTuple

from mcp.server.transport_security import TransportSecuritySettings
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from ui.api.events import NoteRequests
from ui.api.mcp.server import make_mcp_server
from ui.api.openai.app import make_openai_app
from ui.api.probes import Probes
from ui.api.rest.app import make_rest_app
from ui.api.service import Service
from ui.chat.session import Sessions


class ApiRoutes(NamedTuple):
    """What the serving app must be given: routes, a middleware, and something to run while it runs."""

    routes: list[BaseRoute]
    middleware: Middleware
    lifespan: Any


def make_api_routes(service: Service, sessions: Sessions) -> ApiRoutes:
    """The APIs over one library, and the conversations about it."""
    mcp = make_mcp_server(service, sessions)
    # Host and Origin are checked for all APIs alike, before this one.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    over_http = mcp.streamable_http_app(stateless_http=True, transport_security=unchecked)

    @asynccontextmanager
    async def run_mcp(_: object) -> AsyncIterator[None]:
        running: AbstractAsyncContextManager[None] = mcp.session_manager.run()
        async with running:
            yield

    routes: list[BaseRoute] = [
        Mount("/api", make_rest_app(service)),
        Mount("/v1", make_openai_app(service)),
        *Probes(service).make_routes(),
        *over_http.routes,
    ]
    return ApiRoutes(routes, Middleware(NoteRequests, events=service.events), run_mcp)
