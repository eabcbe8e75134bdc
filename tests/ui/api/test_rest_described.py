"""The OpenAPI document: every field is described, answers are what it says, and each refusal that it names is given."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ui.api.serving import FERRY, open_small, serve_apis

JSON = {"Content-Type": "application/json"}
ASK: dict[str, Any] = {"question": FERRY}
ADD: dict[str, Any] = {"articles": [{"id": "ferry", "text": "The ferry is back."}]}
WEB: dict[str, Any] = {"addresses": ["https://news.example/"]}


@pytest.fixture(scope="module")
def document(small_url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{small_url}/api/openapi.json", trust_env=False).json()
    return found


def test_every_field_and_route_is_described(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description") or name.startswith("Body_"), name
        for field, about in schema.get("properties", {}).items():
            assert about.get("description") or "$ref" in about, f"{name}.{field}"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], path
            assert operation["operationId"].isidentifier()
            assert {"401", "403", "429", "503"} < set(operation["responses"]), path
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query":
                    assert parameter["schema"].get("description"), f"{method} {path} {parameter['name']}"
    events = document["paths"]["/ask"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    assert set(events["itemSchema"]["properties"]) == {"changed", "lists"}


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/articles", "ArticlesOut"),
        ("/articles/ferry", "WholeArticleOut"),
        ("/versions/ferry", "VersionsOut"),
        ("/status", "StatusOut"),
        ("/search?question=ferry", "HitOut"),
        ("/timeline?topic=ferry", "TimelineOut"),
        ("/quotes?topic=ferry", "StatementsOut"),
        ("/brief?topic=ferry", "BriefOut"),
        ("/disagreements?topic=ferry", "DisagreementsOut"),
        ("/ask", "AnswerOut"),
        ("/none", "ProblemOut"),
    ],
)
def test_answers_have_the_fields_that_are_described(
    small: httpx.Client, document: dict[str, Any], path: str, shape: str
) -> None:
    response = small.post("/api/ask", json=ASK) if path == "/ask" else small.get(f"/api{path}")
    value = response.json()
    schemas = document["components"]["schemas"]
    for part in value if isinstance(value, list) else [value]:
        assert_described(part, {"$ref": f"#/components/schemas/{shape}"}, schemas, shape)


def assert_described(value: Any, schema: dict[str, Any], schemas: dict[str, Any], place: str) -> None:
    """The value has what the schema demands, and nothing that it doesn't name."""
    if "anyOf" in schema:
        (schema,) = (s for s in schema["anyOf"] if (s.get("type") == "null") == (value is None))
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "type" in schema and schema["type"] != "null":
        assert isinstance(value, kinds[schema["type"]]), place  # type: ignore[arg-type]
    if "properties" in schema:
        assert set(value) <= set(schema["properties"]), place
        assert set(schema.get("required", [])) <= set(value), place
        for name, part in value.items():
            assert_described(part, schema["properties"][name], schemas, f"{place}.{name}")
    if isinstance(value, list):
        for part in value:
            assert_described(part, schema.get("items", {}), schemas, f"{place}[]")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Clients of a server that asks for a token, one with it and one without."""
    from ui.server.serve import Access
    from ui.server.tokens import Tokens, make_token

    folder = tmp_path_factory.mktemp("guarded") / "library"
    with open_small(folder) as library:
        token = make_token(folder)
        with (
            serve_apis(library, Access(tokens=Tokens(folder))) as url,
            httpx.Client(base_url=url, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as known,
            httpx.Client(base_url=url, trust_env=False) as stranger,
        ):
            yield known, stranger


def chunked() -> Iterator[bytes]:
    yield b"{}"


BODIES = {"/ask": ASK, "/articles": ADD, "/articles/web": WEB}
QUERIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # what makes 400 and 422 where there is no body
    "/search": ({"question": " "}, {"question": "x", "limit": 0}),
    **{f"/{name}": ({"topic": " "}, {"topic": "x", "befor": "2024"}) for name in
       ("timeline", "quotes", "brief", "disagreements")},
    "/articles": ({"after": "never"}, {"limit": 0}),
}  # fmt: skip


def provoke(client: httpx.Client, method: str, path: str, status: int) -> httpx.Response | None:
    """The response to a request that this status is for; None where no request alone makes it."""
    address = f"/api{path}".replace("{article_id}", "none")
    body = BODIES.get(path, {}) if method == "post" else None
    files = path == "/articles/files"
    match status:
        case 403:
            return client.request(method, address, headers={"Origin": "https://evil.example"})
        case 404:
            return client.request(
                method, address, json={**ASK, "model": "gpt-4o"} if path == "/ask" else None,
                params={"ids": "none"} if path == "/articles" else {},
            )  # fmt: skip
        case 411:
            return client.request(method, address, content=chunked(), headers=JSON)
        case 413:
            return None if files else client.request(method, address, content=b" " * 1_100_000, headers=JSON)
        case 415 if not files:
            return client.request(method, address, content=b"a=b", headers={"Content-Type": "text/plain"})
        case 400 if files:
            return client.post(address, files={"files": ("a.txt", b"A.")}, headers={"Idempotency-Key": "x" * 300})
        case 400 if body is not None:
            return client.request(method, address, content=b"{", headers=JSON)
        case 422 if files:
            return client.post(address, files={"other": ("a.txt", b"A.")})
        case 422 if body is not None:
            return client.request(method, address, json={**body, "made_up": 1})
        case 400 | 422 if method == "get" and path in QUERIES:
            return client.get(address, params=QUERIES[path][status == 422])
        case 400 if method == "delete":
            return client.delete(address)
        case 422 if method == "delete" and path == "/articles":
            return client.delete(address, params={"id": "ferry"})
    return None


def test_each_refusal_that_is_described_is_given_and_says_what_to_do(
    guarded: tuple[httpx.Client, httpx.Client], document: dict[str, Any]
) -> None:
    known, stranger = guarded
    missed = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert_problem(stranger.request(method, f"/api{path}"), 401)
            for status in (int(s) for s in operation["responses"] if s.startswith("4")):
                if (response := provoke(known, method, path, status)) is not None:
                    assert_problem(response, status)
                elif status not in (401, 429):
                    missed.add((method, path, status))
    # Two of a key at a time have a test of their own, and a hundred MiB are too much for one.
    assert missed == {
        *(("post", path, 409) for path in ("/articles", "/articles/web", "/articles/files")),
        ("post", "/articles/files", 413),
    }
    while (refused := known.get("/api/status")).status_code == 200:
        pass
    assert_problem(refused, 429)
    assert refused.headers["Retry-After"] == "60"


def assert_problem(response: httpx.Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 20
    assert "\n" not in problem["detail"]


def test_a_generated_client_works(document: dict[str, Any], small_url: str, tmp_path: Path) -> None:
    pytest.importorskip("openapi_python_client", reason="openapi-python-client is not installed")
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(document), encoding="utf-8")
    generate = ["generate", "--path", str(described), "--output-path", str(tmp_path / "made"), "--meta", "none"]
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *generate], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout.upper(), made.stdout
    script = f"""
from made import Client
from made.api.default import ask, list_articles, read_article, timeline
from made.models import AskIn, ListArticlesSort
client = Client(base_url="{small_url}/api", httpx_args={{"trust_env": False}}, raise_on_unexpected_status=True)
answer = ask.sync(client=client, body=AskIn(question="{FERRY}"))
print(answer.citations[0].quotes[0].text)
print([article.id for article in list_articles.sync(client=client, sort=ListArticlesSort.NEWEST).articles])
print(read_article.sync("bridge/1", client=client).title)
print(read_article.sync("none", client=client).status)
print(timeline.sync(client=client, topic="ferry").topic)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[1:] == ["['ferry', 'bridge/1', 'undated']", "A bridge is closed", "404", "ferry"]
