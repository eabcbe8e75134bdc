"""Answers by an LLM, through litellm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from index import DatelineError, Hit
from rag.answerer import Draft
from rag.completion import Complete, Piece, estimate_cost, make_request
from rag.completion import complete as ask_provider
from rag.markers import read_marked
from rag.prompt import write_messages
from rag.quotes import CitationBook, find_quote
from rag.records import REFUSAL_MARK, Sentence, Turn
from rag.settings import Settings

_UNSURE = re.compile(
    r"(i (do not|don't|don’t|cannot|can't|can’t) (know|answer|find|determine)"
    r"|(the )?(passages?|articles?|sources?|provided \w+)( \w+)? (do|does) ?(not|n't|n’t)"
    r" (say|mention|contain|provide|state|answer|specify|include)|there is no (information|mention)|no information)\b",
    re.IGNORECASE,
)


class LLMAnswerer:
    """Streams a reply and turns its markers into passages and exact quotes, sentence by sentence.

    `complete` gives the reply to a request; by default it asks the provider.
    """

    def __init__(self, settings: Settings, complete: Complete | None = None) -> None:
        self.name = settings.model
        self._settings = settings
        self._complete = complete or partial(ask_provider, timeout_seconds=settings.timeout_seconds)

    def answer(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn], as_of: date | None
    ) -> Iterator[Draft]:
        reply = ""
        last = Piece()
        finished = False
        for piece in self._complete(make_request(write_messages(question, hits, history, as_of), self._settings)):
            last = piece if piece.prompt_tokens is not None else last
            finished = finished or piece.finished
            reply += piece.text
            if reply.strip() and not REFUSAL_MARK.startswith(_bare(reply)[: len(REFUSAL_MARK)]):
                yield _resolve(reply, hits)
        if not finished:
            had = f" after {len(reply.split())} words" if reply.strip() else " before its first word"
            raise DatelineError(f"the model {self.name} broke off{had}. Ask again, or use --model offline.")
        if not any(marked.text for marked in read_marked(reply)):
            raise DatelineError(f"the model {self.name} gave an empty reply. Ask again, or try another model.")
        yield self._finish(reply, hits, last)

    def _finish(self, reply: str, hits: Sequence[Hit], last: Piece) -> Draft:
        draft = _resolve(reply, hits)
        missing = _read_refusal(reply, draft)
        if missing is not None:
            draft = Draft(hits=tuple(hits), refused=True, missing=missing, unresolved=draft.unresolved)
        return replace(
            draft,
            prompt_tokens=last.prompt_tokens,
            completion_tokens=last.completion_tokens,
            cost_usd=estimate_cost(self.name, last.prompt_tokens, last.completion_tokens),
        )


def _read_refusal(reply: str, draft: Draft) -> str | None:
    """What the model says is missing, where its reply is a refusal; else None."""
    if _bare(reply).startswith(REFUSAL_MARK):
        words = " ".join(marked.text for marked in read_marked(reply))
        return re.sub(f"^.*?{REFUSAL_MARK}", "", words, count=1, flags=re.IGNORECASE).strip(" :.-")
    if not draft.citations and _UNSURE.search(reply):
        return ""
    return None


def _bare(reply: str) -> str:
    """The reply in capitals, without the stars and quotation marks that models put around the agreed words."""
    return reply.lstrip(" \n*_#>`'\"“").upper()


def _resolve(reply: str, hits: Sequence[Hit]) -> Draft:
    """Turn a reply's markers into citations; those that name no passage are kept as unresolved."""
    book = CitationBook()
    sentences: list[Sentence] = []
    unresolved: list[str] = []
    for marked in read_marked(reply):
        cited: list[int] = []
        for number in marked.numbers:
            if 1 <= number <= len(hits):
                hit = hits[number - 1]
                cited.append(book.cite(hit, [find_quote(marked.text, hit.passage)]))
            elif f"[{number}]" not in unresolved:
                unresolved.append(f"[{number}]")
        sentences.append(Sentence(marked.text, tuple(cited)))
    return Draft(tuple(hits), tuple(sentences), book.citations(), tuple(unresolved))
