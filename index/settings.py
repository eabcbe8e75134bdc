"""Settings: defaults, then `dateline.toml` in the library's folder, then `DATELINE_*`, then flags."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from index.errors import UsageError

FILE = "dateline.toml"
PREFIX = "DATELINE_"
# Names in the environment that are not settings: where the library is.
NOT_SETTINGS = {"DATELINE_LIBRARY"}

DEFAULT_EMBEDDER = "BAAI/bge-small-en-v1.5"


@dataclass(frozen=True)
class IndexSettings:
    """The settings of reading, indexing and searching. Later rooms add their own to it."""

    embedder: str = ""
    """Name on the hub, a path, or `litellm:NAME`; empty: the library's own, and for a new one the default."""
    embedder_runtime: str = ""
    """int8, float32 or sentence-transformers; empty: the library's own, and for a new one the first that works."""
    reranker: str = "cross-encoder/ms-marco-MiniLM-L-12-v2"
    """Cross-encoder that orders the best passages: a name on the hub or a path."""
    passage_words: int = 60
    """Words in a passage, about: it ends with the sentence that reaches them."""
    first_stage: int = 50
    """Passages that vector search and full text each hand to the fusion."""
    rerank_depth: int = 8
    """Passages that the cross-encoder reads, at most."""
    rerank_settled: float = 4.0
    """It reads no more once it has given one this logit: the default cross-encoder's word for "surely"."""
    rerank_ms: int = 0
    """Milliseconds that it may take; 0: as long as it takes, so that the same question gives the same order."""
    passages_of_one: int = 5
    """Passages of one article that come before those of others; 0: any number."""
    newest_first: bool = False
    """Newer articles gain in every search, not only where the question asks how things stand now."""
    max_file_mb: int = 20
    """Largest file that is read as one article, in MiB."""
    file_seconds: int = 60
    """Seconds of computing that reading a file, or one more article of it, may take."""
    web_seconds: float = 30.0
    """How long one request to a website may take in all."""
    web_delay: float = 1.0
    """Seconds between two requests to the same website, at least."""
    allow_private: bool = False
    """Read web addresses on this machine and in private networks too."""
    lock_seconds: float = 10.0
    """How long a writer waits for another one to finish."""


S = TypeVar("S", bound=IndexSettings)


def load_settings(
    kind: type[S],
    folder: Path | None,
    flags: Mapping[str, Any] | None = None,
    *,
    strict: bool = True,
    flags_from: str = "the options",
) -> S:
    """Return the settings of `kind`, the later source winning; a flag that is None was not given.

    Unknown names and values of the wrong type raise UsageError that names the source; that of the flags is
    `flags_from`. With `strict` off,
    names that `kind` does not have are passed over: they may belong to a room further right.
    """
    given: dict[str, Any] = {}
    for where, values in (
        _read_file(folder),
        ("the environment", _read_environment()),
        (flags_from, {k: v for k, v in (flags or {}).items() if v is not None}),
    ):
        for name, value in values.items():
            if name in _types(kind):
                given[name] = _convert(kind, name, value, where)
            elif strict:
                raise UsageError(_unknown(kind, name, where))
    return kind(**given)


def _types(kind: type[IndexSettings]) -> dict[str, type]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


def _read_file(folder: Path | None) -> tuple[str, dict[str, Any]]:
    path = (folder or Path()) / FILE
    if folder is None or not path.is_file():
        return FILE, {}
    try:
        return str(path), tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path} can't be read as TOML: {error}. Fix that line, or remove the file.") from error


def _read_environment() -> dict[str, str]:
    names = (n for n in os.environ if n.startswith(PREFIX) and n not in NOT_SETTINGS)
    return {name.removeprefix(PREFIX).lower(): os.environ[name] for name in names}


def _unknown(kind: type[IndexSettings], name: str, where: str) -> str:
    known = sorted(_types(kind))
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"The settings are {', '.join(known)}."
    shown = PREFIX + name.upper() if where == "the environment" else name
    return f"unknown setting `{shown}` in {where}. {hint}"


def _convert(kind: type[IndexSettings], name: str, value: Any, where: str) -> Any:
    wanted = _types(kind)[name]
    wrong = UsageError(f"setting `{name}` in {where} is {value!r}; it must be {_article(wanted)}.")
    if wanted is bool and isinstance(value, str):
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if value.lower() not in words:
            raise wrong
        return words[value.lower()]
    if isinstance(value, str) and wanted in (int, float):
        try:
            value = wanted(value)
        except ValueError:
            raise wrong from None
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise wrong
    if isinstance(value, int | float) and not 0 <= value < 1e9:
        raise UsageError(f"setting `{name}` in {where} is {value!r}; it must be a number of at least 0.")
    return value


def _article(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}[kind]
