"""The page's parts and what happens on it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from evals.feedback import Feedback, write_feedback
from index import DatelineError, Filters, Library, Status
from index.library import LONGEST_QUESTION
from index.safe import make_safe
from rag import stream
from rag.records import answer_to_dict
from rag.settings import Settings
from ui.chat.render import escape_line, render_article, render_missing, render_talk
from ui.chat.session import Session, Sessions, View
from ui.chat.talk import Exchange, Talk, find_source, recall

HERE = Path(__file__).parent
STYLES = (HERE / "layout.css", HERE / "style.css")
_SCRIPT = HERE / "page.js"
_FAILED = "Something went wrong here that should not have. Ask again; the page's terminal says more."
_EXAMPLES = 3
_MOST_LOOKED_THROUGH = 5_000  # articles of which the newest are looked for, to make examples of
_SAMPLE_SOURCE = "Dateline sample library"
_SAMPLE_QUESTION = "Why did Niger revoke the deal?"
_THUMBS = ("Like", "Dislike")  # Gradio's words for the icons
_WATCHED = 32  # answers that pages may watch grow, each with a thread of Gradio's 40

_NOTHING = (gr.skip(), gr.skip())  # leaves box and chat as they are

_log = logging.getLogger("dateline.chat")


class _Parts(NamedTuple):
    """The components that events read and set."""

    chat: gr.Chatbot
    box: gr.Textbox
    ask: gr.Button
    halt: gr.Button
    fresh: gr.Button
    article: gr.HTML


class ChatPage:
    """The page over one library. All that belongs to one reader is in a `Session`."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        self._sessions = Sessions()

    # Layout

    def build(self) -> gr.Blocks:
        """Make the Gradio app."""
        with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True) as blocks:
            gr.HTML(self.masthead, elem_id="masthead", js_on_load=None)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(elem_id="talk", scale=6, min_width=300):
                    chat = self._make_chat()
                    with gr.Row(elem_id="asking"):
                        box = _make_box()
                        ask = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="ask")
                        halt = gr.Button("Stop", variant="stop", scale=0, min_width=72, elem_id="stop")
                        fresh = gr.Button("New talk", scale=0, min_width=96, elem_id="new-talk")
                with gr.Column(elem_id="evidence", scale=5, min_width=300):
                    article = gr.HTML("", elem_id="article", js_on_load=_SCRIPT.read_text())
            self._wire(blocks, _Parts(chat, box, ask, halt, fresh, article))
        self._blocks = blocks
        return blocks

    def close(self) -> None:
        """Stop the server and the answers under way; returns when the models have noticed."""
        self._blocks.close(verbose=False)
        self._sessions.close()

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
        # What is done in a moment does without the queue, whose stream to the browser is the answers' alone.
        quick: dict[str, Any] = {**quiet, "queue": False}
        answers: dict[str, Any] = {**quiet, "concurrency_limit": _WATCHED, "trigger_mode": "multiple"}
        shown = [on.box, on.chat]
        gr.on([on.box.submit, on.ask.click], self.converse, on.box, shown, **answers)
        on.chat.example_select(self.converse_on_example, None, shown, **answers)
        on.halt.click(self.halt, None, shown, **quick)
        on.fresh.click(self.start_afresh, None, [*shown, on.article], **quick)
        on.chat.like(self.keep_thumb, None, None, **quiet)
        on.article.open_source(self.open_source, None, on.article, **quick)
        blocks.unload(self.leave)

    def _session(self, request: gr.Request) -> Session:
        return self._sessions.get(str(request.session_hash))

    def converse(self, question: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, until its end or until something else counts."""
        question, session = question.strip(), self._session(request)
        views = session.ask(question, self._answer) if question else iter(())
        if not question:
            gr.Info("Type a question first.", duration=4)
        if views is None:
            gr.Info("One question at a time: wait for the answer, or press Stop.", duration=4)
        box: Any = ""
        for view in views or ():
            yield box, self._show(view)
            box = gr.skip()
        yield _NOTHING  # what an event gave last, Gradio sends once more at its end

    def converse_on_example(self, event: gr.SelectData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer the example question that was chosen."""
        value = event.value
        yield from self.converse(str(value.get("text", "")) if isinstance(value, dict) else "", request)

    def _answer(self, question: str, talk: Talk) -> Generator[Exchange]:
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

    def _show(self, view: View) -> list[dict[str, str]]:
        return render_talk(view.talk, self._library.scope(Filters()).articles, busy=view.busy)

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
        talk = self._session(request).view().talk
        turn = thumb.index // 2 if isinstance(thumb.index, int) else -1  # a question and what came of it, by turns
        answer = talk[turn].answer if 0 <= turn < len(talk) else None
        if thumb.liked not in (True, False) or answer is None or answer.stage != "done":
            return
        given = Feedback(datetime.now(UTC), "up" if thumb.liked else "down", "", answer_to_dict(answer))
        try:
            write_feedback(self._library.folder, given)
            gr.Info("Thank you: kept with the library.", duration=4)
        except DatelineError:
            _log.exception("a thumb was not kept")
            gr.Warning("That could not be kept; the page's terminal says why.", duration=8)

    def open_source(self, event: gr.EventData, request: gr.Request) -> str:
        """The article behind a citation's button."""
        asked = event._data if isinstance(event._data, dict) else {}
        click = asked.get("click")
        click = click if isinstance(click, int) else 0
        source = find_source(self._session(request).view().talk, asked.get("kind"), asked.get("place"))
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
