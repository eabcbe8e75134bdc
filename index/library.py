"""The library: articles in, ranked passages out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from index.adding import Adding
from index.articles import Articles
from index.assemble import find_place, make_embedder, make_reader, make_reranker, open_backend
from index.audit.actors import check_may_write
from index.audit.audit_log import AuditLog
from index.care.backup import back_up
from index.care.collecting import change_collections
from index.care.integrity import find_faults, find_index_faults
from index.care.repair import bring_up_to_date
from index.errors import (
    LibraryDamaged,
    OtherEmbedder,
    OtherRuntime,
    OtherWeights,
    UsageError,
)
from index.models.embedder import Embedder
from index.models.loaded import Models, OnceLoaded
from index.models.model_files import full_name
from index.models.reader import Reader
from index.models.reranker import Reranker
from index.near_duplicates import group_copies
from index.queue.queueing import queue_articles
from index.queue.working import Worker
from index.records import (
    NO_FILTERS,
    AddReport,
    Article,
    Failure,
    Filters,
    Hit,
    SearchMode,
    Status,
)
from index.search.question import check_question
from index.search.searcher import Searcher
from index.search.spelling import correct_spelling
from index.settings import DEFAULT_EMBEDDER, IndexSettings, load_settings
from index.status import read_status
from index.storage.address import Place, find_own_folder
from index.storage.counts import LibraryCounts
from index.storage.folder import DATABASE
from index.storage.full_disk import name_full_disk
from index.storage.reembedding import describe_embedder, embed_anew
from index.text.collection_names import read_collections
from index.text.spelling import Correction
from index.timing import Seconds
from index.trust.claims import SETTINGS_FILE, allow_own_embedder, check_embedder, check_links

_MADE_WITH = ("embedder", "embedder_sha256", "embedder_runtime", "dimension", "passage_words")


class Library(Articles):
    """Articles, cut into passages and indexed, in a folder or a database. Threads may share one; processes may too.

    Open one with `Library.open`. Use it as a context manager, or call `close`. In a folder that can't be written
    it is open for reading alone: indexes are made in a temporary folder, and `add` raises LibraryReadOnly.
    `place` is the folder, or the database's address without its password; in `folder` lies what is this machine's own.
    """

    def __init__(self, place: Place, settings: IndexSettings, *, create: bool = False) -> None:
        self.place = place
        self.folder = find_own_folder(place)
        self.settings = settings
        self.audit = AuditLog(settings, place)
        self.models = Models(
            OnceLoaded(self._make_embedder),
            OnceLoaded(lambda: make_reranker(settings.reranker)),
            OnceLoaded(lambda: make_reader(settings.reader)),
        )
        self._backend = open_backend(place, settings, create=create)
        self._store, self._lock = self._backend.store, self._backend.lock
        self._counts = LibraryCounts(self._store, by_user=not isinstance(place, Path))
        self.conversations, self.queue = self._backend.conversations, self._backend.queue
        self.followed = self._store.followed
        self.pages = self._store.pages
        try:
            self._settle_manifest()
            self._passage_words = int(self._read_manifest("passage_words"))
            self._indexes = self._backend.indexes()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls, path: str | Place, create: bool = False, embedder: str | None = None, settings: IndexSettings | None = None
    ) -> Library:
        """Open the library in the folder or at the address `path`; with `create`, make an empty one where is none.

        `embedder` names a model (hub name, path or `litellm:NAME`); None takes the library's own, or the
        default for a new one. Settings not given are read from the folder's `dateline.toml` and the
        environment; what they may not say there is ignored, with a message. Raises DatelineError where there is no
        library, or one of another embedder.
        """
        place = find_place(path, create=create)
        folder = find_own_folder(place)
        if settings is None:
            settings = load_settings(IndexSettings, folder, {"embedder": embedder}, strict=False)
        elif embedder is not None:
            raise UsageError("give the embedder in the settings or by itself, not both")
        check_links(folder)
        return cls(place, settings, create=create)

    def close(self) -> None:
        """Close the files, once no index is made in the background any more. Nothing is lost without it."""
        self._backend.close()

    def can_write(self) -> bool:
        """True where articles can be added: neither rights nor the disk forbid it."""
        return self._backend.can_write()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _read_manifest(self, name: str) -> str:
        """What the manifest says of `name`; raise LibraryDamaged where it says nothing."""
        manifest = self._store.manifest()
        if name not in manifest:
            raise LibraryDamaged(self.place, f"its manifest's {name} is missing")
        return manifest[name]

    # Models, loaded when first needed and shared by all threads

    @property
    def embedder(self) -> Embedder:
        """The model that this library's vectors come from."""
        return self.models.embedder.load()

    @property
    def reranker(self) -> Reranker:
        """The cross-encoder that orders the best passages."""
        return self.models.reranker.load()

    @property
    def reader(self) -> Reader:
        """The model that finds the words that answer."""
        return self.models.reader.load()

    def warm(self, *, reader: bool = False) -> None:
        """Load the models that search, and with `reader` the one that reads too, unless they are loaded."""
        self.models.load_all(reader=reader)

    def _make_embedder(self) -> Embedder:
        manifest = self._store.manifest()
        check_embedder(self.place, manifest["embedder"], self.settings.embedder)
        embedder = make_embedder(manifest["embedder"], manifest.get("embedder_runtime", ""))
        if embedder.sha256 != manifest["embedder_sha256"]:
            raise OtherWeights(self.place, embedder.name, manifest["embedder_sha256"], embedder.sha256)
        return embedder

    def _settle_manifest(self) -> None:
        """Write down what a new library is made with; refuse to open an old one with anything else."""
        manifest = self._store.manifest()
        wanted, runtime = full_name(self.settings.embedder), self.settings.embedder_runtime
        if "embedder" not in manifest and not self._store.generation():
            embedder = make_embedder(wanted or DEFAULT_EMBEDDER, runtime)
            with name_full_disk(self.place), self._lock.hold(), self._store.write():
                if "embedder" not in self._store.manifest():
                    words = {"passage_words": self.settings.passage_words}
                    self._store.put_manifest({**describe_embedder(embedder), **words})
                    self.models.embedder.put(embedder)
            allow_own_embedder(self.place, embedder.name)
            manifest = self._store.manifest()  # another process may have been first
        for name in _MADE_WITH:
            self._read_manifest(name)
        if wanted and wanted != manifest["embedder"]:
            raise OtherEmbedder(self.place, manifest["embedder"], wanted)
        if runtime and runtime != manifest["embedder_runtime"]:
            raise OtherRuntime(self.place, manifest["embedder"], manifest["embedder_runtime"], runtime)

    # Writing

    def add(
        self,
        articles: Iterable[Article | Failure | Mapping[str, Any]],
        progress: Callable[[int], None] = lambda done: None,
        *,
        collections: Iterable[str] = (),
    ) -> AddReport:
        """Add articles, or mappings with at least `text` and `id` or `url`; return what became of each.

        All of them are in `collections` from then on, beside those that they name and that they were in before.
        An article whose id is known and whose content is new replaces it; the old text is kept as a version.
        A file without an id or URL of its own whose content is there already adds nothing. Each batch is one
        transaction, and other writers come in between; what was committed stays if the rest fails. `progress` is
        called with the number of inputs done so far, as it grows. A Failure among the inputs is reported and the rest
        goes on. With the setting `add_to_queue`, what is new waits in a database's queue for a worker.
        """
        self._check_writer()
        names = read_collections(collections)
        with name_full_disk(self.place):
            self._indexes.check_embedder()
            if self.settings.add_to_queue and self.queue is not None:
                report = queue_articles(self.queue, self._store, articles, progress, names)
                self.audit.note_articles("queue", report.queued)
                return report
            work = self._begin_to_add(progress, names)
            for given in articles:
                work.take(given)
            work.flush()
            with self._lock.share():
                self._indexes.catch_up()
                self._indexes.save()
        return work.report()

    def _begin_to_add(
        self, progress: Callable[[int], None] = lambda done: None, collections: tuple[str, ...] = ()
    ) -> Adding:
        embedder, share = lambda: self.embedder, self._lock.share
        words, audit = self._passage_words, self.audit
        return Adding(self._store, self._indexes, embedder, words, share, progress, audit, collections)

    def make_worker(self) -> Worker:
        """Who embeds and adds what waits in the queue. Raises UsageError for a library without one."""
        if self.queue is None:
            raise UsageError(f"{self.place} is a folder, and only a library in a database has a queue.")
        self.models.embedder.load()  # what is wrong with it is no article's fault
        return Worker(self.queue, self._begin_to_add, self._indexes.check_embedder)

    def remove(self, article_id: str) -> Article:
        """Remove an article, its versions and passages; return what was removed.

        Raises ArticleDamaged for one that can't be returned: `remove_all` takes it.
        """
        article = self.get(article_id)
        self.remove_all([article.id])
        return article

    def remove_all(self, ids: Iterable[str]) -> None:
        """Remove the articles with these whole ids, all in one transaction."""
        self._check_writer()
        removed = list(ids)
        with name_full_disk(self.place), self._lock.share():
            with self._store.write() as generation:
                for article_id in removed:
                    self._store.stories.leave(article_id)
                    self._store.passages.remove(article_id, generation)
                    self._store.articles.remove(article_id)
                group_copies(self._store)
            self.audit.note_articles("remove", removed)
            self._indexes.catch_up()
            self._indexes.save()

    def _check_writer(self) -> None:
        """Raise NotAllowed where whoever acts may only read, DatelineError where what they do can't be logged."""
        check_may_write()
        self.audit.check()

    def change_collections(self, ids: Iterable[str], into: Iterable[str] = (), out_of: Iterable[str] = ()) -> list[str]:
        """Take the articles with these whole ids into collections and out of others, in one transaction.

        Return the ids of those that were not so before.
        """
        self._check_writer()
        with name_full_disk(self.place), self._lock.share():
            changed = change_collections(self._store, ids, read_collections(into), read_collections(out_of))
            self.audit.note_articles("update", changed)
            self._indexes.catch_up()
            self._indexes.save()
        return changed

    def rebuild(
        self, embedder: str = "", runtime: str = "", progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Make the derived indexes again; with `embedder` or `runtime`, embed every passage anew with that first.

        Passages, vectors and stories are made again too where anything is damaged, and articles without a language get
        theirs. Broken off, the library goes on with the old embedder, and the same call goes on from there. `progress`
        gets the passages embedded so far, and all there are.
        """
        self._check_writer()
        with name_full_disk(self.place), self._lock.hold():
            bring_up_to_date(self._store, lambda: self.embedder, self._passage_words)
            if embedder or runtime:
                chosen = make_embedder(full_name(embedder) or self.embedder.name, runtime)
                embed_anew(self._store, chosen, progress)
                allow_own_embedder(self.place, chosen.name)
                self.models.embedder.put(chosen)
                self._indexes = self._backend.indexes()
            self._indexes.erase()
            self._indexes.catch_up()
            self._indexes.save()

    # Reading: the rest is in `Articles`

    def search(
        self,
        question: str,
        limit: int = 10,
        mode: SearchMode = "hybrid",
        rerank: bool = True,
        filters: Filters | None = None,
        seconds: Seconds | None = None,
        newest: bool = False,
        exact: bool = False,
    ) -> list[Hit]:
        """Return at most `limit` passages, best first.

        `mode` is dense (vectors), lexical (BM25) or hybrid (both, fused by rank). With `rerank` the cross-encoder
        orders the first `rerank_depth`, and newer ones gain with `newest` or the setting `newest_first`. A model has no
        say in what it can't read. Passages that have the phrases in double quotes of the question come first; with
        `exact` no others come. `seconds` gets what each stage took. Raises UsageError for what is no question.
        """
        question = check_question(question)
        if limit < 1:
            raise UsageError(f"the number of hits must be at least 1, not {limit}")
        embedder = self._read_manifest("embedder")
        searcher = Searcher(self._store, self._indexes, self.models, self.settings, embedder)
        chosen = self._check(filters or NO_FILTERS)
        return searcher.search(question, limit, mode, chosen, seconds, rerank=rerank, newest=newest, exact=exact)

    def correct_spelling(self, question: str, known: Iterable[str] = (), language: str = "") -> list[Correction]:
        """The words of a question that no article has, each with the word of the articles that it surely means.

        Words of `known` are left alone. `language` is that of a question that is not English, as an ISO 639 code.
        """
        with self._indexes.snapshot() as snapshot:
            return correct_spelling(self._store, snapshot.lexical, question, known, language)

    def check(self) -> list[str]:
        """What is broken in the library, a line each; nothing where it is whole."""
        return list(find_faults(self._store, self._indexes, self._passage_words))

    def check_indexes(self) -> list[str]:
        """What is broken in the search indexes, a line each."""
        return list(find_index_faults(self._store, self._indexes))

    def backup(self, path: str | Path) -> None:
        """Copy the library, as it stands at one moment, to a folder that is new or empty; others may go on writing.

        The search indexes are left out: they are made again from the copy when it is opened.
        """
        self.audit.check()
        back_up(self._store, DATABASE, Path(path).expanduser(), self.folder / SETTINGS_FILE)
        self.audit.note("export", what="backup", to=str(path))

    def status(self) -> Status:
        """Counts, dates, size and model of the library."""
        found = read_status(str(self.place), self._backend.measure(), self._store, self._counts, self._indexes)
        return replace(found, queue=self.queue.state() if self.queue is not None else None)
