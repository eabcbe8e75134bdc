"""Hostile words wherever the page shows any: nothing runs, nothing is fetched, the layout holds; and no file leaks."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from evals.make.feedback import FEEDBACK_FILE, read_feedback
from index import Article, Hit, Library, Passage, Scope
from index.identify import make_storable
from index.settings import load_settings
from rag.records import Answer, AnswerWords, Citation, Quote, Sentence
from rag.settings import Settings
from tests.ui.conftest import PHONE, WIDE, Visit, free_port
from tests.ui.hostile import HOSTILE_TEXTS, LONG_WORD, trapped
from ui.chat.conversation import Exchange

if TYPE_CHECKING:
    from ui.chat.page import ChatPage

USER = {"X-Forwarded-User": "ada"}
READER = "user:ada"
ALL = "all-hostile-"  # the id of a conversation that has everything


def make_exchange(text: str) -> Exchange:
    """An exchange that has a text wherever it can have one."""
    stored = make_storable(text)
    article = Article(
        "h", stored, f"{stored}\n\n{stored}", "0", url=f"javascript:{stored}", source=stored, origin=stored
    )
    hit = Hit(Passage("h:0", "h", 0, 0, len(stored), stored), article, 1, 1.0)
    sentences = (Sentence(stored, (1,), 0.1, "unsupported", (stored,)), Sentence(stored, ()))
    answer = Answer(
        stored,
        stored,
        stored,
        answer=AnswerWords(stored, 1, 0, len(stored)),
        sentences=sentences,
        citations=(Citation(1, hit, (Quote(0, len(stored)), Quote(0, len(stored), "title"))),),
        unresolved=(stored,),
        hits=(hit,),
        warnings=(stored,),
    )
    return Exchange(stored, answer, scope=Scope(1, 1, 0))


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> Iterator[tuple[str, ChatPage, Library]]:
    """A page whose articles and conversations are hostile from end to end."""
    from ui.server.serve import Access, launch

    port = free_port()
    folder = tmp_path_factory.mktemp("hostile") / "library"
    with Library.open(folder, create=True) as library:
        report = library.add(
            {
                "id": f"h{n}",
                "url": f"javascript:{text}",
                "title": text,
                "source": text,
                "language": text,
                "text": f"Quvex {n}. {text}",
            }
            for n, text in enumerate([*HOSTILE_TEXTS, LONG_WORD])
        )
        assert len(report.added) == len(HOSTILE_TEXTS) + 1
        serving = launch(
            library, load_settings(Settings, folder), "127.0.0.1", port, access=Access(user_header=next(iter(USER)))
        )
        for n, text in enumerate(HOSTILE_TEXTS):
            serving.page.sessions.store.put(READER, f"hostile{n:05d}", 0, make_exchange(text))
            serving.page.sessions.store.put(READER, ALL, n, make_exchange(text))
        yield f"http://127.0.0.1:{port}", serving.page, library
        serving.close()


def test_there_are_many_payloads() -> None:
    assert len(set(HOSTILE_TEXTS)) >= 50


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_conversation_of_hostile_words(
    visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library], size: tuple[int, int]
) -> None:
    url, _, library = hostile_page
    tab = visit(size, url=url, extra_http_headers=USER)
    with trapped(tab.page, url):
        tab.page.goto(f"{url}/?conversation={ALL}")
        tab.page.locator(".dl-question").nth(len(HOSTILE_TEXTS) - 1).wait_for()
        shown = tab.page.locator("#chat .message-wrap")
        assert shown.locator("script, img, svg image, iframe, object, embed, form, b, em, math, h1, style").count() == 0
        for at in (0, len(HOSTILE_TEXTS) // 2, len(HOSTILE_TEXTS) - 1):
            tab.page.locator("button.cite").nth(at).click()
            tab.page.locator("#dl-article").wait_for()
        if size == PHONE:
            tab.page.locator("#show-conversations").click()
        assert tab.page.locator(".dl-conversation").count() == len(HOSTILE_TEXTS) + 1
    assert tab.errors == []
    if size == WIDE:
        tab.page.locator("button[aria-label='Like']").first.click(force=True)
        tab.page.get_by_text("kept with the library").wait_for()
        (given,) = read_feedback(library.folder / FEEDBACK_FILE)
        assert given.answer.question == make_storable(HOSTILE_TEXTS[0])


def test_a_library_of_hostile_articles(
    visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library]
) -> None:
    url, _, _ = hostile_page
    tab = visit(url=url, extra_http_headers=USER)
    with trapped(tab.page, url):
        tab.page.get_by_role("tab", name="Library").click()
        rows = tab.page.locator(".dl-row")
        rows.nth(len(HOSTILE_TEXTS)).wait_for()
        assert tab.page.locator("#articles").locator("script, img, svg, iframe, style, form").count() == 0
        for n in range(0, rows.count(), 7):
            rows.nth(n).click()
            tab.page.wait_for_function("document.activeElement.id === 'dl-article'")
        tab.page.get_by_label("Words in title or text").fill("yyyyyy")  # a megabyte in one word
        tab.page.get_by_text("1 article.").wait_for()
        rows.first.click()
        tab.page.wait_for_function("document.querySelector('#dl-article').textContent.length > 1e6")
        tab.page.locator("#tab-library").get_by_text("Dates, sources, languages").click()
    assert tab.errors == []


def test_hostile_questions_are_asked_and_refused_in_peace(
    visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library]
) -> None:
    url, _, _ = hostile_page
    tab = visit(url=url, extra_http_headers=USER)
    with trapped(tab.page, url):
        for text in HOSTILE_TEXTS[1:40:6]:
            tab.ask(text.replace("\n", " "))
        assert tab.page.locator(".dl-error").count() == 0


def test_hostile_file_names(visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library]) -> None:
    url, _, _ = hostile_page
    names = [text.replace("/", "_").replace("\0", "")[:80] + ".pdf" for text in HOSTILE_TEXTS if text.isprintable()]
    files = [{"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4 no"} for name in names]
    tab = visit(url=url, extra_http_headers=USER)
    with trapped(tab.page, url):
        tab.page.get_by_role("tab", name="Library").click()
        tab.page.get_by_role("button", name="Add articles").click()
        tab.page.locator("#files input[type=file]").set_input_files(files)
        tab.page.locator("#added li").first.wait_for()
        assert tab.page.locator("#added").locator("script, img, svg, iframe, style, form").count() == 0


def test_exports_of_hostile_answers_are_inert(
    visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library]
) -> None:
    url, _, _ = hostile_page
    tab = visit(url=url, extra_http_headers=USER)
    for kind in ("txt", "md", "html", "json", "docx"):
        got = tab.page.request.get(f"{url}/conversations/{ALL}.{kind}")
        assert got.status == 200
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"].partition(";")[0] != "text/html"
    assert len(json.loads(tab.page.request.get(f"{url}/conversations/{ALL}.json").text())) == len(HOSTILE_TEXTS)
    pasted = tab.page.request.get(f"{url}/conversations/{ALL}.html").text()
    with trapped(tab.page, url):
        tab.page.evaluate("html => { document.querySelector('#masthead p').innerHTML = html; }", pasted)
        inside = tab.page.locator("#masthead p")
        assert inside.locator("script, img, svg, iframe, style, form, object, [onclick]").count() == 0


def get_raw(url: str, path: str) -> tuple[int, bytes]:
    """Ask for a path as it is, without a client that tidies it up."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", path, headers=USER)
    response = connection.getresponse()
    try:
        return response.status, response.read()
    finally:
        connection.close()


