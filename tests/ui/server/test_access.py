"""The token that other machines need, and what a request may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from index import Library
from index.settings import load_settings
from rag.settings import Settings
from tests.ui.conftest import EVIL_HOST, PATIENCE, free_port
from ui.health_paths import HEALTH_PATHS
from ui.server.access import COOKIE
from ui.server.limits import LARGEST_BODY, LARGEST_UPLOAD, PER_MINUTE, QUICK_PER_MINUTE
from ui.server.tokens import Tokens, make_token


class Secret(NamedTuple):
    """A folder with a token in it, and the token."""

    folder: Path
    token: str


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Secret:
    folder = tmp_path_factory.mktemp("secret")
    return Secret(folder, make_token(folder))


@pytest.fixture(scope="module")
def guarded_url(sample_folder: Path, secret: Secret) -> Iterator[str]:
    """The address of a page that is served with a token, as to other machines."""
    from ui.server.serve import Access, launch

    port = free_port()
    with Library.open(sample_folder) as library:
        settings = load_settings(Settings, sample_folder)
        page = launch(library, settings, "127.0.0.1", port, access=Access(Tokens(secret.folder)))
        yield f"http://127.0.0.1:{port}"
        page.close()


@pytest.fixture
def client(guarded_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded_url, trust_env=False, timeout=120) as opened:
        yield opened


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic d3Jvbmc6d3Jvbmc="},
        {"Cookie": f"{COOKIE}=wrong"},
        {"Cookie": f"{COOKIE}="},
    ],
)
def test_nothing_is_given_without_the_token(client: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/", "/config", "/gradio_api/info", "/api/articles", "/api/docs", "/v1/models", "/mcp", "/metrics"):
        response = client.get(path, headers=headers)
        assert response.status_code == 401, path
        assert response.headers["www-authenticate"] == "Bearer"
        assert "x-content-type-options" in response.headers
    assert client.post("/api/ask", json={"question": "x"}, headers=headers).status_code == 401
    assert client.post("/gradio_api/queue/join", json={}, headers=headers).status_code == 401
    for path in HEALTH_PATHS:
        assert client.get(path, headers=headers).status_code == 200


def test_doors_take_it_as_a_bearer(client: httpx.Client, secret: Secret) -> None:
    headers = {"Authorization": f"Bearer {secret.token}"}
    assert client.get("/v1/models", headers=headers).status_code == 200
    assert client.get("/", headers=headers).status_code == 200


def test_the_hash_is_no_key(client: httpx.Client, secret: Secret) -> None:
    kept = json.loads((secret.folder / "tokens.json").read_text())["tokens"][0]["sha256"]
    assert client.get("/v1/models", headers={"Authorization": f"Bearer {kept}"}).status_code == 401


def test_a_reader_comes_in_by_the_form_and_a_script_never_sees_the_token(
    browser: Any, guarded_url: str, secret: Secret
) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(guarded_url)
    assert urlsplit(page.url).path == "/login"
    page.locator("#token").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_text("That is not it.").wait_for()
    page.locator("#token").fill(secret.token)
    page.keyboard.press("Enter")
    page.locator("#question textarea").fill("why did Niger revoke the deal?")
    page.keyboard.press("Enter")
    page.locator("button.cite").first.wait_for()
    assert secret.token not in page.evaluate("document.cookie")
    (cookie,) = [c for c in context.cookies() if c["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    context.close()


@pytest.mark.parametrize("origin", [f"http://{EVIL_HOST}", "null", "http://127.0.0.1", "http://[bad", ""])
def test_pages_of_other_sites_are_not_answered(client: httpx.Client, secret: Secret, origin: str) -> None:
    headers = {"Authorization": f"Bearer {secret.token}", "Origin": origin}
    for path in ("/api/articles", "/v1/models", "/login", "/config"):
        assert client.get(path, headers=headers).status_code == 403
        assert client.post(path, headers=headers).status_code == 403


def test_the_pages_own_origin_is_answered(client: httpx.Client, secret: Secret, guarded_url: str) -> None:
    headers = {"Authorization": f"Bearer {secret.token}", "Origin": guarded_url}
    assert client.get("/api/articles", headers=headers).status_code == 200


def test_bodies_have_a_largest_size(client: httpx.Client, secret: Secret) -> None:
    headers = {"Authorization": f"Bearer {secret.token}"}
    for path in ("/api/ask", "/v1/chat/completions", "/mcp", "/login", "/gradio_api/upload"):
        largest = LARGEST_UPLOAD if path == "/gradio_api/upload" else LARGEST_BODY
        assert client.post(path, content=b" " * (largest + 1), headers=headers).status_code == 413
        assert client.post(path, content=iter([b" "]), headers=headers).status_code == 411  # of a length not given


def test_too_many_requests_are_told_to_wait() -> None:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.testclient import TestClient

    from ui.server.limits import LimitRate

    app = Starlette(middleware=[Middleware(LimitRate)])
    first, second = (TestClient(app, client=(address, 1)) for address in ("192.0.2.1", "192.0.2.2"))
    statuses = [first.post("/login").status_code for _ in range(2 * PER_MINUTE + 1)]  # a minute may end on the way
    assert statuses[:PER_MINUTE] == [404] * PER_MINUTE
    assert 429 in statuses
    assert second.post("/login").status_code == 404
    assert first.get("/assets/some.js").status_code == 404


def test_opening_the_page_again_and_again_leaves_room_for_questions(client: httpx.Client, secret: Secret) -> None:
    """What a page asks for when it opens is none of the requests that make work."""
    client.headers["Authorization"] = f"Bearer {secret.token}"
    events = client.get("/config").json()["dependencies"]
    (opened,) = (event["id"] for event in events if event["api_name"] == "choose_first")
    body = {"data": [], "event_data": None, "fn_index": opened, "trigger_id": 0, "session_hash": "again"}
    statuses = [client.post("/gradio_api/run/predict", json=body).status_code for _ in range(PER_MINUTE + 10)]
    assert set(statuses) == {200}
    assert client.post("/api/ask", json={"question": "Who left?"}).status_code == 200


def test_quick_requests_have_a_limit_too() -> None:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.testclient import TestClient

    from ui.server.limits import LimitRate

    client = TestClient(Starlette(middleware=[Middleware(LimitRate)]), client=("192.0.2.1", 1))
    statuses = [client.post("/gradio_api/run/predict").status_code for _ in range(2 * QUICK_PER_MINUTE + 1)]
    assert set(statuses) == {404, 429}


FORM = "application/x-www-form-urlencoded"
ODD_FORMS: dict[str, tuple[str, bytes, int]] = {
    "empty": (FORM, b"", 400),
    "no token": (FORM, b"name=x", 400),
    "two tokens": (FORM, b"token=x&token=y", 400),
    "no pair": (FORM, b"token", 400),
    "not UTF-8": (FORM, b"token=\xff\xfe", 400),
    "not UTF-8, quoted": (FORM, b"token=%ff%fe", 400),
    "half a character": (FORM, b"token=%ed%a0%80", 400),
    "NUL": (FORM, b"token=%00", 401),
    "many fields": (FORM, b"&".join(b"a%d=x" % n for n in range(500)), 400),
    "long": (FORM, b"token=" + b"x" * 5_000, 413),
    "JSON": ("application/json", b'{"token": "x"}', 415),
    "multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="token"', 415),
    "multipart without boundary": ("multipart/form-data", b"x", 415),
    "text": ("text/plain", b"token=x", 415),
    "no type": ("", b"token=x", 415),
    "a wrong one": (FORM, b"token=wrong", 401),
}


@pytest.mark.parametrize("odd", ODD_FORMS)
def test_odd_forms_are_answered_in_a_line(client: httpx.Client, odd: str, caplog: pytest.LogCaptureFixture) -> None:
    kind, body, status = ODD_FORMS[odd]
    response = client.post("/login", content=body, headers={"Content-Type": kind})
    assert response.status_code == status
    (said,) = re.findall('<p role="alert">(.+)</p>', response.text)
    assert said.endswith((".", "that"))
    assert "set-cookie" not in response.headers
    assert not caplog.records


def test_other_methods_do_not_log_in(client: httpx.Client, secret: Secret) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "ODD"):
        assert client.request(method, "/login", data={"token": secret.token}).status_code == 405
    assert client.head("/login").status_code == 200
