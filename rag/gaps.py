"""What an answer says that the articles don't."""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.gate import is_unsure
from rag.records import Sentence


def write_gap(part: str) -> Sentence:
    """The sentence by which an answer says that the articles don't answer `part` of its question."""
    return Sentence(f"The articles don't say: {part[0].lower()}{part[1:]}")


def find_gaps(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The sentences of an answer that say what the articles don't; where all do, it is a refusal and not a gap."""
    gaps = [s.text for s in sentences if not s.citations and is_unsure(s.text)]
    return tuple(gaps) if len(gaps) < len(sentences) else ()
