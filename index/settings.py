"""Settings: defaults, the user's own `dateline.toml`, the one in the library's folder, `DATELINE_*`, then flags."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_type_hints

from index.errors import UsageError
from index.messages import say
from index.models.model_files import is_hub_name
from index.text.safe import join_lines
from index.trust.allowed import is_allowed, own_folder
from index.trust.claims import SETTINGS_FILE as FILE

_LARGEST_FILE = 64 * 1024  # bytes
_LONGEST_SHOWN = 60  # characters of a value in an error
PREFIX = "DATELINE_"
# Names in the environment that are not settings: where the library is.
NOT_SETTINGS = {"DATELINE_LIBRARY"}

DEFAULT_EMBEDDER = "BAAI/bge-small-en-v1.5"
DEFAULT_READER = "dateline/reader-en"
_HARMLESS = "harmless"

T = TypeVar("T")


def free(default: T) -> T:
    """A setting that any library may have: it touches no key, file, host, money or limit of this machine."""
    made: T = field(default=default, metadata={_HARMLESS: lambda value: True})
    return made


def guarded(default: T, *harmless: T) -> T:
    """A setting that a library may have only where the user allowed it; the values `harmless` touch nothing."""
    made: T = field(default=default, metadata={_HARMLESS: harmless.__contains__})
    return made


def _guarded_model(default: str) -> str:
    """A model that a library may have where it is the hub's: safetensors run no code, and nothing is sent there."""
    made: str = field(default=default, metadata={_HARMLESS: lambda name: not name or is_hub_name(name)})
    return made


def is_classified(setting: Field[Any]) -> bool:
    """True for a setting of which it is said whether any library may have it."""
    return _HARMLESS in setting.metadata


@dataclass(frozen=True)
class IndexSettings:
    """The settings of reading, indexing and searching. Later rooms add their own to it."""

    embedder: str = _guarded_model("")
    """Name on the hub, a path, or `litellm:NAME`; empty: the library's own, and for a new one the default."""
    embedder_runtime: str = free("")
    """int8, float32 or sentence-transformers; empty: the library's own, and for a new one the first that works."""
    reranker: str = _guarded_model("cross-encoder/ms-marco-MiniLM-L-12-v2")
    """Cross-encoder that orders the best passages: a name on the hub or a path."""
    reader: str = _guarded_model(DEFAULT_READER)
    """Model that finds the words that answer: `dateline/reader-en`, which comes along, a name on the hub, or a path."""
    passage_words: int = free(60)
    """Words in a passage, about: it ends with the sentence that reaches them."""
    first_stage: int = free(50)
    """Passages that vector search and full text each hand to the fusion."""
    vector_search: str = free("balanced")
    """How much of 100,000 passages and more vector search looks at: fast, balanced, thorough or exact (all of it)."""
    rerank_depth: int = free(8)
    """Passages that the cross-encoder reads, at most."""
    rerank_settled: float = free(4.0)
    """It reads no more once it has given one this logit: the default cross-encoder's word for "surely"."""
    rerank_ms: int = free(0)
    """Milliseconds that it may take; 0: as long as it takes, so that the same question gives the same order."""
    passages_of_one: int = free(5)
    """Passages of one article that come before those of others; 0: any number."""
    newest_first: bool = free(False)
    """Newer articles gain in every search, not only where the question asks how things stand now."""
    max_file_mb: int = guarded(20)
    """Largest file that is read as one article, in MiB."""
    file_seconds: int = guarded(60)
    """Seconds of computing that reading a file, or one more article of it, may take."""
    web_seconds: float = guarded(30.0)
    """How long one request to a website may take in all."""
    web_delay: float = guarded(1.0)
    """Seconds between two requests to the same website, at least."""
    allow_private: bool = guarded(False, False)
    """Read web addresses on this machine and in private networks too."""
    lock_seconds: float = free(10.0)
    """How long a writer waits for another one to finish."""
    audit_log: str = guarded("", "")
    """File to which it is logged who added, removed, exported and asked, a JSON object a line."""
    audit_questions: bool = guarded(False, False)
    """Log there what people ask too."""
    add_to_queue: bool = free(False)
    """Articles that are added to a database wait until a worker embeds them; a folder has no queue."""


S = TypeVar("S", bound=IndexSettings)


class Ignored(NamedTuple):
    """Settings (`names`) that `file`, in the library's folder, has and may not have."""

    file: Path
    names: tuple[str, ...]

    def __str__(self) -> str:
        names = " and ".join(filter(None, [", ".join(self.names[:-1]), self.names[-1]]))
        return f"{join_lines(str(self.file))} is not trusted with {names}, so that is ignored."


