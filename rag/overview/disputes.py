"""What the articles on a topic contradict each other in, as lines of an overview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index import Span, content_words
from rag.disagreements.record import Disagreement, Side
from rag.disagreements.show import describe_source
from rag.english.gate import add_brackets
from rag.records import Citation, Quote


class SideLine(NamedTuple):
    """A side as a line has it: who says it and when, the sentence in the article's words, and its markers."""

    who: str
    text: str
    citations: tuple[int, ...]


def write_sides(disagreement: Disagreement, citations: Sequence[Citation]) -> Iterator[SideLine]:
    """A line for each side, in their order; `citations` are those of the whole overview, by marker."""
    for side in disagreement.sides:
        citation = citations[side.citations[0] - 1]
        who = describe_source(citation.hit.article)
        yield SideLine(who, _write_sentence(disagreement, side, citation), side.citations)


def _write_sentence(disagreement: Disagreement, side: Side, citation: Citation) -> str:
    """The sentence that has the side's words, and most of what it is about, with what it lacks in brackets."""
    article = citation.hit.article
    about = set(content_words(disagreement.about))

    def fits(quote: Quote) -> tuple[bool, int]:
        text = article.text[quote.start : quote.end]
        return side.value in text, len(about & set(content_words(text)))

    quote = max((q for q in citation.quotes if q.field == "text"), key=fits)
    return add_brackets(article, quote.start, quote.end, Span(quote.start, quote.start))
