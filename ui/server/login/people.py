"""Whom a provider knows, and what the settings let them do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from index import UsageError
from rag import Settings
from ui.server.owners import Visitor

_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_EMAIL = re.compile(r"[!#$%&'*+./0-9=?A-Z^_`a-z{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
_SUBJECT = re.compile(r"[!-~]{1,255}")  # OpenID Connect Core 2: at most 255 characters, of ASCII
_GROUP = "group:"


class Person(NamedTuple):
    """Who logged in: their verified e-mail address in small letters, or none, and their groups as far as they count."""

    subject: str
    email: str
    groups: tuple[str, ...]

    @property
    def name(self) -> str:
        """What they are called, and what their conversations are known by."""
        return self.email or f"sub:{self.subject}"  # no address has a colon


class Rules(NamedTuple):
    """Who may read, and who may write too: domains, e-mail addresses, and groups as "group:desk"."""

    readers: frozenset[str]
    writers: frozenset[str]

    def admit(self, person: Person) -> Visitor | None:
        """What the person may do; None where they may nothing."""
        domain = person.email.rpartition("@")[2]
        words = {person.email, domain, *(_GROUP + group for group in person.groups)} - {""}
        if not words & (self.readers | self.writers):
            return None
        return Visitor(f"user:{person.name}", may_write=bool(words & self.writers))

    def read_person(self, claims: Mapping[str, Any]) -> Person | None:
        """Who it is, by what the provider says; None where that names nobody. Only groups that count are kept."""
        subject, email, groups = claims.get("sub"), claims.get("email"), claims.get("groups")
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            return None
        verified = claims.get("email_verified") is True and isinstance(email, str) and _EMAIL.fullmatch(email)
        named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
        counting = tuple(group for group in named if _GROUP + group in self.readers | self.writers)
        return Person(subject, str(email).lower() if verified else "", counting)


def read_rules(settings: Settings) -> Rules:
    """Read who may do what. Raises UsageError where a word is none of those, or nobody may anything."""
    rules = Rules(*(_read_words(name, getattr(settings, name)) for name in ("oidc_readers", "oidc_writers")))
    if not any(rules):
        raise UsageError("people can log in, and none of them may read. Name some in `oidc_readers` or `oidc_writers`.")
    return rules


def _read_words(setting: str, text: str) -> frozenset[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    words = [word if word.startswith(_GROUP) else word.lower() for word in words]
    for word in words:
        if not (word.startswith(_GROUP) or _EMAIL.fullmatch(word) or _DOMAIN.fullmatch(word)):
            raise UsageError(
                f"`{word[:60]}` in the setting `{setting}` is no domain, address or group. "
                "Write example.org, ada@example.org or group:desk, with commas between."
            )
    return frozenset(words)
