"""A small OpenID Connect provider on loopback: discovery, keys, authorization, tokens, userinfo; and it can lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "dateline", "a secret of the client"


def encode(data: bytes) -> str:
    """Base64 for addresses, as JSON Web Tokens have it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An RSA key that signs, and its public half as a JSON Web Key. Signed with `cryptography` alone."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self._private = rsa.generate_private_key(65537, 2048)

    def public(self) -> dict[str, str]:
        numbers = self._private.public_key().public_numbers()
        n, e = (encode(value.to_bytes((value.bit_length() + 7) // 8)) for value in (numbers.n, numbers.e))
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e}

    def sign(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "typ": "JWT", "kid": self.kid}
        signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        signature = self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encode(signature)}"


class FakeProvider:
    """Whoever comes is logged in as `person` at once. `spoil_claims`, `sign` and `described` make it lie."""

    def __init__(self, key: Key, host: str = "127.0.0.1") -> None:
        self.key = key
        self.person: dict[str, Any] = {}
        self.told: dict[str, Any] = {}  # by userinfo
        self.spoil_claims: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: self.key.sign(claims)
        self.described: dict[str, Any] = {}
        self.given: dict[str, dict[str, str]] = {}  # what was asked for each code
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self.issuer = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def describe(self) -> dict[str, Any]:
        endpoints = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        found = {name: self.issuer + path for name, path in endpoints.items()}
        found["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return {"issuer": self.issuer, **found, "id_token_signing_alg_values_supported": ["RS256"], **self.described}

    def authorize(self, asked: dict[str, str]) -> str:
        """Log somebody in: where they are sent back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self.given[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def give_tokens(self, asked: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The tokens for a code, once, to the client that has its secret and the verifier."""
        login = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization not in (f"Basic {login}", f"Basic {plain}"):
            return 401, {"error": "invalid_client"}
        begun = self.given.pop(asked.get("code", ""), None)
        challenge = encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if begun is None or challenge != begun["code_challenge"] or asked["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        id_token = self.sign(self.spoil_claims({**claims, **self.person}))
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                provider.asked.append(parts.path)
                if parts.path == "/authorize":
                    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(asked))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                elif parts.path == "/keys":
                    self._answer(200, {"keys": [provider.key.public()]})
                elif parts.path == "/userinfo":
                    known = self.headers.get("Authorization") == "Bearer opaque"
                    self._answer(200 if known else 401, {"sub": provider.person.get("sub"), **provider.told})
                else:
                    known = parts.path == "/.well-known/openid-configuration"
                    self._answer(200 if known else 404, provider.describe())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.asked.append(self.path)
                asked = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(*provider.give_tokens(asked, self.headers.get("Authorization", "")))

            def _answer(self, status: int, value: dict[str, Any]) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
