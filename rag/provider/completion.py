"""One reply of an LLM through litellm, in pieces as it comes; its errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from index import DatelineError, load_litellm
from rag.provider.keys import read_key
from rag.provider.provider_errors import (
    KeyMissing,
    NothingAnswers,
    ProviderError,
    TemporaryError,
    explain,
    find_missing_key,
    is_temporary,
    is_unreachable,
    read_wait,
)
from rag.provider.spent import Spent
from rag.settings import Settings, leave_out_secrets

# `model`, `messages`, `temperature`, `max_tokens`, and `api_base` where there is one: all that a reply depends on.
LLMRequest = Mapping[str, Any]


class Piece(NamedTuple):
    """Part of a reply; `finished` where the model came to an end. The tokens of the whole come with the last."""

    text: str = ""
    finished: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


Complete = Callable[[LLMRequest], Iterator[Piece]]


def make_request(messages: list[dict[str, str]], settings: Settings) -> LLMRequest:
    """What is asked of the model that the settings name."""
    base = {"api_base": settings.api_base} if settings.api_base else {}
    return {
        "model": settings.model,
        "messages": messages,
        "temperature": 0,
        "max_tokens": settings.max_tokens,
        **base,
    }


def complete(request: LLMRequest, timeout_seconds: float, key_file: str = "") -> Iterator[Piece]:
    """Ask once, and give the reply as it comes. A key that the environment lacks is looked for in `key_file`.

    Raises ProviderError that says what the provider did; a TemporaryError where asking again may help.
    """
    litellm = load_litellm()
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    model = request["model"]
    key: dict[str, str] = {}
    if missing := find_missing_key(model):
        found = read_key(missing.split(" or "), key_file) if key_file else None
        if not found and "api_base" not in request:
            raise KeyMissing(model, missing, key_file)
        # A server of one's own often has no key, and the client insists on one.
        key = {"api_key": found or "unused"}
    try:
        for chunk in litellm.completion(
            **request,
            **key,
            stream=True,
            stream_options={"include_usage": True},
            timeout=timeout_seconds,
            num_retries=0,
            max_retries=0,
        ):
            usage = getattr(chunk, "usage", None)
            tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
            choice = next(iter(chunk.choices), None)
            text = (choice.delta.content or "") if choice else ""
            yield Piece(text, bool(choice and choice.finish_reason), *tokens)
    except DatelineError:
        raise
    except Exception as error:  # litellm maps providers' errors to some twenty classes
        if "api_base" in request and is_unreachable(error):
            raise NothingAnswers(model, leave_out_secrets(request["api_base"])) from error
        words = explain(error, model, timeout_seconds)
        if not is_temporary(error):
            raise ProviderError(words) from error
        temporary = TemporaryError(words)
        temporary.wait_seconds = read_wait(error)
        raise temporary from error


def read_reply(
    complete: Complete, rules: str, given: str, settings: Settings, longest: int, seconds: float
) -> tuple[str, Spent]:
    """The whole reply to `given`, and what it took; empty where it breaks off, or is longer than so many characters or
    seconds.
    """
    load_litellm()  # which takes seconds the first time, and they are not the model's
    messages = [{"role": "system", "content": rules}, {"role": "user", "content": given}]
    end = time.monotonic() + seconds
    reply, finished, spent = "", False, Spent()
    for piece in complete(make_request(messages, settings)):
        reply += piece.text
        finished = finished or piece.finished
        if piece.prompt_tokens is not None:
            cost = estimate_cost(settings.model, piece.prompt_tokens, piece.completion_tokens)
            spent = Spent(piece.prompt_tokens, piece.completion_tokens, cost)
        if len(reply) > longest or time.monotonic() > end:
            return "", spent
    return reply if finished else "", spent


def estimate_cost(model: str, prompt_tokens: int | None, completion_tokens: int | None) -> float | None:
    """Dollars, by litellm's price list; None for a model that is not on it, or tokens that nobody counted."""
    if prompt_tokens is None or completion_tokens is None:
        return None
    litellm = load_litellm()
    try:
        prices = litellm.cost_per_token(model=model, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
    except Exception:  # litellm raises a bare Exception for a model without a price
        return None
    return float(sum(prices))
