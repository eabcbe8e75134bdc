"""How much of the passages a model's window takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index import DatelineError, Hit, load_litellm, split_sentences
from rag.llm.prompt import write_messages, write_passage
from rag.records import Turn
from rag.settings import Settings

_UNKNOWN_WINDOW = 8192
_SMALLEST_WINDOW = 4096  # of the models in use: what surely fits it is not counted
_MARGIN = 64  # tokens that chat templates put around messages, and that a reminder takes
_LEAST_BYTES = 2  # a token takes more than that of UTF-8 text


def fit_prompt(
    question: str, hits: Sequence[Hit], history: Sequence[Turn], as_of: date | None, settings: Settings
) -> tuple[list[Hit], list[Turn]]:
    """Return the hits, best first, and the last turns of the conversation that fit the model's window with its reply.

    A passage that fits in part is cut at a sentence's end, and its hit holds what is left. Tokens are counted
    with the model's own tokenizer where litellm has it. Raises DatelineError where not one sentence fits.
    """
    turns = list(history)
    surely = (settings.context_tokens or _SMALLEST_WINDOW) - settings.max_tokens - _MARGIN
    if _bound(question, hits, turns, as_of) <= surely:
        return list(hits), turns
    room = _window(settings) - settings.max_tokens - _MARGIN
    while turns and _count_messages(settings.model, question, turns, as_of) > room // 2:
        turns.pop(0)
    room -= _count_messages(settings.model, question, turns, as_of)
    kept: list[Hit] = []
    for hit in hits:
        whole = _cut(hit, room, settings.model, len(kept) + 1)
        if whole is None:
            break
        kept.append(whole)
        room -= _count(settings.model, write_passage(len(kept), whole))
        if whole is not hit:
            break
    if not kept:
        raise DatelineError(
            f"the window of {settings.model} is too small for one passage and the reply. "
            "Lower `max_tokens`, or raise `context_tokens` if the model takes more."
        )
    return kept, turns


def _cut(hit: Hit, room: int, model: str, number: int) -> Hit | None:
    """The hit with as many of its passage's sentences as fit; itself where all do, None where none does."""
    spans = split_sentences(hit.passage.text, hit.article.rules)
    for n in range(len(spans), 0, -1):
        text = hit.passage.text[: spans[n - 1].end] if n < len(spans) else hit.passage.text
        shorter = replace(hit, passage=replace(hit.passage, end=hit.passage.start + len(text), text=text))
        if _count(model, write_passage(number, shorter)) <= room:
            return hit if n == len(spans) else shorter
    return None


def _bound(question: str, hits: Sequence[Hit], history: Sequence[Turn], as_of: date | None) -> int:
    """More tokens than the prompt can have."""
    messages = write_messages(question, hits, history, as_of)
    return sum(len(m["content"].encode("utf-8", "replace")) for m in messages) // _LEAST_BYTES


def _window(settings: Settings) -> int:
    if settings.context_tokens:
        return settings.context_tokens
    litellm = load_litellm()
    try:
        known = litellm.get_model_info(settings.model).get("max_input_tokens")
    except Exception:  # litellm raises several kinds for a model that is not on its list
        known = None
    return int(known or _UNKNOWN_WINDOW)


def _count_messages(model: str, question: str, history: Sequence[Turn], as_of: date | None) -> int:
    return sum(_count(model, m["content"]) for m in write_messages(question, (), history, as_of))


def _count(model: str, text: str) -> int:
    litellm = load_litellm()
    return int(litellm.token_counter(model=model, text=text))
