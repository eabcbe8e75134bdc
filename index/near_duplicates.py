"""One story under several addresses: near copies are found by MinHash, and grouped.

Two articles are copies where most of what the shorter one says stands in the other, word for word (runs of three
words, "shingles"). MinHash with locality-sensitive hashing finds which articles are worth comparing (Broder, "On
the resemblance and containment of documents", 1997; Leskovec et al., "Mining of Massive Datasets", chapter 3), so that
an article is compared with a few others and not with all.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha1
from itertools import islice
from typing import Any

import numpy as np

from index.clean.boilerplate import measure_notices
from index.storage.encoding import shorten_band
from index.storage.store import Store

Shingles = frozenset[str]
Values = np.ndarray[Any, np.dtype[np.uint32]]

_WORDS = 3  # in a shingle
_BANDS = 20
_ROWS = 4  # of a band; with 20 bands, copies with half of their shingles in common are mostly compared, 0.7 always
_LEAST_SHARED = 0.85  # of the shorter article
_LEAST_ALIKE = 0.4  # of both
_READ = 200_000  # characters of a text that count; news articles have fewer
_MOST_COMPARED = 100  # stories that an article is compared with
_SHORT = 30  # shingles; a shorter text is a copy only where it is the same
_MOST_NOTICES = 0.6  # share of a text, above which it says nothing of its article; of 900 news articles at most 0.4
_WORD = re.compile(r"\w+")


def read_shingles(text: str) -> Shingles:
    """Return the runs of three words in a text, case and punctuation left out; a shorter text is one shingle.

    Of a text of more than 200,000 characters, these are the runs in its beginning.
    """
    words = _WORD.findall(text[:_READ].casefold())
    return frozenset(" ".join(words[i : i + _WORDS]) for i in range(max(1, len(words) - _WORDS + 1)))


def read_story(title: str, text: str) -> Shingles:
    """Return the shingles that tell which story an article is.

    A text that is a form to register, or a notice about cookies, stands under the title of every article that a site
    keeps behind it: there each shingle goes with the title, so that those of other titles have none in common.
    """
    shingles = read_shingles(text)
    if measure_notices(text[:_READ]) < _MOST_NOTICES:
        return shingles
    heading = " ".join(_WORD.findall(title.casefold()))
    return frozenset(f"{heading}: {shingle}" for shingle in shingles)


def are_copies(one: Shingles, other: Shingles) -> bool:
    """True where two articles tell the same in the same words, one of them perhaps shortened."""
    if min(len(one), len(other)) < _SHORT:
        return one == other
    shared = len(one & other)
    return shared >= _LEAST_SHARED * min(len(one), len(other)) and shared >= _LEAST_ALIKE * len(one | other)


def find_bands(shingles: Shingles) -> list[int]:
    """Return the keys of which copies, very probably, have one in common."""
    values = sketch(shingles)
    rows = [values[start : start + _ROWS].tobytes() for start in range(0, len(values), _ROWS)]
    return [shorten_band(bytes([band]) + row) for band, row in enumerate(rows)]


def sketch(shingles: Shingles) -> Values:
    """Return the least value of the shingles under each of 80 permutations: MinHash.

    The values are those of datasketch 2 ("affine32"), which made the bands of libraries before.
    """
    first_bytes = (sha1(s.encode(), usedforsecurity=False).digest()[:4] for s in shingles)
    hashed = np.frombuffer(b"".join(first_bytes), dtype="<u4").astype(np.uint32)
    factors, offsets = _permutations()
    values: Values = (_mix(hashed)[:, None] * factors + offsets).min(axis=0)
    return values


def _mix(hashed: Values) -> Values:
    """The last step of MurmurHash3: each bit of a number has a say in each bit of what comes out."""
    hashed = (hashed ^ (hashed >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashed = (hashed ^ (hashed >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashed ^ (hashed >> np.uint32(16))


@cache
def _permutations() -> tuple[Values, Values]:
    """What a hash is multiplied with, odd numbers, and what is added, modulo 2**32."""
    draw = np.random.RandomState(1)  # numpy promises that it gives the same numbers for ever
    size = _BANDS * _ROWS
    factors = draw.randint(0, 1 << 31, size, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, size, dtype=np.uint32)


def group_copies(store: Store) -> None:
    """Give a story to every article that has none: that of the article it is a copy of, else a new one.

    The caller holds the transaction. An article is compared with the first of each story alone, so that a thousand
    copies take a thousand comparisons; of several stories that it would fit, it joins the oldest. Of the stories that
    have something in common with it, the oldest hundred are looked at.
    """
    for article_id in store.stories.ungrouped():
        story = store.stories.find_same_content(article_id)  # it would join that one's story
        if story is not None:
            store.stories.join(article_id, story)
            continue
        article = store.articles.get_all([article_id]).get(article_id)
        if article is None:  # damaged
            continue
        shingles = read_story(article.title, article.text)
        bands = find_bands(shingles)
        near = islice(store.stories.find_near(bands), _MOST_COMPARED)
        story = next((story for story, *first in near if are_copies(shingles, read_story(*first))), None)
        if story is not None:
            store.stories.join(article_id, story)
        else:
            store.stories.begin(article_id, bands)
