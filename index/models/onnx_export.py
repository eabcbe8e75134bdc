"""A BERT embedder's weights made into an ONNX file, so that it runs without torch."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from index.errors import DatelineError
from index.models.model_files import FoundModel, hash_file

WeightPrecision: TypeAlias = Literal["int8", "float32"]
_RECIPE = 1  # the next number for a graph that gives other vectors
_OPSET = 20  # the first that has Gelu
_FUSED = "com.microsoft"  # the operators that onnxruntime adds


def can_export(folder: Path) -> bool:
    """True for a folder of sentence-transformers with a plain BERT: absolute positions, GELU, float weights."""
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


def find_export(model: FoundModel, precision: WeightPrecision) -> Path:
    """Return the ONNX file of `model`, a BERT in safetensors; it is made at the first call and kept in the cache.

    Its name ends with its own sha256, so that a damaged one is noticed, and made again. Raises DatelineError where
    the cache can't be written.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dateline" / "models"
    stem = f"{model.sha256[:16]}-{precision}-{_RECIPE}-"
    for kept in folder.glob(f"{stem}*.onnx"):
        if hash_file(kept) == kept.stem.removeprefix(stem):
            return kept
    partial = folder / f"{stem}{os.getpid()}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(_export_bert(model, int8=precision == "int8"))
        kept = folder / f"{stem}{hash_file(partial)}.onnx"
        partial.replace(kept)
    except OSError as error:
        raise DatelineError(
            f"{model.name} can't be kept as ONNX in {folder} ({error.strerror}). Make that folder writable, or name "
            "another in XDG_CACHE_HOME.",
            path=folder,
        ) from error
    return kept


def _export_bert(model: FoundModel, *, int8: bool) -> bytes:
    """Return `model` as an ONNX file.

    The graph reads `input_ids` (1, tokens) and gives `last_hidden_state` (1, tokens, width). It takes one text at
    a time, so it needs no attention mask. With `int8` the weights are bytes, with a scale for each column, and what
    is multiplied with them is scaled by its own range at each step ("dynamic quantization" of onnxruntime).
    """
    from safetensors import SafetensorError

    config = json.loads((model.folder / "config.json").read_text(encoding="utf-8"))
    try:
        made: bytes = _GraphBuilder(_read_weights(model.weights), int8=int8).build(config).SerializeToString()
    except (KeyError, ValueError, SafetensorError) as error:
        raise DatelineError(
            f"the weights of {model.name} in {model.weights} are not those of a BERT ({error}). "
            "Check the folder, or set `embedder_runtime` to sentence-transformers.",
            path=model.weights,
        ) from error
    return made


def _read_weights(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    from safetensors.numpy import load_file

    return {name.removeprefix("bert."): value.astype(np.float32) for name, value in load_file(path).items()}


class _GraphBuilder:
    """Puts a BERT encoder (Devlin et al. 2019) together, operator by operator."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]], *, int8: bool) -> None:
        self._weights = weights
        self._int8 = int8
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build(self, config: dict[str, Any]) -> Any:
        """Return the model as an onnx.ModelProto."""
        from onnx import TensorProto, helper

        width, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        hidden = self._embed()
        for n in range(int(config["num_hidden_layers"])):
            hidden = self._add_layer(f"encoder.layer.{n}.", hidden, heads)
        self._nodes.append(helper.make_node("Identity", [hidden], ["last_hidden_state"]))
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [1, "tokens", width])],
            self._constants,
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)], ir_version=10
        )

    def _embed(self) -> str:
        words = self._op("Gather", self._constant(self._weights["embeddings.word_embeddings.weight"]), "input_ids")
        # Every token is of the first kind, so its vector joins the positions'.
        positions = self._weights["embeddings.position_embeddings.weight"]
        positions = positions + self._weights["embeddings.token_type_embeddings.weight"][0]
        count = self._op("Shape", "input_ids", start=1)
        zero, one = self._constant(np.array([0])), self._constant(np.array([1]))
        places = self._op("Slice", self._constant(positions), zero, count, zero, one)
        return self._normalize("embeddings.LayerNorm", self._op("Add", words, places))

    def _add_layer(self, prefix: str, hidden: str, heads: int) -> str:
        attended = self._linear(prefix + "attention.output.dense", self._attend(prefix, hidden, heads))
        hidden = self._normalize(prefix + "attention.output.LayerNorm", self._op("Add", attended, hidden))
        inner = self._op("Gelu", self._linear(prefix + "intermediate.dense", hidden))
        outer = self._linear(prefix + "output.dense", inner)
        return self._normalize(prefix + "output.LayerNorm", self._op("Add", outer, hidden))

    def _attend(self, prefix: str, hidden: str, heads: int) -> str:
        """Attention of all heads; query, key and value come from one multiplication."""
        from onnx import helper

        names = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        weights = [self._weights[f"{name}.weight"].T for name in names]
        biases = [self._weights[f"{name}.bias"] for name in names]
        joined = self._multiply(hidden, np.concatenate(weights, axis=1), np.concatenate(biases))
        query, key, value = (f"{prefix}{part}" for part in ("query", "key", "value"))
        self._nodes.append(helper.make_node("Split", [joined], [query, key, value], axis=-1, num_outputs=3))
        return self._op("MultiHeadAttention", query, key, value, domain=_FUSED, num_heads=heads)

    def _linear(self, name: str, value: str) -> str:
        return self._multiply(value, self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])

    def _multiply(self, value: str, weight: np.ndarray[Any, Any], bias: np.ndarray[Any, Any]) -> str:
        """`value` times `weight` (in, out), plus `bias` (out,)."""
        if not self._int8:
            return self._op("Add", self._op("MatMul", value, self._constant(weight)), self._constant(bias))
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / 127
        whole = self._constant(np.rint(weight / scale).astype(np.int8))
        none = self._constant(np.zeros(weight.shape[1], dtype=np.int8))
        scales = self._constant(scale.astype(np.float32))
        return self._op("DynamicQuantizeMatMul", value, whole, scales, none, self._constant(bias), domain=_FUSED)

    def _normalize(self, name: str, value: str) -> str:
        scale, bias = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._op("LayerNormalization", value, scale, bias, axis=-1, epsilon=self._epsilon)

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        output = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def _constant(self, value: np.ndarray[Any, Any]) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name
