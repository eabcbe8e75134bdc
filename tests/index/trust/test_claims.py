"""What else a library's folder says: its embedder, the folders that it follows, links, and lists of files."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import (
    Library,
    NotALibrary,
    NotTrusted,
    UsageError,
    connect_sqlite,
    follow_folders,
    load_settings,
    make_article,
    sync_library,
    trust_library,
)
from index.errors import DatelineError
from index.models.embedder import Embedder
from index.models.model_files import find_model
from index.models.reranker import Reranker
from index.search.lexical import LexicalIndex
from index.search.vector_file import Damaged
from index.settings import IndexSettings
from rag import Settings, ask
from tests.conftest import open_warm

LINKED = (
    *("dateline.db", "dateline.db-wal", "dateline.db-shm", "dateline.db-journal", "conversations.db", "feedback.jsonl"),
    *("spending.json", "spending.json.lock", "spending.partial", "writer.lock", "writer.json", "token.sha256"),
    *(
        "whatever-comes-next",
        "vectors",
        "lexical",
        "vectors/vectors.faiss",
        "vectors/vectors.partial",
        "lexical/meta.json",
    ),
)


@pytest.fixture
def given(tmp_path: Path, embedder: Embedder, reranker: Reranker, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a library with an article, which somebody else made: what they allowed is not known here."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "their-configuration"))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "diary.txt").write_text("The heron landed on the harbour wall at dawn. " * 9)
    with open_warm(tmp_path / "library", embedder, reranker) as library:
        library.add([make_article("The council met on Monday to vote.", id="council", title="$(touch owned)")])
        follow_folders(library, [tmp_path / "secrets"], {})
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "my-configuration"))
    return tmp_path / "library"


def say_in_manifest(folder: Path, name: str, value: str) -> None:
    with Library.open(folder) as library:
        library._store.put_manifest({name: value})


@pytest.mark.parametrize("name", ["/models/evil", "./evil", "~/evil", "litellm:openai/text-embedding-3-small"])
def test_an_embedder_that_somebody_else_wrote_down_is_not_run(
    given: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime: made.append(name))
    say_in_manifest(given, "embedder", name)
    with Library.open(given) as library:
        assert [article.id for article in library.articles()] == ["council"]  # reading needs no model
        with pytest.raises(NotTrusted, match="that model is not used, since it may come from somebody else"):
            library.search("council")
        with pytest.raises(NotTrusted):
            library.add([{"id": "new", "text": "The bridge is closed."}])
        assert library.find("new") is None
    assert made == []


def test_the_user_may_name_that_embedder_or_trust_the_folder(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Made(Exception):
        pass

    def make(name: str, runtime: str) -> Any:
        raise Made(name)

    monkeypatch.setattr("index.library.make_embedder", make)
    say_in_manifest(given, "embedder", "/models/mine")
    with Library.open(given, embedder="/models/mine") as library, pytest.raises(Made):
        _ = library.embedder
    with Library.open(given) as library, pytest.raises(NotTrusted):
        _ = library.embedder
    assert "the embedder /models/mine" in trust_library(given, IndexSettings)
    with Library.open(given) as library, pytest.raises(Made):
        _ = library.embedder
    say_in_manifest(given, "embedder", "/models/another")
    with Library.open(given) as library, pytest.raises(NotTrusted):
        _ = library.embedder


def test_who_made_the_library_with_a_path_need_not_trust_it(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedder that the user themselves chose is remembered as allowed: by this user, for this folder."""

    class Local:
        def __getattr__(self, name: str) -> Any:
            return "/models/mine" if name == "name" else getattr(embedder, name)

    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": Local())
    with Library.open(tmp_path / "library", create=True, embedder="/models/mine") as library:
        library.add([{"id": "a", "text": "The bridge is closed."}])
    with Library.open(tmp_path / "library") as library:
        assert library.search("bridge", rerank=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "somebody-else"))
    with Library.open(tmp_path / "library") as library, pytest.raises(NotTrusted):
        library.search("bridge", rerank=False)


