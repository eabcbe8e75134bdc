"""Libraries of older formats are brought up to date."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from index import ArticleDamaged, Library
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.storage.encoding import shorten_band
from tests.conftest import open_warm
from tests.index.articles import make_fields
from tests.index.older_formats import make_format_3, make_format_5
from tests.index.test_library import NEW, OLD, texts_found, versions


def test_a_library_of_the_first_format_is_brought_up_to_date(
    library: Library, embedder: Embedder, reranker: Reranker, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add([OLD])
    library.add([NEW])
    generation = library.status().generation
    library.close()
    with sqlite3.connect(library.folder / "dateline.db") as db:
        make_format_3(db)
        db.execute("DROP TABLE stories")
        db.execute("DROP TABLE bands")
        db.execute("ALTER TABLE articles DROP COLUMN date_evidence")
        db.execute("ALTER TABLE articles DROP COLUMN removed")
        db.execute("UPDATE manifest SET value = '1' WHERE name = 'format'")
    shutil.rmtree(library.folder / "lexical")
    said = f"dateline: the library {library.folder} was brought from format 1 to 8.\n"
    capsys.readouterr()
    for says in (said, ""):
        with open_warm(library.folder, embedder, reranker) as opened:
            assert capsys.readouterr().err == says
            got = opened.get("river")
            assert (got.text, got.date_evidence, got.removed) == (NEW["text"], None, "")
            assert versions(opened) == [("river", 1, OLD["text"])]
            assert texts_found(opened, "river") == [NEW["text"]]
            assert opened.status().generation == generation
            assert list(opened.followed) == []
            assert opened.pages.get("https://example.org/") is None
    with open_warm(library.folder, embedder, reranker) as opened:
        assert opened.add([{**NEW, "published": "2024-03-04"}]).updated == ("river",)
        assert opened.get("river").date_evidence == "given with the article"


def test_a_library_of_format_3_is_brought_up_to_date(library: Library, embedder: Embedder, reranker: Reranker) -> None:
    articles = [make_fields(n) for n in range(4)]
    library.add([*articles, {**articles[2], "id": "wire"}])
    found = [[(h.passage.id, h.copies) for h in library.search(str(a["title"]), rerank=False)] for a in articles]
    library.close()
    shutil.rmtree(library.folder / "lexical")
    with sqlite3.connect(library.folder / "dateline.db") as db:
        wanted = make_format_3(db)
    with open_warm(library.folder, embedder, reranker) as opened:
        again = [[(h.passage.id, h.copies) for h in opened.search(str(a["title"]), rerank=False)] for a in articles]
        assert again == found
        with sqlite3.connect(library.folder / "dateline.db") as db:
            rows = db.execute("SELECT band, article_id FROM bands JOIN stories USING (number)").fetchall()
        assert sorted(rows) == sorted((shorten_band(band), article_id) for band, article_id in wanted)
        assert opened.check() == []
        opened.add([make_fields(9)])
        opened.remove("made-002")
        assert opened.check() == []


def test_a_library_of_format_5_is_brought_up_to_date_with_its_damage(
    library: Library, embedder: Embedder, reranker: Reranker
) -> None:
    english = {**make_fields(1), "language": "en"}
    german = {"id": "b", "title": "", "text": "Die neue Brücke werde z. B. Lkw tragen.", "language": "de"}
    library.add([english, german, make_fields(2)])
    library.close()
    shutil.rmtree(library.folder / "lexical")
    with sqlite3.connect(library.folder / "dateline.db") as db:
        make_format_5(db)
        db.execute("UPDATE articles SET source = 'Another' WHERE id = 'made-002'")
    with open_warm(library.folder, embedder, reranker) as opened:
        assert opened.get("made-001").language_evidence is None
        assert opened.get("b").language == "de"
        with pytest.raises(ArticleDamaged):
            opened.get("made-002")
        again = opened.add([english, german])
        assert again.unchanged == ("made-001",)
        assert again.updated == ("b",)  # now it is cut and stemmed as German
        assert opened.get("b").language_evidence == "given with the article"
        assert opened.versions("b") == []
