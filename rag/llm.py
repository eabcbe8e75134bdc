"""Answers by an LLM, through litellm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from index import DatelineError, Hit
from rag.answerer import Draft
from rag.llm_errors import explain, find_missing_key
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
    """Streams a reply and turns its markers into passages and exact quotes, sentence by sentence."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.model
        self._settings = settings

    def answer(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn], as_of: date | None
    ) -> Iterator[Draft]:
        reply = ""
        usage: Any = None
        finished = False
        for chunk in self._stream(write_messages(question, hits, history, as_of)):
            usage = getattr(chunk, "usage", None) or usage
            for choice in chunk.choices[:1]:
                finished = finished or bool(choice.finish_reason)
                reply += choice.delta.content or ""
            if reply.strip() and not REFUSAL_MARK.startswith(_bare(reply)[: len(REFUSAL_MARK)]):
                yield _resolve(reply, hits)
        if not finished:
            had = f" after {len(reply.split())} words" if reply.strip() else " before its first word"
            raise DatelineError(f"the model {self.name} broke off{had}. Ask again, or use --model offline.")
        if not any(marked.text for marked in read_marked(reply)):
            raise DatelineError(f"the model {self.name} gave an empty reply. Ask again, or try another model.")
        yield self._finish(reply, hits, usage)

    def _stream(self, messages: list[dict[str, str]]) -> Iterator[Any]:
        import litellm

        litellm.suppress_debug_info = True
        litellm.drop_params = True
        settings = self._settings
        base: dict[str, Any] = {}
        if settings.api_base:  # a server of one's own often has no key, and the client insists on one
            base = {"api_base": settings.api_base}
            if find_missing_key(self.name):
                base["api_key"] = "unused"
        elif missing := find_missing_key(self.name):
            raise DatelineError(f"the model {self.name} needs a key. Set {missing} in the environment, and ask again.")
        try:
            yield from litellm.completion(
                model=self.name,
                messages=messages,
                stream=True,
                stream_options={"include_usage": True},
                temperature=0,
                max_tokens=settings.max_tokens,
                timeout=settings.timeout_seconds,
                num_retries=0,
                max_retries=0,
                **base,
            )
        except DatelineError:
            raise
        except Exception as error:  # litellm maps providers' errors to some twenty classes
            raise DatelineError(explain(error, self.name, settings.timeout_seconds)) from error

    def _finish(self, reply: str, hits: Sequence[Hit], usage: Any) -> Draft:
        draft = _resolve(reply, hits)
        missing = _read_refusal(reply, draft)
        if missing is not None:
            draft = Draft(hits=tuple(hits), refused=True, missing=missing, unresolved=draft.unresolved)
        return replace(
            draft,
            prompt_tokens=getattr(usage, "prompt_tokens", None),
            completion_tokens=getattr(usage, "completion_tokens", None),
            cost_usd=_cost(self.name, usage),
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


def _cost(model: str, usage: Any) -> float | None:
    """Dollars, by litellm's price list; None for a model that is not on it."""
    import litellm

    try:
        prices = litellm.cost_per_token(
            model=model, prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens
        )
    except Exception:  # litellm raises a bare Exception for a model without a price
        return None
    return float(sum(prices))