def test_folders_that_somebody_else_followed_are_not_read(given: Path, embedder: Embedder, reranker: Reranker) -> None:
    with open_warm(given, embedder, reranker) as library:
        report = sync_library(library, remove_gone=True)
        assert [failure.kind for failure in report.added.failed] == ["untrusted"]
        assert [article.id for article in library.articles()] == ["council"]
        assert report.removed == ()
        assert any("secrets" in line for line in trust_library(given, IndexSettings))
        assert len(sync_library(library).added.added) == 1


@pytest.mark.parametrize("name", LINKED)
def test_a_link_in_the_place_of_a_file_of_ours_is_not_followed(given: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "secrets" / ("folder" if name in ("vectors", "lexical") else "bashrc")
    if name in ("vectors", "lexical"):
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    else:
        target.write_text("mine")
    place = given / name
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target)
    exists = (given / "dateline.db").is_file()
    for create in (False, True):
        with pytest.raises(NotTrusted, match=r"has a link to .* is not opened"):
            Library.open(given, create=create, settings=IndexSettings())
    assert exists
    kept = (target / "mine.txt") if target.is_dir() else target
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("name", ["writer.json", "feedback.jsonl", "vectors/vectors.faiss"])
def test_a_pipe_holds_nothing_up(given: Path, name: str) -> None:
    (given / name).unlink(missing_ok=True)
    os.mkfifo(given / name)
    with pytest.raises(NotTrusted, match=f"has {name}, which is no file"):
        Library.open(given, settings=IndexSettings())


