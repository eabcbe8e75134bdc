"""Commands run in forks of a process that has everything imported, so that hundreds take a minute or two."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import index.library
import index.search.derived
from index import Article, Library, article_to_fields, make_article
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.index.articles import make_fields
from ui.cli.app import main

_PATIENCE_SECONDS = 120


class OtherEmbedder(HashingEmbedder):
    """Another model, for libraries to be moved to."""

    name = "double/other"
    sha256 = hashlib.sha256(b"double/other").hexdigest()


class Done(NamedTuple):
    """What a command did. `code` is negative where a signal ended it, None where nothing did in time."""

    code: int | None
    out: str
    err: str

    @property
    def is_clean(self) -> bool:
        """True where it ended by itself, without a traceback."""
        return self.code is not None and self.code >= 0 and "Traceback" not in self.err and "panicked" not in self.err


def use_doubles() -> None:
    """Have libraries use small models, and keep files of their vectors however few."""
    for embedder in (HashingEmbedder, OtherEmbedder):
        assert embedder().dim == HashingEmbedder.dim
    index.library.make_embedder = _make_embedder  # type: ignore[attr-defined]
    index.library.make_reranker = lambda name: OverlapReranker()  # type: ignore[attr-defined]
    index.library.make_reader = lambda name: WordReader()  # type: ignore[attr-defined]
    index.search.derived._WORTH_A_FILE = 0


def _make_embedder(name: str, runtime: str = "") -> HashingEmbedder:
    return OtherEmbedder() if name == OtherEmbedder.name else HashingEmbedder()


def run(arguments: Sequence[str], folder: Path, before: Callable[[], object] = lambda: None) -> Done:
    """Run a command in a fork, in which `before` is called first; what it says goes through files in `folder`."""
    out, err = folder / "out", folder / "err"
    sys.stdout.flush()
    child = os.fork()
    if not child:
        _become(arguments, out, err, before)
    code = _wait(child)
    return Done(code, *(path.read_text(encoding="utf-8", errors="replace") for path in (out, err)))


def _become(arguments: Sequence[str], out: Path, err: Path, before: Callable[[], object]) -> None:
    """Be the command, and never come back."""
    code = 70
    try:
        for path, number in ((out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        sys.argv = ["dateline", *arguments]
        before()
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _wait(child: int) -> int | None:
    """The exit code of a process that ends in time; its signal, as a negative number."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def write_lines(file: Path, articles: Sequence[Article]) -> Path:
    """A file that `dateline import` takes."""
    file.write_text("".join(json.dumps(article_to_fields(a)) + "\n" for a in articles), encoding="utf-8")
    return file


def make_articles(first: int, count: int, words: str = "", **more: Any) -> list[Article]:
    """Articles of some hundred words; those of one number are the same, but for `words`."""
    made = []
    for number in range(first, first + count):
        fields = {**make_fields(number), **more}
        made.append(
            make_article(
                f"{fields['text']} {words}".strip(),
                title=fields.get("title", ""),
                id=fields["id"],
                source=fields.get("source"),
                published=fields.get("published"),
                removed="menu",
            )
        )
    return made


def fill(folder: Path, articles: Sequence[Article]) -> None:
    """Add articles to a library."""
    with Library.open(folder, create=True) as library:
        assert not library.add(articles).failed
