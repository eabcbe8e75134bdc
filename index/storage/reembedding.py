"""Moving a library to another embedder: resumable, and searchable with the old one until the end."""

from __future__ import annotations

from collections.abc import Callable

from index.models.embedder import Embedder
from index.storage.store import Store
from index.text.passages import embedded_text

_BATCH = 256  # passages in one transaction: a few seconds of embedding


def embed_anew(store: Store, embedder: Embedder, progress: Callable[[int, int], None] | None = None) -> None:
    """Give every passage a vector of `embedder`, and write down in the manifest that they are its.

    New vectors gather beside the old, batch by batch; the last transaction puts them in the place of the old. One
    that was broken off goes on where it was. `progress` gets the passages done, and all there are.
    """
    store.upcoming.begin(repr(describe_embedder(embedder)))
    total = store.counts.totals().passages
    while batch := store.upcoming.missing(_BATCH):
        found = store.passages.get([number for _, number in batch])
        texts = [embedded_text(article, passage.text) for passage, article in (found[number] for _, number in batch)]
        store.upcoming.put([key for key, _ in batch], embedder.embed_passages(texts))
        if progress is not None:
            progress(total - store.upcoming.count_missing(), total)
    with store.write() as generation:
        store.upcoming.take_over(generation)
        store.put_manifest(describe_embedder(embedder))


def describe_embedder(embedder: Embedder) -> dict[str, str]:
    """What the manifest says of the embedder that a library's vectors are of."""
    return {
        "embedder": embedder.name,
        "embedder_sha256": embedder.sha256,
        "embedder_runtime": embedder.runtime,
        "dimension": str(embedder.dim),
    }
