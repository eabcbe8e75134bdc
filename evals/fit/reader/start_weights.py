"""The weights that the reader begins with, read back from the bytes of an int8 model in ONNX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

_HALVES = ("query", "key", "value")


def read_cross_encoder(path: Path) -> dict[str, Tensor]:
    """Return the weights of an int8 cross-encoder in ONNX as floats, named as in transformers.

    Dynamic quantization (onnxruntime) keeps a weight as `(q - zero_point) * scale`, one scale a tensor.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    weights: dict[str, np.ndarray] = {}
    for name, value in values.items():
        if name.startswith(("bert.", "classifier.")) and value.dtype == np.float32 and value.ndim:
            weights[name] = value
        elif name.endswith("_quantized"):
            stem = name.removesuffix("_quantized")
            scale, zero = values[f"{stem}_scale"], values[f"{stem}_zero_point"]
            weights[stem] = ((value.astype(np.float32) - zero.astype(np.float32)) * scale).astype(np.float32)
    for node in graph.node:
        stem = node.input[1].removesuffix("_quantized") if len(node.input) > 1 else ""
        if node.op_type == "MatMulInteger" and stem in weights:
            value = weights.pop(stem).T
            weights[_name_weight(stem, node.name)] = value
    return {
        name: torch.tensor(np.ascontiguousarray(value))
        for name, value in weights.items()
        if name.startswith(("bert.", "classifier."))
    }


def _name_weight(stem: str, node: str) -> str:
    """The name in transformers of a weight that torch's export renamed, from the node that multiplies with it."""
    if not stem.startswith("onnx::"):
        return stem
    path = re.sub(r"/layer\.(\d+)/", r"/layer.\1/", node).strip("/").rsplit("/MatMul", 1)[0]
    return path.replace("/", ".") + ".weight"


def read_reader(path: Path) -> dict[str, Tensor]:
    """Return the weights of a reader that `find_export` wrote in bytes as floats, named as in transformers.

    What it kept in bytes has a scale for each column, or for each word; heads are halves of floats. Operators come in
    the order in which `BertGraph` put them together.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    values = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    made = {node.output[0]: node for node in graph.node}
    of_kind: dict[str, list[Any]] = {}
    for node in graph.node:
        of_kind.setdefault(node.op_type, []).append(node)
    weights: dict[str, np.ndarray] = {}
    tables = [node for node in of_kind["Gather"] if node.input[0] in values]
    scales, words, kinds = (values[node.input[0]].astype(np.float32) for node in tables)
    weights["embeddings.word_embeddings.weight"] = words * scales
    weights["embeddings.token_type_embeddings.weight"] = kinds
    weights["embeddings.position_embeddings.weight"] = values[of_kind["Slice"][0].input[0]]
    layers = len(of_kind["DynamicQuantizeMatMul"]) // 4
    for name, node in zip(_name_norms(layers), of_kind["LayerNormalization"], strict=True):
        weights[f"{name}.weight"], weights[f"{name}.bias"] = (values[part] for part in node.input[1:])
    for names, node in zip(_name_linears(layers), of_kind["DynamicQuantizeMatMul"], strict=True):
        whole, scale, bias = (values[node.input[n]].astype(np.float32) for n in (1, 2, 4))
        for name, columns, part in zip(
            names, np.split(whole * scale, len(names), axis=1), np.split(bias, len(names)), strict=True
        ):
            weights[f"{name}.weight"], weights[f"{name}.bias"] = columns.T, part
    heads = [n for n in of_kind["Add"] if made.get(n.input[0]) is not None and made[n.input[0]].op_type == "MatMul"]
    for name, node in zip(("qa_outputs", "pooler.dense", "classifier"), heads, strict=True):
        kept = made[made[node.input[0]].input[1]]
        weights[f"{name}.weight"], weights[f"{name}.bias"] = (
            values[kept.input[0]].astype(np.float32).T,
            values[node.input[1]],
        )
    return {
        name if name.startswith(("qa_outputs.", "classifier.")) else f"bert.{name}": torch.tensor(
            np.ascontiguousarray(value, dtype=np.float32)
        )
        for name, value in weights.items()
    }


def _name_norms(layers: int) -> Iterator[str]:
    yield "embeddings.LayerNorm"
    for n in range(layers):
        yield from (f"encoder.layer.{n}.{part}.LayerNorm" for part in ("attention.output", "output"))


def _name_linears(layers: int) -> Iterator[list[str]]:
    for n in range(layers):
        layer = f"encoder.layer.{n}."
        yield [f"{layer}attention.self.{part}" for part in _HALVES]
        yield from ([f"{layer}{part}.dense"] for part in ("attention.output", "intermediate", "output"))
