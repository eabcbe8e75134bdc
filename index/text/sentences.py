"""Where sentences begin and end."""

from __future__ import annotations

import re
from typing import NamedTuple

import sentencex

_LINE = re.compile(r"[^\n]+")


class Span(NamedTuple):
    """Characters `start` to `end` of a text, half-open."""

    start: int
    end: int


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of `text` in order, without the white space around them.

    Spans don't overlap, none is empty, and every character outside them is white space. A line break
    always ends a sentence, since cleaned articles have one paragraph a line.
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        start = line.start()
        # The splitter gives every character back, so lengths alone tell where each sentence stands.
        for sentence in sentencex.segment(language, line.group()):
            inner = sentence.strip()
            if inner:
                lead = len(sentence) - len(sentence.lstrip())
                spans.append(Span(start + lead, start + lead + len(inner)))
            start += len(sentence)
    return spans
