"""What a refusal says of the passage that came nearest."""

from __future__ import annotations

from collections.abc import Sequence

from index import passage_heading
from rag.english.gate import find_missing_premises
from rag.extract.candidates import Candidate
from rag.question.record import QuestionPart

_LONGEST_TITLE = 120  # characters
_NAMED = 3


def describe_nearest(part: QuestionPart, candidates: Sequence[Candidate]) -> str:
    """Which article comes nearest, and why it doesn't answer; empty where nothing came near."""
    if not candidates:
        return ""
    hit = candidates[0].hit
    title = passage_heading(hit.article).strip() or hit.article.id
    short = title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE].rstrip()}…"
    texts = (passage_heading(hit.article), hit.passage.text)
    missing = find_missing_premises(hit.article, part.asked, texts).list_all()[:_NAMED]
    if missing:
        return f"The nearest passage, of “{short}”, has nothing of {_list(missing)}."
    return f"The nearest passage, of “{short}”, is on the topic and doesn't answer."


def _list(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
