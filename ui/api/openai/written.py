"""An answer as clients of the OpenAI protocol get it: Markdown, with the places where its citations stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote

from rag import Answer
from ui.escape import escape_markdown, unescape_markdown
from ui.export.texts import bold_markdown, write_markdown_disagreements, write_markdown_sources
from ui.presentation import NEAREST_PASSAGES, SOURCES, Presentation, ShownSource, present

_CITATION = re.compile(r" ?\[\d+\]\([^)\s]*\)")
_SOURCES_ON = re.compile(rf"\n\n\*\*(?:{SOURCES}|{NEAREST_PASSAGES})\*\*\n\n.*", re.DOTALL)


class Place(NamedTuple):
    """Characters `start` to `end` (half-open) of what is written are a link to a source."""

    start: int
    end: int
    url: str
    title: str

    def to_dict(self) -> dict[str, Any]:
        return {"start_index": self.start, "end_index": self.end, "url": self.url, "title": self.title}


class Written(NamedTuple):
    """An answer as Markdown, and where in it the citations stand."""

    text: str
    places: tuple[Place, ...] = ()


class Step(NamedTuple):
    """What is said next, all that is written so far, and the answer that it is made of."""

    said: str
    written: Written
    answer: Answer | None = None


def write_answer(answer: Answer, address: str) -> Written:
    """The answer as Markdown in which every citation is a link, and nothing of an article's words is markup.

    `address` is the server's own, for articles that have no address on the web. What is not a sentence comes last, with
    an answer that is done: of one that grows, nothing is taken back.
    """
    shown = present(answer)
    link = make_link(address)
    written = _write_sentences(shown, link)
    if answer.stage != "done":
        return written
    notes = map(escape_markdown, (shown.reason, *shown.doubts, *shown.notes))
    blocks = [
        bold_markdown(escape_markdown(shown.headline)),
        written.text,
        *notes,
        *write_markdown_disagreements(shown),
        *write_markdown_sources(shown, link),
    ]
    return Written("\n\n".join(filter(None, blocks)), written.places)


def make_link(address: str) -> Callable[[ShownSource], str]:
    """What gives a source's address: its own on the web, else that of its article here."""

    def link(source: ShownSource) -> str:
        return source.address or f"{address}/api/articles/{quote(source.article_id, safe='')}"

    return link


def read_answer(text: str) -> str:
    """The words of an answer that a client sends back, without what `write_answer` put around them."""
    return unescape_markdown(_CITATION.sub("", _SOURCES_ON.sub("", text)))


def grow_text(answers: Iterator[Answer], address: str) -> Iterator[Step]:
    """What is said of a growing answer, step by step; nothing that was said is taken back."""
    sent = ""
    for answer in answers:
        written = write_answer(_settle(answer), address)
        if not written.text.startswith(sent):
            if answer.stage != "done":
                continue
            written = _say_anew(sent, written)
        yield Step(written.text[len(sent) :], written, answer)
        sent = written.text


def count_tokens(answer: Answer | None) -> tuple[int, int]:
    """The tokens that a model read and wrote; none where no model answers."""
    return (answer.prompt_tokens or 0, answer.completion_tokens or 0) if answer else (0, 0)


def _write_sentences(shown: Presentation, link: Callable[[ShownSource], str]) -> Written:
    sources = {source.number: source for source in shown.sources}
    text = ""
    places: list[Place] = []
    for sentence in shown.sentences:
        text += (" " if text else "") + escape_markdown(sentence.text)
        for source in (sources[marker] for marker in sentence.markers):
            url = link(source)
            start = len(text) + 1
            text += f" [{source.number}]({url})"
            places.append(Place(start, len(text), url, source.title))
    return Written(text, tuple(places))


def _settle(answer: Answer) -> Answer:
    """The part of a growing answer that stands: all but the last sentence, once one of them cites.

    Until then the model may still be on its way to a refusal.
    """
    if answer.stage == "done":
        return answer
    standing = answer.sentences[:-1]
    cites = any(sentence.citations for sentence in standing)
    return replace(answer, sentences=standing if cites else (), refused=False, reason="")


def _say_anew(sent: str, written: Written) -> Written:
    """The text behind what was sent and can't be taken back."""
    start = len(sent) + 2
    moved = (place._replace(start=place.start + start, end=place.end + start) for place in written.places)
    return Written(f"{sent}\n\n{written.text}", tuple(moved))
