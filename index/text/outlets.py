"""Which outlet an address belongs to, and which names are those of news agencies: a table that users add to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.errors import UsageError
from index.trust.allowed import own_folder

FILE = "outlets.toml"
_OURS = Path(__file__).with_name(FILE)
_LARGEST = 64 * 1024  # bytes
_LONGEST = 100  # characters of a name
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d]{2,}", re.IGNORECASE)
BY_ADDRESS = "address: "  # begins the evidence of an outlet that goes by an address
# How evidence begins of what a site says of itself. It is another name on each part of a site ("BBC Sport", "CNN.com -
# RSS Channel"), and anybody can call a site of theirs Reuters; the domain is what nobody else has.
_OF_ITSELF = ("page: ", "feed: ", "sitemap: ", BY_ADDRESS)


class OutletTable(NamedTuple):
    """Names of outlets by domain, and of news agencies by each name that they go by, this one in lower case."""

    outlets: Mapping[str, str]
    agencies: Mapping[str, str]


def load_outlets() -> OutletTable:
    """Return Dateline's table with the user's own in front; raise UsageError where that one can't be read."""
    return _load(own_folder() / FILE)


@lru_cache(1)
def _load(own: Path) -> OutletTable:
    tables = [_read(_OURS), _read(own) if own.is_file() else OutletTable({}, {})]
    return OutletTable(
        {domain: name for table in tables for domain, name in table.outlets.items()},
        {known: name for table in tables for known, name in table.agencies.items()},
    )


def _read(path: Path) -> OutletTable:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ValueError("it is larger than 64 KiB")
        return _to_table(tomllib.loads(content.decode("utf-8")))
    except (ValueError, OSError, RecursionError) as error:  # the first is TOML's and UTF-8's too
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{path} can't be read as a table of outlets: {reason}. Fix it, or remove the file.") from None


def _to_table(values: Mapping[str, Any]) -> OutletTable:
    outlets, agencies = values.get("outlets", {}), values.get("agencies", {})
    if set(values) - {"outlets", "agencies"} or not isinstance(outlets, dict) or not isinstance(agencies, dict):
        raise ValueError("it has other parts than [outlets] and [agencies]")
    for domain, name in outlets.items():
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST:
            raise ValueError(f'the outlet of {domain[:_LONGEST]!r} is no name; write "example.org" = "The Example"')
    for name, known in agencies.items():
        if not isinstance(known, list) or not all(isinstance(one, str) and one for one in known):
            raise ValueError(f'the agency {name[:_LONGEST]!r} has no list of names; write "Example" = ["EX"]')
    return OutletTable(
        {domain.lower().removeprefix("www."): name for domain, name in outlets.items()},
        {one.casefold(): name for name, known in agencies.items() for one in [name, *known]},
    )


def find_outlet(url: str | None) -> tuple[str, str] | None:
    """Return the outlet of an address and the domain that it is known by, the longest in the table; else None."""
    labels = read_host(url).split(".")
    outlets = load_outlets().outlets
    domains = (".".join(labels[n:]) for n in range(len(labels)))
    return next(((outlets[domain], domain) for domain in domains if domain in outlets), None)


def find_agency(name: str) -> str | None:
    """Return the news agency that goes by this name ("AFP", "رويترز"), else None."""
    return load_outlets().agencies.get(" ".join(name.split()).casefold())


def settle_outlet(source: str | None, evidence: str | None, url: str | None) -> tuple[str | None, str | None]:
    """Return an article's outlet, and what it is taken from.

    What was said by somebody who gave the article (a label, a column, a mail) stands. What the site says of itself
    gives way to the table, and is named beside it. A site that is not in the table is no news agency, whatever it calls
    itself.
    """
    known = find_outlet(url)
    of_itself = not source or (evidence or "").startswith(_OF_ITSELF)
    if known is None and of_itself and source and find_agency(source) and (host := read_host(url)):
        known = host, host  # a copy, or a forgery
    if known is None or source == known[0] or not of_itself:
        return source, evidence if source else None
    name, domain = known
    said = f" ({evidence}: {source})" if source and not is_domain(source) else ""
    return name, f"{BY_ADDRESS}{domain}{said}"


def name_outlet(url: str) -> tuple[str, str]:
    """Return the outlet that an address alone names, which is its host where the table has none, and the evidence."""
    name, domain = find_outlet(url) or (read_host(url), read_host(url))
    return name, f"{BY_ADDRESS}{domain}"


def is_domain(name: str) -> bool:
    """True for what is written like the domain of a site ("cnn.com")."""
    return _DOMAIN.fullmatch(name) is not None


def read_host(url: str | None) -> str:
    """The host of an address in lower case, without "www."; nothing for what is no address."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
