"""Taking a scraped page's furniture off its article: menus, doubled titles, counters, comment forms."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from index.dates import Dated, read_date

_TOP = 12  # blocks at the top in which a title, a date and menus are looked for
_BLANK = re.compile(r"\n\s*\n")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_COUNTER = re.compile(r"\d{1,6}")
_LABEL = re.compile(
    r"(title|headline|published|date|updated|modified|source|outlet|publisher|authors?|by|url|link|id)\s*[:=]\s*(.+)",
    re.IGNORECASE,
)
_FORM_START = re.compile(
    r"(leave a (reply|comment)|post a comment|add a comment|write a comment|join the (discussion|conversation)"
    r"|\d+ (comments?|replies|responses)|comments?( \(\d+\))?|cancel reply)\b.{0,40}",
    re.IGNORECASE,
)
_FORM_LINE = re.compile(
    r"(please enter your (comment|name|email).*|leave a (reply|comment).*|cancel reply|post comment|submit( comment)?"
    r"|save my name, email.*|your email address will not be published.*|required fields are marked.*"
    r"|log in to leave a comment|you have entered an incorrect email address!?.*|comment|name|email|website"
    r"|notify me of .* by email\.?|reply|this site uses akismet.*)[:*! ]*",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(share( this( article| story)?)?|tweet|print|e-?mail|facebook|twitter|x|linkedin|whatsapp|pinterest|reddit"
    r"|telegram|copy link|advertisement|sponsored( content)?|subscribe( now)?|sign up|log ?in|menu|search"
    r"|skip to (main )?content|home|follow us.*|read more|accept( all)?( cookies)?|listen to this article)[:. ]*",
    re.IGNORECASE,
)


class Cleaned(NamedTuple):
    """What is left of a scraped text, and what its head told. `labels` holds the lines like "Source: X"."""

    title: str
    text: str
    dated: Dated | None
    labels: dict[str, str]


def clean_scraped(raw: str) -> Cleaned:
    """Take the article out of the visible words of a page, or of a plain note.

    Only what is known to be furniture goes: a block is dropped for its words and its place, never for
    being short alone. The title leaves the text, since an article keeps it apart.
    """
    blocks = [block for part in _BLANK.split(raw) for block in _unwrap(part)]
    blocks = _drop_comment_form(blocks)
    labels, blocks = _take_labels(blocks)
    title, blocks = _take_title(blocks, labels.get("title") or labels.get("headline") or "")
    dated, blocks = _take_date(blocks, labels)
    text = "\n\n".join(b for b in blocks if not _FURNITURE.fullmatch(b))
    return Cleaned(title, text, dated, labels)


def _unwrap(part: str) -> list[str]:
    """Give the lines of a paragraph, those that were hard-wrapped joined; labels stand for themselves."""
    blocks: list[str] = []
    lines = [" ".join(line.split()) for line in part.split("\n") if line.strip()]
    for is_label, group in groupby(lines, key=lambda line: bool(_LABEL.fullmatch(line))):
        run = list(group)
        blocks += [" ".join(run)] if not is_label and _is_hard_wrapped(run) else run
    return blocks


def _is_hard_wrapped(lines: list[str]) -> bool:
    """True where all full lines end near the same column."""
    sizes = [len(line) for line in lines[:-1]]
    return bool(sizes) and 40 <= max(sizes) <= 120 and max(sizes) - min(sizes) < 25


def _drop_comment_form(blocks: list[str]) -> list[str]:
    """Cut the end of the page from the heading of a comment form on, if only form lines follow."""
    for i, block in enumerate(blocks):
        rest = blocks[i + 1 :]
        starts = _FORM_START.fullmatch(block) or _FORM_LINE.fullmatch(block)
        if i > 0 and starts and all(_FORM_LINE.fullmatch(b) or _FURNITURE.fullmatch(b) for b in rest):
            return blocks[:i]
    return blocks


def _take_labels(blocks: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take lines like "Published: 3 March 2024" off the top."""
    labels: dict[str, str] = {}
    kept: list[str] = []
    for i, block in enumerate(blocks):
        match = _LABEL.fullmatch(block) if i < _TOP and len(block) < 200 else None
        if match and match[1].lower() not in labels:
            labels[match[1].lower()] = match[2].strip()
        else:
            kept.append(block)
    return labels, kept


def _take_title(blocks: list[str], labelled: str) -> tuple[str, list[str]]:
    """Find the title at the top and take it out, with the menus, repeats and counters around it."""
    top = blocks[:_TOP]
    title = labelled or next((b for b in top if _is_repeated(b, top)), "")
    if not title:
        first = top[0] if top else ""
        is_title = len(blocks) > 1 and len(first) <= 200 and not _SENTENCE_END.search(first)
        return (first, blocks[1:]) if is_title else ("", blocks)
    places = [i for i, b in enumerate(top) if b == title or b.endswith(" " + title)]
    after = places[-1] + 1 if places else 0
    head = [b for b in top[:after] if not _is_head_furniture(b, title)]
    return title, head + blocks[after:]


def _is_repeated(block: str, top: list[str]) -> bool:
    """True for a block that stands again, or at the end of a line of menu words, near it."""
    if len(block) < 10 or _SENTENCE_END.search(block):
        return False
    return sum(b == block or (b.endswith(" " + block) and len(b) < len(block) + 80) for b in top) > 1


def _is_head_furniture(block: str, title: str) -> bool:
    if block == title or block.endswith(" " + title) or _COUNTER.fullmatch(block):
        return True
    return bool(_FURNITURE.fullmatch(block)) or (len(block.split()) <= 4 and not _SENTENCE_END.search(block))


def _take_date(blocks: list[str], labels: dict[str, str]) -> tuple[Dated | None, list[str]]:
    """The labelled date, else a line at the top that is a date and nothing else."""
    for name in ("published", "date"):
        if name in labels and (dated := read_date(labels[name])):
            return dated, blocks
    for i, block in enumerate(blocks[:4]):
        if len(block) <= 40 and (dated := read_date(block)):
            return dated, blocks[:i] + blocks[i + 1 :]
    return None, blocks
