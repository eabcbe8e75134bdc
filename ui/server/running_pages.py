"""Which libraries' pages are served on this machine, so that `dateline open` finds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ui.own_files import keep_own, read_own

_FILE = "pages.json"  # the folder of the library by the page's address
_PATIENCE_SECONDS = 1.0
_ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "[::]": "[::1]"}  # noqa: S104


def name_page(host: str, port: int) -> str:
    """The address of a page for a browser on this machine."""
    named = _ALL_ADDRESSES.get(host, f"[{host}]" if ":" in host and not host.startswith("[") else host)
    return f"http://{named}:{port}"


@contextmanager
def note_page(folder: Path, address: str) -> Iterator[None]:
    """Say that the library's page is at `address`, while the context lasts."""
    keep_own(_FILE, {**_read(), address: str(folder.resolve())})
    try:
        yield
    finally:
        keep_own(_FILE, {known: of for known, of in _read().items() if known != address})


def find_page(folder: Path) -> str:
    """The address of a page of the library that answers now; empty where none does."""
    wanted = str(folder.resolve())
    return next((address for address, of in _read().items() if of == wanted and _answers(address)), "")


def _read() -> dict[str, str]:
    known = read_own(_FILE)
    if not isinstance(known, dict):
        return {}
    return {str(address): str(of) for address, of in known.items() if urlsplit(str(address)).scheme == "http"}


def _answers(address: str) -> bool:
    from urllib.error import URLError
    from urllib.request import ProxyHandler, build_opener  # takes long to load, and few commands need it

    try:
        with build_opener(ProxyHandler({})).open(f"{address}/health", timeout=_PATIENCE_SECONDS) as response:
            return bool(response.status == 200)
    except (URLError, OSError, ValueError):
        return False
