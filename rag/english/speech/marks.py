"""Words in quotation marks: straight, curly, German and French ones, within one paragraph or over several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index import Span

# What opens a quotation, and what may close it.
_PAIRS = {"“": '”“"', "„": '“”"', "«": "»", "»": "«", "‹": "›", '"': '"”', "‘": "’", "'": "'", "‚": "‘’"}
_SINGLE = "‘'‚"
_PARAGRAPH = re.compile(r"[^\n]+")
_SKIPPED = re.compile(r"[‘'](?:\d|(?:em|tis|til|cause|twas|n|round)\b)", re.IGNORECASE)
_BEFORE = frozenset(" \t\u00a0\u202f([{—–-:/…")  # what may stand in front of a mark that opens
_ENDS = ".!?…"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between two marks: characters `start` to `end` without the marks, `outer` with them.

    `goes_on` says that the quotation before it, which nothing closes, goes on here.
    """

    start: int
    end: int
    outer: Span
    goes_on: bool = False


def find_quotations(text: str) -> list[Quotation]:
    """The quotations of a text in order; none overlaps another, and what is nested in one is no other."""
    found: list[Quotation] = []
    unclosed = ""  # the mark that opened a quotation which the paragraph before left open
    for paragraph in _PARAGRAPH.finditer(text):
        if not paragraph.group().strip():
            continue
        still_open = ""
        for mark, outer, closed in _scan(text, *paragraph.span()):
            opens = not text[paragraph.start() : outer.start].strip()
            inner = _trim(text, outer.start + 1, outer.end - (1 if closed else 0))
            if inner.start < inner.end:
                found.append(Quotation(*inner, outer, goes_on=bool(unclosed) and opens and mark == unclosed))
            still_open = "" if closed else mark
        unclosed = still_open
    return found


def _trim(text: str, start: int, end: int) -> Span:
    """What stands between two marks, the comma in front of who says it with it, without white space around it."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _scan(text: str, start: int, end: int) -> Iterator[tuple[str, Span, bool]]:
    """Each quotation of a paragraph: the mark that opens it, where it stands with its marks, whether it is closed."""
    at = start
    while at < end:
        if not _opens(text, at, start, end):
            at += 1
            continue
        close = _find_close(text, at, end)
        if close is not None:
            yield text[at], Span(at, close + 1), True
            at = close + 1
        elif text[at] in _SINGLE or text[at] == "»":
            at += 1
        else:
            yield text[at], Span(at, end), False
            return


def _opens(text: str, at: int, start: int, end: int) -> bool:
    mark = text[at]
    if mark not in _PAIRS or at + 1 >= end:
        return False
    before, after = (text[at - 1] if at > start else " "), text[at + 1]
    if mark in "“„«‹":
        return True
    if before not in _BEFORE or after.isspace():
        return False
    if mark in _SINGLE:
        return (after.isalnum() or after in "…[“") and not _SKIPPED.match(text, at)
    return True


def _find_close(text: str, at: int, end: int) -> int | None:
    """Where the quotation that opens at `at` is closed within its paragraph."""
    closing = _PAIRS[text[at]]
    if text[at] in _SINGLE:
        return _find_single_close(text, at, end, closing)
    depth = 1
    for n in range(at + 1, end):
        sign = text[n]
        if sign == text[at] and sign not in closing:
            depth += 1
        elif sign in closing and _may_close(text, n, at, end):
            depth -= 1
            if depth == 0:
                return n
    return None


def _may_close(text: str, n: int, at: int, end: int) -> bool:
    """False for a straight mark, or a curly one the wrong way round, that rather opens something."""
    if text[n] in "”»«›":
        return True
    following = text[n + 1] if n + 1 < end else " "
    if text[n] == "“" and text[at] == "“":  # some write the same mark on both sides
        return not following.isalnum() and not text[n - 1].isspace()
    return not (following.isalnum() and text[n - 1].isspace())


def _find_single_close(text: str, at: int, end: int, closing: str) -> int | None:
    """The mark behind a word's end that is likeliest no apostrophe: "the workers’ union" closes nothing."""
    doubtful = None
    for n in range(at + 2, end):
        following = text[n + 1] if n + 1 < end else " "
        if text[n] == text[at] and text[n] not in closing:
            break
        if text[n] not in closing or following.isalnum() or text[n - 1].isspace():
            continue
        if text[n - 1] == "s" and following == " " and text[n + 2 : n + 3].islower():
            doubtful = doubtful if doubtful is not None else n
            continue
        return n
    return doubtful


def mask_quotations(text: str, quotations: list[Quotation]) -> str:
    """The text with what is quoted blanked, every character at its place; the sign that ends the quotation stays."""
    pieces, at = [], 0
    for q in quotations:
        inside = q.outer.end - q.outer.start - 2
        last = next((c for c in reversed(text[q.start : q.outer.end - 1].rstrip()) if c), "")
        keeps = last in (*_ENDS, ",")
        blank = "¤" * max(0, inside - keeps) + (last if keeps and inside > 0 else "")
        if q.outer.end - q.outer.start >= 2:
            pieces += [text[at : q.outer.start], '"', blank, '"']
        else:
            pieces += [text[at : q.outer.start], "¤" * (q.outer.end - q.outer.start)]
        at = q.outer.end
    return "".join([*pieces, text[at:]])
