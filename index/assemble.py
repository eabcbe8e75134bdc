"""Chooses the concrete classes from the settings; nobody else names one."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder
from index.models import find_model
from index.reranker import Reranker
from index.vectors import FaissIndex, VectorIndex

LITELLM = "litellm:"


def make_embedder(name: str) -> Embedder:
    """Make the embedder of that name: `litellm:NAME`, a name on the hub, or a path."""
    if name.startswith(LITELLM):
        from index.embedder_litellm import LitellmEmbedder

        return LitellmEmbedder(name.removeprefix(LITELLM))
    model = find_model(name)
    if model.onnx:
        from index.embedder import OnnxEmbedder

        return OnnxEmbedder(model)
    from index.embedder_torch import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(model)


def make_reranker(name: str) -> Reranker:
    """Make the cross-encoder of that name: a name on the hub, or a path."""
    model = find_model(name)
    if model.onnx:
        from index.reranker import OnnxReranker

        return OnnxReranker(model)
    from index.reranker_torch import SentenceTransformersReranker

    return SentenceTransformersReranker(model)


def load_vector_index(path: Path, dim: int) -> VectorIndex:
    """Load the vector index at `path`, or an empty one where there is none; raise Damaged where it is torn."""
    return FaissIndex.load(path, dim)


def make_vector_index(path: Path, dim: int) -> VectorIndex:
    """Make an empty vector index that will be saved at `path`."""
    return FaissIndex(path, dim)
