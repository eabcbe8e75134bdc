"""Passages in PostgreSQL, with their terms and how many passages have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from index.records import NO_FILTERS, Article, Filters, Passage
from index.storage.postgres.articles import PostgresArticles
from index.storage.postgres.connection import Database
from index.storage.postgres.filters import write_where
from index.storage.postgres.search.terms import cut_terms, write_vector
from index.storage.store import NumberedText
from index.text.languages import choose_rules

_PUT = (
    "INSERT INTO passages (article_id, ordinal, start, stop, vector_key, generation, language, terms, length) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s)"
)
_COUNT_MORE = "SELECT change_counts(%s::text[], %s::bigint[], %s, %s)"
_COUNT_LESS = (
    "SELECT change_counts(array_agg(term), array_agg(-had), 0, 0) FROM (SELECT term, count(*) AS had FROM passages, "
    "unnest(tsvector_to_array(terms)) AS term WHERE article_id = %s GROUP BY term) gone"
)
_LENGTHS_LESS = (
    "SELECT change_counts(NULL, NULL, -count(*), -coalesce(sum(length), 0)::bigint) FROM passages WHERE article_id = %s"
)
_FORGET = "INSERT INTO removals SELECT number, %s FROM passages {} ON CONFLICT (number) DO NOTHING"


class PostgresPassages:
    """The tables `passages`, `removals`, `terms` and `lengths`."""

    def __init__(self, database: Database, articles: PostgresArticles) -> None:
        self._db = database
        self._articles = articles

    def get(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return the passages with these numbers, each with its article; one that is gone is left out."""
        query = "SELECT number, article_id, ordinal, start, stop FROM passages WHERE number = ANY(%s::bigint[])"
        rows = self._db.rows(query, (list(numbers),))
        articles = self._articles.get_all({row[1] for row in rows})
        found: dict[int, tuple[Passage, Article]] = {}
        for number, id_, ordinal, start, stop in rows:
            if article := articles.get(id_):
                passage = Passage(f"{id_}:{ordinal}", id_, ordinal, start, stop, article.text[start:stop])
                found[number] = (passage, article)
        return found

    def numbers(self, filters: Filters = NO_FILTERS) -> list[int]:
        """Numbers of the passages whose articles pass the filters, sorted."""
        where, values = write_where(filters)
        join = f"JOIN articles ON id = article_id {where}" if where else ""
        return [row[0] for row in self._db.rows(f"SELECT number FROM passages {join} ORDER BY number", values)]

    def spans(self, article_id: str) -> list[tuple[int, int, int]]:
        """Ordinal, start and end (in characters) of each passage of an article, by ordinal."""
        query = "SELECT ordinal, start, stop FROM passages WHERE article_id = %s ORDER BY ordinal"
        return [(ordinal, start, stop) for ordinal, start, stop in self._db.rows(query, (article_id,))]

    def keys(self, article_id: str) -> list[bytes]:
        """The key of the vector of each passage of an article, by ordinal."""
        rows = self._db.rows("SELECT vector_key FROM passages WHERE article_id = %s ORDER BY ordinal", (article_id,))
        return [row[0] for row in rows]

    def texts_since(self, generation: int) -> Iterator[NumberedText]:
        """The passages that came after `generation` and are still there, as they are searched, by number."""
        query = "SELECT number, article_id, start, stop FROM passages WHERE generation > %s ORDER BY number"
        for article_id, of_one in groupby(self._db.stream(query, (generation,)), key=itemgetter(1)):
            article = self._articles.get_all([article_id])[article_id]
            for number, _, start, stop in of_one:
                yield NumberedText(number, f"{article.title}\n{article.text[start:stop]}", article.rules)

    def removed_since(self, generation: int) -> list[int]:
        """Numbers of the passages that went after `generation`, sorted."""
        query = "SELECT number FROM removals WHERE generation > %s ORDER BY number"
        return [row[0] for row in self._db.rows(query, (generation,))]

    def count_since(self, generation: int) -> int:
        """How many passages came or went after `generation`."""
        came = self._db.value("SELECT count(*) FROM passages WHERE generation > %s", (generation,))
        return int(came) + int(self._db.value("SELECT count(*) FROM removals WHERE generation > %s", (generation,)))

    def put(self, passages: Sequence[Passage], keys: Sequence[bytes], generation: int) -> None:
        """Add passages, each with the key of its vector, which is there, as new in `generation`."""
        if not passages:
            return
        ids = sorted({passage.article_id for passage in passages})
        query = "SELECT id, title, language, language_evidence FROM articles WHERE id = ANY(%s)"
        headings = {id_: (title, choose_rules(*said)) for id_, title, *said in self._db.rows(query, (ids,))}
        counted: Counter[str] = Counter()
        length = 0
        rows = []
        for p, key in zip(passages, keys, strict=True):
            title, language = headings[p.article_id]
            terms = cut_terms(f"{title}\n{p.text}", language)
            counted.update(set(terms))
            length += len(terms)
            place = (p.article_id, p.ordinal, p.start, p.end, key, generation)
            rows.append((*place, language, write_vector(terms), len(terms)))
        self._db.run_each(_PUT, rows)
        names = sorted(counted)
        self._db.run(_COUNT_MORE, (names, [counted[name] for name in names], len(rows), length))

    def remove(self, article_id: str, generation: int, keep: Container[bytes] = ()) -> None:
        """Remove an article's passages, and vectors that no passage has any more, but for those in `keep`."""
        keys = [key for key in set(self.keys(article_id)) if key not in keep]
        self._db.run(_COUNT_LESS, (article_id,))
        self._db.run(_LENGTHS_LESS, (article_id,))
        self._db.run(_FORGET.format("WHERE article_id = %s"), (generation, article_id))
        self._db.run("DELETE FROM passages WHERE article_id = %s", (article_id,))
        self._db.run("SELECT remove_unused(%s::bytea[])", (keys,))

    def clear(self, generation: int) -> None:
        """Remove all passages; the vectors stay."""
        self._db.run(_FORGET.format(""), (generation,))
        self._db.run("DELETE FROM passages")
        self._db.run("DELETE FROM terms")
        self._db.run("UPDATE lengths SET passages = 0, terms = 0")
