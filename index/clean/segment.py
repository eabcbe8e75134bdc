"""Finding the article among the blocks of a page whose markup is lost.

Each block has a worth: its words where it is prose, less than nothing where it is a menu, a list or a notice. The
article is the run of blocks with the highest sum (maximum subsequence segmentation: Pasternack and Roth, "Extracting
article text from the web with maximum subsequence segmentation", WWW 2009), with rules where they have a classifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from index.clean.boilerplate import is_button, is_caption, is_notice, is_teaser, starts_appendix, starts_list

# What a block adds to the sum, in words of prose.
_MOST = 60
_SHORT = -5
_BUTTON = -1
_LIST = -20
_NOTICE = -20
_APPENDIX = -60

_LONGEST_TITLE = 1_000  # characters
_LEAST_PROSE = 8  # words that a sentence has; a block of three times as many is prose without a full stop too
_HEAD_BLOCKS = 50  # how far above its first paragraph an article's headline may stand
_LEAST_SHORT = 10  # a text with fewer short blocks, or with less boilerplate, is a note and not a page
_LEAST_BOILERPLATE = 3
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»“)\]]*$")
_INNER_END = re.compile(r"[.!?…][\"'”’»“)\]]*\s+[\"'“„«(¿¡]*[^\W\d_a-z]|[。！？]")
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
    return words >= 3 * _LEAST_PROSE or ends_sentence(block) or bool(_INNER_END.search(block)) or block.count(",") > 1


def is_page(blocks: Sequence[str]) -> bool:
    """True for the visible words of a web page, menus and all; False for a note or an article alone."""
    times = Counter(blocks)
    short = [b for b in blocks if not is_prose(b)]
    if len(short) < _LEAST_SHORT:
        return False
    found = sum(times[b] > 1 or is_button(b) or starts_appendix(b) or starts_list(b) for b in short)
    return found >= _LEAST_BOILERPLATE


def find_article(blocks: Sequence[str]) -> range:
    """Return the places of the article's blocks, its headline included where the page's title names it."""
    times = Counter(blocks)
    worths = [_worth(block, times[block]) for block in blocks]
    start, end = _find_best_run(worths)
    first = next((i for i in range(start, end) if is_prose(blocks[i])), start)
    head = find_headline(blocks, first)
    if head is not None and start - head < _HEAD_BLOCKS:
        return range(head, end)
    sums = list(accumulate(worths[start:end], initial=0))
    heads = [i for i in range(first, end) if is_headline(blocks[i], blocks[0]) and sums[i - start] < 0.3 * sums[-1]]
    return range(heads[-1] if heads else start, end)


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


def pick_article(blocks: Sequence[str]) -> list[int]:
    """Return the places of the blocks that are the article's own words, without its headline.

    Within the run that `find_article` gives, boilerplate goes, and the short lines (bylines, dates, share counts) above
    the first paragraph and below the last one. Short lines between paragraphs stay: they are headings and lists.
    """
    picked = leave_out_lists(blocks, find_article(blocks))
    first = next((k for k, i in enumerate(picked) if is_prose(blocks[i])), 0)
    picked = [i for i in picked[:first] if count_words(blocks[i]) >= _LEAST_PROSE] + picked[first:]
    while picked and count_words(blocks[picked[-1]]) < 6 and not ends_sentence(blocks[picked[-1]]):
        picked.pop()
    return picked


def leave_out_lists(blocks: Sequence[str], places: Iterable[int]) -> list[int]:
    """Return those of the places that hold no headline, boilerplate or list of other articles, each block once."""
    picked: list[int] = []
    seen: set[str] = set()
    in_list = False
    for i in places:
        block = blocks[i]
        if starts_list(block) or starts_appendix(block):
            in_list = True
            continue
        in_list = in_list and not is_prose(block)
        if in_list or block in seen or is_headline(block, blocks[0]) or is_boilerplate(block):
            continue
        seen.add(block)
        picked.append(i)
    return picked


def is_boilerplate(block: str) -> bool:
    """True for a block inside an article that isn't of it: a button, a caption, a teaser, a notice."""
    return is_button(block) or is_teaser(block) or is_caption(block) or is_notice(block)


def _worth(block: str, times: int) -> int:
    if starts_appendix(block):
        return _APPENDIX
    if starts_list(block):
        return _LIST
    if is_button(block):
        return _BUTTON
    if is_notice(block):
        return _NOTICE
    if is_teaser(block) or is_caption(block):
        return 0
    return min(count_words(block), _MOST) if is_prose(block) and times < 3 else _SHORT


def _find_best_run(worths: Sequence[int]) -> tuple[int, int]:
    """The bounds of the run with the highest sum; (0, 0) where nothing is worth anything."""
    sums = [0, *accumulate(worths)]
    low, best = 0, (0, 0)
    for end in range(1, len(sums)):
        if sums[end] - sums[low] > sums[best[1]] - sums[best[0]]:
            best = (low, end)
        if sums[end] < sums[low]:
            low = end
    return best
