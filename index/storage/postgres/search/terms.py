"""The terms of a passage as PostgreSQL's full text keeps them: stemmed by us, so that both kinds of library agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from index.text.words import find_stemmed, prepare_words, stem_words

_MOST = 16_383  # the last place of a term that PostgreSQL tells from the next one
_MOST_BYTES = 500_000  # of one passage; PostgreSQL's own limit is a million


def cut_terms(text: str, language: str) -> list[str]:
    """The terms of a passage with its title, in order, stemmed by the rules of `language`."""
    terms = stem_words(prepare_words(text), find_stemmed(language))[:_MOST]
    size = 0
    for count, term in enumerate(terms):
        size += len(term.encode())
        if size > _MOST_BYTES:
            return terms[:count]
    return terms


def write_vector(terms: Sequence[str]) -> str:
    """The terms and their places (from 1) as the text of a tsvector."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, term in enumerate(terms, start=1):
        places[term].append(place)
    return " ".join(f"{_quote(term)}:{','.join(map(str, found))}" for term, found in places.items())


def write_any(terms: Iterable[str]) -> str:
    """The text of a tsquery for any of the terms."""
    return " | ".join(map(_quote, terms))


def write_beginning(prefix: str) -> str:
    """The text of a tsquery for any term that begins so."""
    return f"{_quote(prefix)}:*"


def write_in_order(terms: Iterable[str]) -> str:
    """The text of a tsquery for the terms, one right after the other."""
    return f"({' <-> '.join(map(_quote, terms))})"


def _quote(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
