"""The page in Firefox: it opens, asks, cites, shares, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.firefox import Firefox, find_firefox, start_firefox

pytestmark = [pytest.mark.browser, pytest.mark.models]


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with start_firefox(tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


def find_violations(firefox: Firefox) -> list[str]:
    firefox.run(f"(() => {{ {AXE_SCRIPT} }})()")
    return [str(found) for found in firefox.run("axe.run().then((done) => done.violations.map((v) => v.id))")]


@pytest.mark.skipif(find_firefox() is None, reason="no Firefox: install Debian's firefox-esr, or name one in $FIREFOX")
def test_a_question_is_asked_cited_and_shared(firefox: Firefox, chat_url: str) -> None:
    firefox.open(chat_url)
    firefox.wait("document.querySelector('.dl-conversations') && document.querySelector('#question textarea')")
    firefox.run("document.querySelector('#question textarea').focus()")
    firefox.type("When did the last French soldiers leave Niger?\ue007")
    firefox.wait("document.querySelector('button.cite') && !document.querySelector('.dl-busy')")
    firefox.run("document.querySelector('button.cite').click()")
    firefox.wait("document.activeElement.id === 'dl-article'")
    marked, cited = (firefox.run(f"document.querySelector('{part}').innerText") for part in ("mark", ".dl-snippet"))
    assert marked in cited
    box = firefox.run("document.querySelector('#dl-article mark').getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < box["bottom"] <= 800
    firefox.type("n?")
    firefox.wait("document.querySelector('#dl-keys').open")
    firefox.type("\ue00c")
    firefox.wait("!document.querySelector('#dl-keys').open")
    assert find_violations(firefox) == []
    firefox.run("document.querySelector('[name=share_conversation]').click()")
    firefox.wait("document.querySelector('.dl-shared a.dl-link')")
    firefox.open(
        chat_url + firefox.run("document.querySelector('.dl-shared a.dl-link').getAttribute('href')"), 390, 844
    )
    firefox.run("document.querySelector('button.cite').click()")
    firefox.wait("document.querySelector('#dl-article mark')")
    assert firefox.run("document.querySelector('#dl-article mark').innerText") == marked
    assert firefox.run("document.documentElement.scrollWidth - innerWidth") <= 0
    assert find_violations(firefox) == []
