"""Chooses the concrete answerer and verifier from the settings; nobody else names one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from index import Library, require
from rag.answerer import Answerer
from rag.provider.completion import Complete
from rag.question.record import ParsedQuestion
from rag.settings import OFFLINE, Settings
from rag.verify.offline_verifier import OfflineVerifier, Verifier

if TYPE_CHECKING:
    from rag.llm.follow_up import FollowUpWriter
    from rag.llm.translator import Translator

NO_FALLBACK = "none"


def make_answerer(library: Library, settings: Settings, complete: Complete | None = None) -> Answerer:
    """Make the answerer that `settings.model` names: `offline`, or a model that litellm knows with its fallbacks.

    `complete` takes the place of asking the model's provider; what it can't reply to is an error, and a reply that
    cites nothing an answer that says so, since whoever gives it means that model and no other.
    """
    if settings.model == OFFLINE:
        from rag.extract.offline_answerer import OfflineAnswerer

        library.warm(reader=True)
        return OfflineAnswerer(library.reader, library.reranker, settings)
    from rag.llm.llm_answerer import LLMAnswerer
    from rag.provider.fallback import FallbackAnswerer

    if complete is not None:
        return LLMAnswerer(settings, complete, keep_uncited=True)
    return FallbackAnswerer(_make_llm(library, settings), _make_fallbacks(library, settings))


def choose_answerer(
    library: Library, question: ParsedQuestion, settings: Settings, answerer: Answerer | None
) -> Answerer:
    """The answerer for a question: one of its own for an overview, else `answerer`, or the one that settings name.

    A brief, and what happened in some time, is for a model to write, where one is named.
    """
    usual = partial(_give_usual, library, settings, answerer)
    by_model = answerer.name != OFFLINE if answerer else settings.model != OFFLINE
    if question.wanted == "answer" or (question.wanted in ("brief", "story") and by_model):
        return usual()
    from rag.overview.overview_answerer import OverviewAnswerer

    return OverviewAnswerer(library, usual)


def _give_usual(library: Library, settings: Settings, answerer: Answerer | None) -> Answerer:
    return answerer or make_answerer(library, settings)


def _make_fallbacks(library: Library, settings: Settings) -> list[Callable[[], Answerer]]:
    """Who is asked where the model fails, one after the other."""
    offline = partial(make_answerer, library, replace(settings, model=OFFLINE))
    if settings.fallback == NO_FALLBACK:
        return []
    if settings.fallback == OFFLINE:
        return [offline]
    other = replace(settings, model=settings.fallback, api_base=settings.fallback_api_base)
    return [partial(_make_llm, library, other), offline]


def _make_llm(library: Library, settings: Settings) -> Answerer:
    require("llm", f"the model {settings.model}")
    from rag.llm.llm_answerer import LLMAnswerer
    from rag.provider.provider import Provider

    return LLMAnswerer(settings, Provider(settings, library.folder))


def make_follow_up_writer(
    library: Library, settings: Settings, complete: Complete | None = None
) -> FollowUpWriter | None:
    """Make what writes follow-ups out by the model that `settings.model` names; None offline, where rules do that.

    `complete` takes the place of asking the model's provider.
    """
    if settings.model == OFFLINE:
        return None
    require("llm", f"the model {settings.model}")
    from rag.llm.follow_up import FollowUpWriter, limit_patience
    from rag.provider.provider import Provider

    patient = limit_patience(settings)
    return FollowUpWriter(patient, complete or Provider(patient, library.folder))


def make_translator(library: Library, settings: Settings, model: str) -> Translator:
    """Make what translates quotes by `model`: the one that the settings name, or their fallback."""
    from rag.llm.translator import Translator, limit_patience
    from rag.provider.provider import Provider

    if model != settings.model:
        settings = replace(settings, model=model, api_base=settings.fallback_api_base)
    patient = limit_patience(settings)
    return Translator(patient, Provider(patient, library.folder))


def make_offline_verifier(library: Library) -> OfflineVerifier:
    """Make the verifier that reads with the library's own models."""
    library.warm(reader=True)
    return OfflineVerifier(library.embedder, library.reranker, library.reader)


def make_verifier(library: Library, settings: Settings) -> Verifier:
    """Make the verifier that `settings.verifier` names: `offline`, or a model that litellm knows."""
    offline = make_offline_verifier(library)
    if settings.verifier == OFFLINE:
        return offline
    require("llm", f"the verifier {settings.verifier}")
    from rag.provider.provider import Provider
    from rag.verify.llm_verifier import LLMVerifier

    verifier_settings = replace(settings, model=settings.verifier)
    return LLMVerifier(verifier_settings, Provider(verifier_settings, library.folder), offline)
