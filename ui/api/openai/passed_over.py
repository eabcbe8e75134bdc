"""What a request may ask for and a library doesn't need: said in a header where it is harmless, else refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ui.api.fields import FilteredAnswer
from ui.api.openai.errors import UnsupportedError

HEADER = "Dateline-Ignored"
_MOST_NAMED = 40
# How a model writes, what it may call, and what a provider keeps: answers are made from the articles alone.
_HARMLESS = frozenset(
    # sampling and length
    "temperature top_p top_k min_p top_a typical_p tfs_z frequency_penalty presence_penalty repetition_penalty "
    "repeat_penalty repeat_last_n mirostat mirostat_eta mirostat_tau seed stop max_tokens max_completion_tokens "
    "max_output_tokens logit_bias top_logprobs logprobs n num_ctx num_predict keep_alive "
    # reasoning and style
    "reasoning reasoning_effort include_reasoning thinking verbosity modalities prediction truncation "
    # tools that nobody has to call
    "tools tool_choice parallel_tool_calls functions function_call max_tool_calls web_search_options "
    # what a provider keeps and bills, and what a program notes for itself
    "store user service_tier safety_identifier prompt_cache_key prompt_cache_retention background include "
    "chat_id session_id id usage".split()
)
_NOTHING: tuple[Any, ...] = (None, False, 0, 0.0, "", [], {}, "auto", "none", "disabled", "default")


def list_ignored(more: Mapping[str, Any]) -> list[str]:
    """The fields that ask for something and have no effect. Raises UnsupportedError for what can't be left out.

    `more` are the fields of the request that its shape doesn't name.
    """
    for name, value in more.items():
        if name not in _HARMLESS:
            known = ", ".join(FilteredAnswer.model_fields)
            why = f"there is no parameter {name[:100]!r}. Leave it out. A question is limited by: {known}."
            raise UnsupportedError(name[:100], why, "unknown_parameter")
        if why := _refuse(name, value):
            raise UnsupportedError(name, f"{name}: {why}")
    return [name for name, value in more.items() if not _is_nothing(name, value)]


def write_header(ignored: Iterable[str]) -> dict[str, str]:
    """The header that names what was ignored; none where nothing was."""
    names = [name.encode("ascii", "replace").decode() for name in ignored]
    plain = ["".join(c if c.isprintable() and c != "," else "?" for c in name) for name in names[:_MOST_NAMED]]
    return {HEADER: ", ".join(plain)} if plain else {}


def _is_nothing(name: str, value: Any) -> bool:
    return (name == "n" and value == 1) or any(value is n or (value == n and type(value) is type(n)) for n in _NOTHING)


def _refuse(name: str, value: Any) -> str:
    """Why a value can't be passed over; nothing where it can."""
    match name, value:
        case "n", int() if value > 1:
            return "there is one answer. Leave it out, or send 1."
        case "logprobs", True:
            return "there are no probabilities of words. Send false."
        case "background", True:
            return "answers are not kept. Send false, and read the stream."
        case "modalities", list() if any(kind != "text" for kind in value):
            return 'answers are text. Send ["text"], or leave it out.'
        case (("tool_choice" | "function_call"), ("required" | "any" | dict())):
            return "nothing here calls tools. Send none; for JSON, ask by response_format."
    return ""
