"""Health and metrics, read by Prometheus' own parser."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.ui.api.conftest import NIGER


def read_metrics(client: httpx.Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def test_health(client: httpx.Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_requests_are_counted_by_door_and_status(client: httpx.Client) -> None:
    before = read_metrics(client)
    client.get("/api/search", params={"question": NIGER})
    client.get("/api/search", params={"question": NIGER, "bad": 1})
    client.get("/made/up")
    after = read_metrics(client)
    for api, status in (("rest", "200"), ("rest", "422"), ("page", "404")):
        name = ("dateline_requests_total", frozenset({("api", api), ("status", status)}))
        assert after[name] == before.get(name, 0) + 1
    assert after["dateline_articles", frozenset()] == 9
    assert not any("made" in str(labels) for _, labels in after)
