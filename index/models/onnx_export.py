"""A BERT's weights made into an ONNX file, so that it runs without torch."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from index.errors import DatelineError
from index.models.bert_graph import BertGraph
from index.models.model_files import FoundModel, hash_file

WeightPrecision: TypeAlias = Literal["int8", "float32"]
ModelKind: TypeAlias = Literal["embedder", "reader"]
_RECIPE = 1  # the next number for a graph that gives other vectors
_NEEDED: dict[ModelKind, str] = {"embedder": "a BERT", "reader": "a BERT that answers questions"}
_ADVICE: dict[ModelKind, str] = {
    "embedder": "Check the folder, or set `embedder_runtime` to sentence-transformers.",
    "reader": "Name another in `reader`: a model for extractive question answering.",
}


def can_export(folder: Path) -> bool:
    """True for a folder with a plain BERT: absolute positions, GELU, float weights, a tokenizer."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and (folder / "tokenizer.json").is_file()
    )


def find_export(model: FoundModel, precision: WeightPrecision, kind: ModelKind = "embedder") -> Path:
    """Return the ONNX file of `model`, a BERT in safetensors; it is made at the first call and kept in the cache.

    Its name ends with its own sha256, so that a damaged one is noticed, and made again. Raises DatelineError where
    the cache can't be written.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dateline" / "models"
    what = precision if kind == "embedder" else f"{kind}-{precision}"
    stem = f"{model.sha256[:16]}-{what}-{_RECIPE}-"
    for kept in folder.glob(f"{stem}*.onnx"):
        if hash_file(kept) == kept.stem.removeprefix(stem):
            return kept
    partial = folder / f"{stem}{os.getpid()}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(_export_bert(model, kind, int8=precision == "int8"))
        kept = folder / f"{stem}{hash_file(partial)}.onnx"
        partial.replace(kept)
    except OSError as error:
        raise DatelineError(
            f"{model.name} can't be kept as ONNX in {folder} ({error.strerror}). Make that folder writable, or name "
            "another in XDG_CACHE_HOME.",
            path=folder,
        ) from error
    return kept


def _export_bert(model: FoundModel, kind: ModelKind, *, int8: bool) -> bytes:
    """Return `model` as an ONNX file.

    With `int8` the weights are bytes, with a scale for each column, and what is multiplied with them is scaled by its
    own range at each step ("dynamic quantization" of onnxruntime).
    """
    from safetensors import SafetensorError

    config = json.loads((model.folder / "config.json").read_text(encoding="utf-8"))
    try:
        graph = BertGraph(_read_weights(model.weights), int8=int8, epsilon=float(config["layer_norm_eps"]))
        built = graph.build_embedder(config) if kind == "embedder" else graph.build_reader(config, model.max_tokens)
        made: bytes = built.SerializeToString()
    except (KeyError, ValueError, SafetensorError) as error:
        raise DatelineError(
            f"the weights of {model.name} in {model.weights} are not those of {_NEEDED[kind]} ({error}). "
            f"{_ADVICE[kind]}",
            path=model.weights,
        ) from error
    return made


def _read_weights(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    from safetensors.numpy import load_file

    return {name.removeprefix("bert."): value.astype(np.float32) for name, value in load_file(path).items()}
