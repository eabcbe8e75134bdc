"""`rebuild` gives articles that libraries of earlier versions have without a language the one that they are in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Article, Library, make_article
from index.care import repair

# By English rules a sentence, and with it a passage, would end at "31.".
GERMAN = (
    f"{'Die Ministerin sprach lange über die alte Brücke der Stadt, ' * 6}am 31. August kam sie nach Wien zurück. "
    "Sie bleibt dort bis Freitag, und dann fährt sie mit dem Zug nach Hause."
)
ENGLISH = "The minister came to Vienna in August to speak about the bridge with the mayor. She stays until Friday."
OLD = [
    make_article(GERMAN, id="german"),
    make_article(ENGLISH * 9, id="english"),
    make_article(GERMAN, id="stated", language="de"),
    make_article("Oslo 3", id="short"),
    replace(make_article(GERMAN, id="known", language="de"), language_evidence="sitemap"),
]


def put_as_before(library: Library, articles: list[Article]) -> None:
    """Put articles into a library as those of before format 6 are in it."""
    with library._store.write() as generation:
        for article in articles:
            library._store.articles.put(article)
        repair.put_passages(library._store, articles, lambda: library.embedder, 60, generation)


@pytest.mark.parametrize("at_once", [1, 100])
def test_old_articles_get_their_languages(library: Library, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "ARTICLES_AT_ONCE", at_once)
    put_as_before(library, OLD)
    before = {article.id: library.passages(article) for article in OLD}
    library.rebuild()
    found = {article.id: article for article in library.articles()}
    assert {id_: article.language for id_, article in found.items()} == {
        "german": "de",
        "english": "en",
        "stated": "de",
        "short": None,
        "known": "de",
    }
    assert str(found["german"].language_evidence).startswith("text: found by py3langid")
    assert found["known"] == OLD[-1]
    assert found["short"] == OLD[3]
    for article in OLD:
        assert found[article.id].text == article.text
        assert library.versions(article.id) == []
    assert library.check() == [], "passages are those of the language's rules"
    assert library.passages(found["german"]) != before["german"]
    assert library.passages(found["english"]) == before["english"]
    assert library.status().languages == {"de": 3, "en": 1}


def test_a_library_with_languages_is_not_written_again(library: Library) -> None:
    library.add([make_article(GERMAN, id="german"), make_article(ENGLISH, id="english")])
    generation = library.status().generation
    library.rebuild()
    assert library.status().generation == generation
