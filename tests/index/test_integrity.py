"""Looking after a library: what `check` finds, copies made while it is in use, and articles that come back."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index import DatelineError, Filters, Library
from index.errors import DatelineError as Refused
from index.identify import article_to_fields, make_article, make_article_from_mapping
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from tests.conftest import open_warm
from tests.index.articles import make_fields
from tests.index.hostile import hostile_texts


def _break(library: Library, *statements: str) -> None:
    with sqlite3.connect(library.folder / "dateline.db") as db:
        for statement in statements:
            db.execute(statement)


@pytest.fixture
def filled(library: Library) -> Library:
    """A library of five articles."""
    library.add([make_fields(n) for n in range(5)])
    return library


def test_a_whole_library_has_no_faults(filled: Library) -> None:
    assert filled.check() == []
    filled.add([{**make_fields(1), "text": "All is changed now."}])
    filled.remove("made-002")
    assert filled.check() == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE articles SET title = 'Other' WHERE id = 'made-001'", "article made-001: not what was written"),
        ("UPDATE passages SET stop = stop - 1 WHERE article_id = 'made-002'", "article made-002: its passages are not"),
        ("UPDATE vectors SET vector = x'00' WHERE rowid_ = 1", "1 vectors have another size than 384"),
        ("UPDATE vectors SET vector = zeroblob(384) WHERE rowid_ = 1", "1 vectors have another size than 384"),
        ("INSERT INTO vectors SELECT x'01', vector, checksum FROM vectors LIMIT 1", "1 vectors are of no passage"),
        ("DELETE FROM passages WHERE article_id = 'made-003'", "the vector index lacks 0 passages and has"),
        ("DELETE FROM passages WHERE article_id = 'made-003'", "the full text index lacks 0 passages and has"),
        ("DELETE FROM articles WHERE id = 'made-004'", "of passages belongs to nothing in articles"),
    ],
)
def test_what_is_broken_is_named(filled: Library, statement: str, says: str) -> None:
    one = "key = (SELECT MIN(key) FROM vectors)"
    filled.search("river", rerank=False)  # from here on it has vectors in memory
    _break(filled, statement.replace("rowid_ = 1", one))
    assert any(says in fault for fault in filled.check()), filled.check()


def test_a_copy_is_a_library_with_the_same_in_it(
    filled: Library, tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    (filled.folder / "dateline.toml").write_text("rerank_depth = 3\n")
    before = [article_to_fields(a) for a in filled.articles()]
    filled.backup(tmp_path / "copy")
    filled.remove("made-001")
    with open_warm(tmp_path / "copy", embedder, reranker) as copy:
        assert [article_to_fields(a) for a in copy.articles()] == before
        assert copy.check() == []
        assert copy.search("river", rerank=False)
    assert (tmp_path / "copy" / "dateline.toml").read_text() == "rerank_depth = 3\n"
    with pytest.raises(DatelineError, match="is there already, and not empty"):
        filled.backup(tmp_path / "copy")


def test_a_copy_is_made_while_another_writes(filled: Library, tmp_path: Path) -> None:
    def inputs() -> Any:
        yield make_fields(10)
        filled.backup(tmp_path / "copy")
        yield make_fields(11)

    assert len(filled.add(inputs()).added) == 2
    with sqlite3.connect(tmp_path / "copy" / "dateline.db") as db:
        assert db.execute("SELECT COUNT(*) FROM articles").fetchone() == (5,)


def test_articles_by_date_source_and_words(library: Library) -> None:
    library.add(
        [
            {"id": "a", "title": "Élan", "text": "One river.", "published": "2024-01-02", "source": "Post"},
            {"id": "b", "title": "B", "text": "Two RIVERS.", "published": "2024-03-02", "source": "Daily"},
            {"id": "c", "title": "C", "text": "Three.", "source": "post"},
        ]
    )
    assert [a.id for a in library.articles(containing="river")] == ["a", "b"]
    assert [a.id for a in library.articles(containing="éLAN")] == ["a"]
    assert [a.id for a in library.articles(Filters(sources=("POST",)))] == ["a", "c"]
    assert [a.id for a in library.articles(Filters(after=date(2024, 1, 3)), "river")] == ["b"]
    assert [a.id for a in library.articles(containing="100% '")] == []


texts = hostile_texts | st.text(max_size=80)


@given(
    texts,
    texts,
    st.none() | texts,
    st.lists(texts, max_size=2),
    st.none() | st.dates() | st.sampled_from(["2024-03", "2024", "2024-03-05T10:30:00+02:00", "5 March 2024"]),
)
def test_an_article_comes_back_from_its_line_as_it_was(
    title: str, text: str, source: str | None, authors: list[str], published: Any
) -> None:
    try:
        article = make_article(
            text,
            title=title,
            url=f"https://x.org/{len(title)}",
            source=source,
            authors=authors,
            published=published,
            date_evidence="byline",
            removed=title,
        )
    except Refused:
        return
    line = json.dumps(article_to_fields(article))
    again = make_article_from_mapping(json.loads(line))
    assert again == article
    assert (again.text, again.removed) == (article.text, article.removed)
    assert json.dumps(article_to_fields(again)) == line
