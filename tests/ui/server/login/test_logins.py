"""Who has logged in, what they may do, and for how long; nobody makes more of it, or is led elsewhere."""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import UsageError
from rag.settings import Settings
from tests.index.audit.test_audit_log import read_lines
from tests.ui.server.login.fake_provider import SECRET, encode
from tests.ui.server.login.site import ADA, Site, said
from ui.server.login.oidc import LOGIN_COOKIE, WAY_COOKIE, make_logins
from ui.server.login.people import Person, read_rules
from ui.server.tokens import make_token


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
        assert re.search("not among those who may read here|can&#x27;t be trusted", said(refused))
        assert client.get("/anything").status_code == 401
    assert [line["action"] for line in read_lines(site.log)] == ["login failed"]


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
        odd = encode(b'{"alg": "HS256", "crit": 5}') + f".{more}.{signature}"
        for forged in (
            odd,
            f"{header}.{more}.{signature}",
            f"{none}.{more}.",
            f"{header}.{old}.{signature}",
            way,
            "x",
            "",
        ):
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
def test_settings_that_do_not_fit_are_said_in_a_line(site: Site, changed: dict[str, Any], says: str) -> None:
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
