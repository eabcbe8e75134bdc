"""Words that may be misspelt, and how far one word is from another."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.text.words import find_quoted, fold_letters, stem_words

_KNOWN_WORDS = Path(__file__).parent.parent / "models" / "reader_en" / "tokenizer.json"
# What stands alone between spaces and signs: no number, nothing with a hyphen or an "@", no part of an address.
_WORD = re.compile(r"(?<![\w.@/#’'-])[^\W\d_]{4,40}(?![\w@/’'-]|\.\w)|(?<![\w.@/#’'-])[^\W\d_]{4,40}(?=['’]s\b)")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORTEST_NAME = 5
_SHORT = 4  # letters of a word in which only changed places are surely a mistake
_ENDINGS = frozenset(("", *"s d r n rs ns st ed er es est ers ing ings ly al or ors ion ions ist ists ise ize".split()))
_ALIKE = 3  # letters that a word and its inflected forms have in common
_LONG = 7  # letters of a word that is still clear with a mistake in it
_TWO_MISTAKES = 10  # letters of a word that may have two of them
_MOST_WORDS = 60  # of a question that are looked at


class Word(NamedTuple):
    """A word of a question: characters `start` to `end` of it."""

    text: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        """True where it begins with a capital, as names do, and sentences."""
        return self.text[0].isupper()

    @property
    def is_long(self) -> bool:
        """True where a mistake leaves enough to be sure of what is meant."""
        return len(self.text) >= _LONG

    @property
    def most_mistakes(self) -> int:
        """How many mistakes may be in it."""
        return 2 if len(self.text) >= _TWO_MISTAKES else 1


class Correction(NamedTuple):
    """A word that no article has, characters `start` to `end` of the question, and the one that is searched instead."""

    word: str
    instead: str
    start: int
    end: int


def list_doubtful(question: str) -> list[Word]:
    """The words of a question that may be misspelt, in order.

    Numbers, abbreviations, short words and what stands in quotation marks are never among them.
    """
    shouted = question.isupper()
    quoted = find_quoted(question)
    found = []
    for match in _WORD.finditer(question):
        word = Word(match[0], *match.span())
        mixed = word.text[1:] != word.text[1:].lower() and not shouted  # NATO, McDonald
        short = word.is_name and len(word.text) < _SHORTEST_NAME
        if (
            not word.text.isalpha()
            or mixed
            or short
            or _UNSPACED.search(word.text)
            or any(s.start <= word.start < s.end for s in quoted)
        ):
            continue
        found.append(word)
    return found[:_MOST_WORDS]


def is_common_word(word: str) -> bool:
    """True for a word, or an inflected form of one, that English books and encyclopedias are full of."""
    plain = fold_letters(word)
    alike = _load_common().get(plain[:_ALIKE], [])
    return plain in alike or set(stem_words(plain, "en")) <= set(stem_words(" ".join(alike), "en"))


@cache
def _load_common() -> dict[str, list[str]]:
    """The words that the reader's model knows whole, some 20,000, by how they begin."""
    vocabulary = json.loads(_KNOWN_WORDS.read_text(encoding="utf-8"))["model"]["vocab"]
    common: defaultdict[str, list[str]] = defaultdict(list)
    for word in vocabulary:
        if word.isalpha():
            common[word[:_ALIKE]].append(word)
    return dict(common)


def may_stand_for(word: Word, known: str, *, sure: bool) -> bool:
    """True where `word` may be `known` misspelt, and is no other form of it, nor a word or name of its own.

    `sure` says that `word` is in no dictionary; without that, only one mistake within a long word counts.
    """
    one, other = fold_letters(word.text), fold_letters(known)
    if one[0] != other[0] or (word.is_name and word.start > 0 and not known[0].isupper()):
        return False
    if len(one) == len(other) and sorted(one) == sorted(other) and one != other:
        most, few = word.most_mistakes, _SHORT - 1  # letters that changed places are surely a mistake
    else:
        most, few = (word.most_mistakes, _SHORT) if sure else (1, _LONG - 1)
        if _differ_in_ending(one, other):
            return False
        if word.is_name and not word.is_long and is_common_word(other):
            return False  # a short name that nobody has heard of: Milei is not Miles
    return len(one) > few and count_edits(one, other, most) <= most


def _differ_in_ending(one: str, other: str) -> bool:
    """True for forms of one word: wrappers and wrapped."""
    same = next((n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), None)
    same = min(len(one), len(other)) if same is None else same
    return {one[same:], other[same:]} <= _ENDINGS


def count_edits(one: str, other: str, most: int) -> int:
    """Letters to put in, leave out, change or swap with the next, to make `other` of `one`; more than `most` is more.

    The method is that of Damerau, "A technique for computer detection and correction of spelling errors", 1964.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, sign in enumerate(one, start=1):
        earlier, before, row = before, row, [i, *([0] * len(other))]
        for j, wanted in enumerate(other, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != wanted))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
