"""JSON as RFC 8259 and I-JSON (RFC 7493) have it, and none of what Python's reader lets through besides."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

DEEPEST = 50  # lists and objects in each other
_TOO_DEEP = f"it is more than {DEEPEST} lists and objects deep"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONGEST_NUMBER = 400  # digits; what is longer is no number that we know, and takes long to read


class BadJson(ValueError):
    """What is wrong, for whoever sent it."""


def read_json(body: bytes) -> Any:
    """Return what a body says. Raises BadJson for what is not JSON, and for what two readers would take differently:

    names that come twice, NaN and infinities, half a character; and for lists and objects more than `DEEPEST` deep.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(f"it is not UTF-8 at byte {error.start + 1:,}") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_make_object,
            parse_constant=_refuse,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except json.JSONDecodeError as error:
        raise BadJson(f"it is not JSON at character {error.pos + 1:,}: {error.msg}") from None
    except RecursionError:
        raise BadJson(_TOO_DEEP) from None
    _check_depth(value)
    # Only an escape can bring one in: UTF-8 has none.
    if _ESCAPED_SURROGATE.search(body) and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise BadJson("it has half a character in it (a lone surrogate)")
    return value


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level := [part for part in level if isinstance(part, dict | list)]:
        depth += 1
        if depth > DEEPEST:
            raise BadJson(_TOO_DEEP)
        level = [part for whole in level for part in (whole.values() if isinstance(whole, dict) else whole)]


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise BadJson(f"it names {twice[:50]!r} twice")
    return made


def _refuse(constant: str) -> NoReturn:
    raise BadJson(f"{constant} is no number in JSON")


def _parse_int(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise BadJson(f"a number in it has more than {_LONGEST_NUMBER} digits")
    return int(digits)


def _parse_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadJson(f"{digits[:50]} is too large a number")
    return number
