"""Training the reader on groups of texts."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, mse_loss

from evals.fit.reader.groups import Group, Text
from evals.fit.reader.network import ReaderNetwork, Scores, make_batch

_MOST_TOKENS = 208
_WARM_UP = 0.06
_RATES = {"body": 7e-5, "heads": 5e-4}
_HEADS = ("qa_outputs.",)
_WHOLE = 0.3  # of a span's loss, where the span is a whole sentence
_EACH = 0.5  # of the loss of each text by itself, beside that of the group
_RANK = 0.02  # of the squared distance from the cross-encoder that the network began as
_CHECKPOINT_STEPS = 250
# Where a processor multiplies halves by way of whole floats, they are five times as slow as whole floats.
_HALF = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


class Read(NamedTuple):
    """A text in tokens, with the first and last tokens of the spans that answer."""

    ids: list[int]
    kinds: list[int]
    answers: int
    spans: tuple[tuple[int, int], ...]
    body: int
    rank: float | None


@dataclass(frozen=True, slots=True)
class TokenGroup:
    """A group in tokens."""

    whole: bool
    texts: tuple[Read, ...]


def tokenize(tokenizer: Tokenizer, group: Group) -> TokenGroup:
    """Return `group` in tokens; a span that was cut off makes the text one of which nobody knows."""
    return TokenGroup(group.whole, tuple(_tokenize(tokenizer, group.question, text) for text in group.texts))


def _tokenize(tokenizer: Tokenizer, question: str, text: Text) -> Read:
    pair = tokenizer.encode(question, text.text)
    body = pair.type_ids.index(1)
    places = range(body, len(pair.ids) - 1)
    spans = []
    for start, end in text.spans:
        inside = [n for n in places if pair.offsets[n][0] < end and pair.offsets[n][1] > start]
        if inside and pair.offsets[inside[-1]][1] >= end:
            spans.append((inside[0], inside[-1]))
    answers = text.answers if text.answers != 1 or spans else -1
    return Read(pair.ids, pair.type_ids, answers, tuple(spans), body, text.rank)


def train(
    network: ReaderNetwork,
    groups: Sequence[TokenGroup],
    folder: Path,
    *,
    seed: int,
    epochs: int,
    size: int,
    pace: float = 1.0,
) -> None:
    """Train `network` on `groups`, `size` of them a step; go on from the checkpoint in `folder` where there is one.

    `pace` multiplies how far each step goes.
    """
    torch.manual_seed(seed)
    network.train()
    network.freeze()
    batches = [b for n in range(epochs) for b in _make_batches(groups, size, Random(seed + n))]  # noqa: S311
    learned = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    heads = [p for name, p in learned if name.startswith(_HEADS)]
    body = [p for name, p in learned if not name.startswith(_HEADS)]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": pace * _RATES["body"]}, {"params": heads, "lr": pace * _RATES["heads"]}],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(batches)))
    done, losses, began = _resume(folder, network, optimizer, schedule), [0.0] * 4, time.monotonic()
    for step in range(done, len(batches)):
        parts = _lose(network, batches[step])
        optimizer.zero_grad(set_to_none=True)
        sum(parts, torch.zeros(())).backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in learned], 1.0)
        optimizer.step()
        schedule.step()
        losses = [0.98 * old + 0.02 * float(part.detach()) for old, part in zip(losses, parts, strict=True)]
        if (step + 1) % 50 == 0:
            known = 1 - 0.98 ** (step + 1 - done)
            shown = {"step": step + 1, "of": len(batches), "loss": [round(x / known, 3) for x in losses]}
            say(json.dumps({**shown, "minutes": round((time.monotonic() - began) / 60, 1)}))
        if (step + 1) % _CHECKPOINT_STEPS == 0 or step + 1 == len(batches):
            state = [
                network.state_dict(),
                optimizer.state_dict(),
                schedule.state_dict(),
                torch.get_rng_state(),
                step + 1,
            ]
            torch.save(state, folder / "checkpoint.partial")
            (folder / "checkpoint.partial").replace(folder / "checkpoint.pt")


def _resume(folder: Path, network: ReaderNetwork, optimizer: Any, schedule: Any) -> int:
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0
    weights, *states, chance, done = torch.load(path, weights_only=True)
    network.load_state_dict(weights)
    for part, state in zip((optimizer, schedule), states, strict=True):
        part.load_state_dict(state)
    torch.set_rng_state(chance)
    return int(done)


def _rate(step: int, steps: int) -> float:
    """Up from 0, and down to 0 along a half cosine."""
    warm = max(1, round(_WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _make_batches(groups: Sequence[TokenGroup], size: int, random: Random) -> Iterator[list[TokenGroup]]:
    order = list(groups)
    random.shuffle(order)
    return (order[n : n + size] for n in range(0, len(order), size))


def _lose(network: ReaderNetwork, groups: Sequence[TokenGroup]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The losses of groups, of texts, of spans, and of rank."""
    texts = [text for group in groups for text in group.texts]
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_HALF):
        scores: Scores = network(make_batch([t.ids for t in texts], [t.kinds for t in texts]))
    zero = torch.zeros(())
    known = torch.tensor([t.answers >= 0 for t in texts])
    right = torch.tensor([float(t.answers == 1) for t in texts])
    each = binary_cross_entropy_with_logits(scores.answers[known], right[known]) if known.any() else zero
    together, spans, at = [], [], 0
    for group in groups:
        rows = [at + n for n, text in enumerate(group.texts) if text.answers >= 0]
        shares = log_softmax(torch.cat([torch.zeros(1), scores.answers[rows]]), 0)
        good = [n + 1 for n, row in enumerate(rows) if texts[row].answers == 1] or [0]
        together.append(-torch.logsumexp(shares[good], 0))
        for n, text in enumerate(group.texts):
            if text.answers == 1:
                weight = _WHOLE if group.whole else 1.0
                spans.append(weight * _lose_spans(scores.start[at + n], scores.end[at + n], text, group.whole))
        at += len(group.texts)
    ranked = [n for n, text in enumerate(texts) if text.rank is not None]
    ranks = torch.tensor([texts[n].rank for n in ranked])
    rank = mse_loss(scores.rank[ranked], ranks) if ranked else zero
    span = torch.stack(spans).sum() / len(groups) if spans else zero
    return torch.stack(together).mean(), _EACH * each, span, _RANK * rank


def _lose_spans(start: Tensor, end: Tensor, text: Read, whole: bool) -> Tensor:
    """How unlikely the right spans are, or for whole sentences any span inside them."""
    inside = slice(text.body, len(text.ids) - 1)
    starts, ends = log_softmax(start[inside], 0), log_softmax(end[inside], 0)
    spans = [(a - text.body, b - text.body) for a, b in text.spans]
    if whole:
        return -torch.logsumexp(
            torch.stack([starts[a : b + 1].logsumexp(0) + ends[a : b + 1].logsumexp(0) for a, b in spans]), 0
        )
    return -torch.logsumexp(torch.stack([starts[a] + ends[b] for a, b in spans]), 0)


def say(line: str) -> None:
    """Write a line of progress."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def make_tokenizer(path: Path) -> Tokenizer:
    """Read the tokenizer at `path`; texts longer than the reader learns from are cut."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS, strategy="longest_first")
    return tokenizer
