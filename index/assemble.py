"""Chooses the concrete classes from the settings; nobody else names one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from index.errors import DatelineError, UsageError
from index.extras import require
from index.models.embedder import Embedder, OnnxEmbedder, Runtime
from index.models.model_files import find_model
from index.models.onnx_export import WeightPrecision, can_export, find_export
from index.models.reader import OnnxReader, Reader
from index.models.reranker import Reranker
from index.search.vectors import FaissIndex, VectorIndex
from index.storage.salvaged import Salvaged, read_database
from index.storage.sqlite.store import SqliteStore, find_file_faults
from index.storage.store import Store

LITELLM = "litellm:"


def make_embedder(name: str, runtime: str = "") -> Embedder:
    """Make the embedder of that name: `litellm:NAME`, a name on the hub, or a path.

    `runtime` is int8, float32 (both on onnxruntime) or sentence-transformers; empty: the first that can run it.
    Raises UsageError for another word, DatelineError where the runtime that is named can't run it.
    """
    if runtime and runtime not in get_args(Runtime):
        raise UsageError(f"`embedder_runtime` is {runtime!r}; it must be int8, float32 or sentence-transformers.")
    if name.startswith(LITELLM):
        if runtime not in ("", "remote"):
            raise DatelineError(f"{name} is run by its provider; it can't be run as {runtime}.")
        require("llm", f"the embedder {name}")
        from index.models.embedder_litellm import LitellmEmbedder

        return LitellmEmbedder(name.removeprefix(LITELLM))
    model = find_model(name)
    if model.onnx:
        if runtime not in ("", "int8"):
            raise DatelineError(f"the packaged weights of {name} are int8; they can't be run as {runtime}.")
        return OnnxEmbedder(model, model.weights, "int8")
    require("sentence-transformers", f"the model {name}")
    if runtime != "sentence-transformers" and model.pooling and can_export(model.folder):
        precision: WeightPrecision = "float32" if runtime == "float32" else "int8"
        return OnnxEmbedder(model, find_export(model, precision), precision)
    if runtime in ("int8", "float32"):
        raise DatelineError(
            f"{name} is not a model that can be run as {runtime} (a plain BERT can). Leave `embedder_runtime` out."
        )
    from index.models.embedder_torch import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(model)


def make_reranker(name: str) -> Reranker:
    """Make the cross-encoder of that name: a name on the hub, or a path."""
    model = find_model(name)
    if model.onnx:
        from index.models.reranker import OnnxReranker

        return OnnxReranker(model)
    require("sentence-transformers", f"the model {name}")
    from index.models.reranker_torch import SentenceTransformersReranker

    return SentenceTransformersReranker(model)


def make_reader(name: str) -> Reader:
    """Make the reader of that name: a name on the hub, or a path."""
    model = find_model(name)
    if model.onnx:
        return OnnxReader(model, model.weights)
    require("sentence-transformers", f"the model {name}")
    if can_export(model.folder):
        return OnnxReader(model, find_export(model, "int8", "reader"))
    from index.models.reader_torch import TransformersReader

    return TransformersReader(model)


def load_vector_index(path: Path, dim: int) -> VectorIndex:
    """Load the vector index at `path`, or an empty one where there is none; raise Damaged where it is torn."""
    return FaissIndex.load(path, dim)


def make_vector_index(path: Path, dim: int) -> VectorIndex:
    """Make an empty vector index that will be saved at `path`."""
    return FaissIndex(path, dim)


def open_store(path: Path, *, create: bool = True, scratch: Path | None = None) -> Store:
    """Open the database at `path`, or with `create` make an empty one; raise DatelineError where it is none of ours.

    `scratch` is an empty folder for copies, where the database can only be read.
    """
    return SqliteStore(path, create=create, scratch=scratch)


def find_database_faults(path: Path) -> Iterator[str]:
    """What is broken in a database that can't be opened, a line each, as far as it can be read."""
    return find_file_faults(path)


def read_salvaged(path: Path, scratch: Path) -> Salvaged:
    """Read all that is whole in the database at `path`, which may be damaged anywhere; `scratch` is an empty folder."""
    return read_database(path, scratch)
