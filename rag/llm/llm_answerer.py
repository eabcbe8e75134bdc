"""Answers by an LLM, through litellm."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial

from index import Hit
from rag.answerer import Draft
from rag.english.gate import is_unsure
from rag.llm.context_window import fit_prompt
from rag.llm.injection import GAVE_AWAY, clean_reply, gives_away, report_orders
from rag.llm.markers import read_marked
from rag.llm.no_answer import EMPTY, find_lack, strip_turns
from rag.llm.prompt import RULES, remind, write_messages, write_passage
from rag.llm.refusal import read_refusal, starts_refusal
from rag.provider.completion import Complete, Piece, complete as ask_once, estimate_cost, make_request
from rag.provider.provider_errors import ProviderError, took_too_long
from rag.provider.spent import Spent
from rag.question.record import ParsedQuestion
from rag.quotes import CitationBook, find_quotes
from rag.records import Sentence, Turn
from rag.settings import Settings

_LONGEST_REPLY, _TOKEN = 50_000, 20  # characters, in all and of a token: what goes on and on is no answer


class LLMAnswerer:
    """Streams a reply and turns its markers into passages and exact quotes, sentence by sentence.

    A reply that is no answer, since it says or cites nothing, is asked for once more; what was said of it is replaced.
    A second one is an error, or with `keep_uncited`, for evals, an answer that says so, however long both take.
    `complete` gives the reply to a request; by default it asks the provider once.
    """

    def __init__(self, settings: Settings, complete: Complete | None = None, *, keep_uncited: bool = False) -> None:
        self.name = settings.model
        self._settings = settings
        self._complete = complete or partial(
            ask_once, timeout_seconds=settings.timeout_seconds, key_file=settings.key_file
        )
        self._keep_uncited = keep_uncited

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        asked, as_of = question.standalone, question.as_of
        read, turns = fit_prompt(asked, hits, history, as_of, self._settings)
        resolver = _Resolver(read, asked, self.name)
        messages = write_messages(asked, read, turns, as_of)
        end = math.inf if self._keep_uncited else time.monotonic() + self._settings.answer_seconds
        spent = Spent()
        for prompt in (messages, remind(messages)):
            try:
                draft, took = yield from self._read(prompt, resolver, end)
            except ProviderError as error:
                error.spent = spent
                raise
            spent = spent.plus(took)
            draft = replace(draft, **spent._asdict())
            lack = find_lack(draft, question)
            if not lack:
                yield draft
                return
            yield replace(draft, sentences=(), citations=(), unresolved=())
        if self._keep_uncited and lack != EMPTY:
            yield replace(draft, warnings=(*draft.warnings, f"The model {lack}, asked twice."))
            return
        failed = ProviderError(f"the model {self.name} {lack}, asked twice. Ask again, or try another model.")
        failed.spent = spent
        raise failed

    def _read(
        self, messages: list[dict[str, str]], resolver: _Resolver, end: float
    ) -> Generator[Draft, None, tuple[Draft, Spent]]:
        """Give the reply to `messages` as it grows; return the whole one, and what it took."""
        said = reply = ""
        last = Piece()
        finished = False
        for piece in self._complete(make_request(messages, self._settings)):
            last = piece if piece.prompt_tokens is not None else last
            finished = finished or piece.finished
            said += piece.text
            if len(said) > max(_LONGEST_REPLY, self._settings.max_tokens * _TOKEN):
                raise ProviderError(f"the model {self.name} comes to no end. Ask again, or try another model.")
            if time.monotonic() > end:
                raise took_too_long(self.name, self._settings.answer_seconds)
            reply = strip_turns(said)
            if reply.strip() and not starts_refusal(reply):
                yield resolver.resolve(reply)
        if not finished:
            had = f" after {len(said.split())} words" if said.strip() else " before its first word"
            raise ProviderError(f"the model {self.name} broke off{had}. Ask again.")
        draft = resolver.resolve(reply)
        missing = read_refusal(reply, draft.sentences)
        if missing is not None:
            draft = replace(draft, sentences=(), citations=(), refused=True, missing=missing)
        cost = estimate_cost(self.name, last.prompt_tokens, last.completion_tokens)
        return draft, Spent(last.prompt_tokens, last.completion_tokens, cost)


class _Resolver:
    """Turns a reply's markers into citations; those that name no passage are kept as unresolved."""

    def __init__(self, hits: Sequence[Hit], question: str, model: str) -> None:
        self._hits = tuple(hits)
        self._model = model
        self._given = "\n".join([question, *(write_passage(n, hit) for n, hit in enumerate(hits, start=1))])
        self._warnings = report_orders(hits)

    def resolve(self, reply: str) -> Draft:
        book = CitationBook()
        sentences: list[Sentence] = []
        unresolved: list[str] = []
        warnings = self._warnings
        for marked in read_marked(reply):
            text = clean_reply(marked.text, self._given)
            if gives_away(text, RULES, self._given):
                warnings = (*self._warnings, GAVE_AWAY)
                continue
            cited: list[int] = []
            for number in marked.numbers:
                if 1 <= number <= len(self._hits):
                    hit = self._hits[number - 1]
                    cited.append(book.cite(hit, find_quotes(text, hit.passage, hit.article.rules)))
                elif f"[{number}]" not in unresolved:
                    unresolved.append(f"[{number}]")
            if text:
                sentences.append(Sentence(text, tuple(cited), gap=not cited and is_unsure(text)))
        return Draft(
            self._hits,
            tuple(sentences),
            book.citations(),
            tuple(unresolved),
            model=self._model,
            warnings=warnings,
        )
