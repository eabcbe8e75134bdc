"""The Ask tab: the conversation, its filters, and what is kept of an answer."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from evals import read_seeds
from index import (
    LONGEST_QUESTION,
    DatelineError,
    Filters,
    Library,
    UsageError,
    check_question,
    current_actor,
    make_safe,
    make_storable,
)
from rag import FILTER_KINDS, OFFLINE, read_chosen_filters
from ui.advice import explain_error
from ui.api.service import AskRequest, Service
from ui.chat.conversation import Conversation, Exchange, recall
from ui.chat.conversation_list import ConversationList
from ui.chat.conversation_store import choose_conversation, make_conversation_id
from ui.chat.daily_limit import DailyLimit
from ui.chat.filters import FilterBar
from ui.chat.growing.growing_chat import GrowingChat
from ui.chat.render import AS_OF_NEWEST
from ui.chat.session import Session, Sessions, View
from ui.chat.shared import QUICK, QUIET, THREADS, Shared
from ui.chat.thumbs import Thumbs
from ui.server.owners import read_owner
from ui.server.page_events import writes

_SCRIPT = Path(__file__).parents[1] / "answers.js"
_BEGIN = "Ask a question. Every sentence of the answer shows the words it rests on."
_EMPTY = (
    "The library is empty. Add your own articles on the Library tab, or begin with the sample library: "
    "eight articles on Niger and the United States, 2023 and 2024."
)
_EXAMPLES = 3
_SAMPLE_SOURCE = "Dateline sample library"
_SAMPLE_QUESTION = "Why did Niger revoke the deal?"
_WATCHED = THREADS - 20  # answers that pages may watch grow, each with a thread of Gradio's

_NOTHING = (gr.skip(), gr.skip(), gr.skip())  # leaves box, conversation and list as they are


class AskTab:
    """The conversations on the left, and the one that is shown. What is said in it is in a `Session`."""

    NAME = "Ask"

    def __init__(self, library: Library, service: Service, sessions: Sessions, *, read_only: bool) -> None:
        self._library = library
        self._service = service
        self._sessions = sessions
        self._read_only = read_only
        self._conversations = ConversationList(sessions)
        self._growing = GrowingChat(library)
        self._thumbs = Thumbs(library, sessions)
        self._filters = FilterBar(library, "Searching")
        self._budget = DailyLimit(service)

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        with gr.Row(elem_id="talking"):
            self._conversations.build()
            with gr.Column(elem_id="conversation"):
                gr.Button("Conversations", size="sm", elem_id="show-conversations")
                self._growing.build(**self._greet())
                self._sample = gr.Button("Add the sample library", variant="primary", visible=False, elem_id="sample")
                self._thumbs.build()
                self._filters.build()
                with gr.Row(elem_id="asking"):
                    self._box = _make_box()
                    self._model = _make_model_picker(self._service.models)
                    self._ask = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="ask")
                    self._halt = gr.Button("Stop", variant="stop", scale=0, min_width=72, elem_id="stop")
                    self._fresh = gr.Button("New conversation", scale=0, min_width=96, elem_id="new-conversation")
                self._budget.build()
        self._answers = gr.HTML('<p role="status"></p>', elem_classes="dl-hidden", js_on_load=_SCRIPT.read_text())

    def _greet(self) -> dict[str, Any]:
        """What an empty conversation shows: questions to begin with, or what to do about an empty library."""
        empty = not self._library.scope(Filters()).articles
        questions = [] if empty else self._example_questions()
        return {"placeholder": _EMPTY if empty else _BEGIN, "examples": [{"text": q} for q in questions]}

    def _example_questions(self) -> list[str]:
        """Questions to begin with, of the newest articles."""
        found, _ = self._library.page(Filters(), "", 0, 3 * _EXAMPLES)
        newest = [article for article in found if article.published and article.title][:_EXAMPLES]
        questions = [f"What is behind “{make_safe(a.title)}”?" for a in newest]
        if any(a.source == _SAMPLE_SOURCE for a in newest):
            questions = [_SAMPLE_QUESTION, *questions[:-1]]
        return questions

    # Events

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        answers: dict[str, Any] = {
            **QUIET,
            "concurrency_limit": _WATCHED,
            "concurrency_id": "answers",
            "trigger_mode": "multiple",
        }
        given = [shared.conversation, self._conversations.words, self._model, self._growing.shown]
        asked = [*given, *self._filters.fields]
        shown = [self._box, self._growing.news, self._conversations.list]
        watching = [
            gr.on([self._box.submit, self._ask.click], self.converse, [self._box, *asked], shown, **answers),
            self._growing.chat.example_select(self.converse_on_example, asked, shown, **answers),
            self._answers.ask_without(self.converse_without, given, shown, **answers),
            shared.conversation.change(
                self.show, [shared.conversation, self._conversations.words], shown[1:], **answers
            ),
        ]
        self._growing.wire()
        self._conversations.wire(shared, watching)
        self._budget.wire(shared, watching)
        self._halt.click(self.halt, [shared.conversation, self._growing.shown], self._growing.news, **QUICK)
        fresh = [self._box, shared.conversation, shared.article, *shown[1:]]
        cancelled = self._fresh.click(None, cancels=watching, **QUICK)
        cancelled.then(self.begin, self._conversations.words, fresh, **QUICK)
        changes = [shared.blocks.load, shared.generation.change]
        gr.on(changes, self.greet, None, [self._growing.chat, self._sample], **QUICK)
        self._filters.wire(shared)
        if not self._read_only:
            self._thumbs.wire(self._growing.chat, shared)
            self._sample.click(self.add_sample, None, [self._sample, shared.generation], **QUIET)

    def greet(self) -> tuple[Any, Any]:
        """An empty conversation's words, and the button that adds the sample library where there is nothing else."""
        may_add = not self._read_only and current_actor().may_write
        offered = may_add and not self._library.scope(Filters()).articles
        return gr.update(**self._greet()), gr.update(visible=offered)

    @writes
    def add_sample(self) -> Iterator[tuple[Any, Any]]:
        """Add the sample library."""
        yield gr.update(value="Adding eight articles …", interactive=False), gr.skip()
        try:
            self._service.events.note_added(self._library.add(read_seeds()))
        except DatelineError as error:
            gr.Warning(explain_error(error, self._library), duration=8)
        yield gr.update(value="Add the sample library", interactive=True), self._library.status().generation

    def _session(self, conversation: str, request: gr.Request) -> Session:
        return self._sessions.get(read_owner(request), choose_conversation(conversation, request))

    def begin(self, words: str, request: gr.Request) -> tuple[Any, ...]:
        """A new conversation: box, id, article, conversation and list.

        It is shown here, since the page may cancel `show` with what was shown before.
        """
        conversation = make_conversation_id()
        nothing = self._growing.render(conversation, View((), busy=False))
        return "", conversation, "", nothing, self._conversations.show(conversation, words, request)

    def show(self, conversation: str, words: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The conversation as it is, and as an answer under way makes it grow; and the list, with it marked."""
        try:
            views = self._session(conversation, request).watch()
        except DatelineError as error:
            gr.Warning(self._service.explain(error), duration=8)
            views = iter((View((), busy=False),))
        conversations: Any = self._conversations.show(conversation, words, request)
        for view in views:
            yield self._growing.render(choose_conversation(conversation, request), view), conversations
            conversations = gr.skip()

    def converse(
        self,
        question: str,
        conversation: str,
        words: str,
        model: str,
        shown: str,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, until its end or until something else counts."""
        question = make_storable(question).strip()
        try:
            chosen = read_chosen_filters(after, before, sources, languages, None, collections).filters
        except UsageError as error:
            gr.Info(_capitalise(str(error)), duration=4)
            yield _NOTHING
            return
        yield from self._converse(Exchange(question, chosen=chosen), conversation, words, model, shown, request)

    def converse_on_example(
        self,
        conversation: str,
        words: str,
        model: str,
        shown: str,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        event: gr.SelectData,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Answer the example question that was chosen."""
        value = event.value
        question = str(value.get("text", "")) if isinstance(value, dict) else ""
        yield from self.converse(
            question, conversation, words, model, shown, after, before, sources, languages, collections, request
        )

    def converse_without(
        self, conversation: str, words: str, model: str, shown: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question of the conversation again, without one of the filters that it named, or as of the newest
        article where that is offered.
        """
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        exchange = self._find(conversation, asked.get("turn"), request)
        kind = str(asked.get("kind"))
        newest = exchange.answer.newest_day if exchange and exchange.answer else None
        if exchange is None or not (kind in FILTER_KINDS or (kind == AS_OF_NEWEST and newest)):
            yield _NOTHING
            return
        again = Exchange(
            exchange.question, None, chosen=exchange.chosen, without=exchange.without, as_of=exchange.as_of
        )
        if kind == AS_OF_NEWEST:
            again = replace(again, as_of=newest)
        else:
            again = replace(again, without=tuple(dict.fromkeys((*exchange.without, kind))))
        yield from self._converse(again, conversation, words, model, shown, request)

    def _converse(
        self, asked: Exchange, conversation: str, words: str, model: str, shown: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        conversation = choose_conversation(conversation, request)
        try:
            check_question(asked.question)
        except UsageError as error:
            gr.Info(_capitalise(self._service.explain(error)), duration=8)
            yield _NOTHING
            return
        views = self._session(conversation, request).ask(asked, partial(self._answer, model), computed=model == OFFLINE)
        if views is None:
            gr.Info("One question at a time: wait for the answer, or press Stop.", duration=4)
        box: Any = ""
        conversations: Any = self._conversations.show(conversation, words, request) if views else gr.skip()
        first: int | None = None
        for view in views or ():
            first = self._growing.find_first(conversation, view, shown) if first is None else first
            yield box, self._growing.render(conversation, view, first), conversations
            box = conversations = gr.skip()
        yield _NOTHING  # what an event gave last, Gradio sends once more at its end

    def _answer(self, model: str, asked: Exchange, conversation: Conversation) -> Generator[Exchange]:
        """The exchange as it grows. It ends as an error where there is one; the page goes on either way."""
        exchange = asked
        history = tuple(recall(conversation))
        request = AskRequest(asked.question, history, asked.chosen, asked.as_of, model, asked.without)
        try:
            for answer in self._service.stream(request):
                same = exchange.answer is not None and exchange.answer.filters == answer.filters
                scope = (exchange.scope if same else None) or self._library.scope(answer.filters)
                exchange = replace(asked, answer=answer, scope=scope)
                yield exchange
        except Exception as error:
            yield replace(exchange, error=self._service.explain(error))

    def halt(self, conversation: str, shown: str, request: gr.Request) -> Any:
        """Stop the answer that is under way; what was said of it stays."""
        session = self._session(conversation, request)
        session.stop()
        view, conversation = session.view(), choose_conversation(conversation, request)
        return self._growing.render(conversation, view, self._growing.find_first(conversation, view, shown))

    def _find(self, conversation: str, turn: object, request: gr.Request) -> Exchange | None:
        """The exchange of that turn, which a browser says, so it may be anything."""
        exchanges = self._session(conversation, request).view().conversation
        return exchanges[turn] if isinstance(turn, int) and 0 <= turn < len(exchanges) else None


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _make_model_picker(models: Sequence[str]) -> gr.Dropdown:
    """Who may answer, where there is a choice."""
    return gr.Dropdown(
        list(models),
        value=models[0],
        label="Who answers",
        show_label=False,
        container=False,
        visible=len(models) > 1,
        scale=0,
        min_width=210,
        elem_id="model",
    )


def _make_box() -> gr.Textbox:
    return gr.Textbox(
        placeholder="Ask the articles …",
        label="Your question",
        show_label=False,
        container=False,
        lines=1,
        max_lines=5,
        max_length=LONGEST_QUESTION,
        autofocus=True,
        scale=1,
        min_width=120,
        elem_id="question",
    )
