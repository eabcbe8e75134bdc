"""Measures what passages take on disk, in a folder and in PostgreSQL. No test: it makes large libraries.

python -m tests.index.storage.measure_sizes [--passages 5000]

Articles of some 600 words are put together from sentences of seeds/ in another order; vectors are drawn, as large as
those of the default embedder. What is counted is what `dateline status` counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from index import Library, split_sentences
from index.models.embedder import Vectors, to_unit
from index.read.files import read_files
from index.read.walk import list_files
from tests.conftest import SEEDS
from tests.doubles import HashingEmbedder
from tests.postgres import make_url, run_sql

_WORDS = 600  # of an article


class DrawnEmbedder(HashingEmbedder):
    """Draws a vector for each text, of 384 dimensions."""

    dim = 384

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return to_unit(self._rng.standard_normal((len(texts), self.dim)).astype(np.float32))


def make_fields() -> Iterator[dict[str, Any]]:
    """Ever new articles."""
    rng = random.Random(0)
    texts = [article.text for article in read_files(list_files([SEEDS]), 20) if not isinstance(article, tuple)]
    sentences = [text[s.start : s.end] for text in texts for s in split_sentences(text)]
    number = 0
    while True:
        chosen: list[str] = []
        while sum(len(sentence.split()) for sentence in chosen) < _WORDS:
            chosen.append(f"{rng.choice(sentences)} Report {rng.randrange(10**6)} says so.")
        yield {"id": f"made-{number}", "title": rng.choice(sentences)[:80], "text": " ".join(chosen)}
        number += 1


def measure(place: str | Path, passages: int) -> dict[str, Any]:
    """Fill a library; return its counts and sizes."""
    with Library.open(place, create=True) as library:
        fields = make_fields()
        while library.status().passages < passages:
            library.add([next(fields) for _ in range(50)])
        status = library.status()
        return {
            "articles": status.articles,
            "passages": status.passages,
            "bytes": status.size_bytes,
            "bytes_a_passage": round(status.size_bytes / status.passages),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=5_000)
    given = parser.parse_args()
    embedder = DrawnEmbedder()
    with patch("index.library.make_embedder", lambda name, runtime="": embedder), tempfile.TemporaryDirectory() as made:
        folder = measure(Path(made) / "library", given.passages)
        url = make_url("sizes")
        database = measure(url, given.passages)
        tables = run_sql(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
            "WHERE relnamespace = 'sizes'::regnamespace AND relkind = 'r' ORDER BY 2 DESC LIMIT 6"
        )
    print(json.dumps({"folder": folder, "database": database, "tables": dict(tables)}, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
