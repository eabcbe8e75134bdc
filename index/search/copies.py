"""Copies of one story among the candidates: what says the same is folded, what says otherwise stays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from index.near_duplicates import Shingles, read_shingles
from index.search.pipeline import Candidate
from index.text.sentences import split_sentences
from index.text.words import content_words

Words = frozenset[str]

_READ = 200_000  # characters of an article, as for its shingles
_FOLDED = 0.7  # share of a passage's runs of words that a copy has; the ends of a passage may fall elsewhere there
_SAME_SENTENCE = 0.5  # of all words of two sentences, from which on one is the other with some words changed
# "t" is what is left of "isn't". Those of other languages are no stop words, but one alone may be what was changed.
_DENIALS = frozenset("no not never t none nor without nicht kein keine nie pas jamais nunca não jamás не нет".split())


class _Shown(NamedTuple):
    """An article of which a passage is kept already."""

    id: str
    shingles: Shingles
    sentences: list[Words]


def fold_copies(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the passages whose words stand in a copy that is before them.

    What only one copy has stays, and so does a passage that says otherwise than the copy, as an update with another
    number does: there neither counts as a copy of the other. A passage with exactly the words of one before it joins
    that, from whatever article it is.
    """
    kept: list[Candidate] = []
    shown: dict[str, _Shown] = {}
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)  # by the first and the last word
    for candidate in candidates:
        article, text = candidate.article, candidate.passage.text
        alike = places[text.split(None, 1)[0], text.rsplit(None, 1)[-1]]
        place = next((place for place in alike if kept[place].passage.text.split() == text.split()), None)
        if place is not None:
            same = kept[place]
            if article.id not in (same.article.id, *same.copies):
                kept[place] = same._replace(copies=(*same.copies, article.id))
            continue
        twins = _find_twins(text, [shown[i] for i in candidate.copies if i in shown])
        sentences = read_sentences(text, article.rules) if twins else []
        others = [twin.id for twin in twins if differ(sentences, twin.sentences)]
        if len(others) < len(twins):
            continue
        for n, other in enumerate(kept):
            if other.article.id in others and differ(
                sentences, read_sentences(other.passage.text, other.article.rules)
            ):
                kept[n] = _unlink(other, [article.id])
        if candidate.copies and article.id not in shown:
            shown[article.id] = _Shown(
                article.id, read_shingles(article.text), read_sentences(article.text, article.rules)
            )
        alike.append(len(kept))
        kept.append(_unlink(candidate, others))
    return kept


def differ(one: Sequence[Words], other: Sequence[Words]) -> bool:
    """True where a sentence of `one` stands in `other` with some of its words changed, or denied.

    Words that only one of the two has make no difference, since a copy may be shorter.
    """
    for words in one:
        if not words or words in other:
            continue
        nearest = max(other, key=lambda known: len(words & known) / len(words | known), default=Words())
        if len(words & nearest) < _SAME_SENTENCE * len(words | nearest):
            continue
        changed = words - nearest, nearest - words
        if all(changed) or _DENIALS & (words ^ nearest):
            return True
    return False


def read_sentences(text: str, language: str = "en") -> list[Words]:
    """The content words of each sentence, and those that deny; of a long text, of its beginning."""
    text = text[:_READ]
    found = (text[span.start : span.end].casefold() for span in split_sentences(text, language))
    return [frozenset(content_words(part)) | (_DENIALS & set(re.findall(r"\w+", part))) for part in found]


def _find_twins(text: str, shown: Sequence[_Shown]) -> list[_Shown]:
    """Those in which most of a passage stands."""
    shingles = read_shingles(text) if shown else Shingles()
    return [other for other in shown if len(shingles & other.shingles) >= _FOLDED * len(shingles)]


def _unlink(candidate: Candidate, ids: Sequence[str]) -> Candidate:
    """The candidate without these copies."""
    return candidate._replace(copies=tuple(i for i in candidate.copies if i not in ids)) if ids else candidate
