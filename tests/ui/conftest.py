"""A real library of the sample articles and a hostile one, and the chat page over it in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Library
from index.read import list_files, read_files
from index.settings import load_settings
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
EVIL_HOST = "evil.example"
PAYLOADS = (
    "<script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=2">',
    f"![photo](http://{EVIL_HOST}/pixel.png)",
    "[more](javascript:window.pwned=3)",
    f'</p></div></article><iframe src="http://{EVIL_HOST}/"></iframe>',
    "<b onclick=alert(1)>bold</b> **stars** `code` {{value}} ${window.pwned=4}",
    f"$$\\href{{http://{EVIL_HOST}}}{{x}}$$",
)
HOSTILE = {
    "id": "hostile",
    "url": "javascript:window.pwned=5",
    "title": f"Quvex lantern parade {PAYLOADS[1]} {PAYLOADS[2]} {PAYLOADS[5]}",
    "source": f"The Quvex Bugle {PAYLOADS[0]}",
    "published": "2025-03-04",
    "text": "The Quvex lantern parade opened on 3 March 2025 in the harbour square "
    + f"{PAYLOADS[1]} {PAYLOADS[2]} {PAYLOADS[5]} with a brass band.\n\n"
    + "\n\n".join(f"The mayor of Quvex praised the lanterns {payload} and left." for payload in PAYLOADS),
}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_chromium() -> str | None:
    """The browser that the tests drive: $CHROMIUM, else Debian's."""
    wanted = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    return wanted if Path(wanted).is_file() else shutil.which(wanted)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with the articles of `seeds/` and the hostile one."""
    folder = tmp_path_factory.mktemp("chat") / "library"
    with Library.open(folder, create=True) as library:
        files = list_files([ROOT / "seeds"])
        report = library.add([*read_files(files, library.settings.max_file_mb), HOSTILE])
    assert not report.failed
    assert "hostile" in report.added
    return folder


@pytest.fixture(scope="session")
def chat_url(sample_folder: Path) -> Iterator[str]:
    """The address of the chat page, served from this process so that a test can stand in for the model."""
    from ui.chat.serve import launch

    port = free_port()
    with Library.open(sample_folder) as library:
        page = launch(library, load_settings(Settings, sample_folder), "127.0.0.1", port)
        yield f"http://127.0.0.1:{port}"
        page.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium: neither $CHROMIUM nor /usr/bin/chromium is there")
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()
