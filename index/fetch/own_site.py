"""What a website may say of an article: no site may write into what another one published."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from index.identify import canonical_url
from index.records import Article
from index.text.outlets import BY_ADDRESS, name_outlet

Find = Callable[[str], Article | None]
_MADE_ID = re.compile(r"[0-9a-f]{16}")
_PORTS = {"http": 80, "https": 443}


@lru_cache(1000)
def name_site(address: str) -> str:
    """The site of a web address: the domain that somebody registered, by the Public Suffix List.

    It is nothing for what is no address. Hosts without a domain, such as IP addresses and names in a private network,
    are sites for each port.
    """
    from courlan import extract_domain  # reads the list, which only those need who read the web

    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    if not host:
        return ""
    return str(extract_domain(f"http://{host}/") or f"{host}:{port}")


def is_same_site(one: str, other: str) -> bool:
    """True for two web addresses of the same site."""
    return bool(name_site(one)) and name_site(one) == name_site(other)


def keep_to_site(article: Article, where: str, find: Find) -> Article:
    """The article as what was read at the address `where` may name it.

    Its URL is one of that site, else, where it has one, where it was read; so is an outlet that goes by its URL. Its id
    is made of that URL or of where it was read, or is one that it was given and that no article from elsewhere has
    (`find` looks) or could be given.
    """
    own = article.url if article.url and is_same_site(article.url, where) else None
    url = own or (canonical_url(where) if article.url else None)
    if url != own and (article.source_evidence or "").startswith(BY_ADDRESS):
        source, evidence = name_outlet(where)
        article = replace(article, source=source, source_evidence=evidence)
    made = {_make_id(own)} if own else set()
    given = article.id not in made and not _MADE_ID.fullmatch(article.id) and _is_from(find(article.id), where)
    if given or article.id in made:
        return replace(article, url=url)
    return replace(article, url=url, id=_make_id(own or article.origin or where))


def _is_from(article: Article | None, where: str) -> bool:
    return article is None or is_same_site(article.origin or "", where)


def _make_id(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:16]
