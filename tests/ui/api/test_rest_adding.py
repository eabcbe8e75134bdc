"""Adding and removing over REST: what the library has then, keys that make requests safe to repeat, and refusals."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import Library
from tests.conftest import ROOT
from tests.index.fetch.site import make_page, page, serve
from tests.ui.api.serving import ARTICLES, open_small, serve_apis

BODY = {"articles": [{"id": "new", "text": "A storm closed the port on Friday.", "published": "2024-05-03"}]}
LINE = json.dumps({"id": "line", "title": "A line", "text": "The archive of the town opened again on Sunday."})


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[httpx.Client, Library]]:
    """A client of a library of its own, and the library."""
    with (
        open_small(tmp_path / "library") as library,
        serve_apis(library) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
    ):
        yield client, library


def add(client: httpx.Client, body: Any = BODY, key: str | None = None) -> httpx.Response:
    return client.post("/api/articles", json=body, headers={"Idempotency-Key": key} if key else {})


def ids(library: Library) -> set[str]:
    return {article.id for article in library.articles()}


def test_articles_are_added_updated_and_removed(own: tuple[httpx.Client, Library]) -> None:
    client, library = own
    before = ids(library)
    assert add(client).json()["added"] == ["new"]
    assert add(client).json()["unchanged"] == ["new"]
    changed = {"articles": [{**BODY["articles"][0], "text": "A storm closed the port on Saturday."}]}
    assert add(client, changed).json()["updated"] == ["new"]
    (old,) = client.get("/api/versions/new").json()["versions"]
    assert old["text"] == BODY["articles"][0]["text"]
    assert client.get("/api/articles/new").json()["text"].endswith("Saturday.")
    assert client.delete("/api/articles/new").json() == {"removed": ["new"]}
    assert client.get("/api/articles/new").status_code == 404
    assert ids(library) == before


def test_what_can_be_added_is_and_the_rest_is_named(own: tuple[httpx.Client, Library]) -> None:
    client, library = own
    nameless = {"text": "It has neither an id nor a url."}
    report = add(client, {"articles": [nameless, *BODY["articles"]]}).json()
    assert report["added"] == ["new"]
    (failed,) = report["failed"]
    assert "give it one" in failed["reason"]
    nothing = add(client, {"articles": [nameless]})
    assert nothing.status_code == 422
    assert nothing.json()["failed"] == [failed]
    assert len(library.ids()) == len(ARTICLES) + 1


def test_files_are_read_as_the_command_reads_them(own: tuple[httpx.Client, Library]) -> None:
    client, library = own
    story = make_page("The lorry", "A lorry lost its load on the bridge.")
    files = [
        ("files", ("a.jsonl", LINE.encode())),
        ("files", ("../../b.html", story)),
        ("files", ("bad.pdf", b"%PDF-1")),
    ]
    report = client.post("/api/articles/files", files=files).json()
    assert len(report["added"]) == 2, report
    assert [failure["origin"] for failure in report["failed"]] == ["bad.pdf"]
    assert library.get("line").title == "A line"
    (read,) = (a for a in library.articles() if "lost its load" in a.text)
    assert (read.origin or "").endswith("/b.html")
    again = client.post("/api/articles/files", files=files).json()
    assert (again["added"], len(again["unchanged"])) == ([], 2)
    named = client.post("/api/articles/files", files=files[:1], data={"collections": ["sahel", "markets"]}).json()
    assert named["updated"] == ["line"], named
    assert library.get("line").collections == ("markets", "sahel")
    refused = client.post("/api/articles/files", files=files[:1], data={"collections": "<b>"})
    assert (refused.status_code, "can't name a collection" in refused.json()["detail"]) == (400, True)


def test_where_there_is_no_room_files_are_not_even_read(
    own: tuple[httpx.Client, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, library = own
    for what in ("ui.api.rest.uploads.MOST_UPLOADING", "ui.server.uploads.MOST_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(what, 0)
            refused = client.post("/api/articles/files", files={"files": ("a.jsonl", LINE.encode())})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "60"
        assert "Try again" in refused.json()["detail"]
    assert "line" not in library.ids()


@pytest.mark.usefixtures("one_reader")
def test_addresses_are_read_and_files_of_this_machine_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: tuple[httpx.Client, Library]
) -> None:
    client, library = own
    secret = tmp_path / "secret.txt"
    secret.write_text("This is nobody's business.", encoding="utf-8")
    with serve() as site:
        site.replies["/story"] = page("The lock is open", "The lock was opened for ships on Monday.")
        asked = {"addresses": [f"{site.url}/story", secret.as_uri(), str(secret)], "collections": ["canals"]}
        assert client.post("/api/articles/web", json=asked).status_code == 422  # a private address is not asked for
        library.settings = library.settings.__class__(allow_private=True, web_delay=0.0)
        report = client.post("/api/articles/web", json=asked).json()
    assert len(report["added"]) == 1
    assert {failure["origin"] for failure in report["failed"]} == {secret.as_uri(), str(secret)}
    assert not any("business" in article.text for article in library.articles())
    assert library.collections()["canals"] == 1


def test_an_export_brings_all_back(own: tuple[httpx.Client, Library], tmp_path: Path) -> None:
    client, library = own
    exported = client.get("/api/export")
    assert exported.headers["content-type"] == "application/x-ndjson"
    with open_small(tmp_path / "other") as other:
        other.remove_all(other.ids())
        with serve_apis(other) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as there:
            there.post("/api/articles/files", files={"files": ("all.jsonl", exported.content)})
        assert {a.id: a.text for a in other.articles()} == {a.id: a.text for a in library.articles()}
    client.post("/api/articles/files", files={"files": ("a.txt", b"A text with a path. It is short.")})
    assert str(tmp_path) not in client.get("/api/export").text


def test_removing_takes_whole_ids_or_filters(own: tuple[httpx.Client, Library]) -> None:
    client, library = own
    assert client.delete("/api/articles/ferr").status_code == 404  # the beginning of an id removes nothing
    assert client.request("DELETE", "/api/articles", params={"ids": ["ferry", "none"]}).status_code == 404
    assert len(library.ids()) == len(ARTICLES)
    for nothing in ({}, {"before": " "}, {"before": ""}, {"ids": "ferry", "before": "2023"}):
        assert client.request("DELETE", "/api/articles", params=nothing).status_code == 400
    assert client.request("DELETE", "/api/articles", params={"sources": ["", " "]}).json() == {"removed": []}
    assert len(library.ids()) == len(ARTICLES)
    gone = client.request("DELETE", "/api/articles", params={"before": "2023"}).json()
    assert gone == {"removed": ["bridge/1"]}
    assert client.delete("/api/articles/undated").json() == {"removed": ["undated"]}
    assert library.ids() == ["ferry"]


def test_a_key_gets_the_same_answer_and_does_nothing_twice(own: tuple[httpx.Client, Library]) -> None:
    client, library = own
    first = add(client, key="k-1")
    generation = library.status().generation
    library.remove("new")
    again = add(client, key="k-1")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "new" not in ids(library)
    assert library.status().generation == generation + 1  # of the removal alone
    other = add(client, {"articles": [{"id": "other", "text": "Another."}]}, key="k-1")
    assert other.status_code == 422
    assert "Send another key" in other.json()["detail"]
    assert add(client, key="k-2").json()["added"] == ["new"]
    for bad in (b"x" * 256, b"k\t1", "ключ".encode()):
        response = client.post("/api/articles", json=BODY, headers=[(b"Idempotency-Key", bad)])
        assert response.status_code == 400
        assert "Send a UUID" in response.json()["detail"]
    stranger = client.post(
        "/api/articles", json=BODY, headers={"Idempotency-Key": "k-1", "Authorization": "Bearer another"}
    )
    assert "Idempotency-Replayed" not in stranger.headers


def test_a_request_that_failed_is_tried_again(own: tuple[httpx.Client, Library]) -> None:
    client, _ = own
    nameless = {"articles": [{"text": "It has neither an id nor a url."}]}
    assert [add(client, nameless, "k").status_code for _ in range(2)] == [422, 422]
    assert add(client, key="k").json()["added"] == ["new"]


def test_a_key_in_use_waits_and_old_keys_go() -> None:
    from starlette.requests import Request

    from ui.api.errors import ConflictError
    from ui.api.rest.idempotency import KeptAnswers

    now = 0.0
    kept = KeptAnswers(lambda: now)
    request = Request({"type": "http", "method": "POST", "path": "/articles", "headers": [], "query_string": b"",
                       "server": ("127.0.0.1", 80), "scheme": "http"})  # fmt: skip
    begun, go_on = threading.Event(), threading.Event()

    def work() -> dict[str, int]:
        begun.set()
        assert go_on.wait(60)
        return {"n": 1}

    thread = threading.Thread(target=kept.answer, args=(request, "k", "body", work))
    thread.start()
    assert begun.wait(60)
    with pytest.raises(ConflictError):
        kept.answer(request, "k", "body", dict)
    go_on.set()
    thread.join()
    assert kept.answer(request, "k", "body", dict).body == b'{"n":1}'
    for n in range(1_500):
        kept.answer(request, f"key {n}", "body", dict)
    assert len(kept._kept) <= 1_000
    now = 24 * 3600 + 1.0
    assert kept.answer(request, "key 1499", "body", lambda: {"n": 2}).body == b'{"n":2}'
    assert len(kept._kept) == 1
    for n in range(40):
        kept.answer(request, f"long {n}", "body", lambda: "x" * 1024**2)
    assert sum(len(answer.body) for answer in kept._kept.values()) <= 16 * 1024**2


def test_lists_are_filtered_sorted_and_paged(small: httpx.Client) -> None:
    def list_ids(**asked: Any) -> list[str]:
        return [article["id"] for article in small.get("/api/articles", params=asked).json()["articles"]]

    assert list_ids() == ["bridge/1", "ferry", "undated"]
    assert list_ids(sort="newest") == ["ferry", "bridge/1", "undated"]
    assert list_ids(sort="title") == ["undated", "bridge/1", "ferry"]
    assert list_ids(sort="source") == ["bridge/1", "ferry", "undated"]
    assert list_ids(after="2024") == ["ferry"]
    assert list_ids(sources="bridge post") == ["bridge/1"]
    assert list_ids(text="LORRIES") == ["bridge/1"]
    assert list_ids(languages="fr") == []
    for sort in ("oldest", "title"):
        found: list[str] = []
        offset: int | None = 0
        while offset is not None:
            part = small.get("/api/articles", params={"limit": 1, "offset": offset, "sort": sort}).json()
            assert part["total"] == len(ARTICLES)
            found += [article["id"] for article in part["articles"]]
            offset = part["next"]
        assert found == list_ids(sort=sort)


def test_who_may_only_read_is_told_whom_to_ask(tmp_path: Path) -> None:
    from ui.server.serve import Access

    with open_small(tmp_path / "library") as library, serve_apis(library, Access(read_only=True)) as url:
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            answers = [
                add(client),
                client.post("/api/articles/web", json={"addresses": ["https://news.example/"]}),
                client.post("/api/articles/files", files={"files": ("a.txt", b"A text.")}),
                client.delete("/api/articles/ferry"),
                client.request("DELETE", "/api/articles", params={"sources": "Harbour Times"}),
            ]
        assert [answer.status_code for answer in answers] == [403] * 5
        assert all("Ask whoever serves the library" in answer.json()["detail"] for answer in answers)
        assert len(library.ids()) == len(ARTICLES)


def test_the_documented_lines_work(own: tuple[httpx.Client, Library], tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    client, library = own
    with zipfile.ZipFile(tmp_path / "cuttings.zip", "w") as archive:
        archive.writestr("a.jsonl", LINE)
    document = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    lines = [line for line in document.splitlines() if line.startswith("curl ")]
    assert len(lines) == 7
    for line in lines:
        command = shlex.split(line.replace("http://127.0.0.1:7860", str(client.base_url).rstrip("/")))
        more = ["--silent", "--noproxy", "*", "--write-out", "%{http_code}"]
        done = subprocess.run([*command, *more], capture_output=True, check=True, cwd=tmp_path, text=True)
        expected = "422" if "news.example" in line else "200"  # which is a name that nobody has
        assert done.stdout.endswith(expected), (line, done.stdout)
    exported = (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["id"] for line in exported} == {*(a["id"] for a in ARTICLES), "1", "line"}
    assert "1" not in library.ids()
