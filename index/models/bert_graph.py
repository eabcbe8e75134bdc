"""A BERT as an ONNX graph, for onnxruntime: it takes one text at a time, so it needs no attention mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Config: TypeAlias = Mapping[str, Any]  # as transformers has it in config.json
_OPSET = 20  # the first that has Gelu
_FUSED = "com.microsoft"  # the operators that onnxruntime adds


class BertGraph:
    """Puts a BERT encoder (Devlin et al. 2019) together, operator by operator."""

    def __init__(self, weights: Mapping[str, Array], *, int8: bool, epsilon: float) -> None:
        self._weights = weights
        self._epsilon = epsilon
        self._int8 = int8
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build_embedder(self, config: Config) -> Any:
        """Return an onnx.ModelProto that gives `last_hidden_state` (1, tokens, width) for `input_ids` (1, tokens)."""
        from onnx import helper

        # Every token is of the first kind, so its vector joins the positions'.
        hidden = self._encode(config, self._embed())
        self._nodes.append(helper.make_node("Identity", [hidden], ["last_hidden_state"]))
        return self._finish(["input_ids"], {"last_hidden_state": [1, "tokens", int(config["hidden_size"])]})

    def build_reader(self, config: Config, most_tokens: int) -> Any:
        """Return an onnx.ModelProto that gives `start` and `end` (1, tokens) for a question and a text.

        It reads `input_ids` and `token_type_ids` (1, tokens). The layer `qa_outputs` gives start and end of each token,
        as in transformers; of weights that have a `classifier` too, that gives `answers` (1,) of the first token.
        It reads `most_tokens` at most. Heads stay float, in two bytes with `int8`. Raises KeyError for weights without
        `qa_outputs`.
        """
        from onnx import helper

        hidden = self._encode(config, self._embed_pair(most_tokens))
        halves = self._add_head("qa_outputs", hidden)
        self._nodes.append(helper.make_node("Split", [halves], ["starts", "ends"], axis=-1, num_outputs=2))
        last = self._constant(np.array([2]))
        for part in ("start", "end"):
            self._nodes.append(helper.make_node("Squeeze", [f"{part}s", last], [part]))
        outputs: dict[str, list[Any]] = {"start": [1, "tokens"], "end": [1, "tokens"]}
        if "classifier.weight" in self._weights:
            first = self._op("Gather", hidden, self._constant(np.array(0)), axis=1)
            value = self._add_head("classifier", self._op("Tanh", self._add_head("pooler.dense", first)))
            self._nodes.append(helper.make_node("Squeeze", [value, self._constant(np.array([1]))], ["answers"]))
            outputs["answers"] = [1]
        return self._finish(["input_ids", "token_type_ids"], outputs)

    def _encode(self, config: Config, hidden: str) -> str:
        heads = int(config["num_attention_heads"])
        for n in range(int(config["num_hidden_layers"])):
            hidden = self._add_layer(f"encoder.layer.{n}.", hidden, heads)
        return hidden

    def _finish(self, inputs: Sequence[str], outputs: Mapping[str, Sequence[Any]]) -> Any:
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"]) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
            self._constants,
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)], ir_version=10
        )

    def _embed(self) -> str:
        words = self._op("Gather", self._constant(self._weights["embeddings.word_embeddings.weight"]), "input_ids")
        positions = self._weights["embeddings.position_embeddings.weight"]
        positions = positions + self._weights["embeddings.token_type_embeddings.weight"][0]
        return self._normalize("embeddings.LayerNorm", self._op("Add", words, self._place(positions)))

    def _embed_pair(self, most_tokens: int) -> str:
        """The same for a question and a text; words are bytes with `int8`, with a scale for each word."""
        weights = self._weights["embeddings.word_embeddings.weight"]
        if self._int8:
            scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-8) / 127
            whole = self._constant(np.rint(weights / scale).astype(np.int8))
            scales = self._op("Gather", self._constant(scale.astype(np.float32)), "input_ids")
            words = self._op("Mul", self._op("Cast", self._op("Gather", whole, "input_ids"), to=1), scales)
        else:
            words = self._op("Gather", self._constant(weights), "input_ids")
        kinds = self._constant(self._weights["embeddings.token_type_embeddings.weight"])
        words = self._op("Add", words, self._op("Gather", kinds, "token_type_ids"))
        places = self._place(self._weights["embeddings.position_embeddings.weight"][:most_tokens])
        return self._normalize("embeddings.LayerNorm", self._op("Add", words, places))

    def _place(self, positions: Array) -> str:
        """A row of `positions` for each token."""
        count = self._op("Shape", "input_ids", start=1)
        zero, one = self._constant(np.array([0])), self._constant(np.array([1]))
        return self._op("Slice", self._constant(positions), zero, count, zero, one)

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

    def _add_head(self, name: str, value: str) -> str:
        """A linear layer in floats, which are kept in two bytes with `int8`."""
        weight = self._weights[f"{name}.weight"].T
        kept = (
            self._op("Cast", self._constant(weight.astype(np.float16)), to=1) if self._int8 else self._constant(weight)
        )
        bias = self._constant(self._weights[f"{name}.bias"])
        return self._op("Add", self._op("MatMul", value, kept), bias)

    def _multiply(self, value: str, weight: Array, bias: Array) -> str:
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

    def _constant(self, value: Array) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name
