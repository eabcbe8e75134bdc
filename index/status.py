"""What a library says of itself."""

from __future__ import annotations

from index.records import Status
from index.search.indexes import SearchIndexes
from index.storage.counts import LibraryCounts
from index.storage.store import Store


def read_status(path: str, size_bytes: int, store: Store, counts: LibraryCounts, indexes: SearchIndexes) -> Status:
    """Counts, dates, size and model of the library at `path`, and how it is searched."""
    with store.read() as generation:
        totals = store.counts.totals()
        manifest = store.manifest()
    return Status(
        path=path,
        generation=generation,
        embedder=manifest["embedder"],
        embedder_sha256=manifest["embedder_sha256"],
        dimension=int(manifest["dimension"]),
        size_bytes=size_bytes,
        languages=counts.languages(),
        vector_search=indexes.describe_vectors(),
        **totals._asdict(),
    )
