"""Misspelt words of a question, by the library's own vocabulary: no article has them, and some have one close by."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from index.search.indexes import FullTextIndex
from index.storage.store import Store
from index.text.spelling import Correction, Word, count_edits, is_common_word, list_doubtful, may_stand_for
from index.text.words import find_stemmed, fold_letters, list_words, stem_words

_LONGEST_ENDING = 5  # letters that a stem lacks of its word
_LEFT_OVER = 0.5  # of a mistake, that a letter counts which a stem has more than a term
_LIKELIEST = 8  # terms of which it is read how articles write them
_CLEARLY = 3  # times as often as the next word that is as close
_READ = 20  # passages in which the word is looked for as articles write it


class _Candidate(NamedTuple):
    """A word that articles have: how far it is from the one that was written, and about how many passages have it,
    as a negative number, so that what is likelier comes first.
    """

    edits: int
    passages: float
    word: str


def correct_spelling(
    store: Store, lexical: FullTextIndex, question: str, known: Iterable[str], language: str
) -> list[Correction]:
    """The words of a question that no article has, each with the word of the articles that it surely means.

    Left alone are words of the names `known`, words that are close to several or to none, and, in an English
    question, words that are in the dictionary: they may be right, and not in the articles. `language` is that of the
    question where it is another than English, else empty: as there is no dictionary for it, only one mistake in a long
    word counts, and only the articles in that language.
    """
    names = {fold_letters(part) for name in known for part in list_words(name)}
    found = []
    for word in list_doubtful(question):
        if fold_letters(word.text) in names or lexical.count_word(word.text):
            continue
        if not language and is_common_word(word.text):
            continue
        if instead := _find_instead(store, lexical, word, language):
            found.append(Correction(word.text, instead, word.start, word.end))
    return found


def _find_instead(store: Store, lexical: FullTextIndex, word: Word, language: str) -> str:
    """The word of the articles that a word means, as they write it; empty where that is not sure."""
    terms = _list_terms(lexical, word, language)
    read = (_read_as_written(store, lexical, word, *term, sure=not language) for term in terms)
    close = sorted(candidate for candidate in read if candidate)
    if not close:
        return ""
    best = close[0]
    clearly = 0 if word.is_name and not word.is_long else _CLEARLY  # of short names any other one is too many
    unsure = any(c.edits == best.edits and (not clearly or c.passages * clearly < best.passages) for c in close[1:])
    return "" if unsure else best.word


def _list_terms(lexical: FullTextIndex, word: Word, language: str) -> list[tuple[int, str]]:
    """The likeliest terms of the index, with how many passages have each; terms are stems, shorter than their words."""
    found: dict[str, tuple[float, int]] = {}
    for stem in lexical.stem(word.text):
        # The second letter may have changed places with the third, or be one too many.
        for prefix in {stem[:2], stem[0] + stem[2:3]}:
            for term, passages in lexical.terms_beginning(prefix, language):
                if len(term) >= len(stem) - _LONGEST_ENDING and term.isalpha():
                    far = _measure(stem, term, word.most_mistakes)
                    if far <= word.most_mistakes + _LONGEST_ENDING * _LEFT_OVER:
                        found[term] = min(found.get(term, (far, -passages)), (far, -passages))
    likeliest = sorted(found, key=lambda term: (found[term], term))[:_LIKELIEST]
    return [(-found[term][1], term) for term in likeliest]


def _measure(stem: str, term: str, most: int) -> float:
    """How far a stem is from a term: the mistakes, and what is left over, which may be the word's ending."""
    forms = {term, f"{term[:-1]}y"} if term[-1] == "i" else {term}  # country is stemmed to countri
    ends = {len(stem), *range(max(len(term) - 1, 1), min(len(term) + 2, len(stem)))}
    measured = [
        edits + _LEFT_OVER * (len(stem) - end)
        for form in forms
        for end in ends
        if (edits := count_edits(stem[:end], form, most)) <= most
    ]
    return min(measured, default=inf)


def _read_as_written(
    store: Store, lexical: FullTextIndex, word: Word, passages: int, term: str, *, sure: bool
) -> _Candidate | None:
    """The form of a term, as articles write it, that is closest to `word`; None where none can be meant."""
    written: Counter[str] = Counter()
    found = store.passages.get(lexical.having_term(term, _READ))
    for passage, article in found.values():
        for known in list_words(f"{article.title} {passage.text}"):
            if known in written or (
                abs(len(known) - len(word.text)) <= word.most_mistakes
                and may_stand_for(word, known, sure=sure)
                and stem_words(known, find_stemmed(article.rules))[:1] == [term]
            ):
                written[known] += 1
    # A term stands for several words: back for backed, too.
    counted = ((_count_edits(word, known), -count * passages / len(found), known) for known, count in written.items())
    return min(itertools.starmap(_Candidate, counted), default=None)


def _count_edits(word: Word, known: str) -> int:
    return count_edits(fold_letters(word.text), fold_letters(known), word.most_mistakes)
