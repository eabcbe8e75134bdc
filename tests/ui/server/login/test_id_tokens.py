"""What a provider answers counts where it is truly its own, for this login; nothing else lets anybody in."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.index.audit.test_audit_log import read_lines
from tests.ui.server.login.fake_provider import CLIENT, SECRET, encode
from tests.ui.server.login.site import ADA, KEYS, Site, said
from ui.server.login.oidc import LOGIN_COOKIE


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


def _forge(header: Any, key: bytes) -> Callable[[dict[str, Any]], str]:
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
    "with an odd header": {"sign": _forge({"alg": "RS256", "kid": "one", "crit": 5}, b"x")},
    "of no object": {"sign": _forge([], b"x")},
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


def test_what_the_id_token_lacks_is_asked_for(site: Site) -> None:
    site.provider.told = {**ADA, "groups": ["desk"], "sub": "1"}
    with site.visit() as client:
        assert site.log_in(client, sub="1").status_code == 303
        assert client.get("/x").json()["who"] == "user:ada@example.org"
        assert site.log_in(client, sub="2").status_code == 403  # it tells of another
