"""An OpenID Connect provider: where it is found, its keys, and what it says of who logged in.

OpenID Connect Core and Discovery 1.0, with PKCE (RFC 7636) and the issuer in the answer (RFC 9207).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ui.server.login.signed_cookies import UNREADABLE

_DISCOVERY = "/.well-known/openid-configuration"
_SCOPE = "openid email profile"
_PATIENCE = 10.0  # seconds for one request
_KEPT = 3600.0  # seconds that the provider's description is taken to hold
_LEEWAY = 60  # seconds that its clock may be off
# Signatures by the provider's own key. None is signed with a secret that we share, and none not at all.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OF_USERINFO = ("email", "email_verified", "groups")


class ProviderDown(Exception):
    """The provider does not answer, or with what is no description of one."""


class NotLoggedIn(Exception):
    """The provider's answer does not show who logged in."""


class Provider:
    """The provider at `issuer`, to which this server is `client_id`. Readers come back to `back`."""

    def __init__(self, issuer: str, client_id: str, secret: str, back: str) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._back = back
        self._described: dict[str, Any] = {}
        self._described_at = -_KEPT
        self._keys: KeySet | None = None

    async def address_of_login(self, state: str, nonce: str, verifier: str) -> str:
        """Where the reader logs in. Raises ProviderDown."""
        described = await self._describe()
        async with self._client(described) as client:
            endpoint = described["authorization_endpoint"]
            address, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return str(address)

    async def read_answer(self, code: str, nonce: str, verifier: str, issuer: str) -> dict[str, Any]:
        """Who logged in, as claims, by the code that they came back with. `issuer` is who sent them, if it says so.

        Raises ProviderDown, NotLoggedIn.
        """
        if issuer and issuer != self.issuer:
            raise NotLoggedIn(f"the answer is of another issuer, {issuer[:200]}")
        described = await self._describe()
        async with self._client(described) as client:
            try:
                tokens = await client.fetch_token(
                    described["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
                )
            except AuthlibBaseError as error:
                raise NotLoggedIn(f"it gives no tokens for the code ({error.error})") from None
            except (httpx.HTTPError, ValueError) as error:
                raise ProviderDown(_describe_error(error)) from None
            claims = await self._check(str(tokens.get("id_token", "")), nonce, described)
            if "email" not in claims and "userinfo_endpoint" in described:
                claims |= await self._ask_more(client, described["userinfo_endpoint"], claims["sub"])
        return claims

    def _client(self, described: Mapping[str, Any]) -> AsyncOAuth2Client:
        ways = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            token_endpoint_auth_method=way,
            scope=_SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )

    async def _describe(self) -> dict[str, Any]:
        """What the provider says of itself. Raises ProviderDown."""
        if time.monotonic() - self._described_at < _KEPT:
            return self._described
        described = await _get_json(self.issuer.rstrip("/") + _DISCOVERY)
        if described.get("issuer") != self.issuer:
            raise ProviderDown(f"it calls itself {str(described.get('issuer'))[:200]}, and not {self.issuer}")
        for name in _ENDPOINTS:
            if not is_safe_address(str(described.get(name, ""))):
                raise ProviderDown(f"its {name} is at no https address")
        self._described, self._described_at = described, time.monotonic()
        self._keys = None  # a key that it took back counts no longer than this
        return described

    async def _check(self, id_token: str, nonce: str, described: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of an ID token that is the provider's, for us, for this login and of now."""
        try:
            try:
                token = self._decode(id_token, self._keys or await self._load_keys(described))
            except UNREADABLE:  # its keys may have changed since
                token = self._decode(id_token, await self._load_keys(described))
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(token.claims)
        except UNREADABLE as error:
            raise NotLoggedIn(f"its ID token does not count ({_describe_error(error)})") from None
        if token.claims.get("azp", self._client_id) != self._client_id:
            raise NotLoggedIn("its ID token was issued to another program")
        return dict(token.claims)

    def _decode(self, id_token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(id_token, keys, algorithms=_ALGORITHMS)

    async def _load_keys(self, described: Mapping[str, Any]) -> KeySet:
        try:
            self._keys = KeySet.import_key_set(await _get_json(described["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderDown(f"its keys can't be read ({_describe_error(error)})") from None
        return self._keys

    async def _ask_more(self, client: AsyncOAuth2Client, address: str, subject: str) -> dict[str, Any]:
        """The address and groups of whoever logged in, where the ID token has none."""
        if not is_safe_address(str(address)):
            raise ProviderDown("its userinfo_endpoint is at no https address")
        try:
            response = await client.get(address)
            response.raise_for_status()
            told = response.json()
        except (httpx.HTTPError, ValueError, AuthlibBaseError) as error:
            raise ProviderDown(_describe_error(error)) from None
        if not isinstance(told, dict) or told.get("sub") != subject:
            raise NotLoggedIn("it says more of another person than the one who logged in")
        return {name: told[name] for name in _OF_USERINFO if name in told}


def is_safe_address(address: str) -> bool:
    """True for an https address, and for http on this machine, on which nobody listens in."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme == "https" or host == "localhost":
            return bool(host) and parts.scheme in ("http", "https")
        return parts.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _get_json(address: str) -> dict[str, Any]:
    """What lies at the address. Raises ProviderDown where that is no JSON object."""
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client:
            response = await client.get(address)
            response.raise_for_status()
            value = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderDown(_describe_error(error)) from None
    if not isinstance(value, dict):
        raise ProviderDown("what it answers is no object")
    return value


def _describe_error(error: Exception) -> str:
    """An error in a line, for the log: without what was sent."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
