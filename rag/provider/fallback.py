"""Asking somebody else where a model fails, so that a question never ends on nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index import Hit
from rag.answerer import Answerer, Draft
from rag.provider.provider_errors import ProviderError
from rag.provider.spent import Spent
from rag.question.record import ParsedQuestion
from rag.records import Turn


class FallbackAnswerer:
    """Asks the first of several answerers; where its provider fails, the next one, whose drafts say so.

    The others are made when they are needed. What the failed one had said is replaced, and what it took counts.
    """

    def __init__(self, first: Answerer, others: Sequence[Callable[[], Answerer]]) -> None:
        self.name = first.name
        self._first = first
        self._others = others

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        answerer = self._first
        failures: tuple[str, ...] = ()
        spent = Spent()
        for make_next in (*self._others, None):
            try:
                for draft in answerer.answer(question, hits, history):
                    yield _add(draft, failures, spent) if failures else draft
                return
            except ProviderError as error:
                if make_next is None:
                    raise
                answerer = make_next()
                what = "The answer is the offline one" if answerer.name == "offline" else f"{answerer.name} answers"
                said = str(error)
                spent = spent.plus(error.spent)
                failures = (*failures, f"{said[:1].upper()}{said[1:]} {what} instead.")


def _add(draft: Draft, failures: tuple[str, ...], spent: Spent) -> Draft:
    """The draft with what went before it."""
    together = spent.plus(Spent(draft.prompt_tokens, draft.completion_tokens, draft.cost_usd))
    return replace(draft, warnings=(*failures, *draft.warnings), **together._asdict())
