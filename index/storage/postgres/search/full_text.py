"""Full text search by PostgreSQL's own, ranked by BM25.

PostgreSQL finds the passages (by its index of terms) and knows how often each has a term; how many passages have one is
kept beside, since PostgreSQL's own ranking does not ask.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from index.storage.postgres.connection import Database
from index.storage.postgres.search.terms import write_any, write_beginning, write_in_order
from index.text.words import STEMMED, find_stemmed, prepare_phrase, prepare_words, stem_words

_K1, _B = 1.2, 0.75  # as tantivy and Lucene have them
# Passages that are ranked, about. A term that more of them have does not choose any where there is a rarer one; it
# counts in the ranking all the same.
_MOST_RANKED = 5_000
# Of a word's forms, the one that fits best counts. Rounded, equal scores are equal in whatever order they were summed.
_RANKED = f"""
WITH asked AS (
    SELECT * FROM unnest(%s::text[], %s::int[], %s::float8[]) AS asked (term, word, weight)
), scored AS (
    SELECT number, word, max(
        weight * times * {_K1 + 1}
        / (times + {_K1} * ({1 - _B} + {_B} * length / (SELECT terms::float8 / passages FROM measured())))
    ) AS score
    FROM passages, LATERAL (
        SELECT lexeme, cardinality(positions) AS times FROM unnest(terms) WHERE lexeme = ANY(%s)
    ) AS had JOIN asked ON term = lexeme
    WHERE terms @@ %s::tsquery {{where}} GROUP BY number, word
)
SELECT number, round(sum(score)::numeric, 9) AS total FROM scored GROUP BY number ORDER BY total DESC, number LIMIT %s
"""
# The languages that there are, each found by the one before it in the index.
_LANGUAGES = """
WITH RECURSIVE found AS (
    SELECT min(language) AS language FROM passages
    UNION ALL SELECT (SELECT min(language) FROM passages WHERE language > found.language) FROM found
    WHERE found.language IS NOT NULL
)
SELECT language FROM found WHERE language IS NOT NULL
"""


class PostgresFullText:
    """BM25 over the heading and text of passages."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def search(
        self, question: str, limit: int, allowed: Sequence[int] | None = None, language: str = ""
    ) -> list[tuple[int, float]]:
        """Return (number, BM25 score) of passages with a word of the question, best first; ties by number.

        They are among those `allowed`, and of texts in `language`, where these are given.
        """
        words = self._stem_in_all(prepare_words(question))
        if not words or limit <= 0 or allowed == []:
            return []
        rare = self._weigh(sorted({form for forms in words for form in forms}))
        asked = [(form, n, rare[form][1]) for n, forms in enumerate(words) for form in forms if form in rare]
        if not asked:
            return []
        chosen = self._choose({form: rare[form][0] for form, _, _ in asked})
        where = ""
        values: list[Any] = []
        if allowed is not None:
            where, values = "AND number = ANY(%s::bigint[])", [list(allowed)]
        if language:
            where, values = f"{where} AND language = %s", [*values, language]
        columns = [list(column) for column in zip(*asked, strict=True)]
        rows = self._db.rows(_RANKED.format(where=where), [*columns, list(rare), write_any(chosen), *values, limit])
        return [(number, float(score)) for number, score in rows]

    def _stem_in_all(self, prepared: str) -> list[tuple[str, ...]]:
        """For each word of a prepared text, its forms in the languages that there are texts in; none twice."""
        stemmed = [stem_words(prepared, language) for language in self._languages()]
        return list(dict.fromkeys(tuple(dict.fromkeys(forms)) for forms in zip(*stemmed, strict=True)))

    def _languages(self) -> list[str]:
        found = {find_stemmed(row[0]) for row in self._db.rows(_LANGUAGES)}
        return [language for language in STEMMED if language in found]

    def _weigh(self, terms: Sequence[str]) -> dict[str, tuple[int, float]]:
        """How many passages have each term, and what it weighs for being rare; those that none has are left out."""
        total = int(self._db.value("SELECT passages FROM measured()"))
        rows = self._db.rows("SELECT found, had FROM counted(%s::text[])", (list(terms),))
        return {term: (have, math.log(1 + (total - have + 0.5) / (have + 0.5))) for term, have in rows}

    def _choose(self, terms: dict[str, int]) -> list[str]:
        """The terms that choose which passages are ranked: the rarest, as many as may be, and one at least."""
        chosen: list[str] = []
        ranked = 0
        for term, have in sorted(terms.items(), key=lambda pair: (pair[1], pair[0])):
            if chosen and ranked + have > _MOST_RANKED:
                break
            chosen.append(term)
            ranked += have
        return chosen

    def stem(self, word: str) -> list[str]:
        """The forms of a word in the languages that there are texts in; none twice."""
        return list(dict.fromkeys(form for forms in self._stem_in_all(word) for form in forms))

    def count_word(self, word: str) -> int:
        """How many passages have a word, in any of its forms."""
        forms = self.stem(prepare_words(word))
        return int(self._db.value("SELECT coalesce(sum(had), 0) FROM counted(%s::text[])", (forms,)))

    def terms_beginning(self, prefix: str, language: str = "") -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, each with how many passages, in `language` or in any, have it."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        if not language:
            query = 'SELECT found, had FROM counted_between(%s, %s) ORDER BY found COLLATE "C"'
            return [(term, count) for term, count in self._db.rows(query, (prefix, end))]
        query = (
            "SELECT term, count(*) FROM passages, unnest(tsvector_to_array(terms)) AS term "
            "WHERE language = %s AND terms @@ %s::tsquery AND term >= %s AND term < %s GROUP BY term ORDER BY term"
        )
        values = (language, write_beginning(prefix), prefix, end)
        return [(term, count) for term, count in self._db.rows(query, values)]

    def having_term(self, term: str, limit: int) -> list[int]:
        """The numbers of `limit` passages that have a term."""
        query = "SELECT number FROM passages WHERE terms @@ %s::tsquery ORDER BY number LIMIT %s"
        return [row[0] for row in self._db.rows(query, (write_any([term]), limit))]

    def numbers(self) -> list[int]:
        """The numbers of all passages."""
        return [row[0] for row in self._db.rows("SELECT number FROM passages ORDER BY number")]

    def having(self, phrase: str) -> list[int]:
        """Return the numbers of all passages that have the words of `phrase` in this order, stemmed, sorted."""
        stemmed = {tuple(stem_words(prepare_phrase(phrase), language)) for language in self._languages()} - {()}
        if not stemmed:
            return []
        query = " | ".join(map(write_in_order, sorted(stemmed)))
        found = self._db.rows("SELECT number FROM passages WHERE terms @@ %s::tsquery ORDER BY number", (query,))
        return [row[0] for row in found]
