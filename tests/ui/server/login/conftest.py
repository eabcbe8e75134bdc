"""A provider for each test, and a site that is served at one address after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # a light install has no Authlib, and skips what needs it
    from tests.ui.server.login.fake_provider import FakeProvider
    from tests.ui.server.login.site import Served, Site


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    from tests.ui.server.login.fake_provider import FakeProvider
    from tests.ui.server.login.site import KEYS

    made = FakeProvider(KEYS[0])
    yield made
    made.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    from tests.ui.server.login.site import Served

    made = Served()
    made.server.start()
    yield made
    made.server.close()


@pytest.fixture
def site(served: Served, tmp_path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Site:
    from tests.ui.server.login.fake_provider import SECRET
    from tests.ui.server.login.site import Site

    monkeypatch.setenv("OIDC_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served.site = Site(tmp_path, provider, served.port)
    return served.site