class _File(NamedTuple):
    """What a file of settings says, and what stands for its bytes where the user trusts them."""

    path: Path
    values: Mapping[str, Any]
    trusted_as: str


@cache  # once for each file and what it says, however often a program asks
def tell_ignored(ignored: Ignored) -> None:
    """Say on stderr what of a library's settings is ignored, and where it would count."""
    say(f"{ignored} It counts in {own_folder() / FILE}, in the environment, or from a folder that you trust.")


def load_settings(
    kind: type[S],
    folder: Path | None,
    flags: Mapping[str, Any] | None = None,
    *,
    strict: bool = True,
    flags_from: str = "the options",
    tell: Callable[[Ignored], None] = tell_ignored,
) -> S:
    """Return the settings of `kind`, the later source winning; a flag that is None was not given.

    What is guarded counts from the library's `folder` only where the user allowed its file as it stands; `tell` gets
    what is ignored. Unknown names and values of the wrong type raise UsageError that names the source; that of the
    flags is `flags_from`. With `strict` off, names that `kind` does not have are passed over: they may belong to a
    room further right.
    """
    given: dict[str, Any] = {}

    def take(where: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return dict(_convert_all(kind, where, values, strict=strict))

    own, library = _read_file(own_folder()), _read_file(folder)
    given.update(take(str(own.path), own.values))
    said = take(str(library.path), library.values)
    last = take("the environment", _read_environment())
    last.update(take(flags_from, {k: v for k, v in (flags or {}).items() if v is not None}))
    refused = _list_refused(kind, said, given)
    if refused and folder is not None and not is_allowed(folder, library.trusted_as):
        said = {name: value for name, value in said.items() if name not in refused}
        if ignored := tuple(name for name in refused if name not in last):
            tell(Ignored(library.path, ignored))
    return kind(**{**given, **said, **last})


def list_guarded(kind: type[IndexSettings], folder: Path) -> tuple[str, dict[str, Any]]:
    """What the user has to allow of the settings in a library's folder: what stands for them, and the values."""
    file = _read_file(folder)
    said = dict(_convert_all(kind, str(file.path), file.values, strict=True))
    return file.trusted_as, {name: said[name] for name in _list_refused(kind, said, {})}


def _list_refused(kind: type[IndexSettings], said: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """Names of settings that need the user's word: those that would change anything, and are not harmless."""
    known = {f.name: f for f in fields(kind)}
    return [
        name
        for name, value in said.items()
        if value != given.get(name, known[name].default)
        and not known[name].metadata.get(_HARMLESS, lambda _: False)(value)
    ]


def _convert_all(
    kind: type[IndexSettings], where: str, values: Mapping[str, Any], *, strict: bool
) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name in _types(kind):
            yield name, _convert(kind, name, value, where)
        elif strict:
            raise UsageError(_unknown(kind, name, where))


def _types(kind: type[IndexSettings]) -> dict[str, type]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


def _read_file(folder: Path | None) -> _File:
    path = (folder or Path()) / FILE
    if folder is None or not _is_file(path):
        return _File(path, {}, "")
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise ValueError("it is larger than 64 KiB")
        values = tomllib.loads(content.decode("utf-8"))
    except (ValueError, OSError, RecursionError) as error:  # the first is TOML's and UTF-8's too
        reason = join_lines(str(error))[:200]
        raise UsageError(
            f"{join_lines(str(path))} can't be read as TOML: {reason}. Fix that line, or remove the file."
        ) from error
    return _File(path, values, f"settings {hashlib.sha256(content).hexdigest()}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that is not ours to look into, such as the home of another user
        return False


def _read_environment() -> dict[str, str]:
    names = (n for n in os.environ if n.startswith(PREFIX) and n not in NOT_SETTINGS)
    return {name.removeprefix(PREFIX).lower(): os.environ[name] for name in names}


def _unknown(kind: type[IndexSettings], name: str, where: str) -> str:
    known = sorted(_types(kind))
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"The settings are {', '.join(known)}."
    shown = PREFIX + name.upper() if where == "the environment" else _show(name)
    return f"unknown setting `{shown}` in {where}. {hint}"


def _convert(kind: type[IndexSettings], name: str, value: Any, where: str) -> Any:
    wanted = _types(kind)[name]
    wrong = UsageError(f"setting `{name}` in {where} is {_show(repr(value))}; it must be {_article(wanted)}.")
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
        raise UsageError(f"setting `{name}` in {where} is {_show(repr(value))}; it must be a number of at least 0.")
    return value


def _show(text: str) -> str:
    """The text in one line, cut where it is long."""
    line = join_lines(text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _article(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}[kind]
