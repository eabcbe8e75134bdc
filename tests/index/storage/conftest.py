"""Each store there is."""

from __future__ import annotations

import pytest

from tests.index.storage.stores import IMPLEMENTATIONS, Implementation


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    """A store, by its implementation."""
    return IMPLEMENTATIONS[request.param](tmp_path_factory.mktemp("stores"))
