"""Serving the chat page on this machine, and nothing of it to or from anywhere else."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

from index import DatelineError, Library, UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    from ui.chat.page import ChatPage

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


def serve(library: Library, settings: Settings, host: str, port: int) -> None:
    """Serve the page until Ctrl-C. Raises UsageError for an address that other machines reach, DatelineError for
    a port that is taken.
    """
    if not is_loopback(host):
        raise UsageError(
            f"--host {host} would let other machines in, and this version serves the page to this one only. "
            "Leave --host out."
        )
    _check_port(host, port)
    warming = threading.Thread(target=_warm, args=(library,))
    with contextlib.suppress(KeyboardInterrupt):
        page = launch(library, settings, host, port)
        try:
            print(f"Dateline is on http://{_in_url(host)}:{port} (Ctrl-C stops it)", file=sys.stderr, flush=True)
            warming.start()
            threading.Event().wait()
        finally:
            page.close()
            if warming.ident:
                warming.join()  # a model that is being loaded while Python ends takes the process down with it


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_port(host: str, port: int) -> None:
    """Say that the port is taken before Gradio is loaded, which takes seconds."""
    family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise _port_taken(port, error) from None


def _port_taken(port: int, error: OSError) -> DatelineError:
    why = error.strerror or "it is in use"
    return DatelineError(f"port {port} can't be listened on ({why}). Name another: `dateline chat --port {port + 1}`.")


def launch(library: Library, settings: Settings, host: str, port: int) -> ChatPage:
    """Start the page's server and return at once. Raises DatelineError for a port that is taken."""
    from ui.chat.page import STYLES, ChatPage
    from ui.chat.theme import make_theme
    from ui.doors.routes import make_doors

    _reach_loopback_directly()
    page = ChatPage(library, settings)
    doors = make_doors(library, settings)
    try:
        page.build().launch(
            server_name=_in_url(host),
            server_port=port,
            theme=make_theme(),
            css_paths=STYLES,
            app_kwargs={
                "middleware": [*_middleware(host), doors.middleware],
                "routes": doors.routes,
                "lifespan": doors.lifespan,
                "docs_url": None,
                "redoc_url": None,
                "openapi_url": None,
            },
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            inbrowser=False,
            ssr_mode=False,
            mcp_server=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            max_file_size=1,  # the page takes no files, but Gradio's way in for them is open
        )
    except OSError as error:
        raise _port_taken(port, error) from None
    return page


def _middleware(host: str) -> list[Any]:
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from ui.chat.headers import SecurityHeaders

    # A foreign page whose name is made to point here must not read the articles through the reader's browser.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[*_LOOPBACK_NAMES, host], www_redirect=False)
    return [hosts, Middleware(SecurityHeaders)]


def _reach_loopback_directly() -> None:
    """Gradio asks itself whether it is up; a proxy of the environment would answer in its place."""
    for name in ("NO_PROXY", "no_proxy"):
        kept = os.environ.get(name)
        os.environ[name] = ",".join([*([kept] if kept else []), "127.0.0.1", "localhost", "::1"])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _warm(library: Library) -> None:
    # A model that can't be loaded is the first question's error, where somebody reads it.
    with contextlib.suppress(Exception):
        library.warm()
