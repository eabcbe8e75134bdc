"""The settings of answering, beside those of the index."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from index import IndexSettings, free, guarded
from rag.extract.confidence import CONFIDENCE_FILE as CONFIDENCE_FILE
from rag.weights import read_weights

OFFLINE = "offline"
_OF_PEOPLE = {"public_url", "oidc_issuer", "oidc_client_id", "oidc_readers", "oidc_writers"}


@dataclass(frozen=True)
class Settings(IndexSettings):
    """All settings of `dateline.toml`, `DATELINE_*` and the flags."""

    model: str = guarded(OFFLINE, OFFLINE)
    """Who answers: `offline`, or any model that litellm knows, such as `openai/gpt-4o-mini`."""
    api_base: str = guarded("", "")
    """Address of an OpenAI-compatible server to ask instead of the provider's own."""
    timeout_seconds: float = guarded(60.0)
    """How long a model may be silent."""
    max_tokens: int = guarded(700)
    """Longest reply that a model is asked for."""
    context_tokens: int = guarded(0)
    """Tokens that the model takes, reply included; 0: what litellm knows of it, else 8192."""
    answer_seconds: float = guarded(180.0)
    """How long a model may take over an answer in all, with what is asked again."""
    retries: int = guarded(2)
    """How often a model is asked again that is busy, down or silent, with a growing pause in between."""
    fallback: str = guarded(OFFLINE, OFFLINE, "none")
    """Who answers where the model fails: `offline`, another model and after it `offline`, or `none`: an error."""
    fallback_api_base: str = guarded("", "")
    """Address of an OpenAI-compatible server that has the fallback model; empty: its provider's own."""
    key_file: str = guarded("", "")
    """File of lines like `OPENAI_API_KEY=…` that its owner alone may read, for keys that the environment lacks."""
    daily_usd: float = guarded(0.0)
    """Most dollars that models may cost in a day, by litellm's prices; 0: no limit."""
    daily_tokens: int = guarded(0)
    """Most tokens that models may read and write in a day; 0: no limit."""
    verifier: str = guarded(OFFLINE, OFFLINE)
    """Who checks what a model says against its sources: `offline`, or a model that litellm knows."""
    remove_unsupported: bool = free(False)
    """Leave out sentences that their sources don't support, instead of showing them as such."""
    log_file: str = guarded("", "")
    """File to which each stage of a question is logged, a JSON object a line."""
    log_prompts: bool = guarded(False, False)
    """Log questions, prompts and replies too."""
    public_url: str = guarded("", "")
    """Address by which people reach the page where they log in, as `https://news.example.org`."""
    oidc_issuer: str = guarded("", "")
    """OpenID Connect provider at which people log in, as `https://login.example.org`; empty: nobody does."""
    oidc_client_id: str = guarded("", "")
    """What the provider knows this server by. Its secret comes from `OIDC_CLIENT_SECRET` or `key_file`."""
    oidc_readers: str = guarded("", "")
    """Who may read after logging in: domains, addresses and groups, as `example.org, ada@example.net, group:desk`."""
    oidc_writers: str = guarded("", "")
    """Who may add and remove too."""
    passages: int = free(8)
    """Passages that an answer is made from."""
    answer_sentences: int = free(3)
    """Most sentences of an offline answer."""
    min_confidence: float = free(read_weights(CONFIDENCE_FILE).threshold)
    """Below this the offline answerer refuses; by default where refusing was right most often (`eval calibrate`)."""


def show_settings(settings: Settings) -> dict[str, Any]:
    """The settings as answers and runs show them: addresses without the names, passwords and keys in them, and nothing
    of who may come in.
    """
    shown = {name: value for name, value in asdict(settings).items() if name not in _OF_PEOPLE}
    for name in ("api_base", "fallback_api_base"):
        shown[name] = leave_out_secrets(shown[name])
    return shown


def leave_out_secrets(address: str) -> str:
    """The address without names, passwords and keys; empty where it is none."""
    try:
        parts = urlsplit(address)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return ""
