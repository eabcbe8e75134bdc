"""Counts follow every change of the library, whoever makes it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from index import Article, Filters
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from tests.conftest import open_warm

SOURCES = (None, "The Post", "Écho")  # as they are listed
LANGUAGES = (None, "fr", "pt-BR")
FILTERS = (Filters(), Filters(sources=("écho",)), Filters(languages=("pt",)))

changes = st.lists(
    st.tuples(st.booleans(), st.sampled_from("abc"), st.sampled_from(SOURCES), st.sampled_from(LANGUAGES)),
    min_size=1,
    max_size=5,
)


def count(articles: list[Article], filters: Filters) -> int:
    return sum(
        (not filters.sources or a.source == "Écho") and (not filters.languages or a.language == "pt-BR")
        for a in articles
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_counts_are_those_of_the_articles_after_every_change(
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    reranker: Reranker,
    made: list[tuple[bool, str, str | None, str | None]],
) -> None:
    folder = tmp_path_factory.mktemp("held")
    with open_warm(folder, embedder, reranker) as writing, open_warm(folder, embedder, reranker) as reading:
        for adds, name, source, language in made:
            if adds or not writing.scope(Filters()).articles:
                row = {"id": name, "title": name, "text": f"The harbour of {name} is {source}."}
                writing.add([{**row, "source": source, "language": language}])
            else:
                writing.remove(next(writing.articles()).id)
            articles = list(reading.articles())
            for library in (writing, reading):
                assert library.sources() == [s for s in SOURCES if s and s in {a.source for a in articles}]
                assert library.languages() == sorted({a.language[:2] for a in articles if a.language})
                for filters in FILTERS:
                    scope = library.scope(filters)
                    assert (scope.articles, scope.searched) == (len(articles), count(articles, filters))
