"""What speaks for and against a block of a page being its article's: its words, its neighbours, its markup.

Shallow features of a block and of those beside it are what tells text from boilerplate in any language: Kohlschütter,
Fankhauser and Nejdl, "Boilerplate detection using shallow text features", WSDM 2010.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.clean.blocks import Block
from index.clean.boilerplate import is_button, is_caption, is_notice, is_teaser, starts_appendix, starts_list
from index.clean.prose import count_words, ends_sentence, is_headline, is_prose

Matrix = npt.NDArray[np.float64]

_OF_WORDS = (
    "words", "ends", "prose", "repeated", "colon", "bar", "date", "quote", "question", "exclaimed", "ellipsis",
    "lower", "button", "notice", "teaser", "caption", "list", "appendix", "headline", "like_title",
)  # fmt: skip
BOILERPLATE_FEATURES = ("button", "notice", "teaser", "caption", "list", "appendix")
_BESIDE = ("words", "prose", "ends", "list", "appendix", "button", "notice")  # what is looked at in neighbours too
_REACHES = (1, 4, 12)  # blocks above and below
_BETWEEN = ("words", "prose", "ends")  # what is counted as little as there is of it on the poorer side
_OF_PLACE = ("headlines_above", "late")
_EXTRACTORS = ("trafilatura", "resiliparse")
_OF_MARKUP = ("linked", "around", *_EXTRACTORS)
_TAGS = {
    "paragraph": ("p",), "item": ("li",), "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "cell": ("td", "th", "dd", "dt"), "figcaption": ("figcaption", "caption"),
    "blockquote": ("blockquote",), "div": ("div",), "preformatted": ("pre",),
}  # fmt: skip
# What people call the elements of a page; the same English words are used in pages of all languages.
_NAMES = {
    "comments": "comment|disqus|respond",
    "related": "relat|recommend|more|teaser|popular|promo|similar|readalso|read-?next",
    "share": "share|social",
    "footer": "foot",
    "sidebar": "side|widget",
    "credit": "caption|credit",
    "menu": "nav|menu|breadcrumb",
    "tags": "tag|categor",
    "author": "author|bio|byline|meta",
    "form": "newsletter|subscri|sign|login|form",
    "consent": "cookie|consent|popup|modal|gdpr|banner",
    "content": "content|article|entry|post|story|body|text",
}
_NAME_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in _NAMES.values()]

_BAR = re.compile(r"[|»›·•←→]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d")
_MOST_DATE_WORDS = 15
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\])\W{0,5}$")
_TITLE_WORD = re.compile(r"\w{4,}")
_RUN = 3  # words of a block that are looked for in what another extractor kept
_LONGEST_START = 2_000  # characters of a block in which signs and words of the title are looked for


def _name_beside(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}_{reach}_{side}" for reach in _REACHES for side in ("above", "below") for name in names)


TEXT_FEATURES = (
    *_OF_WORDS,
    *_name_beside(_BESIDE),
    *(f"{name}_{reach}_between" for reach in _REACHES for name in _BETWEEN),
    *_OF_PLACE,
)
PAGE_FEATURES = (
    *TEXT_FEATURES,
    *_OF_MARKUP,
    *_name_beside(_OF_MARKUP),
    *_TAGS,
    *(f"named_{name}" for name in _NAMES),
)


def describe_texts(texts: Sequence[str]) -> Matrix:
    """Return a row for each block, and in it what `TEXT_FEATURES` names: shape (n, features).

    The first block is the page's title, as those who save the words of a page have it.
    """
    if not texts:
        return np.zeros((0, len(TEXT_FEATURES)))
    page_title = texts[0]
    times = Counter(texts)
    title_words = set(_TITLE_WORD.findall(page_title.lower()))
    own = np.array([_describe_words(text, times[text], page_title, title_words) for text in texts])
    column = {name: own[:, n] for n, name in enumerate(_OF_WORDS)}
    prose = np.expm1(column["words"]) * column["prose"]
    above = (np.cumsum(prose) - prose) / max(1.0, prose.sum())  # the share of the page's prose
    place = [np.minimum(np.cumsum(column["headline"]), 2), np.maximum(0.0, above - 0.5) ** 2]
    sides = _look_beside(np.column_stack([column[name] for name in _BESIDE]))
    telling = [_BESIDE.index(name) for name in _BETWEEN]
    between = [np.minimum(above, below)[:, telling] for above, below in zip(sides[::2], sides[1::2], strict=True)]
    return np.column_stack([own, *sides, *between, *place])


def describe_page(blocks: Sequence[Block], extracted: Sequence[str]) -> Matrix:
    """Return a row for each block, and in it what `PAGE_FEATURES` names: shape (n, features).

    The first block is the page's title; `extracted` is what trafilatura and resiliparse took for the article's text.
    """
    if not blocks:
        return np.zeros((0, len(PAGE_FEATURES)))
    runs = [set(_list_runs(text.split())) for text in extracted]
    markup = np.array([(b.linked, b.around, *_measure_shared(b.text, runs)) for b in blocks], dtype=np.float64)
    tags = np.array([[b.tag in tags for tags in _TAGS.values()] for b in blocks], dtype=np.float64)
    names = np.array([_read_names(b.names) for b in blocks], dtype=np.float64)
    return np.hstack([describe_texts([b.text for b in blocks]), markup, *_look_beside(markup), tags, names])


def _describe_words(text: str, times: int, page_title: str, title_words: set[str]) -> tuple[float, ...]:
    words = count_words(text)
    start = text[:_LONGEST_START]
    button = is_button(text)
    shared = title_words.intersection(_TITLE_WORD.findall(start.lower()))
    return (
        float(np.log1p(words)),
        ends_sentence(text),
        is_prose(text),
        times > 1,
        text.endswith(":"),
        _BAR.search(start) is not None,
        words < _MOST_DATE_WORDS and _DATE.search(start) is not None,
        text.startswith(('"', "“", "„", "«", "‘", "'")),
        text.endswith("?"),
        "!" in text,
        _ELLIPSIS.search(text[-10:]) is not None,
        text[:1].islower(),
        button,
        is_notice(text),
        is_teaser(text),
        is_caption(text),
        starts_list(text) and not button,
        starts_appendix(text),
        is_headline(text, page_title),
        len(shared) / max(1, len(title_words)),
    )


def _look_beside(columns: Matrix) -> list[Matrix]:
    """For each reach the columns' means over so many blocks above, and over so many below; beyond the page all is 0."""
    far = max(_REACHES)
    padded = np.pad(columns, ((far + 1, far), (0, 0)))
    sums = np.cumsum(padded, axis=0)
    n = len(columns)
    means = []
    for reach in _REACHES:
        for first in (-reach, 1):
            low = far + first
            means.append((sums[low + reach : low + reach + n] - sums[low : low + n]) / reach)
    return means


def _list_runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All runs of one, two and three words."""
    for size in range(1, _RUN + 1):
        yield from zip(*(words[start:] for start in range(size)), strict=False)


def _measure_shared(text: str, kept: Sequence[set[tuple[str, ...]]]) -> list[float]:
    """The share of a block's runs of three words, or of all its words where they are fewer, that are in each set."""
    words = text.split()
    size = min(_RUN, len(words))
    own = list(zip(*(words[start:] for start in range(size)), strict=False))
    return [sum(map(runs.__contains__, own)) / max(1, len(own)) for runs in kept]


@lru_cache(maxsize=1024)
def _read_names(names: str) -> tuple[bool, ...]:
    return tuple(pattern.search(names) is not None for pattern in _NAME_PATTERNS)
