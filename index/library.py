"""The library: articles in, ranked passages out."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from index.assemble import make_embedder, make_reranker
from index.derived import DerivedIndexes
from index.embedder import Embedder
from index.errors import DatelineError, UsageError
from index.identify import make_article_from_mapping, make_storable
from index.lock import WriterLock
from index.passages import passage_heading, split_passages
from index.records import AddReport, Article, Failure, Filters, Hit, Mode, Passage, Scope, Status
from index.reranker import Reranker
from index.search import embed_within, find_candidates, fold_copies, rerank
from index.settings import DEFAULT_EMBEDDER, IndexSettings, load_settings
from index.store import Store

DATABASE = "dateline.db"
LONGEST_QUESTION = 4_000  # characters
_BATCH_PASSAGES = 256  # passages in one transaction, about: a few seconds of embedding


class Library:
    """A folder of articles, cut into passages and indexed. Threads may share one; processes may too.

    Open one with `Library.open`. Use it as a context manager, or call `close`.
    """

    def __init__(self, folder: Path, settings: IndexSettings) -> None:
        self.folder = folder
        self.settings = settings
        self._embedder: Embedder | None = None
        self._embedder_guard = threading.Lock()
        self._reranker: Reranker | None = None
        self._reranker_guard = threading.Lock()
        self._store = Store(folder / DATABASE)
        self._lock = WriterLock(folder, settings.lock_seconds)
        try:
            self._settle_manifest()
            manifest = self._store.manifest()
            self._passage_words = int(manifest["passage_words"])
            self._derived = DerivedIndexes(folder, self._store, int(manifest["dimension"]), self._lock)
        except BaseException:
            self._store.close()
            raise

    @classmethod
    def open(
        cls,
        path: str | Path,
        create: bool = False,
        embedder: str | None = None,
        settings: IndexSettings | None = None,
    ) -> Library:
        """Open the library in the folder `path`; with `create`, make an empty one where there is none.

        `embedder` names a model (hub name, path or `litellm:NAME`); None takes the library's own, or the
        default for a new one. Settings not given are read from the folder's `dateline.toml` and the
        environment. Raises DatelineError where there is no library, or one of another embedder.
        """
        folder = Path(path).expanduser()
        if "://" in str(path):
            raise DatelineError(f"{path} is not a folder; libraries are kept in folders.")
        if not (folder / DATABASE).is_file():
            if folder.is_file():
                raise DatelineError(f"{folder} is a file; a library is a folder. Name another place.")
            if not create:
                raise DatelineError(f"there is no library in {folder}. Make one with `dateline add FOLDER`.")
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatelineError(f"{folder} can't be made ({error.strerror}). Name another place.") from None
        if settings is None:
            settings = load_settings(IndexSettings, folder, {"embedder": embedder}, strict=False)
        elif embedder is not None:
            raise UsageError("give the embedder in the settings or by itself, not both")
        return cls(folder, settings)

    def close(self) -> None:
        """Close the files. Nothing is lost without it."""
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    # Models, loaded when first needed and shared by all threads

    @property
    def embedder(self) -> Embedder:
        """The model that this library's vectors come from."""
        with self._embedder_guard:
            if self._embedder is None:
                manifest = self._store.manifest()
                embedder = make_embedder(manifest["embedder"])
                if embedder.sha256 != manifest["embedder_sha256"]:
                    raise DatelineError(
                        f"the library {self.folder} was made with other weights of {embedder.name} (sha256 "
                        f"{manifest['embedder_sha256'][:12]}…) than those found here ({embedder.sha256[:12]}…). "
                        "Install the weights it was made with, or add the articles to a new library with --library."
                    )
                self._embedder = embedder
            return self._embedder

    @property
    def reranker(self) -> Reranker:
        """The cross-encoder that orders the best passages."""
        with self._reranker_guard:
            if self._reranker is None:
                self._reranker = make_reranker(self.settings.reranker)
            return self._reranker

    def warm(self) -> None:
        """Load both models, side by side, unless they are loaded."""
        if self._embedder is not None and self._reranker is not None:
            return
        with ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(lambda: self.reranker)
            _ = self.embedder
            loading.result()

    def _settle_manifest(self) -> None:
        """Write down what a new library is made with; refuse to open an old one with anything else."""
        manifest = self._store.manifest()
        wanted = self.settings.embedder
        if "embedder" not in manifest:
            embedder = make_embedder(wanted or DEFAULT_EMBEDDER)
            with self._lock.hold(), self._store.write():
                if "embedder" not in self._store.manifest():
                    self._store.put_manifest(
                        {
                            "embedder": embedder.name,
                            "embedder_sha256": embedder.sha256,
                            "dimension": embedder.dim,
                            "precision": "float16",
                            "passage_words": self.settings.passage_words,
                        }
                    )
                    self._embedder = embedder
            manifest = self._store.manifest()  # another process may have been first
        if wanted and wanted != manifest["embedder"]:
            raise DatelineError(
                f"the library {self.folder} was made with the embedder {manifest['embedder']}, not with {wanted}. "
                f"Leave the embedder out to use it, or add the articles to a new library: "
                f"`dateline add … --embedder {wanted} --library NEW`."
            )

    # Writing

    def add(
        self,
        articles: Iterable[Article | Failure | Mapping[str, Any]],
        progress: Callable[[int], None] | None = None,
    ) -> AddReport:
        """Add articles, or mappings with at least `text` and `id` or `url`; return what became of each.

        An article whose id is known and whose content is new replaces it; the old text is kept as a version.
        A file without an id or URL of its own whose content is there already adds nothing. Each batch is one
        transaction; what was committed stays if the rest fails. `progress` is called with the number of
        inputs done so far. A Failure among the inputs is reported and the rest goes on.
        """
        with self._lock.hold():
            work = _Adding(self)
            for n, given in enumerate(articles, start=1):
                work.take(given)
                if progress is not None:
                    progress(n)
            work.flush()
            self._derived.catch_up()
            self._derived.save()
        return work.report()

    def remove(self, article_id: str) -> Article:
        """Remove an article, its versions and passages; return what was removed."""
        article = self.get(article_id)
        with self._lock.hold():
            with self._store.write() as generation:
                self._store.remove_article(article.id, generation)
            self._derived.catch_up()
            self._derived.save()
        return article

    # Reading

    def get(self, article_id: str) -> Article:
        """Return the article with this id, or the only one whose id begins so; raise DatelineError for none."""
        article_id = make_storable(article_id)
        article = self._store.article(article_id)
        if article is not None:
            return article
        ids = self._store.ids_beginning(article_id) if article_id else []
        if len(ids) == 1:
            return self.get(ids[0])
        if ids:
            raise DatelineError(f"{len(ids)} articles have an id that begins with {article_id!r}. Give more of it.")
        raise DatelineError(f"there is no article {article_id!r} in {self.folder}. `dateline list` shows their ids.")

    def articles(self) -> Iterator[Article]:
        """All articles, the oldest first, those without a date last."""
        return self._store.articles()

    def passages(self, article: Article) -> list[Passage]:
        """The passages of an article, in order."""
        return split_passages(article, self._passage_words)

    def copies(self, article: Article) -> list[str]:
        """Ids of the other articles with the same content, sorted."""
        return [id for id in self._store.ids_with_content(article.content_hash) if id != article.id]

    def scope(self, filters: Filters) -> Scope:
        """How many articles a filter lets through."""
        return self._store.scope(filters)

    def search(
        self,
        question: str,
        limit: int = 10,
        mode: Mode = "hybrid",
        rerank: bool = True,
        filters: Filters | None = None,
    ) -> list[Hit]:
        """Return at most `limit` passages, best first.

        `mode` is dense (vectors), lexical (BM25) or hybrid (both, fused by rank). With `rerank` the
        cross-encoder orders the first `rerank_depth` of them. Raises UsageError for a question that is empty
        or longer than 4,000 characters.
        """
        question = check_question(question)
        if limit < 1:
            raise UsageError(f"the number of hits must be at least 1, not {limit}")
        depth = max(limit, self.settings.first_stage)
        if rerank and mode != "lexical":
            self.warm()
        vector = embed_within(lambda text: self.embedder.embed_query(text), question, mode)
        found = find_candidates(self._store, self._derived, question, vector, depth, filters or Filters(), mode)
        if rerank:
            found = _rerank(question, found, self.settings.rerank_depth, self.reranker)
        return fold_copies(found, limit)

    def status(self) -> Status:
        """Counts, dates, size and model of the library."""
        with self._store.read() as generation:
            counts = self._store.counts()
            manifest = self._store.manifest()
        return Status(
            path=str(self.folder),
            generation=generation,
            embedder=manifest["embedder"],
            embedder_sha256=manifest["embedder_sha256"],
            dimension=int(manifest["dimension"]),
            size_bytes=sum(_size(f) for f in self.folder.rglob("*")),
            **counts,
        )


