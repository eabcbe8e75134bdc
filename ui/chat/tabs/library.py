"""The Library tab: the articles as a table, and adding more."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from index import Article, DatelineError, Failure, Filters, Library, UsageError
from index.read import read_files
from ui.chat.filters import FilterBar, read_filters
from ui.chat.render import escape, escape_line
from ui.chat.shared import QUICK, QUIET, Shared
from ui.chat.talk import STORED
from ui.wording import explain_error, show_date

_MOST_SHOWN = 500
_FAILED = "something went wrong that should not have; the page's terminal says more"

_log = logging.getLogger("dateline.chat")


class LibraryTab:
    """The table, its search and filters, and the upload."""

    NAME = "Library"

    def __init__(self, library: Library, *, read_only: bool) -> None:
        self._library = library
        self._read_only = read_only
        self._filters = FilterBar(library, "Showing")

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        with gr.Accordion("Add articles", open=False, elem_id="adding", visible=not self._read_only):
            self._files = gr.File(label="Files", file_count="multiple", height=140, elem_id="files")
        self._report = gr.HTML("", elem_id="added", js_on_load=None)
        self._search = gr.Textbox(
            value="",
            label="Words in title or text",
            placeholder="Words in title or text …",
            show_label=False,
            container=False,
            max_lines=1,
            elem_id="search",
        )
        self._filters.build()
        self._table = gr.HTML("", elem_id="articles", js_on_load=None)

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        self._filters.wire(shared)
        asked = [self._search, *self._filters.fields]
        changes = [part.change for part in asked]
        gr.on([shared.blocks.load, shared.generation.change, *changes], self.list_articles, asked, self._table, **QUICK)
        if not self._read_only:
            self._files.upload(self.add, self._files, [self._report, self._files, shared.generation], **QUIET)

    def list_articles(self, words: str, after: str | None, before: str | None, sources: Sequence[str]) -> str:
        """The articles within the filters as a table, the newest first and the undated last."""
        try:
            filters = read_filters(after, before, sources)
        except UsageError:  # the chips say it
            filters = Filters()
        dated: deque[Article] = deque(maxlen=_MOST_SHOWN)
        undated: list[Article] = []
        found = 0
        for article in self._library.articles(filters, words.strip()):
            found += 1
            if article.published:
                dated.append(article)
            elif len(undated) < _MOST_SHOWN:
                undated.append(article)
        rows = [*reversed(dated), *undated][:_MOST_SHOWN]
        return _render_table(rows, found)

    def add(self, files: Sequence[str] | None) -> Iterator[tuple[Any, ...]]:
        """Add the files that were uploaded one by one, saying how far it has come and at last what came of each."""
        paths = [Path(file) for file in files or ()]
        counts = {"added": 0, "updated": 0, "already there": 0}
        failed: list[Failure] = []
        for n, path in enumerate(paths, start=1):
            yield f'<p role="status">Adding {n} of {len(paths)} files …</p>', gr.skip(), gr.skip()
            try:
                # Gradio puts each upload into a folder named for its content: who sends the same again adds nothing.
                read = read_files([path], self._library.settings.max_file_mb, below=path.parent.parent)
                report = self._library.add(read)
            except DatelineError as error:
                failed.append(Failure(path.name, explain_error(error, self._library)))
                continue
            except Exception:
                _log.exception("a file could not be added")
                failed.append(Failure(path.name, _FAILED))
                continue
            finally:
                path.unlink(missing_ok=True)
            counts["added"] += len(report.added)
            counts["updated"] += len(report.updated)
            counts["already there"] += len(report.unchanged)
            failed += report.failed
        yield _render_report(counts, failed), None, self._library.status().generation


def _render_table(rows: Sequence[Article], found: int) -> str:
    """The rows, each title a button that the page's script opens the article by."""
    body = "".join(
        f'<tr><th scope="row"><button type="button" class="dl-row" name="{STORED}" value="{escape(a.id)}">'
        f"{escape_line(a.title) or '(no title)'}</button></th><td>{escape_line(a.source or '')}</td>"
        f"<td>{show_date(a)}</td><td>{len(a.text.split()):,}</td></tr>"
        for a in rows
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Title", "Outlet", "Date", "Words"))
    table = f'<table class="dl-articles"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>' if rows else ""
    return f'<p role="status">{_count(found, len(rows))}</p>{table}'


def _count(found: int, shown: int) -> str:
    if not found:
        return "No article is within that."
    noun = "article" if found == 1 else "articles"
    if shown < found:
        return f"{found:,} {noun}; the newest {shown:,} are listed. Narrow it by words, dates or sources."
    return f"{found:,} {noun}, the newest first."


def _render_report(counts: dict[str, int], failed: Sequence[Failure]) -> str:
    said = ", ".join(f"{n:,} {name}" for name, n in {**counts, "failed": len(failed)}.items() if n)
    rows = "".join(
        f"<li><strong>{escape_line(_name(failure.origin))}</strong>: {escape_line(failure.reason)}</li>"
        for failure in failed
    )
    return f'<p role="status">{said or "Nothing to add"}.</p>' + (f"<ul>{rows}</ul>" if rows else "")


def _name(origin: str) -> str:
    """The name of an uploaded file, and of the file in it."""
    file, _, member = origin.partition("#")
    return file.rsplit("/", 1)[-1] + (f" · {member}" if member else "")
