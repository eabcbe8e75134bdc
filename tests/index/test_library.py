"""The library: what becomes of articles that are added, changed, repeated and removed."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index import Article, DatelineError, Failure, Library, OtherWeights, UsageError
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.read.files import read_files
from index.read.walk import list_files
from index.settings import IndexSettings
from tests.conftest import SEEDS, open_warm
from tests.index.articles import make_fields

OLD = {"id": "river", "title": "The river rises", "text": "The river rose by two metres. Nobody was hurt."}
NEW = {**OLD, "text": "The river fell again on Monday. Three bridges stay closed."}


def versions(library: Library) -> list[tuple[str, int, str]]:
    return [(a.id, v.number, v.text) for a in library.articles() for v in library.versions(a.id)]


def texts_found(library: Library, question: str, mode: Any = "hybrid") -> list[str]:
    return [h.passage.text for h in library.search(question, mode=mode, rerank=False)]


def test_a_new_article_is_added_and_kept_whole(library: Library) -> None:
    fields = {
        **OLD,
        "url": "HTTPS://Example.org/river/?utm_source=x#top",
        "source": " The  Post ",
        "authors": ["A. Writer", "B. Other"],
        "published": "2024-03-04T05:06:07+02:00",
        "modified": "2024-03-05",
        "language": "en",
        "unknown": 1,
    }
    report = library.add([fields])
    assert (report.added, report.updated, report.unchanged, report.failed) == (("river",), (), (), ())
    assert report.passages == library.status().passages == 1
    got = library.get("river")
    assert (got.title, got.text) == (OLD["title"], OLD["text"])
    assert (got.url, got.source) == ("https://example.org/river", "The Post")
    assert (got.authors, got.language) == (("A. Writer", "B. Other"), "en")
    assert got.published == datetime(2024, 3, 4, 3, 6, 7, tzinfo=UTC)
    assert (got.published_precision, got.modified) == ("instant", datetime(2024, 3, 5, tzinfo=UTC))


def test_the_same_again_adds_nothing(library: Library) -> None:
    library.add([OLD])
    before = library.status()
    report = library.add([OLD, OLD])
    assert (report.added, report.updated, report.unchanged, report.passages) == ((), (), ("river", "river"), 0)
    after = library.status()
    assert (after.articles, after.passages, after.generation) == (before.articles, before.passages, before.generation)
    assert versions(library) == []


def test_new_text_replaces_the_old_which_stays_as_a_version(library: Library) -> None:
    library.add([OLD])
    report = library.add([NEW])
    assert (report.added, report.updated) == ((), ("river",))
    assert library.get("river").text == NEW["text"]
    assert versions(library) == [("river", 1, OLD["text"])]
    for mode in ("dense", "lexical", "hybrid"):
        assert texts_found(library, "river", mode) == [NEW["text"]]
    library.add([OLD])
    assert [v[:2] for v in versions(library)] == [("river", 1), ("river", 2)]
    assert texts_found(library, "river") == [OLD["text"]]


def test_one_add_with_two_texts_of_an_article_keeps_both(library: Library) -> None:
    report = library.add([OLD, NEW])
    assert (report.added, report.updated) == (("river",), ("river",))
    assert versions(library) == [("river", 1, OLD["text"])]
    assert texts_found(library, "river") == [NEW["text"]]


def test_new_metadata_is_an_update_and_embeds_nothing_twice(library: Library) -> None:
    library.add([OLD])
    report = library.add([{**OLD, "source": "The Post"}])
    assert report.updated == ("river",)
    assert library.get("river").source == "The Post"
    assert versions(library) == []  # the text is the same


def test_an_update_may_leave_its_old_words_to_another_article_of_the_batch(library: Library) -> None:
    library.add([OLD])
    report = library.add([NEW, {**OLD, "id": "mirror"}])
    assert (report.updated, report.added) == (("river",), ("mirror",))
    assert sorted(texts_found(library, "river")) == sorted([OLD["text"], NEW["text"]])


@pytest.mark.parametrize(
    ("fields", "name", "reason"),
    [
        ({"id": "a", "title": "T"}, "a", "has no text"),
        ({"id": "a", "text": " \n\0 "}, "a", "has no text"),
        ({"title": "T", "text": "Some text."}, "T", "neither `id` nor `url`"),
        ({"text": "Some text."}, "an article without a name", "neither `id` nor `url`"),
        ({"id": "a", "text": 5}, "a", "`text` is not a text"),
        ({"id": "a", "text": "x", "title": ["T"]}, "a", "`title` is not a text"),
        ({"id": "", "text": "x"}, "an article without a name", "id is empty"),
        ({"id": "i" * 501, "text": "x"}, "i" * 200, "longer than 500"),
        ({"url": "http://[bad/", "text": "x"}, "http://[bad/", "is not a URL"),
        ({"id": "a", "text": "x", "authors": 5}, "a", "not a list of names"),
        ({"id": "a", "text": "x", "authors": [["A"]]}, "a", "not a list of names"),
    ],
)
def test_a_bad_mapping_is_reported_and_the_rest_goes_on(
    library: Library, fields: dict[str, Any], name: str, reason: str
) -> None:
    report = library.add([OLD, fields, NEW | {"id": "last"}])
    assert report.added == ("river", "last")
    [failure] = report.failed
    assert failure.origin == name
    assert reason in failure.reason
    assert "\n" not in failure.reason


def test_a_failure_among_the_inputs_is_reported(library: Library) -> None:
    failure = Failure("page.html", "it is empty; leave it out")
    report = library.add([failure, OLD])
    assert (report.failed, report.added) == ((failure,), ("river",))


def test_what_was_committed_stays_when_the_inputs_break(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.adding._BATCH_PASSAGES", 1)

    def inputs() -> Any:
        yield OLD
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        library.add(inputs())
    assert library.get("river").text == OLD["text"]
    assert texts_found(library, "river") == [OLD["text"]]


def test_progress_grows_with_what_is_done(library: Library) -> None:
    seen: list[int] = []
    library.add([OLD, {"id": "bad"}, NEW], progress=seen.append)
    assert (seen, seen[-1]) == (sorted(set(seen)), 3)


def test_progress_moves_within_a_batch(library: Library) -> None:
    """Of 300 short articles, fewer than one transaction holds, the first are done long before the last."""
    seen: list[int] = []
    library.add(({"id": f"{n}", "text": f"Ferry number {n} has left."} for n in range(300)), progress=seen.append)
    assert (seen, seen[-1]) == (sorted(set(seen)), 300)
    assert seen[0] < 50
    assert len(seen) >= 9


def test_copies_are_folded_into_the_best(library: Library) -> None:
    spread = [{**OLD, "id": name, "source": name} for name in ("wire", "daily", "weekly")]
    other = {"id": "other", "title": "Rain", "text": "Rain fell on the river all week long."}
    report = library.add([*spread, other])
    assert len(report.added) == 4  # other ids, so articles of their own
    hits = library.search("river metres hurt")
    assert sorted({hits[0].article.id, *hits[0].copies}) == ["daily", "weekly", "wire"]
    assert [h.article.id for h in hits[1:]] == ["other"]
    assert hits[1].copies == ()


def test_a_file_kept_twice_is_one_article(library: Library, tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("A title\n\nThe river rose by two metres. Nobody was hurt.", encoding="utf-8")
    report = library.add(read_files(list_files([tmp_path / "one.txt", tmp_path / "two.txt"]), 20))
    assert (len(report.added), len(report.unchanged)) == (1, 1)
    again = library.add(read_files([tmp_path / "two.txt"], 20))
    assert (again.added, len(again.unchanged)) == ((), 1)


def test_removed_is_gone_from_everywhere(library: Library) -> None:
    library.add([OLD, NEW, {**make_fields(1), "id": "other"}])
    removed = library.remove("river")
    assert (removed.id, removed.text) == ("river", NEW["text"])
    assert [a.id for a in library.articles()] == ["other"]
    for mode in ("dense", "lexical", "hybrid"):
        assert all(h.article.id == "other" for h in library.search("river", mode=mode, rerank=False))
    assert library.status().passages == len(library.passages(library.get("other")))
    with pytest.raises(DatelineError, match="no article 'river'"):
        library.get("river")
    assert library.add([NEW]).added == ("river",)
    assert texts_found(library, "river fell")[0] == NEW["text"]


def test_ids_by_their_beginning(library: Library) -> None:
    library.add([{**OLD, "id": name} for name in ("abc1", "abc2", "abx", "a%b", "ab")])
    assert library.get("abx").id == "abx"
    assert library.get("a%").id == "a%b"
    assert library.get("ab").id == "ab"  # a whole id wins over the beginning of others
    with pytest.raises(DatelineError, match="2 articles have an id that begins with 'abc'"):
        library.get("abc")
    for wrong in ("zzz", "", "ABX", "%"):
        with pytest.raises(DatelineError, match="no article"):
            library.get(wrong)


def test_articles_come_the_oldest_first_and_undated_last(library: Library) -> None:
    days = {"c": "2024-05-01", "a": None, "b": "2023", "d": "2024-05-01T00:00:01Z"}
    library.add([{"id": i, "title": i, "text": f"Text {i}.", "published": day} for i, day in days.items()])
    assert [a.id for a in library.articles()] == ["b", "c", "d", "a"]


def test_status_counts(library: Library) -> None:
    empty = library.status()
    assert (empty.articles, empty.passages, empty.first_published) == (0, 0, None)
    library.add([{**make_fields(n), "published": day} for n, day in enumerate(["2024-01-02", "2022", None])])
    status = library.status()
    assert (status.articles, status.sources, status.undated) == (3, 2, 1)
    assert status.first_published == datetime(2022, 1, 1, tzinfo=UTC)
    assert status.last_published == datetime(2024, 1, 2, tzinfo=UTC)
    assert status.passages == sum(len(library.passages(a)) for a in library.articles())
    assert status.generation > empty.generation
    assert (status.embedder, status.dimension) == ("BAAI/bge-small-en-v1.5", 384)
    assert status.size_bytes > 0


def test_passages_of_the_seeds_are_exact(seeds_library: Library) -> None:
    for article in seeds_library.articles():
        passages = seeds_library.passages(article)
        assert passages
        assert all(article.text[p.start : p.end] == p.text for p in passages)


def test_reading_the_seeds_again_adds_nothing(seeds_library: Library) -> None:
    before = seeds_library.status()
    report = seeds_library.add(read_files(list_files([SEEDS]), 20))
    assert (report.added, report.updated, report.failed, report.passages) == ((), (), (), 0)
    assert len(report.unchanged) == before.articles
    assert seeds_library.status().generation == before.generation


def test_only_articles_with_text_are_taken(library: Library) -> None:
    article = Article(id="x", title="A title", text="The harbour is closed.", content_hash="h")
    assert library.add([article]).added == ("x",)
    assert library.get("x") == article


# Opening


def test_opening_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="there is no library in"):
        Library.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatelineError, match="is a file"):
        Library.open(tmp_path / "file", create=True)
    with pytest.raises(UsageError, match=r"not at mysql://"):
        Library.open("mysql://localhost/news")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dateline.db").write_text("not SQLite, whatever its name says" * 100)
    with pytest.raises(DatelineError, match="not a library that Dateline can open"):
        Library.open(tmp_path)


def test_a_library_of_another_format_is_refused(tmp_path: Path, library: Library) -> None:
    library.close()
    with sqlite3.connect(library.folder / "dateline.db") as db:
        db.execute("UPDATE manifest SET value = '99' WHERE name = 'format'")
    with pytest.raises(DatelineError, match=r"has format 99; this Dateline reads format 8"):
        Library.open(library.folder)


def test_a_library_of_another_embedder_is_refused_with_both_names(library: Library) -> None:
    with pytest.raises(DatelineError) as error:
        Library.open(library.folder, embedder="sentence-transformers/all-MiniLM-L6-v2")
    assert "BAAI/bge-small-en-v1.5" in str(error.value)
    assert "sentence-transformers/all-MiniLM-L6-v2" in str(error.value)
    Library.open(library.folder, embedder="BAAI/bge-small-en-v1.5").close()
    Library.open(library.folder).close()


def test_a_library_of_other_weights_is_refused(library: Library) -> None:
    library.add([OLD])
    library._store.put_manifest({"embedder_sha256": "0" * 64})
    with Library.open(library.folder) as opened:
        with pytest.raises(OtherWeights, match="other weights") as error:
            opened.search("river")
        assert "000000000000" in str(error.value)
        opened.rebuild(error.value.embedder)
        assert opened.search("river")


def test_settings_of_the_folder_are_read_and_wrong_ones_refused(tmp_path: Path, library: Library) -> None:
    file = library.folder / "dateline.toml"
    file.write_text("rerank_depth = 3\n")
    with Library.open(library.folder) as opened:
        assert opened.settings.rerank_depth == 3
    file.write_text('rerank_depth = "many"\n')
    with pytest.raises(UsageError, match=r"rerank_depth.*whole number"):
        Library.open(library.folder)
    with pytest.raises(UsageError, match="not both"):
        Library.open(library.folder, embedder="x", settings=IndexSettings())


def test_the_passage_size_is_the_library_s_own(tmp_path: Path, embedder: Embedder, reranker: Reranker) -> None:
    with open_warm(tmp_path, embedder, reranker, IndexSettings(passage_words=20)) as library:
        library.add([make_fields(1)])
        count = library.status().passages
    with open_warm(tmp_path, embedder, reranker, IndexSettings(passage_words=90)) as library:
        assert len(library.passages(library.get("made-001"))) == count == 5