def test_no_file_is_reached_by_a_path(hostile_page: tuple[str, ChatPage, Library]) -> None:
    url, _, library = hostile_page
    secret = library.folder / "dateline.toml"
    secret.write_text('key_file = "/xyzzy"\n')
    wanted = ["/etc/passwd", str(secret), str(library.folder / "conversations.db"), str(library.folder / FEEDBACK_FILE)]
    routes = (
        "/gradio_api/file= /gradio_api/file/ /file= /static/ /assets/ /svelte/ /custom_component/ /gradio_api/stream/ "
        "/conversations/ /evals/report/ /api/articles/ / /gradio_api/proxy=file:// /theme/ /gradio_api/deep_link?path="
    ).split()
    for route in routes:
        for path in wanted:
            for climb in ("", "..", "../" * 12, "..%2f" * 12, "%2e%2e/" * 12, "....//" * 12, "..%5c" * 12, "%00"):
                status, body = get_raw(url, route + climb + path)
                assert b"root:" not in body
                assert b"xyzzy" not in body
                assert not body.startswith(b"SQLite format 3")
                assert b"Traceback" not in body
                assert str(library.folder).encode() not in body.replace(path.encode(), b"")
                assert status < 500, route + climb + path


def test_an_upload_stays_where_uploads_go(hostile_page: tuple[str, ChatPage, Library], tmp_path: Path) -> None:
    from gradio.utils import get_upload_folder

    url, _, library = hostile_page
    before = sorted(file.name for file in library.folder.iterdir())
    uploads = Path(get_upload_folder()).resolve()
    with httpx.Client(base_url=url, headers=USER, trust_env=False) as client:
        for name in ("../../evil.txt", "/etc/evil.txt", f"{library.folder}/evil.txt", "..\\evil.txt", "evil\0.txt"):
            sent = client.post("/gradio_api/upload", files={"files": (name, b"evil")})
            assert sent.status_code < 500
            for place in sent.json() if sent.status_code == 200 else []:
                assert Path(place).resolve().is_relative_to(uploads)
    assert sorted(file.name for file in library.folder.iterdir()) == before


