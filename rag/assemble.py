"""Chooses the concrete answerer and verifier from the settings; nobody else names one."""

from __future__ import annotations

from index import Library
from rag.answerer import Answerer
from rag.completion import Complete
from rag.settings import OFFLINE, Settings
from rag.verify import Verifier


def make_answerer(library: Library, settings: Settings, complete: Complete | None = None) -> Answerer:
    """Make the answerer that `settings.model` names: `offline`, or a model that litellm knows.

    `complete` takes the place of asking the model's provider.
    """
    if settings.model == OFFLINE:
        from rag.offline import OfflineAnswerer

        library.warm()
        return OfflineAnswerer(library.embedder, library.reranker, library.passages, settings)
    from rag.llm import LLMAnswerer

    return LLMAnswerer(settings, complete)


def make_verifier(library: Library) -> Verifier:
    """Make the verifier, which reads with the library's own models."""
    from rag.verify import OfflineVerifier

    library.warm()
    return OfflineVerifier(library.embedder, library.reranker)
