"""Serving the chat page and the APIs: to this machine, or to whoever has a token or logs in."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from starlette.middleware import Middleware

from index import AuditLog, DatelineError, Library, UsageError, join_lines, require
from rag import Settings
from ui.server.access import LOGIN, Logins, RequireToken
from ui.server.owners import KnowOwner
from ui.server.running_pages import name_page, note_page
from ui.server.tokens import MAIN, Tokens, list_tokens, make_token
from ui.sleep import sleep

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.chat.page import ChatPage
    from ui.server.http_server import HttpServer

RUNS = Path("runs")  # where `dateline eval run` writes to
_LOOK_AGAIN = 1  # seconds until we see that the server has ended of itself
_ALL_ADDRESSES = ("0.0.0.0", "::", "[::]")  # noqa: S104
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


class Access(NamedTuple):
    """Who may come in, and what they may do. By default all who reach the port, and everything.

    One of `tokens` is asked for, or a login where there are `logins`; or `user_header` names the header in which a
    proxy says who the user is. `name` is the host that a proxy is reached by. With `read_only` nobody adds, removes or
    judges anything.
    """

    tokens: Tokens | None = None
    user_header: str = ""
    name: str = ""
    read_only: bool = False
    logins: Logins | None = None


def serve(
    library: Library,
    settings: Settings,
    host: str,
    port: int,
    runs: Path,
    access: Access,
) -> None:
    """Serve the page until Ctrl-C; on an address that other machines reach, to those with a token, or to whom a proxy
    names. Where the settings name a provider, to those with a token and those who log in, on any address.

    Raises UsageError for an address that is not this machine's, DatelineError for a port that is taken.
    """
    sockets = _listen(host, port)  # before all else, which takes seconds
    access = _add_logins(settings, access)
    if access.user_header:
        said = (
            f"Let only the proxy reach this port: whoever else does is taken for whom their {access.user_header} names."
        )
        print(said, file=sys.stderr, flush=True)
    elif access.logins:
        print(f"People log in at {access.logins.provider}.", file=sys.stderr, flush=True)
        access = access._replace(tokens=Tokens(library.folder))
    elif not is_loopback(host):
        print(_show_token(library), file=sys.stderr, flush=True)  # at once: one made and not shown is lost
        access = access._replace(tokens=Tokens(library.folder))
    if not library.can_write():
        said = "nothing can be added or removed, and conversations are kept until this server stops."
        print(join_lines(f"{library.place} can't be written: {said}"), file=sys.stderr, flush=True)
        access = access._replace(read_only=True)
    warming = threading.Thread(target=_warm, args=(library,))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a supervisor's way to press Ctrl-C
    with contextlib.suppress(KeyboardInterrupt):
        serving = _launch(library, settings, host, sockets, runs, access)
        try:
            warming.start()  # before the address is printed, after which anybody may press Ctrl-C
            print(f"Dateline is on http://{_in_url(host)}:{port} (Ctrl-C stops it)", file=sys.stderr, flush=True)
            with note_page(library.folder, name_page(host, port)):
                while True:
                    sleep(_LOOK_AGAIN)
                    serving.check()
        finally:
            serving.close()
            if warming.ident:
                warming.join()  # a model that is being loaded while Python ends takes the process down with it


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


ANYBODY = Access()


def _add_logins(settings: Settings, access: Access) -> Access:
    """Have people log in where the settings name a provider. Raises UsageError for settings that don't fit."""
    if not settings.oidc_issuer:
        return access
    require("oidc", "logging in at a provider")
    from ui.server.login.oidc import make_logins  # takes long to load

    if access.user_header:
        raise UsageError("--user-header and the setting `oidc_issuer` both say who the users are. Leave one out.")
    return access._replace(logins=make_logins(settings), name=urlsplit(settings.public_url).hostname or "")


def _show_token(library: Library) -> str:
    if list_tokens(library.folder):
        return "The tokens are those that were shown before. `dateline token` lists them, `--new` makes another."
    library.audit.note("make token", token=MAIN, scope="write")
    made = make_token(library.folder)
    return f"Whoever has this token can read all the articles, add and remove. It is shown this once: {made}"


