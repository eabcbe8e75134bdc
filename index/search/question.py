"""What can be asked at all."""

from __future__ import annotations

from index.errors import QuestionEmpty, UsageError
from index.identify import make_storable

LONGEST_QUESTION = 4_000  # characters


def check_question(question: str) -> str:
    """Return the question without white space around it; raise UsageError where it can't be asked."""
    question = make_storable(question).strip()
    if not question:
        raise QuestionEmpty
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read. Ask it shorter."
        )
    return question
