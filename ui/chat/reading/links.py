"""The addresses of the pages that are read."""

from __future__ import annotations

from urllib.parse import urlencode

COMPARE = "/compare"


def name_share(share: str) -> str:
    """The address of a shared conversation."""
    return f"/shared/{share}"


def link_comparison(one: str, other: str) -> str:
    """The address of two articles side by side."""
    return f"{COMPARE}?{urlencode({'one': one, 'other': other})}"


def link_version(article: str, number: int) -> str:
    """The address of an article beside an earlier version of it."""
    return f"{COMPARE}?{urlencode({'one': article, 'version': number})}"
