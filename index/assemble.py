"""Chooses the concrete classes from the settings; nobody else names one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from index.errors import DatelineError, UsageError
from index.extras import require
from index.models.embedder import Embedder, OnnxEmbedder, Runtime
from index.models.model_files import find_model
from index.models.onnx_export import WeightPrecision, can_export, find_export
from index.models.reader import OnnxReader, Reader
from index.models.reranker import Reranker
from index.queue.rows import QueueRows
from index.search.derived import DerivedIndexes, VectorFiles
from index.search.indexes import SearchIndexes
from index.search.training import Background, train
from index.search.vector_lists import VectorSearch, read_vector_search
from index.search.vectors import FaissIndex, Reread, VectorFile
from index.settings import IndexSettings
from index.storage.address import Address, Place, SchemaState, read_place
from index.storage.folder import DATABASE, WorkingFolder, can_write, find_folder, measure_folder
from index.storage.lock import Lock, WriterLock
from index.storage.salvaged import Salvaged, read_database
from index.storage.sqlite.store import SqliteStore, find_file_faults
from index.storage.store import ConversationRows, Store

if TYPE_CHECKING:
    from index.storage.postgres.rights.grants import PostgresRights

LITELLM = "litellm:"


def make_embedder(name: str, runtime: str = "") -> Embedder:
    """Make the embedder of that name: `litellm:NAME`, a name on the hub, or a path.

    `runtime` is int8, float32 (both on onnxruntime) or sentence-transformers; empty: the first that can run it.
    Raises UsageError for another word, DatelineError where the runtime that is named can't run it.
    """
    if runtime and runtime not in get_args(Runtime):
        raise UsageError(f"`embedder_runtime` is {runtime!r}; it must be int8, float32 or sentence-transformers.")
    if name.startswith(LITELLM):
        if runtime not in ("", "remote"):
            raise DatelineError(f"{name} is run by its provider; it can't be run as {runtime}.")
        require("llm", f"the embedder {name}")
        from index.models.embedder_litellm import LitellmEmbedder

        return LitellmEmbedder(name.removeprefix(LITELLM))
    model = find_model(name)
    if model.onnx:
        if runtime not in ("", "int8"):
            raise DatelineError(f"the packaged weights of {name} are int8; they can't be run as {runtime}.")
        return OnnxEmbedder(model, model.weights, "int8")
    require("sentence-transformers", f"the model {name}")
    if runtime != "sentence-transformers" and model.pooling and can_export(model.folder):
        precision: WeightPrecision = "float32" if runtime == "float32" else "int8"
        return OnnxEmbedder(model, find_export(model, precision), precision)
    if runtime in ("int8", "float32"):
        raise DatelineError(
            f"{name} is not a model that can be run as {runtime} (a plain BERT can). Leave `embedder_runtime` out."
        )
    from index.models.embedder_torch import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(model)


def make_reranker(name: str) -> Reranker:
    """Make the cross-encoder of that name: a name on the hub, or a path."""
    model = find_model(name)
    if model.onnx:
        from index.models.reranker import OnnxReranker

        return OnnxReranker(model)
    require("sentence-transformers", f"the model {name}")
    from index.models.reranker_torch import SentenceTransformersReranker

    return SentenceTransformersReranker(model)


def make_reader(name: str) -> Reader:
    """Make the reader of that name: a name on the hub, or a path."""
    model = find_model(name)
    if model.onnx:
        return OnnxReader(model, model.weights)
    require("sentence-transformers", f"the model {name}")
    if can_export(model.folder):
        return OnnxReader(model, find_export(model, "int8", "reader"))
    from index.models.reader_torch import TransformersReader

    return TransformersReader(model)


def load_vector_index(path: Path, dim: int, reread: Reread, search: VectorSearch) -> VectorFile:
    """Load the vector index at `path`, or an empty one where there is none; raise Damaged where it is torn.

    `reread` gives the vectors of numbers exactly.
    """
    return FaissIndex.load(path, dim, reread, search)


def make_vector_index(path: Path, dim: int, reread: Reread, search: VectorSearch) -> VectorFile:
    """Make an empty vector index that will be saved at `path`."""
    return FaissIndex(path, dim, reread, search)


def train_vector_index(path: Path, dim: int, store: Store, search: VectorSearch) -> VectorFile:
    """Make the index that suits how many vectors the store has, of what the store holds now; it is not saved."""
    return train(lambda lists: FaissIndex(path, dim, store.vectors.get, search, lists), store, search)


class Backend(NamedTuple):
    """What a library stands on. `indexes` opens those of its present embedder; `measure` gives the bytes of it all.

    `wait` until no index is made in the background. `conversations` are those that it keeps itself; those of a folder
    are kept in a file beside it. A folder has no queue.
    """

    store: Store
    lock: Lock
    indexes: Callable[[], SearchIndexes]
    measure: Callable[[], int]
    can_write: Callable[[], bool]
    wait: Callable[[], None]
    close: Callable[[], None]
    conversations: ConversationRows | None = None
    queue: QueueRows | None = None


def find_place(path: str | Place, *, create: bool) -> Place:
    """Where a library is: its folder, made with `create`, or the address of its database.

    Raises DatelineError where there can be none.
    """
    place = read_place(path) if isinstance(path, str) and not isinstance(path, Address) else path
    return find_folder(place, create=create) if isinstance(place, Path) else place


def open_backend(place: Place, settings: IndexSettings, *, create: bool) -> Backend:
    """Open what is at `place`."""
    if not isinstance(place, Path):
        return _open_database(place, settings.lock_seconds, create=create)
    working = WorkingFolder(place)
    try:
        store = open_store(place / DATABASE, create=create, scratch=working.scratch)
    except BaseException:
        working.close()
        raise
    lock, training = WriterLock(working.folder, settings.lock_seconds), Background()
    files = VectorFiles(load_vector_index, make_vector_index, train_vector_index)
    search = read_vector_search(settings.vector_search)

    def close() -> None:
        training.wait()
        store.close()
        working.close()

    return Backend(
        store,
        lock,
        lambda: DerivedIndexes(
            working.folder, store, int(store.manifest()["dimension"]), lock, files, search, training
        ),
        lambda: measure_folder(place),
        lambda: can_write(place),
        training.wait,
        close,
    )


def _open_database(address: Address, lock_seconds: float, *, create: bool) -> Backend:
    require("postgres", f"the library {address}")
    from index.storage.postgres.conversations import PostgresConversations
    from index.storage.postgres.lock import PostgresLock
    from index.storage.postgres.queue import PostgresQueue
    from index.storage.postgres.search.full_text import PostgresFullText
    from index.storage.postgres.search.indexes import PostgresIndexes
    from index.storage.postgres.search.vector_index import PostgresVectorIndex
    from index.storage.postgres.store import PostgresStore

    store = PostgresStore(address, create=create, lock_seconds=lock_seconds)
    lock = PostgresLock(store.database, lock_seconds)

    def open_indexes() -> SearchIndexes:
        vectors = PostgresVectorIndex(store.database, int(store.manifest()["dimension"]))
        return PostgresIndexes(store, lock, vectors, PostgresFullText(store.database))

    of_its_own = PostgresConversations(store.database), PostgresQueue(store.database)
    return Backend(store, lock, open_indexes, store.measure, store.can_write, lambda: None, store.close, *of_its_own)


def read_schema(address: Address) -> SchemaState:
    """The versions of the tables at an address, and of what they stand on. Raises DatelineError without one."""
    require("postgres", f"the library {address}")
    from index.storage.postgres.schema import read_state

    return read_state(address)


def upgrade_schema(address: Address) -> tuple[int, int]:
    """Bring the tables at an address up to date; return the versions before and after."""
    require("postgres", f"the library {address}")
    from index.storage.postgres.schema import upgrade

    return upgrade(address, create=False)


@contextmanager
def open_rights(address: Address) -> Iterator[PostgresRights]:
    """Who may do what in the library at an address. Raises DatelineError where there is none."""
    require("postgres", f"the library {address}")
    from index.storage.postgres.rights.grants import PostgresRights
    from index.storage.postgres.store import PostgresStore

    store = PostgresStore(address, create=False)
    try:
        yield PostgresRights(store, store.database)
    finally:
        store.close()


def open_store(place: Place, *, create: bool = True, scratch: Path | None = None) -> Store:
    """Open the database in a file or at an address, or with `create` make an empty one; raise DatelineError where it
    is none of ours.

    `scratch` is an empty folder for copies, where a file can only be read.
    """
    if isinstance(place, Path):
        return SqliteStore(place, create=create, scratch=scratch)
    require("postgres", f"the library {place}")
    from index.storage.postgres.store import PostgresStore

    return PostgresStore(place, create=create)


def find_database_faults(place: Place) -> Iterator[str]:
    """What is broken in a database that can't be opened, a line each, as far as it can be read: in a library's folder.

    A server says itself what is wrong with what it has.
    """
    return find_file_faults(place / DATABASE) if isinstance(place, Path) else iter(())


def read_salvaged(path: Path, scratch: Path) -> Salvaged:
    """Read all that is whole in the database at `path`, which may be damaged anywhere; `scratch` is an empty folder."""
    return read_database(path, scratch)
