"""The Ask tab: the talk, its filters, and what is kept of an answer."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from evals.dataset import read_seeds
from evals.feedback import Feedback, write_feedback
from index import DatelineError, Filters, Library, Scope, UsageError
from index.library import LONGEST_QUESTION
from index.safe import make_safe
from rag import stream
from rag.records import Answer, answer_to_dict
from rag.settings import Settings
from ui.chat.export import write_json, write_markdown, write_plain
from ui.chat.filters import FilterBar, read_filters
from ui.chat.render import escape, render_talk
from ui.chat.session import Session, Sessions, View
from ui.chat.shared import QUICK, QUIET, Shared
from ui.chat.talk import Exchange, Talk, recall
from ui.wording import explain_error

_SCRIPT = Path(__file__).parents[1] / "export.js"
_FAILED = "Something went wrong here that should not have. Ask again; the page's terminal says more."
_BEGIN = "Ask a question. Every sentence of the answer shows the words it rests on."
_EMPTY = (
    "The library is empty. Add your own articles on the Library tab, or begin with the sample library: "
    "eight articles on Niger and the United States, 2023 and 2024."
)
_EXAMPLES = 3
_MOST_LOOKED_THROUGH = 5_000  # articles of which the newest are looked for, to make examples of
_SAMPLE_SOURCE = "Dateline sample library"
_SAMPLE_QUESTION = "Why did Niger revoke the deal?"
_THUMBS = ("Like", "Dislike")  # Gradio's words for the icons
_WATCHED = 32  # answers that pages may watch grow, each with a thread of Gradio's 40
_WRITERS = {"markdown": write_markdown, "plain": write_plain, "json": write_json}

_NOTHING = (gr.skip(), gr.skip())  # leaves box and chat as they are

_log = logging.getLogger("dateline.chat")


class AskTab:
    """The talk. All that belongs to one reader is in a `Session`."""

    NAME = "Ask"

    def __init__(self, library: Library, settings: Settings, sessions: Sessions) -> None:
        self._library = library
        self._settings = settings
        self._sessions = sessions
        self._filters = FilterBar(library, "Searching")

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        with gr.Column(elem_id="talk"):
            self._chat = self._make_chat()
            self._sample = gr.Button("Add the sample library", variant="primary", visible=False, elem_id="sample")
            self._filters.build()
            with gr.Row(elem_id="asking"):
                self._box = _make_box()
                self._ask = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="ask")
                self._halt = gr.Button("Stop", variant="stop", scale=0, min_width=72, elem_id="stop")
                self._fresh = gr.Button("New talk", scale=0, min_width=96, elem_id="new-talk")
        self._exported = gr.HTML("", elem_classes="dl-hidden", js_on_load=_SCRIPT.read_text())

    def _make_chat(self) -> gr.Chatbot:
        return gr.Chatbot(
            label="The talk",
            show_label=False,
            container=False,
            elem_id="chat",
            height="100%",
            autoscroll=False,
            layout="panel",
            buttons=[],
            feedback_options=_THUMBS,
            latex_delimiters=[],
            allow_tags=False,
            **self._greet(),
        )

    def _greet(self) -> dict[str, Any]:
        """What an empty talk shows: questions to begin with, or what to do about an empty library."""
        empty = not self._library.scope(Filters()).articles
        questions = [] if empty else self._example_questions()
        return {"placeholder": _EMPTY if empty else _BEGIN, "examples": [{"text": q} for q in questions]}

    def _example_questions(self) -> list[str]:
        """Questions to begin with, of the newest articles; none where it would take long to find those."""
        if self._library.scope(Filters()).articles > _MOST_LOOKED_THROUGH:
            return []
        dated = (a for a in self._library.articles() if a.published and a.title)
        newest = list(deque(dated, maxlen=_EXAMPLES))[::-1]
        questions = [f"What is behind “{make_safe(a.title)}”?" for a in newest]
        if any(a.source == _SAMPLE_SOURCE for a in newest):
            questions = [_SAMPLE_QUESTION, *questions[:-1]]
        return questions

    # Events

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        answers: dict[str, Any] = {**QUIET, "concurrency_limit": _WATCHED, "trigger_mode": "multiple"}
        asked, shown = [self._box, *self._filters.fields], [self._box, self._chat]
        gr.on([self._box.submit, self._ask.click], self.converse, asked, shown, **answers)
        self._chat.example_select(self.converse_on_example, self._filters.fields, shown, **answers)
        self._halt.click(self.halt, None, shown, **QUICK)
        self._fresh.click(self.start_afresh, None, [*shown, shared.article], **QUICK)
        self._chat.like(self.keep_thumb, None, None, **QUIET)
        self._exported.export_answer(self.export, None, self._exported, **QUICK)
        changes = [shared.blocks.load, shared.generation.change]
        gr.on(changes, self.greet, None, [self._chat, self._sample], **QUICK)
        self._sample.click(self.add_sample, None, [self._sample, shared.generation], **QUIET)
        self._filters.wire(shared)
        shared.blocks.unload(self.leave)

    def greet(self) -> tuple[Any, Any]:
        """An empty talk's words, and the button that adds the sample library where there is nothing else."""
        return gr.update(**self._greet()), gr.update(visible=not self._library.scope(Filters()).articles)

    def add_sample(self) -> Iterator[tuple[Any, Any]]:
        """Add the sample library."""
        yield gr.update(value="Adding eight articles …", interactive=False), gr.skip()
        try:
            self._library.add(read_seeds())
        except DatelineError as error:
            gr.Warning(explain_error(error, self._library), duration=8)
        yield gr.update(value="Add the sample library", interactive=True), self._library.status().generation

    def _session(self, request: gr.Request) -> Session:
        return self._sessions.get(str(request.session_hash))

    def converse(
        self, question: str, after: str | None, before: str | None, sources: Sequence[str], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, until its end or until something else counts."""
        question, session = question.strip(), self._session(request)
        try:
            filters = read_filters(after, before, sources)
        except UsageError as error:
            gr.Info(str(error).capitalize(), duration=4)
            yield _NOTHING
            return
        scope = self._library.scope(filters)
        views = session.ask(question, partial(self._answer, filters, scope), scope) if question else iter(())
        if not question:
            gr.Info("Type a question first.", duration=4)
        if views is None:
            gr.Info("One question at a time: wait for the answer, or press Stop.", duration=4)
        box: Any = ""
        for view in views or ():
            yield box, self._show(view)
            box = gr.skip()
        yield _NOTHING  # what an event gave last, Gradio sends once more at its end

    def converse_on_example(
        self,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        event: gr.SelectData,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Answer the example question that was chosen."""
        value = event.value
        question = str(value.get("text", "")) if isinstance(value, dict) else ""
        yield from self.converse(question, after, before, sources, request)

    def _answer(self, filters: Filters, scope: Scope, question: str, talk: Talk) -> Generator[Exchange]:
        """The exchange as it grows. It ends as an error where there is one; the page goes on either way."""
        exchange = Exchange(question, scope=scope)
        try:
            for answer in stream(self._library, question, recall(talk), self._settings, filters):
                exchange = replace(exchange, answer=answer)
                yield exchange
        except DatelineError as error:
            yield replace(exchange, error=explain_error(error, self._library))
        except Exception:
            _log.exception("a question failed")
            yield replace(exchange, error=_FAILED)

    def _show(self, view: View) -> list[dict[str, str]]:
        return render_talk(view.talk, busy=view.busy)

    def halt(self, request: gr.Request) -> tuple[Any, ...]:
        """Stop the answer that is under way; what was said of it stays."""
        session = self._session(request)
        session.stop()
        return gr.skip(), self._show(session.view())

    def start_afresh(self, request: gr.Request) -> tuple[Any, ...]:
        """Forget the talk and close the article."""
        session = self._session(request)
        session.clear()
        return "", self._show(session.view()), ""

    def leave(self, request: gr.Request) -> None:
        """Drop the answer under way of a reader who has gone."""
        self._session(request).stop()

    def keep_thumb(self, thumb: gr.LikeData, request: gr.Request) -> None:
        """Keep what a reader thinks of an answer, for `dateline eval make --from-feedback`."""
        turn = thumb.index // 2 if isinstance(thumb.index, int) else -1  # a question and what came of it, by turns
        answer = self._find_answer(turn, request)
        if thumb.liked not in (True, False) or answer is None or answer.stage != "done":
            return
        given = Feedback(datetime.now(UTC), "up" if thumb.liked else "down", "", answer_to_dict(answer))
        try:
            write_feedback(self._library.folder, given)
            gr.Info("Thank you: kept with the library.", duration=4)
        except DatelineError:
            _log.exception("a thumb was not kept")
            gr.Warning("That could not be kept; the page's terminal says why.", duration=8)

    def export(self, event: gr.EventData, request: gr.Request) -> str:
        """The answer whose button was pressed, as text for the page's script to copy or save."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        turn, name, press = asked.get("turn"), str(asked.get("format")), asked.get("press")
        answer = self._find_answer(int(str(turn)) if re.fullmatch(r"[0-9]{1,6}", str(turn)) else -1, request)
        if answer is None or name not in _WRITERS or not isinstance(press, int):
            return ""
        text = escape(_WRITERS[name](answer))
        return f'<pre id="dl-exported" data-format="{name}" data-press="{press}">{text}</pre><p role="status"></p>'

    def _find_answer(self, turn: int, request: gr.Request) -> Answer | None:
        talk = self._session(request).view().talk
        return talk[turn].answer if 0 <= turn < len(talk) else None


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