_rerank = rerank  # `Library.search` has a parameter of that name


def check_question(question: str) -> str:
    """Return the question without white space around it; raise UsageError where it can't be asked."""
    question = make_storable(question).strip()
    if not question:
        raise UsageError('the question is empty. Ask something, in quotes: dateline ask "why …?"')
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read. Ask it shorter."
        )
    return question


class _Adding:
    """One `add` under way: what came so far, and the batch that is not committed yet."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = library._store
        self._batch: dict[str, tuple[Article, list[Passage]]] = {}
        self._seen: dict[str, str] = {}  # content of the batch
        self._ids: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._failed: list[Failure] = []
        self._passages = 0

    def take(self, given: Article | Failure | Mapping[str, Any]) -> None:
        if isinstance(given, Failure):
            self._failed.append(given)
            return
        if isinstance(given, Article):
            self._take_article(given)
            return
        try:
            article = make_article_from_mapping(given)
        except DatelineError as error:
            name = str(given.get("id") or given.get("url") or given.get("title") or "an article without a name")
            self._failed.append(Failure(name[:200], str(error)))
            return
        self._take_article(article)

    def _take_article(self, article: Article) -> None:
        if article.id in self._batch:
            self.flush()
        old = self._store.article(article.id)
        same = old is not None and replace(article, origin=old.origin) == old
        if same or (old is None and self._is_kept_elsewhere(article)):
            self._ids["unchanged"].append(article.id)
            return
        self._ids["added" if old is None else "updated"].append(article.id)
        passages = split_passages(article, self._library._passage_words)
        self._batch[article.id] = (article, passages)
        self._seen[article.content_hash] = article.id
        if sum(len(p) for _, p in self._batch.values()) >= _BATCH_PASSAGES:
            self.flush()

    def _is_kept_elsewhere(self, article: Article) -> bool:
        """A file without identity of its own whose content is in the library: the same cutting, kept twice."""
        if article.url or article.id != _id_from_place(article):
            return False
        return article.content_hash in self._seen or bool(self._store.ids_with_content(article.content_hash))

    def flush(self) -> None:
        """Embed the batch and commit it."""
        if not self._batch:
            return
        texts: dict[bytes, str] = {}
        keys: dict[str, list[bytes]] = {}
        for article, passages in self._batch.values():
            heading = passage_heading(article)
            embedded = [f"{heading}\n{p.text}" if heading else p.text for p in passages]
            keys[article.id] = [hashlib.sha256(text.encode()).digest() for text in embedded]
            texts.update(zip(keys[article.id], embedded, strict=True))
        missing = sorted(self._store.missing_vectors(texts), key=lambda key: len(texts[key]))
        vectors = self._library.embedder.embed_passages([texts[key] for key in missing])
        with self._store.write() as generation:
            self._store.put_vectors(missing, vectors)
            for article, passages in self._batch.values():
                self._store.remove_passages(article.id, generation, keep=texts)
                self._store.put_article(article)
                self._store.put_passages(passages, keys[article.id], generation)
                self._passages += len(passages)
        self._batch.clear()
        self._seen.clear()
        self._library._derived.catch_up()

    def report(self) -> AddReport:
        return AddReport(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(self._ids["unchanged"]),
            failed=tuple(self._failed),
            passages=self._passages,
        )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except FileNotFoundError:  # a writer is tidying up
        return 0


def _id_from_place(article: Article) -> str:
    return hashlib.sha256(str(article.origin).encode()).hexdigest()[:16]
