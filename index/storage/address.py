"""The address of a library that is kept in a database: postgresql://user@host/database?schema=name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from index.errors import UsageError
from index.trust.allowed import own_folder

DEFAULT_SCHEMA = "dateline"
_SCHEMES = ("postgresql", "postgres")
_BEGINS = re.compile(r"(?i)[a-z][a-z0-9+.-]*:/")  # a path that was an address has lost a slash
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SECRET = {"password", "sslpassword"}
_EXAMPLE = "Write it as postgresql://user@host:5432/database."
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


class Address(str):
    """Where a library's database is, as it may be shown: without its password.

    `parameters` are libpq's, with the password; `schema` is the one in which all tables of the library are.
    """

    parameters: Mapping[str, str]
    schema: str

    @property
    def has_password(self) -> bool:
        """True where a password was written into it."""
        return bool(_SECRET & self.parameters.keys())

    def with_schema(self, schema: str) -> Address:
        """The address of another library in the same database."""
        base, _, query = self.partition("?")
        address = Address(f"{base}?{_write_query({**dict(parse_qsl(query)), 'schema': schema})}")
        address.parameters, address.schema = self.parameters, schema
        return address

    @property
    def folder(self) -> Path:
        """Where this machine keeps what is its own of the library: settings, tokens, spending."""
        name = _NOT_PLAIN.sub("-", self.partition("://")[2])[:60].strip("-")
        return own_folder() / "databases" / f"{name}-{hashlib.sha256(self.encode()).hexdigest()[:8]}"


class SchemaState(NamedTuple):
    """The version of a database's tables (0 for none) beside the one known here, and of server and pgvector."""

    version: int
    known: int
    server: str
    pgvector: str


class Right(NamedTuple):
    """What a role of the database (`member`) may do in a collection, or without a name in the whole library.

    `role` is reader, editor or admin; each may what those before it may.
    """

    member: str
    collection: str
    role: str


Place = Path | Address


def find_own_folder(place: Place) -> Path:
    """The folder of what this machine keeps beside the articles: the library's own, or one for a database, made where
    it can be.
    """
    if isinstance(place, Path):
        return place
    with suppress(OSError):  # a service may run without a home of its own; who writes there will say so
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place.folder


def is_address(text: str) -> bool:
    """True for an address of any kind, and false for a path."""
    return _BEGINS.match(text) is not None


def read_place(text: str) -> Place:
    """The folder or the address that was written. Raises UsageError for an address that is none of a database's."""
    return read_address(text) if is_address(text) else Path(text)


def read_address(text: str) -> Address:
    """Read an address as it was written. Raises UsageError, without its password, where it is none of a database's."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UsageError(f"the library's address can't be read. {_EXAMPLE}") from None
    if parts.scheme.lower() not in _SCHEMES:
        raise UsageError(f"a library is a folder, or a database at postgresql://…, and not at {parts.scheme}://….")
    if "@" in parts.path + parts.query or parts.fragment:  # what was meant for a password would be shown
        raise UsageError(
            f"the library's address can't be read: write @ as %40, / as %2F, ? as %3F, # as %23. {_EXAMPLE}"
        )
    who, _, where = parts.netloc.rpartition("@")
    user, _, password = who.partition(":")
    hosts, ports = _read_hosts(where)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = given.pop("schema", DEFAULT_SCHEMA)
    if not _SCHEMA.fullmatch(schema):
        raise UsageError("the schema in the library's address must be a name of small letters, digits and underscores.")
    named = {"user": unquote(user), "password": unquote(password), "host": hosts, "port": ports}
    named["dbname"] = unquote(parts.path.removeprefix("/"))
    shown = {name: value for name, value in given.items() if name not in _SECRET}
    if schema != DEFAULT_SCHEMA:
        shown["schema"] = schema
    place = f"{user}@{where}" if user else where
    query = f"?{_write_query(shown)}" if shown else ""
    address = Address(f"postgresql://{place}{parts.path}{query}")
    address.parameters = {**{name: value for name, value in named.items() if value}, **given}
    address.schema = schema
    return address


def _write_query(values: Mapping[str, str]) -> str:
    return urlencode(values, quote_via=quote, safe="/")


def _read_hosts(where: str) -> tuple[str, str]:
    """The hosts and ports of `one:5432,two`, each as libpq takes them."""
    hosts, ports = [], []
    for part in where.split(",") if where else []:
        found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d*))?", part)
        if found is None:
            raise UsageError(f"the host in the library's address can't be read. {_EXAMPLE}")
        hosts.append(unquote(found[1].strip("[]")))
        ports.append(found[2] or "")
    return ",".join(hosts), ",".join(ports) if any(ports) else ""
