"""What answering can be told, beside what the index can."""

from __future__ import annotations

from dataclasses import dataclass

from index.settings import IndexSettings

OFFLINE = "offline"


@dataclass(frozen=True)
class Settings(IndexSettings):
    """All settings of `dateline.toml`, `DATELINE_*` and the flags."""

    model: str = OFFLINE
    """Who answers: `offline`, or any model that litellm knows, such as `openai/gpt-4o-mini`."""
    api_base: str = ""
    """Address of an OpenAI-compatible server to ask instead of the provider's own."""
    timeout_seconds: float = 60.0
    """How long a model may be silent."""
    max_tokens: int = 700
    """Longest reply that a model is asked for."""
    passages: int = 8
    """Passages that an answer is made from."""
    answer_sentences: int = 3
    """Most sentences of an offline answer."""
    min_confidence: float = 0.6
    """Below this the offline answerer refuses."""
