"""The derived indexes: deleted, torn, behind or ahead, they come back with the same results."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Library
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.records import SearchMode
from index.search.vector_file import read_head
from tests.conftest import open_warm
from tests.index.articles import VOCABULARY, make_fields

QUESTIONS = ("harbour treaty election", "volcano report", "the cathedral orchestra")
Ranking = list[tuple[str, float]]


def search_all(library: Library) -> dict[tuple[str, SearchMode], Ranking]:
    modes: tuple[SearchMode, ...] = ("dense", "lexical", "hybrid")
    return {
        (q, m): [(h.passage.id, round(h.score, 4)) for h in library.search(q, limit=20, mode=m, rerank=False)]
        for q in QUESTIONS
        for m in modes
    }


def check_in_step(library: Library) -> None:
    """Both indexes hold the numbers of the store's passages, each once and no others."""
    wanted = library._store.passages.numbers()
    with library._indexes.snapshot() as snapshot:
        dense = snapshot.vectors.search(library.embedder.embed_query("harbour"), 10_000)
        lexical = snapshot.lexical.search(" ".join(VOCABULARY), 10_000)
    assert sorted(number for number, _ in dense) == wanted
    assert sorted(number for number, _ in lexical) == wanted


@pytest.fixture(scope="module", autouse=True)
def _every_library_is_worth_a_file() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.search.derived._WORTH_A_FILE", 0)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker) -> Path:
    folder = tmp_path_factory.mktemp("made") / "library"
    with open_warm(folder, embedder, reranker) as library:
        library.add(make_fields(n) for n in range(12))
    return folder