def _listen(host: str, port: int) -> list[socket.socket]:
    """A socket for each address that the host has. Raises UsageError for one that is not this machine's, DatelineError
    for a port that is taken.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise UsageError(f"--host {host} is not an address of this machine. Try 127.0.0.1, or 0.0.0.0.") from None
    sockets = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            sockets.append(listening := socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind(address)
    except OSError as error:
        _close(sockets)
        raise _port_taken(port, error) from None
    return sockets


def _close(sockets: Sequence[socket.socket]) -> None:
    for listening in sockets:
        listening.close()


def _port_taken(port: int, error: OSError) -> DatelineError:
    why = error.strerror or "it is in use"
    return DatelineError(f"port {port} can't be listened on ({why}). Name another: `dateline chat --port {port + 1}`.")


class Serving(NamedTuple):
    """A page that is served."""

    page: ChatPage
    server: HttpServer

    def check(self) -> None:
        """Raise DatelineError where the server has ended of itself."""
        self.server.check()

    def close(self) -> None:
        """Stop the server and the answers under way; returns when the models have noticed."""
        self.page.stop_streams()
        self.server.close()
        self.page.close()


def launch(
    library: Library, settings: Settings, host: str, port: int, runs: Path = RUNS, access: Access = ANYBODY
) -> Serving:
    """Start the page's server and return at once. Raises DatelineError for a port that is taken."""
    return _launch(library, settings, host, _listen(host, port), runs, access)


def _launch(
    library: Library, settings: Settings, host: str, sockets: Sequence[socket.socket], runs: Path, access: Access
) -> Serving:
    from ui.server.http_server import HttpServer

    try:
        page, app = make_app(library, settings, host, runs, access)
        behind_proxy = bool(access.user_header) or (access.logins is not None and is_loopback(host))
        server = HttpServer(app, sockets, behind_proxy=behind_proxy)
        server.start()
    except BaseException:
        _close(sockets)
        raise
    return Serving(page, server)


def make_app(
    library: Library, settings: Settings, host: str, runs: Path = RUNS, access: Access = ANYBODY
) -> tuple[ChatPage, FastAPI]:
    """The page, and the app that serves it and the APIs."""
    from fastapi import FastAPI

    from ui.api.routes import make_api_routes
    from ui.api.service import Service
    from ui.chat.page import STYLES, ChatPage
    from ui.chat.reading.compare_page import make_compare_route
    from ui.chat.reading.shared_page import make_shared_route
    from ui.chat.shared import THREADS
    from ui.chat.tabs.evals import make_report_route
    from ui.chat.theme import make_theme
    from ui.export.routes import make_export_routes
    from ui.server.bodies import ReadBodies
    from ui.server.gradio_app import mount_page

    account = LOGIN if access.tokens else ""
    by_user = bool(access.user_header) or access.logins is not None
    service = Service(library, settings, read_only=access.read_only)
    page = ChatPage(library, service, runs, read_only=access.read_only, account=account, by_user=by_user)
    apis = make_api_routes(service, page.sessions)
    app = FastAPI(
        middleware=[apis.middleware, *_middleware(host, access, library.audit), Middleware(ReadBodies)],
        routes=[
            *apis.routes,
            *make_export_routes(page.sessions, library.audit),
            make_shared_route(library, page.sessions),
            make_compare_route(library),
            make_report_route(runs),
        ],
        lifespan=apis.lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    mount_page(
        app, page.build(), threads=THREADS, read_only=access.read_only, theme=make_theme(), css_paths=list(STYLES)
    )
    return page, app


def _middleware(host: str, access: Access, audit: AuditLog) -> list[Any]:
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.server.headers import SecurityHeaders
    from ui.server.limits import CheckRequests, LimitRate, RefuseWrites

    # A foreign page whose name is made to point here must not read the articles through the reader's browser. Where
    # any of this machine's names will do, the token keeps it out: a browser does not send it to that name. No token
    # does so behind a proxy, whose header any page can send to what it takes for its own server.
    anywhere = host in _ALL_ADDRESSES and not access.user_header
    names = ["*"] if anywhere else [*_LOOPBACK_NAMES, host, *([access.name] if access.name else [])]
    checks = [
        Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
        Middleware(SecurityHeaders),
        Middleware(CheckRequests, read_only=access.read_only),
    ]
    if access.tokens or access.user_header:
        checks.append(Middleware(LimitRate, user_header=access.user_header))
    if access.tokens:
        checks.append(Middleware(RequireToken, tokens=access.tokens, audit=audit, logins=access.logins))
    return [*checks, Middleware(KnowOwner, user_header=access.user_header), Middleware(RefuseWrites)]


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _warm(library: Library) -> None:
    # A model that can't be loaded is the first question's error, where somebody reads it.
    with contextlib.suppress(Exception):
        library.warm()
