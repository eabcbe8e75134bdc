"""Health, metrics and the log of a server: what happens there is counted, written down, and given to who asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from index import DatabaseUnreachable, Library, load_settings
from rag.settings import Settings
from tests.conftest import ROOT
from ui.server.serve import Access, make_app
from ui.server.tokens import Tokens

DASHBOARD = ROOT / "docs" / "deploy" / "grafana.json"
MISSING = "/models/none"
QUESTION = "When did the Zorblat parade open?"
PARADE = {"id": "1", "title": "A parade", "text": "The Zorblat parade opened on Monday in Zinder."}


class Server:
    """The app over a small library, without a network; it logs to `log`."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.log = folder / "log.jsonl"
        self.library = Library.open(folder / "library", create=True)
        self.library.add([PARADE])
        chosen = load_settings(Settings, None, {"log_file": str(self.log), "reranker": MISSING, **settings})
        self.access = Access(Tokens(self.library.folder)) if settings.get("log_prompts") else Access()
        self.page, app = make_app(self.library, chosen, "127.0.0.1", access=self.access)
        self.client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    def read_metrics(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        families = text_string_to_metric_families(self.client.get("/metrics").text)
        return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}

    def read_log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def server(doubles: None, tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    with made.client:
        yield made
    made.page.close()
    made.library.close()


def test_what_happens_is_counted(server: Server) -> None:
    client = server.client
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
    assert client.post("/api/ask", json={"question": "Who won?", "sources": ["Nobody"]}).json()["refused"]
    assert client.get("/api/articles/none").status_code == 404
    assert client.get("/api/search", params={"question": QUESTION, "bad": 1}).status_code == 422
    assert client.get("/made/up").status_code == 404
    found = server.read_metrics()

    def read(name: str, **labels: str) -> float:
        return found.get((name, frozenset(labels.items())), 0.0)

    asked = [read("dateline_questions_total", model="offline", outcome=outcome) for outcome in ("answered", "refused")]
    assert (sum(asked), asked[1] >= 1) == (2, True)
    assert read("dateline_confidence_count") == 1
    assert read("dateline_stage_seconds_count", stage="search") == 2
    assert read("dateline_errors_total", kind="NotFoundError") == 1
    assert read("dateline_requests_total", api="rest", status="200") == 2
    assert read("dateline_requests_total", api="rest", status="404") == 1
    assert read("dateline_requests_total", api="rest", status="422") == 1
    assert read("dateline_requests_total", api="page", status="404") == 1
    assert (read("dateline_articles"), read("dateline_passages")) == (1, 1)
    assert not any("made" in str(labels) for _, labels in found)


def test_the_dashboard_shows_figures_that_there_are_and_all_of_them(server: Server) -> None:
    text = server.client.get("/metrics").text
    families = {family.name: family.type for family in text_string_to_metric_families(text)}
    endings = {"counter": "_total", "histogram": "_bucket", "gauge": ""}
    there = {f"{name}{endings[kind]}" for name, kind in families.items() if not name.endswith("_created")}
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    assert all(re.search(r"\bdateline_", expression) for expression in shown)
    assert {name for expression in shown for name in re.findall(r"\bdateline_\w+", expression)} == there


@pytest.mark.parametrize("prompts", [False, True])
def test_the_log_says_what_happened_and_questions_only_if_asked(doubles: None, tmp_path: Path, prompts: bool) -> None:
    server = Server(tmp_path, log_prompts=prompts)
    with server.client as client:
        headers = {"Authorization": "Bearer wrong"} if server.access.tokens else {}
        status = client.get("/api/search", params={"question": QUESTION}, headers=headers).status_code
        assert status == (401 if prompts else 200)
        client.get("/health")
    server.page.close()
    server.library.close()
    [request] = [line for line in server.read_log() if line["stage"] == "request"]
    assert (request["api"], request["method"], request["status"]) == ("rest", "GET", status)
    assert request["seconds"] >= 0
    assert ("Zorblat" in server.log.read_text()) == prompts


def test_adds_and_errors_are_logged_with_what_went_wrong(server: Server) -> None:
    tab = server.page._tabs[2]._adding  # type: ignore[attr-defined]
    file = server.log.parent / "more.txt"
    file.write_text("The mayor opened the harbour of Zinder on Tuesday, and many people came to see it.\n" * 3)
    assert "1 added" in list(tab.add_files([str(file)]))[-1][0]
    server.client.get("/api/articles/none")
    lines = {line["stage"]: line for line in server.read_log()}
    assert {name: lines["add"][name] for name in ("added", "updated", "unchanged", "failed")} == {
        **dict.fromkeys(("updated", "unchanged", "failed"), 0),
        "added": 1,
    }
    assert (lines["error"]["kind"], "none" in lines["error"]["error"]) == ("NotFoundError", True)
    assert server.read_metrics()["dateline_added_total", frozenset({("outcome", "added")})] == 1


def test_a_log_that_cant_be_written_stops_no_request(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.log.unlink(missing_ok=True)
    server.log.mkdir()
    for _ in range(3):
        assert server.client.get("/api/articles").status_code == 200
    assert [record.message.count("can't be written") for record in caplog.records] == [1]


def test_ready_is_who_has_models_and_a_library_that_can_be_read(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client
    lacking = client.get("/health/ready")
    assert (lacking.status_code, lacking.json()["status"], "\n" in lacking.text) == (503, "failing", False)
    assert list(lacking.json()["lacks"]) == ["reranker"]
    assert MISSING not in lacking.text  # nobody needs a token for this
    assert MISSING in server.log.read_text()
    server.library.warm(reader=True)
    assert client.get("/health/ready").json() == {"status": "ok"}

    def fail() -> None:
        raise DatabaseUnreachable("postgresql://news@db.example/news", "it is down")

    monkeypatch.setattr(server.library, "status", fail)
    failing = client.get("/health/ready")
    assert (failing.status_code, failing.json()["lacks"]) == (
        503,
        {"library": "the database of the library can't be reached. Whoever looks after the library can fix that."},
    )
    assert client.get("/health").status_code == 503
    assert client.get("/health/live").json() == {"status": "ok"}
    found = server.read_metrics()  # which go on without the library
    assert found["dateline_errors_total", frozenset({("kind", "DatabaseUnreachable")})] >= 2
    assert str(found["dateline_articles", frozenset()]) == "nan"