def _lose(*names: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for name in names:
            shutil.rmtree(folder / name)

    return damage


def _tear(pattern: str, *, keep: float) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.glob(pattern):
            os.truncate(file, int(file.stat().st_size * keep))

    return damage


def _flip(pattern: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.glob(pattern):
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 0x40
            file.write_bytes(content)

    return damage


DAMAGES = {
    "vectors lost": _lose("vectors"),
    "full text lost": _lose("lexical"),
    "both lost": _lose("vectors", "lexical"),
    "vectors cut": _tear("vectors/*", keep=0.6),
    "vectors emptied": _tear("vectors/*", keep=0),
    "vectors flipped": _flip("vectors/*"),
    "terms flipped": _flip("lexical/*.term"),
    "frequencies cut": _tear("lexical/*.idx", keep=0.5),
    "list of segments cut": _tear("lexical/meta.json", keep=0.5),
    "list of segments emptied": _tear("lexical/meta.json", keep=0),
    "everything cut": _tear("lexical/*.*", keep=0.5),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_mended_and_results_are_equal(
    name: str, made: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(made, tmp_path / "library")
    with open_warm(folder, embedder, reranker) as library:
        wanted = search_all(library)
    DAMAGES[name](folder)
    capsys.readouterr()
    for _ in range(2):  # at once, and from what was written
        with open_warm(folder, embedder, reranker) as library:
            assert search_all(library) == wanted
            check_in_step(library)
    said = capsys.readouterr().err
    assert said.count("making it again") == ("lost" not in name)
    assert len(said.splitlines()) <= 1


def test_folders_deleted_under_an_open_library_come_back(
    made: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    folder = shutil.copytree(made, tmp_path / "library")
    with open_warm(folder, embedder, reranker) as library:
        wanted = search_all(library)
        shutil.rmtree(folder / "lexical")
        shutil.rmtree(folder / "vectors")
        assert search_all(library) == wanted
        library.add([{"id": "new", "title": "A zeppelin", "text": "A zeppelin came down near the harbour."}])
        assert library.search("zeppelin", rerank=False)[0].article.id == "new"


def test_indexes_ahead_of_a_restored_database_are_made_again(
    made: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    folder = shutil.copytree(made, tmp_path / "library")
    with open_warm(folder, embedder, reranker) as library:
        wanted = search_all(library)
        library.add([make_fields(60)])
        library.remove("made-003")
    for part in folder.glob("dateline.db*"):
        part.unlink()
    for part in made.glob("dateline.db*"):
        shutil.copy(part, folder)
    with open_warm(folder, embedder, reranker) as library:
        assert search_all(library) == wanted


def test_indexes_behind_the_database_catch_up(
    made: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker
) -> None:
    folder = shutil.copytree(made, tmp_path / "library")
    old = {name: shutil.copytree(folder / name, tmp_path / name) for name in ("vectors", "lexical")}
    with open_warm(folder, embedder, reranker) as library:
        library.add([make_fields(60), {**make_fields(2), "text": make_fields(70)["text"]}])
        library.remove("made-003")
        wanted = search_all(library)
    for name, copy in old.items():
        shutil.rmtree(folder / name)
        shutil.copytree(copy, folder / name)
    with open_warm(folder, embedder, reranker) as library:
        check_in_step(library)
        found = search_all(library)
    assert {k: [i for i, _ in v] for k, v in found.items() if k[1] == "dense"} == {
        k: [i for i, _ in v] for k, v in wanted.items() if k[1] == "dense"
    }
    for key in found:
        assert {i for i, _ in found[key]} == {i for i, _ in wanted[key]}
        assert all(not i.startswith("made-003:") for i, _ in found[key])


def test_a_full_text_that_cannot_be_written_on_is_made_again(
    made: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(made, tmp_path / "library")
    with open_warm(folder, embedder, reranker) as library:
        library.search("harbour", rerank=False)
        for file in (folder / "lexical").glob("*.*"):  # lost while it was open
            file.unlink()
        (folder / "lexical" / "meta.json").write_text("torn")
        library.add([{"id": "new", "title": "A zeppelin", "text": "A zeppelin came down near the harbour."}])
        assert [h.article.id for h in library.search("zeppelin", mode="lexical", rerank=False)] == ["new"]
        assert len(library.search("harbour", mode="lexical", rerank=False)) > 1
    assert "making it again" in capsys.readouterr().err


def test_threads_that_are_over_leave_no_open_file(library: Library) -> None:
    library.add([make_fields(0)])

    def count() -> int:
        thread = threading.Thread(target=library.sources)
        thread.start()
        thread.join()
        return len(list(Path("/dev/fd").iterdir()))

    count()
    assert count() == count()


def test_a_search_in_another_thread_goes_on_while_one_adds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search must neither wait for the adder, who has the writer's lock again and again, nor keep it waiting."""
    monkeypatch.setattr("index.adding._BATCH_PASSAGES", 1)  # each article is a transaction
    library.add([make_fields(0)])
    failures: list[BaseException] = []
    seen: set[str] = set()
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                seen.update(h.article.title for h in library.search("harbour election", rerank=False))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    try:
        report = library.add({**make_fields(n), "id": "again"} for n in range(1, 16))
    finally:
        done.set()
        thread.join()
    assert failures == []
    assert len(seen) > 4  # it did see one generation after the other
    assert len(report.added) + len(report.updated) == 15
    assert library.get("again").title == make_fields(15)["title"]


def test_a_small_library_keeps_no_vector_file_and_finds_the_same(
    tmp_path: Path, embedder: Embedder, reranker: Reranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.derived._WORTH_A_FILE", 1_000)
    with open_warm(tmp_path, embedder, reranker) as library:
        library.add(make_fields(n) for n in range(12))
        wanted = search_all(library)
        passages = library.status().passages
    assert list((tmp_path / "vectors").iterdir()) == []
    with open_warm(tmp_path, embedder, reranker) as library:
        assert search_all(library) == wanted
        assert list((tmp_path / "vectors").iterdir()) == []
        monkeypatch.setattr("index.search.derived._WORTH_A_FILE", passages - 1)
        library.add([])
    assert [f.name for f in (tmp_path / "vectors").iterdir()] == ["vectors.faiss"]


def test_the_vector_file_says_which_generation_it_holds(made: Path) -> None:
    head = read_head(made / "vectors" / "vectors.faiss")
    assert head is not None
    with Library.open(made) as library:
        assert head.generation == library.status().generation
        assert head.held == library.status().passages
