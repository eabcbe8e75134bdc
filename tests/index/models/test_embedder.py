"""One contract for every Embedder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from index.assemble import make_embedder
from index.errors import DatelineError, UsageError
from index.models.embedder import Embedder, OnnxEmbedder, to_unit
from index.models.embedder_litellm import LitellmEmbedder
from index.models.model_families import BGE, Prefixes
from index.models.model_files import find_model
from tests.doubles import HashingEmbedder
from tests.index.hostile import NASTY
from tests.index.models.embeddings_server import address, serve_embeddings

TEXTS = [
    "The army of Niger seized power in July.",
    "A recipe for apple pie with cinnamon.",
    "Shares in the bank fell by four percent on Monday, the worst day since spring. " * 6,
    "Rain.",
]
REAL = ["bge-small", "minilm", "minilm_float32", "minilm_torch"]


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return make_embedder("sentence-transformers/all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def minilm_float32() -> Embedder:
    return make_embedder("sentence-transformers/all-MiniLM-L6-v2", "float32")


@pytest.fixture(scope="module")
def minilm_torch() -> Embedder:
    return make_embedder("sentence-transformers/all-MiniLM-L6-v2", "sentence-transformers")


@pytest.fixture
def litellm_embedder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedder]:
    with serve_embeddings() as server:
        _point_at(address(server), monkeypatch)
        yield LitellmEmbedder("openai/scripted")


def _point_at(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    monkeypatch.setenv("OPENAI_API_BASE", base)
    monkeypatch.setenv("OPENAI_BASE_URL", base)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=[*(pytest.param(name, marks=pytest.mark.models) for name in REAL), "litellm", "double"])
def subject(request: pytest.FixtureRequest) -> Embedder:
    fixtures = {"bge-small": "embedder", "litellm": "litellm_embedder"}
    if request.param == "double":
        return HashingEmbedder()
    found: Embedder = request.getfixturevalue(fixtures.get(request.param, request.param))
    return found


def test_it_names_itself_and_its_weights(subject: Embedder) -> None:
    assert subject.name
    assert len(bytes.fromhex(subject.sha256)) == 32
    assert subject.dim > 0


def test_rows_are_unit_float32(subject: Embedder) -> None:
    rows = subject.embed_passages(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), subject.dim)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_query_is_one_unit_row_of_the_same_size(subject: Embedder) -> None:
    query = subject.embed_query(TEXTS[0])
    assert query.dtype == np.float32
    assert query.shape == (subject.dim,)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(subject: Embedder) -> None:
    rows = subject.embed_passages([])
    assert rows.shape == (0, subject.dim)
    assert rows.dtype == np.float32


def test_a_vector_does_not_depend_on_its_neighbours(subject: Embedder) -> None:
    together = subject.embed_passages(TEXTS)
    alone = np.concatenate([subject.embed_passages([t]) for t in reversed(TEXTS)])[::-1]
    if subject.runtime in ("int8", "float32"):
        np.testing.assert_array_equal(together, alone)
    else:  # sums of floats may be taken in another order in another batch
        np.testing.assert_allclose(together, alone, atol=1e-5)


def test_questions_in_flight_together_have_the_vectors_that_they_have_alone(subject: Embedder) -> None:
    alone = [subject.embed_query(t) for t in TEXTS]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(subject.embed_query, TEXTS * 4))
    for found, wanted in zip(together, alone * 4, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_different_texts_have_different_vectors(subject: Embedder) -> None:
    rows = subject.embed_passages(TEXTS)
    similar = rows @ rows.T - np.eye(len(TEXTS))
    assert similar.max() < 0.95


def test_a_text_is_nearer_to_its_like(subject: Embedder) -> None:
    """The pairs share words too, so that the double can tell."""
    rows = subject.embed_passages(
        ["the army of niger took power", "soldiers of the army took power in niger", "bake the apples with butter"]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


def test_hostile_texts_have_vectors_too(subject: Embedder) -> None:
    rows = subject.embed_passages(NASTY)
    assert rows.shape == (len(NASTY), subject.dim)
    assert np.isfinite(rows).all()
    assert np.isfinite(subject.embed_query("\u202e" * 3_000)).all()


@pytest.mark.models
@pytest.mark.parametrize("name", REAL)
def test_a_question_finds_its_answer(name: str, request: pytest.FixtureRequest) -> None:
    """By meaning: the right passage shares no content word with the question."""
    real: Embedder = request.getfixturevalue("embedder" if name == "bge-small" else name)
    rows = real.embed_passages(
        [
            "Troops toppled the elected head of state and closed the borders.",
            "The central bank kept interest rates where they were.",
            "Heavy rain flooded the fields around the village.",
        ]
    )
    assert int(np.argmax(rows @ real.embed_query("Who staged a coup against the president?"))) == 0


def test_the_question_prefix_of_bge_is_used(embedder: Embedder) -> None:
    prefixed = embedder.embed_passages([BGE.query + "who left?"])[0]
    np.testing.assert_array_equal(embedder.embed_query("who left?"), prefixed)
    assert not np.array_equal(embedder.embed_query("who left?"), embedder.embed_passages(["who left?"])[0])


@pytest.mark.models
def test_the_passage_prefix_of_a_family_is_used(embedder: Embedder) -> None:
    found = replace(find_model("BAAI/bge-small-en-v1.5"), prefixes=Prefixes("query: ", "passage: "))
    prefixed = OnnxEmbedder(found, found.weights, "int8")
    np.testing.assert_array_equal(
        prefixed.embed_passages(["The army left."]), embedder.embed_passages(["passage: The army left."])
    )
    np.testing.assert_array_equal(prefixed.embed_query("who left?"), embedder.embed_passages(["query: who left?"])[0])


def test_litellm_asks_in_batches_and_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"text number {n}" for n in range(150)]
    with serve_embeddings() as server:
        _point_at(address(server), monkeypatch)
        rows = LitellmEmbedder("openai/scripted").embed_passages(texts)
        sizes = [len(asked["input"]) for asked in server.seen]
    np.testing.assert_allclose(rows, HashingEmbedder().embed_passages(texts), atol=1e-6)
    assert sum(sizes) == 150
    assert max(sizes) <= 64
    assert {asked["model"] for asked in server.seen} == {"scripted"}


def test_litellm_says_which_model_gave_too_few_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_embeddings(drop=1) as server:
        _point_at(address(server), monkeypatch)
        with pytest.raises(DatelineError, match="openai/scripted gave 1 vectors for 2 texts"):
            LitellmEmbedder("openai/scripted").embed_passages(["a", "b"])


def test_litellm_says_which_model_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_embeddings(status=400) as server:
        _point_at(address(server), monkeypatch)
        with pytest.raises(DatelineError, match="openai/scripted gave no vectors") as error:
            LitellmEmbedder("openai/scripted").embed_query("a")
    assert "\n" not in str(error.value)


def test_a_row_of_zeros_stays_one() -> None:
    rows = to_unit(np.array([[0.0, 0.0], [3.0, 4.0]], dtype=np.float32))
    np.testing.assert_allclose(rows, np.array([[0.0, 0.0], [0.6, 0.8]], dtype=np.float32), atol=1e-7)


@pytest.mark.parametrize("name", ["BAAI/bge-small-en-v1.5", "all-MiniLM-L6-v2", "litellm:openai/scripted"])
def test_an_unknown_runtime_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="embedder_runtime"):
        make_embedder(name, "float16")


@pytest.mark.parametrize("name", ["BAAI/bge-small-en-v1.5", "litellm:openai/scripted"])
def test_a_runtime_that_cannot_run_the_model_is_named(name: str) -> None:
    with pytest.raises(DatelineError, match="run as float32"):
        make_embedder(name, "float32")
