"""The network that the reader is while it learns: a BERT cross-encoder with heads for spans, answers and rank."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

HEADS = 12
EPSILON = 1e-12
_FROZEN_LAYERS = 4
_DROPPED = 26  # of 256 values, a tenth


class Batch(NamedTuple):
    """Texts of several lengths, joined without padding.

    `ids`, `kinds` and `places` have shape (tokens,), `row` and `column` say where a token stands in a padded
    table, of shape `shape` (texts, longest).
    """

    ids: Tensor
    kinds: Tensor
    places: Tensor
    row: Tensor
    column: Tensor
    shape: tuple[int, int]


class Scores(NamedTuple):
    """Logits: `start` and `end` of each token, shape (texts, longest); that a text answers, and its rank, (texts,)."""

    start: Tensor
    end: Tensor
    answers: Tensor
    rank: Tensor


class ReaderNetwork(nn.Module):  # type: ignore[misc]  # torch has no types here
    """BERT (Devlin et al. 2019) with names as transformers has them, on texts that are joined without padding."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        width = weights["bert.pooler.dense.weight"].shape[0]
        layers = 1 + max(int(found[1]) for name in weights if (found := re.search(r"encoder\.layer\.(\d+)\.", name)))
        self.embeddings = nn.ModuleDict(
            {
                name: nn.Embedding(*weights[f"bert.embeddings.{name}.weight"].shape)
                for name in ("word_embeddings", "position_embeddings", "token_type_embeddings")
            }
        )
        self.embeddings["LayerNorm"] = nn.LayerNorm(width, eps=EPSILON)
        inner = weights["bert.encoder.layer.0.intermediate.dense.weight"].shape[0]
        self.layers = nn.ModuleList(_Layer(width, inner) for _ in range(layers))
        self.pooler = nn.Linear(width, width)
        self.classifier = nn.Linear(width, 1)
        self.rank_pooler = nn.Linear(width, width)
        self.rank_classifier = nn.Linear(width, 1)
        self.qa_outputs = nn.Linear(width, 2)
        self._load(weights)

    def _load(self, weights: Mapping[str, Tensor]) -> None:
        own = {}
        for name, value in weights.items():
            name = name.removeprefix("bert.").replace("encoder.layer.", "layers.")
            name = re.sub(r"^(?:rank_)?pooler\.dense", lambda m: m.group().removesuffix(".dense"), name)
            own[name] = value.reshape(1, -1) if name == "classifier.weight" else value.clone()
        for part in ("weight", "bias"):
            own.setdefault(f"rank_pooler.{part}", own[f"pooler.{part}"].clone())
            own.setdefault(f"rank_classifier.{part}", own[f"classifier.{part}"].clone())
            own.setdefault(f"qa_outputs.{part}", getattr(self.qa_outputs, part).data)
        if "qa_outputs.weight" not in weights:
            nn.init.normal_(own["qa_outputs.weight"], std=0.02)
        self.load_state_dict(own)

    def freeze(self) -> None:
        """Keep embeddings and the first layers as they are."""
        for module in (self.embeddings, *self.layers[:_FROZEN_LAYERS]):
            module.requires_grad_(requires_grad=False)

    def describe(self) -> dict[str, Any]:
        """What transformers keeps in config.json."""
        return {
            "architectures": ["BertForQuestionAnswering"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": self.pooler.in_features,
            "num_attention_heads": HEADS,
            "num_hidden_layers": len(self.layers),
            "layer_norm_eps": EPSILON,
        }

    def export_weights(self) -> dict[str, Tensor]:
        """The weights of what is kept, named as in transformers."""
        named = {}
        for name, value in self.state_dict().items():
            name = re.sub(r"^pooler\.", "pooler.dense.", re.sub(r"^layers\.", "encoder.layer.", name))
            if name.startswith(("embeddings.", "encoder.", "pooler.")):
                name = f"bert.{name}"
            if not name.startswith("rank_"):
                named[name] = value.detach().clone().contiguous()
        return named

    def forward(self, batch: Batch) -> Scores:
        with torch.no_grad():
            hidden = (
                self.embeddings["word_embeddings"](batch.ids)
                + self.embeddings["position_embeddings"](batch.places)
                + self.embeddings["token_type_embeddings"](batch.kinds)
            )
            hidden = self.embeddings["LayerNorm"](hidden)
        mask = torch.zeros(batch.shape, dtype=torch.bool)
        mask[batch.row, batch.column] = True
        for layer in self.layers:
            hidden = layer(hidden, batch, mask)
        spans = self.qa_outputs(hidden)
        table = torch.full((*batch.shape, 2), -1e4)
        table = table.index_put((batch.row, batch.column), spans.float())
        first = hidden[batch.column == 0]
        answers = self.classifier(torch.tanh(self.pooler(first))).squeeze(-1).float()
        rank = self.rank_classifier(torch.tanh(self.rank_pooler(first))).squeeze(-1).float()
        return Scores(table[..., 0], table[..., 1], answers, rank)


class _Dropout(nn.Module):  # type: ignore[misc]
    """Dropout (Srivastava et al. 2014) from bytes of chance: torch's own takes a fifth of a step's time."""

    def forward(self, hidden: Tensor) -> Tensor:
        if not self.training:
            return hidden
        words = torch.empty(-(-hidden.numel() // 4), dtype=torch.int32).random_(-(2**31), 2**31)
        kept = words.view(torch.uint8)[: hidden.numel()].view(hidden.shape) >= _DROPPED
        return hidden * kept * (256 / (256 - _DROPPED))


class _Layer(nn.Module):  # type: ignore[misc]
    """A layer of the encoder; parameters are named as in transformers."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict({name: nn.Linear(width, width) for name in ("query", "key", "value")}),
                "output": nn.ModuleDict(
                    {"dense": nn.Linear(width, width), "LayerNorm": nn.LayerNorm(width, eps=EPSILON)}
                ),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = nn.ModuleDict({"dense": nn.Linear(inner, width), "LayerNorm": nn.LayerNorm(width, eps=EPSILON)})
        self.drop = _Dropout()

    def forward(self, hidden: Tensor, batch: Batch, mask: Tensor) -> Tensor:
        query, key, value = (self._table(part(hidden), batch) for part in self.attention["self"].values())
        # torch's own fused attention takes most of a step's time to go back through in halves.
        lowest = torch.finfo(query.dtype).min
        scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3)
        attended = (scores + (~mask[:, None, None, :]).to(query.dtype) * lowest).softmax(-1) @ value
        attended = attended.transpose(1, 2).reshape(*batch.shape, -1)[batch.row, batch.column]
        out = self.attention["output"]
        hidden = out["LayerNorm"](self.drop(out["dense"](attended)) + hidden)
        inner = gelu(self.intermediate["dense"](hidden))
        normed: Tensor = self.output["LayerNorm"](self.drop(self.output["dense"](inner)) + hidden)
        return normed

    def _table(self, value: Tensor, batch: Batch) -> Tensor:
        """(tokens, width) as (texts, heads, longest, width of a head)."""
        table = value.new_zeros((*batch.shape, value.shape[-1])).index_put((batch.row, batch.column), value)
        return table.view(*batch.shape, HEADS, -1).transpose(1, 2)


def make_batch(ids: Sequence[Sequence[int]], kinds: Sequence[Sequence[int]]) -> Batch:
    """Join texts, given as token ids and, for each token, which of the pair it belongs to."""
    lengths = [len(one) for one in ids]
    places = torch.cat([torch.arange(n) for n in lengths])
    return Batch(
        torch.tensor([i for one in ids for i in one]),
        torch.tensor([k for one in kinds for k in one]),
        places,
        torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths)),
        places,
        (len(lengths), max(lengths)),
    )
