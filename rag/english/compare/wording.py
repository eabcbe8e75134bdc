"""A claim that says a sentence almost word for word, and the one word in it that turns it: "not", "could", a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.english.names import is_opener, is_title, missing_words

_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*")
_ALMOST = 0.8  # of the claim's words, in the sentence and in its order
_FEW = 3  # words of a change: what is longer is said otherwise, or left out
_SPELLED_OUT = (
    (re.compile(r"\b(ca)n[’']t\b|\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon[’']t\b", re.IGNORECASE), "will not"),
    (re.compile(r"n[’']t\b", re.IGNORECASE), " not"),
)
_WRITTEN_OUT = re.compile(r" \([^()]*\)")  # days and names behind the article's words
_DENIALS = frozenset("not no never none without neither nor nobody nothing".split())
_HEDGES = frozenset(
    "could may might possibly perhaps maybe probably likely reportedly allegedly apparently potentially".split()
)


def is_altered(claim: str, sentences: Sequence[str]) -> float:
    """1 where the sentence that a claim is almost the same as denies, leaves open or names something else."""
    mine = _split(claim)
    for text in sentences:
        theirs = _split(text)
        matcher = SequenceMatcher(a=[w.lower() for w in theirs], b=[w.lower() for w in mine], autojunk=False)
        if sum(block.size for block in matcher.get_matching_blocks()) >= _ALMOST * len(mine):
            return float(any(_turns(old, new, text) for old, new in _list_changes(matcher, theirs, mine)))
    return 0.0


def _split(text: str) -> list[str]:
    text = _WRITTEN_OUT.sub("", text)
    for pattern, instead in _SPELLED_OUT:
        text = pattern.sub(instead, text)
    return _WORD.findall(text)


def _list_changes(
    matcher: SequenceMatcher[str], theirs: Sequence[str], mine: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The few words of the sentence that stand otherwise, within what is the same, and what the claim has there."""
    for kind, a, b, c, d in matcher.get_opcodes():
        inside = (a > 0 and b < len(theirs)) or kind == "replace"
        if kind != "equal" and b - a <= _FEW and d - c <= _FEW and (inside or c < d):
            yield theirs[a:b], mine[c:d]


def _turns(old: Sequence[str], new: Sequence[str], sentence: str) -> bool:
    lost, put = {w.lower() for w in old}, {w.lower() for w in new}
    if len(lost & _DENIALS) % 2 != len(put & _DENIALS) % 2:
        return True
    if _HEDGES & set(old) and not put & _HEDGES:  # small letters: "May" is a month
        return True
    names = [word for word in new if _is_name(word)]
    replaced = any(_is_name(word) for word in old)
    return replaced and bool(names) and bool(missing_words(" ".join(names), [sentence]))


def _is_name(word: str) -> bool:
    return word[0].isupper() and not is_opener(word) and not is_title(word)
