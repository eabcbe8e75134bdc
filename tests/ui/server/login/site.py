"""Dateline's way in before an app that says who came, and the provider at which people log in."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse

from index import AuditLog, current_actor
from rag.settings import Settings
from tests.ui.conftest import free_port
from tests.ui.server.login.fake_provider import CLIENT, FakeProvider, Key
from ui.server.access import RequireToken
from ui.server.http_server import HttpServer
from ui.server.login.oidc import make_logins
from ui.server.owners import KnowOwner, read_owner
from ui.server.tokens import Tokens

ADA = {"sub": "248289", "email": "Ada@Example.org", "email_verified": True}
KEYS = Key("one"), Key("two"), Key("one")


class Site:
    """Dateline's way in before an app that says who came, and a provider."""

    def __init__(self, folder: Path, provider: FakeProvider, port: int) -> None:
        self.folder = folder
        self.log = folder / "audit.jsonl"
        self.provider = provider
        self.url = f"http://127.0.0.1:{port}"
        self.settings = Settings(
            audit_log=str(self.log),
            public_url=self.url,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT,
            oidc_readers="example.org, bob@example.net, group:desk",
            oidc_writers="ada@example.org",
        )
        self.restart()

    def restart(self, **changed: Any) -> None:
        """What a server that starts anew does with these settings."""
        self.settings = replace(self.settings, **changed)
        logins = make_logins(self.settings)
        audit = AuditLog(self.settings, self.folder)
        self.app = RequireToken(KnowOwner(say_who), Tokens(self.folder), audit, logins)

    def visit(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=30, verify=False)  # it takes time, for nothing

    def begin(self, client: httpx.Client) -> str:
        """Press the link: where the provider sends the reader back to."""
        started = client.get("/login/start")
        assert started.status_code == 303, started.text
        sent = httpx.get(started.headers["location"], trust_env=False)
        return sent.headers["location"]

    def log_in(self, client: httpx.Client, **person: Any) -> httpx.Response:
        """Log somebody in, as a browser goes from one to the other."""
        self.provider.person = person or ADA
        return client.get(self.begin(client))


async def say_who(scope: Any, receive: Any, send: Any) -> None:
    """An app that says whose conversations these are, and who acts."""
    actor = current_actor()
    said = {"owner": read_owner(Request(scope)), "who": actor.name, "may_write": actor.may_write}
    await JSONResponse(said)(scope, receive, send)


class Served:
    """An address at which one site after the other is served."""

    def __init__(self) -> None:
        self.port = free_port()
        self.site: Site | None = None
        listening = socket.create_server(("127.0.0.1", self.port))
        self.server = HttpServer(self, [listening])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await Starlette()(scope, receive, send)
        else:
            assert self.site is not None
            await self.site.app(scope, receive, send)


def said(response: httpx.Response) -> str:
    found = re.search('<p role="alert">(.*)</p>', response.text)
    assert found is not None, response.text
    return found[1]
