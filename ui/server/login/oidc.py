"""Logging in at an OpenID Connect provider, by the authorization code flow."""

from __future__ import annotations

import hmac
import logging
import os
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from index import UsageError
from rag import Settings, read_key
from ui.server.access import BACK, LoginFailed, Logins
from ui.server.login.people import Person, Rules, read_rules
from ui.server.login.provider import NotLoggedIn, Provider, ProviderDown, is_safe_address
from ui.server.login.signed_cookies import SignedCookie
from ui.server.owners import Visitor

SECRET = "OIDC_CLIENT_SECRET"  # noqa: S105
LOGIN_COOKIE, WAY_COOKIE = "dateline_login", "dateline_way"
_LOGIN_SECONDS = 12 * 3600  # that a login holds
_WAY_SECONDS = 600  # that it may take
_AGAIN = "Sign in again."

_log = logging.getLogger("dateline.server")


def make_logins(settings: Settings) -> Logins:
    """Logging in as the settings have it. Raises UsageError for settings that don't fit."""
    names = ("oidc_client_id", "public_url")
    if missing := [name for name in names if not getattr(settings, name)]:
        raise UsageError(f"the setting `oidc_issuer` needs {' and '.join(f'`{name}`' for name in missing)} beside it.")
    for name in ("oidc_issuer", "public_url"):
        if not is_safe_address(getattr(settings, name)):
            raise UsageError(f"the setting `{name}` must be an https address: over http others could listen in.")
    parts = urlsplit(settings.public_url)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError("the setting `public_url` is a scheme and a host alone, as https://news.example.org.")
    secret = os.environ.get(SECRET) or (read_key([SECRET], settings.key_file) if settings.key_file else None)
    if not secret:
        raise UsageError(f"the provider asks for a secret: set {SECRET} in the environment, or in the `key_file`.")
    return OidcLogins(settings, secret, read_rules(settings))


class OidcLogins:
    """Logins at one provider. Who has logged in stays known by a cookie; what they may do is looked up each time."""

    def __init__(self, settings: Settings, secret: str, rules: Rules) -> None:
        base = f"{urlsplit(settings.public_url).scheme}://{urlsplit(settings.public_url).netloc}"
        secure = base.startswith("https:")
        self._provider = Provider(settings.oidc_issuer, settings.oidc_client_id, secret, base + BACK)
        self._rules = rules
        self._login = SignedCookie(LOGIN_COOKIE, "/", _LOGIN_SECONDS, secret, secure=secure)
        self._way = SignedCookie(WAY_COOKIE, "/login", _WAY_SECONDS, secret, secure=secure)

    @property
    def provider(self) -> str:
        """What the provider is called: its host."""
        return urlsplit(self._provider.issuer).netloc

    def find(self, request: Request) -> Visitor | None:
        """Who has logged in; None where nobody has, or the time of that is over."""
        kept = self._login.read(request)
        if kept is None:
            return None
        return self._rules.admit(Person(kept["sub"], kept["email"], tuple(kept["groups"])))

    async def start(self, request: Request) -> Response:
        """Send the reader to the provider. Raises LoginFailed where it does not answer."""
        way = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        try:
            address = await self._provider.address_of_login(way["state"], way["nonce"], way["verifier"])
        except ProviderDown as error:
            raise self._explain_down(error) from None
        response = RedirectResponse(address, 303)
        self._way.put(response, way)
        return response

    async def finish(self, request: Request) -> tuple[Visitor, Response]:
        """Let the reader in who comes back from the provider. Raises LoginFailed for whoever it is not."""
        way, given = self._way.read(request), request.query_params
        if way is None or not hmac.compare_digest(given.get("state", "").encode(), way["state"].encode()):
            said = f"This login was begun elsewhere, or too long ago. {_AGAIN}"
            raise LoginFailed(said, 400, "it was not begun here: the state is another")
        if "code" not in given:
            why = f"{self.provider} did not log you in. {_AGAIN}"
            raise LoginFailed(why, 403, f"the provider says {given.get('error', 'nothing')[:200]}")
        try:
            claims = await self._provider.read_answer(
                given["code"], way["nonce"], way["verifier"], given.get("iss", "")
            )
        except ProviderDown as error:
            raise self._explain_down(error) from None
        except NotLoggedIn as error:
            _log.warning("%s: %s", self.provider, error)
            said = f"What {self.provider} says can't be trusted, so nobody was let in. {_AGAIN}"
            raise LoginFailed(said, 403, str(error)) from None
        person = self._rules.read_person(claims)
        visitor = self._rules.admit(person) if person else None
        if person is None or visitor is None:
            name = person.name if person else "somebody without a name"
            said = (
                f"You are {name} there, who is not among those who may read here. Ask whoever looks after the library."
            )
            raise LoginFailed(said, 403, f"{name} is not among those who may read")
        response = RedirectResponse("/", 303)
        self._login.put(response, {"sub": person.subject, "email": person.email, "groups": person.groups})
        self._way.end(request, response)
        return visitor, response

    def end(self, request: Request, response: Response) -> None:
        """Have the reader's login count no more, here and in their browser."""
        self._login.end(request, response)

    def _explain_down(self, error: ProviderDown) -> LoginFailed:
        _log.warning("%s: %s", self.provider, error)
        said = f"{self.provider} can't be asked just now. Try again in a moment, or come in with a token."
        return LoginFailed(said, 503, f"the provider can't be asked: {error}")
