"""What is prose in a page and what is a menu, by its words, without its markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.clean.boilerplate import is_button, starts_appendix, starts_list

_LONGEST_TITLE = 1_000  # characters
_LEAST_PROSE = 8  # words that a sentence has; a block of three times as many is prose without a full stop too
_LEAST_SHORT = 10  # a text with fewer short blocks, or with less boilerplate, is a note and not a page
_LEAST_BOILERPLATE = 3
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»“)\]]*$")
_INNER_END = re.compile(r"[.!?…][\"'”’»“)\]]*\s+[\"'“„«(¿¡]*[^\W\d_a-z]|[。！？؟۔।]")
_COMMA = re.compile("[,،、，]")
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SITE = re.compile(r"\s+[|–—·:»-]+\s+")


def ends_sentence(block: str) -> bool:
    """True where the block's last sentence is at its end."""
    return _SENTENCE_END.search(block) is not None


def count_words(block: str) -> int:
    """Words, two characters of Chinese or Japanese counted as one."""
    return len(block.split()) + len(_WITHOUT_SPACES.findall(block)) // 2


def is_prose(block: str) -> bool:
    """True for whole sentences, or for as many words as no menu has."""
    words = count_words(block)
    if words < _LEAST_PROSE:
        return False
    return (
        words >= 3 * _LEAST_PROSE
        or ends_sentence(block)
        or bool(_INNER_END.search(block))
        or len(_COMMA.findall(block)) > 1
    )


def is_page(blocks: Sequence[str]) -> bool:
    """True for the visible words of a web page, menus and all; False for a note or an article alone."""
    times = Counter(blocks)
    short = [b for b in blocks if not is_prose(b)]
    if len(short) < _LEAST_SHORT:
        return False
    found = sum(times[b] > 1 or is_button(b) or starts_appendix(b) or starts_list(b) for b in short)
    return found >= _LEAST_BOILERPLATE


def find_headline(blocks: Sequence[str], before: int) -> int | None:
    """Return the place of the last block up to `before` that is the headline, or None."""
    return next((i for i in range(before, 0, -1) if is_headline(blocks[i], blocks[0])), None)


def is_headline(block: str, page_title: str) -> bool:
    """True for a block that the page's title ("Headline | Outlet") holds, or that begins with its headline."""
    page_title = page_title[:_LONGEST_TITLE]
    headline = _SITE.split(page_title)[0]
    if len(block) >= max(10, len(headline) // 2) and block in page_title:
        return True
    return len(headline) >= 20 and block.startswith(headline) and len(block) < 2 * len(headline)
