"""Chooses the concrete answerer and verifier from the settings; nobody else names one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from index import Library
from rag.answerer import Answerer
from rag.settings import OFFLINE, Settings
from rag.verify import Verifier

NO_FALLBACK = "none"


def make_answerer(library: Library, settings: Settings) -> Answerer:
    """Make the answerer that `settings.model` names: `offline`, or a model that litellm knows with its fallbacks."""
    if settings.model == OFFLINE:
        from rag.offline import OfflineAnswerer

        library.warm()
        return OfflineAnswerer(library.embedder, library.reranker, library.passages, settings)
    from rag.fallback import FallbackAnswerer

    offline = replace(settings, model=OFFLINE)
    others = {
        NO_FALLBACK: [],
        OFFLINE: [partial(make_answerer, library, offline)],
    }.get(settings.fallback)
    if others is None:
        other = replace(settings, model=settings.fallback, api_base=settings.fallback_api_base)
        others = [partial(_make_llm, library, other), partial(make_answerer, library, offline)]
    return FallbackAnswerer(_make_llm(library, settings), others)


def _make_llm(library: Library, settings: Settings) -> Answerer:
    from rag.llm import LLMAnswerer
    from rag.provider import Provider

    return LLMAnswerer(settings, Provider(settings, library.folder))


def make_verifier(library: Library, settings: Settings) -> Verifier:
    """Make the verifier that `settings.verifier` names: `offline`, or a model that litellm knows."""
    from rag.verify import OfflineVerifier

    library.warm()
    offline = OfflineVerifier(library.embedder, library.reranker)
    if settings.verifier == OFFLINE:
        return offline
    from rag.provider import Provider
    from rag.verify_llm import LLMVerifier

    asked = replace(settings, model=settings.verifier)
    return LLMVerifier(asked, Provider(asked, library.folder), offline)