def test_settings_may_be_a_link_since_only_their_content_counts(given: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("rerank_depth = 3\n")
    (given / "dateline.toml").symlink_to(tmp_path / "mine.toml")
    with Library.open(given) as library:
        assert library.settings.rerank_depth == 3


def test_a_link_that_the_user_made_can_be_trusted(given: Path, tmp_path: Path) -> None:
    shutil.move(given / "lexical", tmp_path / "large-disk")
    (given / "lexical").symlink_to(tmp_path / "large-disk")
    with pytest.raises(NotTrusted):
        Library.open(given)
    assert trust_library(given, IndexSettings)
    with Library.open(given) as library:
        assert library.status().articles == 1
    (given / "lexical").unlink()
    (given / "lexical").symlink_to(tmp_path / "secrets")
    with pytest.raises(NotTrusted):
        Library.open(given)


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_the_full_text_deletes_no_file_elsewhere(
    given: Path, tmp_path: Path, embedder: Embedder, reranker: Reranker, absolute: bool
) -> None:
    """tantivy deletes what its list of files names and its segments don't need: with `..` too, and anywhere."""
    diary = tmp_path / "secrets" / "diary.txt"
    managed = given / "lexical" / ".managed.json"
    names = json.loads(managed.read_text())
    managed.write_text(json.dumps([*names, str(diary) if absolute else "../../secrets/diary.txt"]))
    with open_warm(given, embedder, reranker) as library:
        library.add([{"id": "new", "text": "The bridge is closed."}])
        library.rebuild()
        assert library.check() == []
    assert diary.exists()


def test_free_settings_at_their_largest_harm_nothing(given: Path, embedder: Embedder, reranker: Reranker) -> None:
    """A process was ended by the memory that so many hits would take."""
    free = ("first_stage", "rerank_depth", "rerank_settled", "rerank_ms", "passages_of_one", "passages")
    lines = [f"{name} = 999_999_999\n" for name in (*free, "answer_sentences", "passage_words")]
    (given / "dateline.toml").write_text("".join(lines))
    settings = load_settings(Settings, given)
    assert settings.passages == 999_999_999
    with open_warm(given, embedder, reranker, settings) as library:
        library.add([{"id": "new", "text": "The bridge is closed. " * 500}])
        assert ask(library, "Why is the bridge closed?", settings=settings).hits
    settings = load_settings(Settings, given, dict.fromkeys(free, 0))
    with open_warm(given, embedder, reranker, settings) as library:
        assert ask(library, "Why is the bridge closed?", settings=settings).hits


@pytest.mark.parametrize("content", ["{", "3", "[3]", '["a/b"]', '["..\\\\b"]', '[".."]', '[""]', "[" * 100_000])
def test_an_odd_list_of_files_is_damage(tmp_path: Path, content: str) -> None:
    (tmp_path / ".managed.json").write_text(content)
    with pytest.raises(Damaged):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize(
    "says",
    [
        "CREATE TRIGGER forge AFTER INSERT ON articles BEGIN UPDATE articles SET text = 'forged'; END",
        "CREATE VIEW other AS SELECT * FROM articles",
    ],
    ids=["trigger", "view"],
)
def test_a_database_that_does_more_than_keep_is_no_library(given: Path, says: str) -> None:
    """A trigger would change each article on its way in: quotes of it would be exact, and forged."""
    with closing(sqlite3.connect(given / "dateline.db")) as db:
        db.execute(says)
    with pytest.raises(NotALibrary, match="it has triggers or views"):
        Library.open(given)
    with pytest.raises(sqlite3.DatabaseError, match="it has triggers or views"):
        connect_sqlite(given / "dateline.db")  # so are conversations opened


class Payload:
    """What a pickle can have run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self._path,))


def make_model(folder: Path, modules: Any, config: dict[str, Any] | None = None) -> Path:
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config.json").write_text(json.dumps(config or {}))
    (folder / "evil.py").write_text("from pathlib import Path\nPath('owned').touch()\nclass Evil: pass\n")
    return folder


@pytest.mark.parametrize(
    "modules",
    [
        [{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}],
        [{"idx": 0, "name": "0", "path": "", "type": "os.path.join"}],
        [{"idx": 0, "name": "0", "path": "../elsewhere", "type": "sentence_transformers.models.Dense"}],
        [{"idx": 0, "name": "0", "path": "/etc", "type": "sentence_transformers.models.Dense"}],
        [{"idx": 0, "name": "0", "path": "dense", "type": "sentence_transformers.models.Dense"}],
        [{}],
        [3],
        3,
        {"path": 3},
    ],
    ids=["own code", "any code", "climbs", "elsewhere", "pickle", "empty", "number", "no list", "no module"],
)
def test_a_folder_of_a_model_that_names_code_is_not_loaded(
    tmp_path: Path, modules: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_model(tmp_path / "model", modules)
    (folder / "dense").mkdir()
    (folder / "dense" / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(tmp_path / "owned")))
    monkeypatch.chdir(folder)
    with pytest.raises(DatelineError, match=r"the parts of model|code of its own|not safetensors"):
        find_model(str(folder))
    assert not (tmp_path / "owned").exists()
    assert not (folder / "owned").exists()


def test_weights_that_can_run_code_are_not_looked_at(tmp_path: Path) -> None:
    for name in ("pytorch_model.bin", "model.onnx", "model.pt", "model.pkl"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(pickle.dumps(Payload(tmp_path / "owned")))
        with pytest.raises(DatelineError, match="Only safetensors weights are loaded"):
            find_model(str(folder))
    assert not (tmp_path / "owned").exists()


def test_a_new_library_is_made_with_the_default_whatever_the_folder_says(tmp_path: Path, run_models: None) -> None:
    (tmp_path / "dateline.toml").write_text('embedder = "/models/evil"\nreranker = "./evil"\n')
    with Library.open(tmp_path, create=True) as library:
        assert library.status().embedder == "BAAI/bge-small-en-v1.5"
        assert library.settings.reranker == IndexSettings().reranker
    with pytest.raises(UsageError, match="not both"):
        Library.open(tmp_path, embedder="x", settings=IndexSettings())
