"""`dateline mcp` with small models, for tests that need a real process: FOLDER, or FOLDER ENDED.

With ENDED, an answer grows until the client cancels it, and then the file ENDED is made.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from pathlib import Path

import index.library
from index import Library
from rag import Answer, Settings
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from ui.api.mcp.server import serve_stdio
from ui.api.service import AskRequest, Service


def main() -> None:
    """Serve the library in the folder on stdin and stdout."""
    vars(index.library).update(
        make_embedder=lambda name, runtime="": HashingEmbedder(),
        make_reranker=lambda name: OverlapReranker(),
        make_reader=lambda name: WordReader(),
    )
    folder, *ended = sys.argv[1:]
    if ended:
        Service.stream = lambda self, request: answer_without_end(request, Path(ended[0]))  # type: ignore[method-assign]
    with Library.open(folder) as library:
        serve_stdio(library, Settings())


def answer_without_end(request: AskRequest, ended: Path) -> Generator[Answer, None, None]:
    """An answer that never says anything; `ended` is made when it is closed."""
    try:
        while True:
            yield Answer(request.question, request.question, "offline", stage="searching")
            time.sleep(0.01)
    finally:
        ended.touch()


if __name__ == "__main__":
    main()
