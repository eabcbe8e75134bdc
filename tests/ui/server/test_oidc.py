"""Logging in at an OpenID Connect provider: whoever it names truly comes in, and nobody else does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse

from index import AuditLog, UsageError, current_actor
from rag.settings import Settings
from tests.index.audit.test_audit_log import read_lines
from tests.ui.conftest import free_port
from tests.ui.server.oidc_provider import CLIENT, SECRET, FakeProvider, Key, encode
from ui.server.access import RequireToken
from ui.server.http_server import HttpServer
from ui.server.login.oidc import LOGIN_COOKIE, WAY_COOKIE, make_logins
from ui.server.login.people import Person, read_rules
from ui.server.owners import KnowOwner, read_owner
from ui.server.tokens import Tokens, make_token

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

    def restart(self, **changed: str) -> None:
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


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider(KEYS[0])
    yield made
    made.close()


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


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    made = Served()
    made.server.start()
    yield made
    made.server.close()


@pytest.fixture
def site(served: Served, tmp_path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served.site = Site(tmp_path, provider, served.port)
    return served.site


def said(response: httpx.Response) -> str:
    found = re.search('<p role="alert">(.*)</p>', response.text)
    assert found is not None, response.text
    return found[1]


def test_a_good_login(site: Site) -> None:
    with site.visit() as client:
        assert f"Sign in with {urlsplit(site.provider.issuer).netloc}" in client.get("/login").text
        assert client.get("/", headers={"Accept": "text/html"}).headers["location"] == "/login"
        done = site.log_in(client)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        cookie = SimpleCookie("; ".join(c for c in done.headers.get_list("set-cookie") if c.startswith(LOGIN_COOKIE)))
        kept = cookie[LOGIN_COOKIE]
        assert (kept["httponly"], kept["samesite"], kept["path"], kept["secure"]) == (True, "lax", "/", "")
        who = {"owner": "user:ada@example.org", "who": "user:ada@example.org", "may_write": True}
        assert client.get("/anything").json() == who
        assert "You are in as ada@example.org, and may read, add and remove." in client.get("/login").text
    lines = read_lines(site.log)
    assert [(line["action"], line["who"], line["entrance"]) for line in lines] == [
        ("login", "user:ada@example.org", "page")
    ]


def test_what_is_asked_of_the_provider(site: Site) -> None:
    with site.visit() as client:
        asked = [parse_qs(urlsplit(client.get("/login/start").headers["location"]).query) for _ in range(2)]
    assert asked[0]["redirect_uri"] == [f"{site.url}/login/back"]
    assert asked[0]["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 43
        assert asked[0][name] != asked[1][name]
    assert SECRET not in str(asked)


@pytest.mark.parametrize(
    ("person", "who", "may_write"),
    [
        ({**ADA, "email": "eve@example.org"}, "user:eve@example.org", False),
        ({"sub": "1", "email": "bob@example.net", "email_verified": True}, "user:bob@example.net", False),
        ({"sub": "1", "groups": ["sport", "desk"]}, "user:sub:1", False),
    ],
)
def test_who_may_read(site: Site, person: dict[str, Any], who: str, may_write: bool) -> None:
    with site.visit() as client:
        assert site.log_in(client, **person).status_code == 303
        assert client.get("/anything").json() == {"owner": who, "who": who, "may_write": may_write}


STRANGERS: dict[str, dict[str, Any]] = {
    "another domain": {**ADA, "email": "ada@example.com"},
    "a longer domain": {**ADA, "email": "ada@evilexample.org"},
    "a domain below": {**ADA, "email": "ada@sub.example.org"},
    "two signs": {**ADA, "email": "ada@example.org@evil.example"},
    "not verified": {**ADA, "email_verified": False},
    "verified by a word": {**ADA, "email_verified": "true"},
    "not said whether": {"sub": "1", "email": "ada@example.org"},
    "another group": {"sub": "1", "groups": ["desks"]},
    "a group that is a text": {"sub": "1", "groups": "desk"},
    "a group of words": {"sub": "1", "groups": [["desk"], {"desk": 1}]},
    "a name that is a rule": {"sub": "example.org"},
    "no name": {**ADA, "sub": ""},
    "a number for a name": {**ADA, "sub": 5},
    "an address in lines": {**ADA, "email": "ada\n@example.org"},
    "letters of elsewhere": {**ADA, "email": "аda@example.org"},
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_whoever_is_not_named_stays_outside(site: Site, stranger: str) -> None:
    with site.visit() as client:
        refused = site.log_in(client, **STRANGERS[stranger])
        assert refused.status_code == 403
        assert re.search("not among those who may read here|can’t|can&#x27;t be trusted", said(refused))
        assert client.get("/anything").status_code == 401
    assert [line["action"] for line in read_lines(site.log)] == ["login failed"]


def _forge(header: dict[str, Any], key: bytes) -> Callable[[dict[str, Any]], str]:
    def sign(claims: dict[str, Any]) -> str:
        signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()) if key else ''}"

    return sign


def _public_bytes() -> bytes:
    return json.dumps(KEYS[0].public()).encode()


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"spoil_claims": lambda claims: {**claims, "nonce": "another"}},
    "no nonce": {"spoil_claims": lambda claims: {n: v for n, v in claims.items() if n != "nonce"}},
    "another issuer": {"spoil_claims": lambda claims: {**claims, "iss": "https://evil.example"}},
    "for another program": {"spoil_claims": lambda claims: {**claims, "aud": "another"}},
    "issued to another": {"spoil_claims": lambda claims: {**claims, "aud": [CLIENT, "another"], "azp": "another"}},
    "expired": {"spoil_claims": lambda claims: {**claims, "iat": time.time() - 900, "exp": time.time() - 600}},
    "without an end": {"spoil_claims": lambda claims: {n: v for n, v in claims.items() if n != "exp"}},
    "of the future": {"spoil_claims": lambda claims: {**claims, "iat": int(time.time()) + 3600}},
    "signed by another key": {"sign": lambda claims: KEYS[2].sign(claims)},
    "signed by an unknown key": {"sign": lambda claims: KEYS[1].sign(claims)},
    "not signed": {"sign": _forge({"alg": "none"}, b"")},
    "not signed, in capitals": {"sign": _forge({"alg": "NONE", "kid": "one"}, b"")},
    "signed with the client's secret": {"sign": _forge({"alg": "HS256"}, SECRET.encode())},
    "signed with the public key": {"sign": _forge({"alg": "HS256", "kid": "one"}, _public_bytes())},
    "with a key of its own": {"sign": _forge({"alg": "HS256", "jwk": {"kty": "oct", "k": "eA"}}, b"x")},
    "changed": {"sign": lambda claims: KEYS[0].sign(claims).replace(".", ".e30", 1)},
    "no token": {"sign": lambda claims: ""},
    "no such thing": {"sign": lambda claims: "a.b.c"},
    "of four parts": {"sign": lambda claims: KEYS[0].sign(claims) + ".x"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_the_provider_s_for_this_login_lets_nobody_in(
    site: Site, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    vars(site.provider).update(LIES[lie])
    with site.visit() as client, caplog.at_level(logging.DEBUG, "dateline.server"):
        refused = site.log_in(client)
        assert refused.status_code == 403, said(refused)
        assert "be trusted, so nobody was let in" in said(refused)
        assert LOGIN_COOKIE not in client.cookies
        assert client.get("/anything").status_code == 401
    kept = caplog.text + site.log.read_text()
    assert SECRET not in kept
    assert "eyJ" not in kept


def test_a_state_that_is_another_lets_nobody_in(site: Site) -> None:
    site.provider.person = ADA
    with site.visit() as client, site.visit() as other:
        back = site.begin(client)
        given = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        for changed in ({**given, "state": "another"}, {"code": given["code"]}, {**given, "state": "ä"}, {}):
            assert client.get("/login/back", params=changed).status_code == 400
        assert other.get(back).status_code == 400  # whoever is sent the address of another's login
        assert site.provider.asked.count("/token") == 0
        assert client.get(back).status_code == 303
        assert client.get(back).status_code == 400  # and a second time it says nothing


def test_an_answer_of_another_issuer_is_none(site: Site) -> None:
    with site.visit() as client:
        back = site.begin(client)
        refused = client.get(back.replace("iss=http", "iss=https"))
        assert refused.status_code == 403
        assert site.provider.asked.count("/token") == 0


def test_what_the_provider_refuses_is_said(site: Site) -> None:
    with site.visit() as client:
        state = parse_qs(urlsplit(site.begin(client)).query)["state"][0]
        refused = client.get("/login/back", params={"state": state, "error": "<script>access_denied"})
        assert refused.status_code == 403
        assert "did not log you in. Sign in again." in said(refused)
        assert "<script>" not in refused.text
        spent = client.get("/login/back", params={"state": state, "code": "made up"})
        assert (spent.status_code, "be trusted" in said(spent)) == (403, True)


def test_keys_may_change(site: Site) -> None:
    with site.visit() as client:
        assert site.log_in(client).status_code == 303
        assert site.log_in(client).status_code == 303
        assert site.provider.asked.count("/keys") == 1
        site.provider.key = KEYS[1]
        assert site.log_in(client).status_code == 303
        assert site.provider.asked.count("/keys") == 2


def test_a_provider_that_is_down_is_a_line_and_tokens_go_on(site: Site) -> None:
    token = make_token(site.folder)
    with site.visit() as client:
        back = site.begin(client)
        site.provider.close()
        site.restart()
        for path in ("/login/start", back):
            down = client.get(path)
            assert down.status_code == 503
            assert "be asked just now. Try again in a moment, or come in with a token." in said(down)
        assert client.get("/anything", headers={"Authorization": f"Bearer {token}"}).json()["who"] == "token:main"
        assert client.post("/login", data={"token": token}).status_code == 303


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_describes_another_is_not_asked(site: Site, described: dict[str, Any]) -> None:
    site.provider.described = described
    with site.visit() as client:
        refused = client.get("/login/start")
        assert refused.status_code == 503
        assert "location" not in refused.headers
    assert site.provider.asked == ["/.well-known/openid-configuration"]


def test_nobody_is_led_elsewhere(site: Site) -> None:
    site.provider.person = ADA
    ways = ("next", "url", "redirect_uri", "return_to", "continue")
    with site.visit() as client:
        for path in ("/login", "/login/start", "/login/back", "/logout"):
            for value in ("//evil.example", "https://evil.example", "/\\evil.example", "%2f%2fevil.example"):
                answer = client.get(path, params=dict.fromkeys(ways, value))
                assert "evil" not in answer.headers.get("location", "")
                assert "evil" not in answer.text
        back = site.begin(client)
        assert client.get(f"{back}&next=//evil.example").headers["location"] == "/"
        started = client.get("/login/start", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil" not in started.headers["location"]


def test_a_cookie_that_was_changed_is_none(site: Site) -> None:
    with site.visit() as client:
        site.log_in(client, **{**ADA, "email": "eve@example.org"})
        header, claims, signature = client.cookies[LOGIN_COOKIE].split(".")
        read = json.loads(base64.urlsafe_b64decode(claims + "=="))
        more = encode(json.dumps({**read, "email": "ada@example.org"}).encode())
        none = encode(b'{"alg":"none"}')
        old = encode(json.dumps({**read, "exp": 1}).encode())
        way = client.get("/login/start").cookies[WAY_COOKIE]  # signed by us, and no login
        for forged in (f"{header}.{more}.{signature}", f"{none}.{more}.", f"{header}.{old}.{signature}", way, "x", ""):
            answer = httpx.get(f"{site.url}/x", headers={"Cookie": f"{LOGIN_COOKIE}={forged}"}, trust_env=False)
            assert answer.status_code == 401
        assert client.get("/x").json()["who"] == "user:eve@example.org"


def test_rules_count_at_once_and_servers_of_one_secret_know_each_other_s_readers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.visit() as client:
        site.log_in(client)
        site.restart()
        assert client.get("/x").json()["may_write"]
        site.restart(oidc_writers="")
        assert not client.get("/x").json()["may_write"]
        site.restart(oidc_readers="example.com")
        assert client.get("/x").status_code == 401
        monkeypatch.setenv("OIDC_CLIENT_SECRET", "another")
        site.restart(oidc_readers="example.org")
        assert client.get("/x").status_code == 401


def test_who_logs_out_is_out_and_so_is_a_copy_of_the_cookie(site: Site) -> None:
    with site.visit() as client:
        site.log_in(client)
        copy = client.cookies[LOGIN_COOKIE]
        assert client.get("/logout").status_code == 405
        assert client.get("/x").status_code == 200
        assert client.post("/logout").headers["location"] == "/login"
        assert LOGIN_COOKIE not in client.cookies
        again = httpx.get(f"{site.url}/x", headers={"Cookie": f"{LOGIN_COOKIE}={copy}"}, trust_env=False)
        assert again.status_code == 401
    assert [line["action"] for line in read_lines(site.log)] == ["login", "logout"]


def test_what_the_id_token_lacks_is_asked_for(site: Site) -> None:
    site.provider.told = {**ADA, "groups": ["desk"], "sub": "1"}
    with site.visit() as client:
        assert site.log_in(client, sub="1").status_code == 303
        assert client.get("/x").json()["who"] == "user:ada@example.org"
        assert site.log_in(client, sub="2").status_code == 403  # it tells of another


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"oidc_client_id": ""}, "needs `oidc_client_id` beside it"),
        ({"public_url": ""}, "needs `public_url` beside it"),
        ({"oidc_issuer": "http://login.example.org"}, "`oidc_issuer` must be an https address"),
        ({"public_url": "http://news.example.org"}, "`public_url` must be an https address"),
        ({"public_url": "https://news.example.org/dateline"}, "a scheme and a host alone"),
        ({"oidc_readers": "*", "oidc_writers": ""}, "`*` in the setting `oidc_readers` is no domain"),
        ({"oidc_readers": "", "oidc_writers": " , "}, "none of them may read"),
    ],
)
def test_settings_that_do_not_fit_are_said_in_a_line(site: Site, changed: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        make_logins(replace(site.settings, **changed))


def test_the_secret_comes_from_the_environment_or_the_key_file(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIDC_CLIENT_SECRET")
    with pytest.raises(UsageError, match="set OIDC_CLIENT_SECRET in the environment"):
        make_logins(site.settings)
    file = tmp_path / "keys"
    file.touch(mode=0o600)
    file.write_text(f'OIDC_CLIENT_SECRET="{SECRET}"\n')
    site.restart(key_file=str(file))
    with site.visit() as client:
        assert site.log_in(client).status_code == 303


def test_over_tls_the_cookies_stay_there(site: Site) -> None:
    site.restart(public_url="https://news.example.org")
    with site.visit() as client:
        started = client.get("/login/start")
        assert "Secure" in started.headers["set-cookie"]
        assert "redirect_uri=https%3A%2F%2Fnews.example.org%2Flogin%2Fback" in started.headers["location"]


def test_names_of_people_never_meet() -> None:
    rules = read_rules(Settings(oidc_readers="example.org, group:desk, Bob@Example.NET"))
    assert Person("ada@example.org", "", ()).name != Person("1", "ada@example.org", ()).name
    assert rules.admit(Person("1", "bob@example.net", ())) is not None
    assert rules.admit(Person("1", "", ())) is None
    assert os.environ.get("OIDC_CLIENT_SECRET") is None
