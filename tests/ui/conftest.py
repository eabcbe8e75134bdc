"""A real library of the sample articles and a hostile one, and the chat page over it in a real browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from index import Library
from index.settings import load_settings
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
WIDE, PHONE = (1280, 800), (390, 844)
PORTS = iter(range(10_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), 32_000))
PATIENCE = 120_000  # milliseconds, for a slow machine; nothing waits that long otherwise
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
    "language": "fr-FR",
    "text": "The Quvex lantern parade opened on 3 March 2025 in the harbour square "
    + f"{PAYLOADS[1]} {PAYLOADS[2]} {PAYLOADS[5]} with a brass band.\n\n"
    + "\n\n".join(f"The mayor of Quvex praised the lanterns {payload} and left." for payload in PAYLOADS),
}


@dataclass
class Visit:
    """A browser tab on the page, and all that it asked the network for and complained of."""

    page: Any
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, press Enter, and wait for the end of the answer."""
        asked = self.page.locator(".dl-question").count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("n => document.querySelectorAll('.dl-question').length > n", arg=asked)
        self.page.wait_for_function("() => !document.querySelector('.dl-progress')")
        self.page.locator("#ask").wait_for(state="visible")

    def open_citation(self, which: str = "button.cite") -> None:
        """Click the first of those buttons and wait for the article."""
        self.page.locator(which).first.click()
        self.page.locator("#dl-article mark").first.wait_for()
        self.page.wait_for_function("document.activeElement.id === 'dl-article'")

    def mark_in_view(self) -> bool:
        """True where the whole first quote is in the window, and nothing lies over it."""
        script = """() => {
          const mark = document.querySelector("#dl-article mark");
          const boxes = [...mark.getClientRects()];
          return boxes.length > 0 && boxes.every((box) => {
            const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth
              && seen && mark.contains(seen);
          });
        }"""
        try:
            self.page.wait_for_function(script, timeout=5_000)  # the phone scrolls smoothly
        except Exception:
            return False
        return True

    def boxes(self) -> tuple[dict[str, float], dict[str, float]]:
        """Where the conversation and the article are, at one moment."""
        script = """() => ['#conversation', '#evidence'].map(
          (id) => document.querySelector(id).getBoundingClientRect().toJSON())"""
        conversation, article = self.page.evaluate(script)
        return conversation, article

    def focus(self) -> str:
        """What has the focus: its id, else its class and value."""
        script = """() => { const e = document.activeElement;
          return e.id || (e.closest("#question") && "question") || `${e.classList[0]} ${e.value}`; }"""
        return str(self.page.evaluate(script))


def free_port() -> int:
    """A port that nothing listens on, and that no process takes before we do.

    It is none of those that the system gives away, and each process of a run counts from a place of its own.
    """
    for port in PORTS:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@pytest.fixture(scope="session")
def sample_folder(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with the articles of `seeds/` and the hostile one."""
    folder = Path(shutil.copytree(seeds_folder, tmp_path_factory.mktemp("chat") / "library"))
    with Library.open(folder) as library:
        assert library.add([HOSTILE]).added == ("hostile",)
    return folder


@pytest.fixture(scope="session")
def chat_url(sample_folder: Path) -> Iterator[str]:
    """The address of the chat page, served from this process so that a test can stand in for the model."""
    from ui.server.serve import launch

    port = free_port()
    with Library.open(sample_folder) as library:
        page = launch(library, load_settings(Settings, sample_folder), "127.0.0.1", port)
        yield f"http://127.0.0.1:{port}"
        page.close()


@pytest.fixture
def visit(browser: Any, chat_url: str) -> Iterator[Callable[..., Visit]]:
    """Open the page in a tab of its own, with a session of its own.

    A test names it after the server that it has for itself: a server waits for open tabs before it ends.
    """
    contexts = []

    def open_page(size: tuple[int, int] = WIDE, url: str = chat_url, **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        opened = Visit(context.new_page())
        opened.page.on("request", lambda request: opened.hosts.add(urlsplit(request.url).hostname or ""))
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.goto(url)
        opened.page.locator("#question textarea").wait_for()
        opened.page.locator("#masthead h1").wait_for()
        # It knows its conversation once the list of them is there. Gradio clears what is typed in the first
        # milliseconds.
        opened.page.locator(".dl-conversations").wait_for(state="attached")
        return opened

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def own_url(own_library: Library, run_models: None) -> Iterator[str]:
    """The address of a page over the library that a test file makes for itself, as `own_library`."""
    from ui.server.serve import launch

    port = free_port()
    page = launch(own_library, load_settings(Settings, own_library.folder), "127.0.0.1", port)
    yield f"http://127.0.0.1:{port}"
    page.close()