def test_many_requests_and_cut_connections_leave_the_page_as_it_was(chat_url: str, visit: Callable[..., Visit]) -> None:
    tab = visit()
    with httpx.Client(base_url=chat_url, trust_env=False, timeout=60) as client:
        for n in range(500):
            path = ("/", "/health", "/api/articles", "/v1/models", f"/conversations/abcdefghijk{n % 10}.md")[n % 5]
            assert client.get(path).status_code == (404 if path.startswith("/conversations") else 200)
        for n in range(20):
            question = {"question": f"why did Niger revoke the deal? ({n})", "stream": True}
            with client.stream("POST", "/api/ask", json=question) as cut:
                next(cut.iter_raw())  # and no more of it
    config: dict[str, Any] = httpx.get(f"{chat_url}/config", trust_env=False).json()
    event = next(event for event in config["dependencies"] if event["api_name"] == "converse")
    for n in range(10):
        with httpx.Client(base_url=chat_url, trust_env=False, timeout=60) as client:
            given: list[Any] = ["Who left Niger?", f"cut-off-{n:04d}", "", "offline", "", None, None, [], [], []]
            body = {"data": given, "fn_index": event["id"], "session_hash": f"cut{n}"}
            client.post("/gradio_api/queue/join", json=body).raise_for_status()
            with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": f"cut{n}"}) as cut:
                next(cut.iter_raw())
    tab.ask("why did Niger revoke the deal?")
    tab.open_citation()
    assert tab.mark_in_view()


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_hostile_words_are_shared_and_compared(
    visit: Callable[..., Visit], hostile_page: tuple[str, ChatPage, Library], size: tuple[int, int]
) -> None:
    url, page, _ = hostile_page
    share = page.sessions.store.share(READER, ALL)
    tab = visit(size, url=url, extra_http_headers={"X-Forwarded-User": "eve"})
    with trapped(tab.page, url):
        tab.page.goto(f"{url}/shared/{share}")
        said = tab.page.locator("#said")
        assert said.locator(".dl-question").count() == len(HOSTILE_TEXTS)
        assert said.locator("script, img, svg, iframe, object, embed, b, em, math, h1, style").count() == 0
        for at in range(0, said.locator("button.cite").count(), 9):
            said.locator("button.cite").nth(at).click()
            tab.page.locator("#dl-article").wait_for()
        for text in map(make_storable, HOSTILE_TEXTS if size == WIDE else ()):
            for asked in ({"one": text, "other": text}, {"one": "h0", "version": text}):
                answer = tab.page.request.get(f"{url}/compare", params=asked)
                assert (answer.status, "There is nothing to compare" in answer.text()) == (404, True)
            assert tab.page.request.get(f"{url}/shared/{quote(text, safe='')}").status == 404
            cited = tab.page.request.get(f"{url}/shared/{share}", params={"cited": text, "nearest": text})
            assert 'id="dl-article"' not in cited.text()
        for n in range(0, len(HOSTILE_TEXTS), 9):
            tab.page.goto(f"{url}/compare?one=h{n}&other=h{n + 1}")
            assert tab.page.locator("#compared article").count() == 2
    assert tab.errors == []
