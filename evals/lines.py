"""Reading rows of JSON and TSV, each with its place, so that a malformed one can be named; and files of TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from index import DatelineError, UsageError

LONGEST_LINE = 16 * 2**20  # bytes
_LARGEST_DOCUMENT = 512 * 2**20  # bytes
_SPACE = " \t\r\n"


class Row(NamedTuple):
    """An object of a file, and the file and line where it stands."""

    values: Mapping[str, Any]
    place: str


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Turn what is wrong with a row into one line that says where it is."""
    try:
        yield
    except KeyError as error:
        raise DatelineError(f"{place} has no {error}. Fix it there.") from None
    except (ValueError, TypeError, RecursionError, DatelineError) as error:
        raise DatelineError(f"{place} can't be read ({' '.join(str(error).split())[:200]}). Fix it there.") from None


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows of JSON, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    partial.replace(path)


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line that is not empty with its place; raise DatelineError for one too long, or not UTF-8."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise DatelineError(f"{path} can't be read ({error.strerror}). Check the folder.") from None
    with stream:
        number = 0
        while raw := stream.readline(LONGEST_LINE + 1):
            number += 1
            place = f"{path}, line {number}"
            if len(raw) > LONGEST_LINE:
                raise DatelineError(f"{place} is longer than {LONGEST_LINE // 2**20} MiB. A row is one line; fix it.")
            with naming(place):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            if line.strip():
                yield place, line


def read_jsonl(path: Path) -> Iterator[Row]:
    """Each object of a file with one a line."""
    for place, line in read_lines(path):
        with naming(place):
            yield _to_row(json.loads(line), place)


def read_toml(path: Path, known: Sequence[str]) -> dict[str, Any]:
    """The values of a TOML file that a person wrote; raise UsageError where it can't be read, or has other names."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror}). Name a file that is there.") from None
    except ValueError as error:
        raise UsageError(f"{path} can't be read as TOML: {error}. Fix that line.") from None
    for name in values:
        if name not in known:
            raise UsageError(f"{path} has the unknown name {name!r}. There are {', '.join(known)}.")
    return values


def read_json_list(path: Path) -> Iterator[Row]:
    """Each object of a file that is one list."""
    if path.stat().st_size > _LARGEST_DOCUMENT:
        raise DatelineError(f"{path} is larger than {_LARGEST_DOCUMENT // 2**20} MiB. Split the set.")
    with naming(str(path)):
        text = path.read_bytes().decode("utf-8-sig")
    decoder = json.JSONDecoder()
    at, line, number = _skip(text, 0), 1, 0
    if text[at : at + 1] != "[":
        raise DatelineError(f"{path} is not a list of objects. Fix it.")
    while text[at] != "]":
        start = _skip(text, at + 1)
        if number == 0 and text[start : start + 1] == "]":
            return
        line += text.count("\n", at, start)
        number += 1
        place = f"{path}, line {line} (item {number})"
        with naming(place):
            value, end = decoder.raw_decode(text, start)
            yield _to_row(value, place)
            at = _skip(text, end)
            if text[at : at + 1] not in ("]", ","):
                raise ValueError("it is followed neither by a comma nor by the list's end")
        line += text.count("\n", start, at)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _to_row(value: Any, place: str) -> Row:
    if not isinstance(value, dict):
        raise TypeError("it is not an object")
    return Row(value, place)


def get_text(values: Mapping[str, Any], name: str) -> str:
    """A text or number, as text; raise KeyError where it is missing, TypeError or ValueError where it is none."""
    value = values[name]
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(f"`{name}` is not a text")
    if not str(value).strip():
        raise ValueError(f"`{name}` is empty")
    return str(value).strip()


def get_texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, empty where it is missing; raise TypeError for anything else."""
    value = values.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str | int) and not isinstance(v, bool) for v in value):
        raise TypeError(f"`{name}` is not a list of texts")
    return tuple(str(v) for v in value)
