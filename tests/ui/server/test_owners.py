"""Who is reading: a browser by its cookie, or the user that a proxy names; nobody can say that they are another."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server.owners import COOKIE, HEADER, KnowOwner, read_owner


def make_client(user_header: str = "") -> TestClient:
    """A page that says who is reading."""

    async def say(request: Request) -> PlainTextResponse:
        return PlainTextResponse(read_owner(request))

    routes = [Route("/", say), Route("/other", say), Route("/health", lambda _: PlainTextResponse("ok"))]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(KnowOwner, user_header=user_header)]))


def test_a_browser_is_known_by_its_cookie() -> None:
    client, other = make_client(), make_client()
    first = client.get("/")
    cookie = SimpleCookie(first.headers["set-cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Strict", "/", "")
    assert len(cookie.value) == 43
    assert cookie.value not in first.text  # what is kept opens nothing
    assert client.get("/").text == client.get("/other").text == first.text
    assert other.get("/").text != first.text


def test_over_tls_the_cookie_stays_there() -> None:
    client = make_client()
    client.base_url = client.base_url.copy_with(scheme="https")
    assert SimpleCookie(client.get("/").headers["set-cookie"])[COOKIE]["secure"] is True


@pytest.mark.parametrize("cookie", ["", "short", "x" * 44, "../../etc/passwd".ljust(43, "/"), '"' + "x" * 41 + '"'])
def test_a_cookie_of_another_shape_is_no_name(cookie: str) -> None:
    client = make_client()
    seen = {client.get("/other", headers={"Cookie": f"{COOKIE}={cookie}"}).text for _ in range(3)}
    assert len(seen) == 3


def test_nobody_names_themselves() -> None:
    client = make_client()
    client.get("/")
    known = client.get("/").text
    assert client.get("/", headers={HEADER: "browser:another"}).text == known
    behind = make_client("X-Forwarded-User")
    assert behind.get("/", headers={HEADER: "user:eve", "X-Forwarded-User": "ada"}).text == "user:ada"


def test_behind_a_proxy_the_user_is_whom_it_names() -> None:
    client = make_client("X-Forwarded-User")
    response = client.get("/", headers={"x-forwarded-user": " Ada "})
    assert response.text == "user:Ada"
    assert "set-cookie" not in response.headers
    assert client.get("/health").status_code == 200
    for headers in ([], [("X-Forwarded-User", " ")], [("X-Forwarded-User", "ada"), ("X-Forwarded-User", "eve")]):
        assert client.get("/", headers=headers).status_code == 401
