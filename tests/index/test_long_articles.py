"""One article, however long and whatever it is made of, takes time linear in its length, and keeps nobody waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import MOST_PASSAGES, Library, make_article
from index.clean.scraped import clean_scraped
from index.models.embedder import Vectors
from index.near_duplicates import find_bands, read_story
from index.search.lexical import LexicalIndex
from index.settings import IndexSettings
from index.storage.lock import WriterLock
from index.storage.store import NumberedText
from index.text.passages import split_passages
from index.text.words import prepare_words
from rag.english.gate import resolve_days
from tests.doubles import HashingEmbedder

SHAPES = {
    "words": "a ",
    "no-spaces": "x",
    "signs": "!?;,-—\"'",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "newlines": "\n",
    "chinese": "中文新闻今天报道说",
    "combining": "e\u0301\u0302",
    "sentences": "A b. ",
    "dots": ".",
    "digits": "1234567890",
    "thousands": "1,000,",
    "addresses": "http://example.com/a-b-c?d=e ",
    "quotes": '"',
    "initials": "U.S.",
    "hyphens": "a-",
    "days": "on Monday ",
    "labels": "url: a\n",
    "form": "leave a reply\n\n",
    "notices": "newsletter inscri",
}
SMALL, TIMES = 100_000, 8  # characters; what is quadratic takes 64 times as long for 8 times as many


def _cut(text: str) -> None:
    split_passages(make_article(f"b{text}b", id="a"), 60)


def _count_days(text: str) -> None:
    article = make_article(f"b{text}b", id="a", published="2024-03-05", language="en")
    for start in range(0, 4_000, 1_000):
        resolve_days(article, start, start + 500)


STAGES: dict[str, Callable[[str], Any]] = {
    "clean": clean_scraped,
    "cut": _cut,
    "words": prepare_words,
    "copies": lambda text: find_bands(read_story("", text)),
    "days": _count_days,
}


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_stage_takes_time_linear_in_the_length(shape: str, stage: str) -> None:
    run = STAGES[stage]
    run("Words of it. " * 100)  # what is loaded at first use is loaded

    def measure(size: int) -> float:
        text = (SHAPES[shape] * size)[:size]
        start = time.process_time()
        run(text)
        return time.process_time() - start

    small = min(measure(SMALL) for _ in range(2))
    assert measure(SMALL * TIMES) < 3 * TIMES * small + 0.5


class _WatchedEmbedder(HashingEmbedder):
    """Does something else before it embeds."""

    def __init__(self, watch: Callable[[], object]) -> None:
        self._watch = watch

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._watch()
        return super().embed_passages(texts)


def _open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
    return Library.open(folder, create=True, settings=IndexSettings(lock_seconds=5))


def test_nobody_waits_while_articles_are_read_and_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer, in a thread of its own, gets the lock at once."""
    got: list[str] = []

    def take_lock(when: str) -> None:
        with WriterLock(tmp_path, 0).hold():
            got.append(when)

    def read() -> Iterator[dict[str, str]]:
        for n in range(3):
            pool.submit(take_lock, "reading").result()
            yield {"id": str(n), "text": f"Words of article {n}."}

    with ThreadPoolExecutor(1) as pool, _open(tmp_path, monkeypatch) as library:
        library.models.embedder.put(_WatchedEmbedder(lambda: pool.submit(take_lock, "embedding").result()))
        assert library.add(read()).added == ("0", "1", "2")
    assert got == ["reading"] * 3 + ["embedding"]


def test_what_another_writer_did_meanwhile_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It adds the same article, removes one whose vectors were counted on, and all is whole in the end."""
    shared = "The harbour of the town is closed to all ships."
    with _open(tmp_path, monkeypatch) as library, _open(tmp_path, monkeypatch) as other:
        library.add([{"id": "old", "text": shared}])

        def write_meanwhile() -> None:
            if not other.find("same"):
                other.add([{"id": "same", "text": "Words."}])
                other.remove_all(["old"])

        library.models.embedder.put(_WatchedEmbedder(write_meanwhile))
        report = library.add([{"id": "same", "text": "Words."}, {"id": "new", "text": shared}])
        assert (report.added, report.unchanged) == (("new",), ("same",))
        assert [a.id for a in library.articles()] == ["new", "same"]
        assert library.check() == []


def test_an_id_that_comes_again_and_again_is_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _open(tmp_path, monkeypatch) as library:
        before = library.status().generation
        report = library.add({"id": "a", "text": f"Words of version {n}."} for n in range(50))
        assert (len(report.added), len(report.updated)) == (1, 49)
        assert library.status().generation == before + 1
        assert [v.text for v in library.versions("a")] == [f"Words of version {n}." for n in range(49)]
        assert library.check() == []
        assert [hit.passage.text for hit in library.search("version", mode="lexical", rerank=False)] == [
            "Words of version 49."
        ]


@pytest.mark.slow
def test_of_a_very_long_article_the_beginning_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that once kept a library from opening."""
    with _open(tmp_path, monkeypatch) as library:
        report = library.add([{"id": "long", "text": "a " * 4_500_000 + "harbour"}, {"id": "b", "text": "The pier."}])
        assert (report.added, report.partly) == (("long", "b"), ("long",))
        assert library.status().passages == MOST_PASSAGES + 1
        assert library.check() == []
        library.rebuild()
        assert [hit.article.id for hit in library.search("pier", mode="lexical", rerank=False)] == ["b"]
        assert library.search("harbour", mode="lexical", rerank=False) == []


def test_full_text_is_caught_up_some_passages_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.lexical._BATCH", 2)
    index = LexicalIndex(tmp_path)
    for generation in (1, 2):  # catching up twice gives the same as once
        index.update([], (NumberedText(n, f"pier {n}") for n in range(1, 8)), generation)
        assert sorted(index.numbers()) == list(range(1, 8))
