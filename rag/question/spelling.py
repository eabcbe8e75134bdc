"""Words of a question that are searched as others, since no article has them."""

from __future__ import annotations

from collections.abc import Sequence

from index import Correction


def put_right(question: str, corrections: Sequence[Correction]) -> str:
    """The question with the words that are meant; `corrections` come in order, and are of this question."""
    pieces, at = [], 0
    for one in corrections:
        pieces += [question[at : one.start], one.instead]
        at = one.end
    return "".join([*pieces, question[at:]])


def describe_corrections(corrections: Sequence[Correction]) -> str:
    """What was searched instead, in a line; empty where nothing was."""
    if not corrections:
        return ""
    searched = _list(list(dict.fromkeys(one.instead for one in corrections)))
    written = _list(list(dict.fromkeys(one.word for one in corrections)))
    word = "a word" if len(corrections) == 1 else "words"
    return f"Searched for {searched}: no article has {written}. In quotation marks {word} would stay as written."


def _list(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
