"""An HTTP client for the APIs of the served sample library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

NIGER = "why did Niger revoke the deal?"
NOT_THERE = "Who won the 2022 World Cup?"
QUVEX = "When did the Quvex lantern parade open?"


@pytest.fixture
def client(chat_url: str) -> Iterator[httpx.Client]:
    import httpx  # at the top it would stop a light install's tests, which skip what needs it

    with httpx.Client(base_url=chat_url, trust_env=False, timeout=120) as opened:
        yield opened
