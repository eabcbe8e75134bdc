"""The page's parts and what happens on it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from index import DatelineError, Filters, Library, Status
from index.library import LONGEST_QUESTION
from index.safe import make_safe
from rag import stream
from rag.settings import Settings
from ui.chat.render import escape_line, render_article, render_missing, render_talk
from ui.chat.talk import Exchange, Talk, find_source, recall, stop

HERE = Path(__file__).parent
STYLES = (HERE / "layout.css", HERE / "style.css")
_SCRIPT = HERE / "page.js"
_FAILED = "Something went wrong here that should not have. Ask again; the page's terminal says more."
_EXAMPLES = 3
_MOST_LOOKED_THROUGH = 5_000  # articles of which the newest are looked for, to make examples of
_SAMPLE_SOURCE = "Dateline sample library"
_SAMPLE_QUESTION = "Why did Niger revoke the deal?"
_AT_ONCE = 4  # questions answered side by side; the others wait in line

_NOTHING = tuple(gr.skip() for _ in range(5))  # leaves box, state, chat and buttons as they are

_log = logging.getLogger("dateline.chat")


class _Parts(NamedTuple):
    """The components that events read and set."""

    talk: gr.State
    chat: gr.Chatbot
    box: gr.Textbox
    ask: gr.Button
    halt: gr.Button
    fresh: gr.Button
    article: gr.HTML


class ChatPage:
    """The page over one library. All that belongs to one talk is in the browser session's state."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        # The answer that counts in each browser session, from its beginning to its end or to a stop. Gradio's
        # own way, `cancels`, leaves an event with trigger_mode="once" deaf for good.
        self._runs: dict[str, object] = {}

    # Layout

    def build(self) -> gr.Blocks:
        """Make the Gradio app."""
        with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as blocks:
            talk = gr.State(())
            gr.HTML(self.masthead, elem_id="masthead", js_on_load=None)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(elem_id="talk", scale=6, min_width=300):
                    chat = self._make_chat()
                    with gr.Row(elem_id="asking"):
                        box = _make_box()
                        ask = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="ask")
                        halt = gr.Button("Stop", variant="stop", scale=0, min_width=72, visible=False, elem_id="stop")
                        fresh = gr.Button("New talk", scale=0, min_width=96, elem_id="new-talk")
                with gr.Column(elem_id="evidence", scale=5, min_width=300):
                    article = gr.HTML("", elem_id="article", js_on_load=_SCRIPT.read_text())
            self._wire(blocks, _Parts(talk, chat, box, ask, halt, fresh, article))
        return blocks.queue(default_concurrency_limit=_AT_ONCE)

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
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
            examples=[{"text": question} for question in self._example_questions()],
            placeholder="Ask a question. Every sentence of the answer shows the words it rests on.",
        )

    def masthead(self) -> str:
        """The page's name, and what the library holds."""
        return f"<h1>Dateline</h1><p>{escape_line(show_holdings(self._library.status()))}</p>"

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

    def _wire(self, blocks: gr.Blocks, on: _Parts) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        answers: dict[str, Any] = {**quiet, "concurrency_limit": _AT_ONCE, "trigger_mode": "multiple"}
        shown = [on.box, on.talk, on.chat, on.ask, on.halt]
        gr.on([on.box.submit, on.ask.click], self.converse, [on.box, on.talk], shown, **answers)
        on.chat.example_select(self.converse_on_example, on.talk, shown, **answers)
        on.halt.click(self.halt, on.talk, shown, **quiet)
        on.fresh.click(self.start_afresh, None, [*shown, on.article], **quiet)
        on.article.open_source(self.open_source, on.talk, on.article, **quiet)
        blocks.unload(self.leave)

    def converse(self, question: str, talk: Talk, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, until its end or until something else counts."""
        question, session = question.strip(), str(request.session_hash)
        if not question:
            gr.Info("Type a question first.", duration=4)
            yield _NOTHING
            return
        if session in self._runs:
            gr.Info("One question at a time: wait for the answer, or press Stop.", duration=4)
            yield _NOTHING
            return
        run = self._runs[session] = object()
        try:
            exchange = Exchange(question)
            yield "", *self._show(talk, exchange), _button(False), _button(True)
            for exchange in self._answer(question, talk):
                if self._runs.get(session) is not run:
                    break
                yield gr.skip(), *self._show(talk, exchange), gr.skip(), gr.skip()
            counts = self._runs.get(session) is run
            # Gradio sends an event's last output once more when it ends, so a stopped one must end on nothing.
            yield (gr.skip(), *self._show(talk, exchange), _button(True), _button(False)) if counts else _NOTHING
        finally:
            if self._runs.get(session) is run:
                del self._runs[session]

    def converse_on_example(self, talk: Talk, event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer the example question that was chosen."""
        value = event.value
        yield from self.converse(str(value.get("text", "")) if isinstance(value, dict) else "", talk, request)

    def _answer(self, question: str, talk: Talk) -> Iterator[Exchange]:
        """The exchange as it grows. It ends as an error where there is one; the page goes on either way."""
        exchange = Exchange(question)
        try:
            for answer in stream(self._library, question, recall(talk), self._settings):
                exchange = Exchange(question, answer)
                yield exchange
        except DatelineError as error:
            yield replace(exchange, error=str(error))
        except Exception:
            _log.exception("a question failed")
            yield replace(exchange, error=_FAILED)

    def _show(self, talk: Talk, *exchanges: Exchange) -> tuple[Talk, list[dict[str, str]]]:
        """The talk with these exchanges at its end, for the state and for the eye."""
        talk = (*talk, *exchanges)
        return talk, render_talk(talk, self._library.scope(Filters()).articles)

    def halt(self, talk: Talk, request: gr.Request) -> tuple[Any, ...]:
        """Stop the answer that is under way; what was said of it stays."""
        self._runs.pop(str(request.session_hash), None)
        return gr.skip(), *self._show(stop(talk)), _button(True), _button(False)

    def start_afresh(self, request: gr.Request) -> tuple[Any, ...]:
        """Forget the talk and close the article."""
        self._runs.pop(str(request.session_hash), None)
        return "", (), [], _button(True), _button(False), ""

    def leave(self, request: gr.Request) -> None:
        """Drop the answer under way of a reader who has gone."""
        self._runs.pop(str(request.session_hash), None)

    def open_source(self, talk: Talk, event: gr.EventData) -> str:
        """The article behind a citation's button."""
        asked = event._data if isinstance(event._data, dict) else {}
        click = asked.get("click")
        click = click if isinstance(click, int) else 0
        source = find_source(talk, asked.get("kind"), asked.get("place"))
        return render_article(source, click) if source else render_missing(click)


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


def _button(visible: bool) -> Any:
    return gr.update(visible=visible)


def show_holdings(status: Status) -> str:
    """How many articles there are, and from when to when."""
    if not status.articles:
        return "The library is empty. Add articles with `dateline add FOLDER`."
    count = f"{status.articles:,} article{'' if status.articles == 1 else 's'}"
    first, last = status.first_published, status.last_published
    if first is None or last is None:
        return f"{count}, undated"
    days = dict.fromkeys(f"{day:%-d %B %Y}" for day in (first, last))
    undated = f", {status.undated:,} undated" if status.undated else ""
    return f"{count}, {' to '.join(days)}{undated}"
