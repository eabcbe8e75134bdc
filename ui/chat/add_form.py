"""Adding to the library on the page: files that are uploaded, and what is at a web address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import gradio as gr

from index import AddReport, DatelineError, Failure, Library, add_urls, current_actor, read_files_in_subprocesses
from ui.advice import explain_error, explain_failure
from ui.chat.shared import QUICK, QUIET, Shared
from ui.escape import escape_line
from ui.server.page_events import writes
from ui.wording import PARTLY, name_input, show_left_out

_FAILED = "something went wrong that should not have; the page's terminal says more"
_LONGEST_ADDRESS = 2_000  # characters

_log = logging.getLogger("dateline.chat")


class AddForm:
    """The fields for files and for an address, and what became of what was given. Nothing of it where `read_only`.

    `note` gets each report too.
    """

    def __init__(
        self, library: Library, note: Callable[[AddReport], None] = lambda report: None, *, read_only: bool
    ) -> None:
        self._library = library
        self._note = note
        self._read_only = read_only

    def build(self) -> None:
        """Make the parts."""
        with gr.Accordion("Add articles", open=False, elem_id="adding", visible=not self._read_only) as self._form:
            self._collections = gr.Textbox(
                label="Collections to put them into, if any",
                placeholder="sahel, west-africa",
                max_lines=1,
                max_length=_LONGEST_ADDRESS,
                elem_id="into-collections",
            )
            self._files = gr.File(label="Files", file_count="multiple", height=140, elem_id="files")
            with gr.Row(elem_id="from-the-web"):
                self._address = gr.Textbox(
                    label="Web address of a page, a feed or a sitemap",
                    placeholder="https://…",
                    max_lines=1,
                    max_length=_LONGEST_ADDRESS,
                    scale=1,
                )
                self._get = gr.Button("Add", scale=0, min_width=72)
        self._report = gr.HTML("", elem_id="added", js_on_load=None)

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        if self._read_only:
            return
        shared.blocks.load(self.offer, None, self._form, **QUICK)
        given = [self._files, self._collections]
        self._files.upload(self.add_files, given, [self._report, self._files, shared.generation], **QUIET)
        got = [self._report, self._address, shared.generation]
        asked = [self._address, self._collections]
        gr.on([self._get.click, self._address.submit], self.add_address, asked, got, **QUIET)

    def offer(self) -> Any:
        """The fields, for those who may add."""
        return gr.update(visible=current_actor().may_write)

    @writes
    def add_files(self, files: Sequence[str] | None, collections: str = "") -> Iterator[tuple[Any, ...]]:
        """Add the files that were uploaded one by one, saying how far it has come and at last what came of each.

        `collections` are names with commas between them.
        """
        paths = [Path(file) for file in files or ()]
        updates: SimpleQueue[tuple[int, int] | AddReport] = SimpleQueue()
        work = (self._add_files, paths, _split(collections), updates)
        Thread(target=copy_context().run, args=work, daemon=True).start()
        while not isinstance(news := _take_newest(updates), AddReport):
            yield _say(f"Adding file {news[0]:,} of {len(paths):,}: {news[1]:,} articles …"), gr.skip(), gr.skip()
        yield _render_report(news), None, self._library.status().generation

    def _add_files(
        self, paths: Sequence[Path], collections: Sequence[str], updates: SimpleQueue[tuple[int, int] | AddReport]
    ) -> None:
        report = AddReport()
        try:
            for n, path in enumerate(paths, start=1):
                say = partial(_put_count, updates, n)
                say(0)
                report = report.join(self._add_file(path, collections, say))
        finally:
            self._note(report)
            updates.put(report)

    def _add_file(self, path: Path, collections: Sequence[str], progress: Callable[[int], None]) -> AddReport:
        limits = self._library.settings.max_file_mb, self._library.settings.file_seconds
        try:
            # Gradio puts each upload into a folder named for its content: who sends the same again adds nothing.
            read = read_files_in_subprocesses([path], *limits, below=path.parent.parent)
            return self._library.add(read, progress, collections=collections)
        except Exception as error:
            return AddReport(failed=(Failure(path.name, self._explain(error)),))
        finally:
            path.unlink(missing_ok=True)

    @writes
    def add_address(self, address: str, collections: str = "") -> Iterator[tuple[Any, ...]]:
        """Add what is at a web address, saying how far it has come and at last what came of it."""
        if not address.strip():
            gr.Info("Write an address first.", duration=4)
            yield gr.skip(), gr.skip(), gr.skip()
            return
        yield _say("Asking for it …"), gr.skip(), gr.skip()
        updates: SimpleQueue[tuple[int, int] | AddReport] = SimpleQueue()
        work = (self._get_address, address.strip(), _split(collections), updates)
        Thread(target=copy_context().run, args=work, daemon=True).start()
        while not isinstance(news := updates.get(), AddReport):
            yield _say(f"Adding {news[0]:,} of {news[1]:,} pages …"), gr.skip(), gr.skip()
        yield _render_report(news), gr.skip() if news.failed else "", self._library.status().generation

    def _get_address(
        self, address: str, collections: Sequence[str], updates: SimpleQueue[tuple[int, int] | AddReport]
    ) -> None:
        try:
            report = add_urls(
                self._library, [address], lambda done, met: updates.put((done, met)), collections=collections
            )
        except Exception as error:
            report = AddReport(failed=(Failure(address, self._explain(error)),))
        self._note(report)
        updates.put(report)

    def _explain(self, error: Exception) -> str:
        if isinstance(error, DatelineError):
            return explain_error(error, self._library)
        _log.error("something could not be added", exc_info=error)
        return _FAILED


def _split(collections: str) -> list[str]:
    return [name for name in collections.split(",") if name.strip()]


def _put_count(updates: SimpleQueue[tuple[int, int] | AddReport], file: int, articles: int) -> None:
    updates.put((file, articles))


def _take_newest(updates: SimpleQueue[tuple[int, int] | AddReport]) -> tuple[int, int] | AddReport:
    """Wait for news, and leave out what newer ones make old: counts come faster than a page can show them."""
    news = updates.get()
    while not updates.empty():
        news = updates.get()
    return news


def _say(text: str) -> str:
    return f'<p role="status">{text}</p>'


def _render_report(report: AddReport) -> str:
    counts = {
        "added": report.added,
        "updated": report.updated,
        "already there": report.unchanged,
        "in the queue": report.queued,
        "failed": report.failed,
    }
    said = ", ".join(f"{len(found):,} {name}" for name, found in counts.items() if found)
    rows = "".join(
        f"<li><strong>{escape_line(name_input(failure.origin))}</strong>: {escape_line(explain_failure(failure))}</li>"
        for failure in report.failed
    )
    rows += "".join(f"<li><strong>{escape_line(article_id)}</strong>: {PARTLY}</li>" for article_id in report.partly)
    rows += f"<li>{escape_line(show_left_out(report))}</li>" if report.left_out else ""
    return _say(f"{said or 'Nothing to add'}.") + (f"<ul>{rows}</ul>" if rows else "")
