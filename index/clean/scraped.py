"""Taking a scraped page's boilerplate off its article: menus, doubled titles, counters, comment forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from index.clean.article_blocks import drop_repeated, pick_texts
from index.clean.boilerplate import is_button
from index.clean.prose import count_words, ends_sentence, find_headline, is_page, is_prose
from index.text.dates import DateEvidence, find_date, read_date

_TOP = 12  # blocks at the top in which a title, a date and menus are looked for
_BLANK = re.compile(r"\n\s*\n")
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


class Cleaned(NamedTuple):
    """What is left of a scraped text, what its head said, and what was taken out.

    `labels` holds the lines like "Source: X"; `removed` the blocks left out, in order, a blank line between them.
    """

    title: str
    text: str
    published: DateEvidence | None
    labels: dict[str, str]
    removed: str


def split_blocks(raw: str) -> list[str]:
    """Return the paragraphs and lines of a text, white space squeezed; lines that were hard-wrapped are one."""
    return [block for part in _BLANK.split(raw) for block in _unwrap(part)]


def has_boilerplate(raw: str) -> bool:
    """True for the visible words of a page, and for a text with buttons or a comment form in it."""
    blocks = split_blocks(raw)
    return any(map(is_button, blocks)) or len(_drop_comment_form(blocks)) < len(blocks) or is_page(blocks)


def clean_scraped(raw: str, title: str = "") -> Cleaned:
    """Take the article out of the visible words of a page, or of a plain note; its `title` may be known.

    In a note a block is dropped for its words and its place, never for being short alone; a page with its menus is
    looked through for the article. The title leaves the text, since an article keeps it apart.
    """
    blocks = split_blocks(raw)
    labels, rest = _take_labels(blocks)
    labelled = title or labels.get("title") or labels.get("headline") or ""
    if is_page(rest):
        title, published, kept = _clean_page(rest, labelled)
    else:
        title, published, kept = _clean_note(rest, labelled)
    published = _labelled_date(labels) or published
    return Cleaned(title, "\n\n".join(kept), published, labels, list_removed(blocks, kept, title))


def list_removed(blocks: Sequence[str], kept: Sequence[str], title: str) -> str:
    """Return the blocks that are neither kept nor the title, in order, a blank line between them."""
    held = Counter([*kept, title])
    removed = []
    for block in blocks:
        held[block] -= 1
        if held[block] < 0:
            removed.append(block)
    return "\n\n".join(removed)


def _clean_page(blocks: list[str], labelled: str) -> tuple[str, DateEvidence | None, list[str]]:
    places = [place for place in pick_texts(blocks) if place]  # the first is the page's title
    if not places:  # nothing but menus: better all of it than none
        return _clean_note(blocks, labelled)
    head = find_headline(blocks, places[0])
    title = labelled or (blocks[head] if head is not None else blocks[0])
    around = blocks[max(0, (places[0] if head is None else head) - 4) : places[0] + 2]
    dates = (DateEvidence(d, f"byline: {b}") for b in around if not is_prose(b) and (d := find_date(b)))
    return title, next(dates, None), drop_repeated([blocks[i] for i in places if blocks[i] != title])


def _clean_note(blocks: list[str], labelled: str) -> tuple[str, DateEvidence | None, list[str]]:
    title, blocks = _take_title(_drop_comment_form(blocks), labelled)
    published, blocks = _take_date(blocks)
    return title, published, [b for b in blocks if not is_button(b)]


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
    lines = takewhile(lambda block: _FORM_LINE.fullmatch(block) or is_button(block), reversed(blocks))
    last = len(blocks) - 1 - sum(1 for _ in lines)  # the last block that is no line of a form
    for i in range(max(1, last), len(blocks)):
        if _FORM_START.fullmatch(blocks[i]) or _FORM_LINE.fullmatch(blocks[i]):
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
        is_title = len(blocks) > 1 and len(first) <= 200 and not ends_sentence(first)
        return (first, blocks[1:]) if is_title else ("", blocks)
    places = [i for i, b in enumerate(top) if b == title or b.endswith(" " + title)]
    after = places[-1] + 1 if places else 0
    head = [b for b in top[:after] if not _is_head_boilerplate(b, title)]
    return title, head + blocks[after:]


def _is_repeated(block: str, top: list[str]) -> bool:
    """True for a block that stands again, or at the end of a line of menu words, near it."""
    if len(block) < 10 or ends_sentence(block):
        return False
    return sum(b == block or (b.endswith(" " + block) and len(b) < len(block) + 80) for b in top) > 1


def _is_head_boilerplate(block: str, title: str) -> bool:
    if block == title or block.endswith(" " + title) or _COUNTER.fullmatch(block):
        return True
    return is_button(block) or (count_words(block) <= 4 and not ends_sentence(block))


def _labelled_date(labels: dict[str, str]) -> DateEvidence | None:
    given = ((name, labels[name]) for name in ("published", "date") if name in labels)
    return next((DateEvidence(d, f"label: {name}: {value}") for name, value in given if (d := read_date(value))), None)


def _take_date(blocks: list[str]) -> tuple[DateEvidence | None, list[str]]:
    """Take a line at the top that is a date and nothing else."""
    for i, block in enumerate(blocks[:4]):
        if len(block) <= 40 and (dated := read_date(block)):
            return DateEvidence(dated, f"byline: {block}"), blocks[:i] + blocks[i + 1 :]
    return None, blocks
