"""What happened at a time that a question names, as articles report it that were not published then."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import timedelta

from index import Hit
from rag.english.gate import QuestionRange, list_named_days
from rag.question.record import ParsedQuestion

_LONGEST = timedelta(days=400)  # a year, and some days
_MONTH = timedelta(days=31)
REPORTED_LATER = "No article of the time that your question names answers this; others, which name that time, do."


def may_be_reported_later(question: ParsedQuestion) -> bool:
    """True for "what did the firm promise in 2019?", which an article of 2022 may answer; not for "last week"."""
    time = question.time
    if not question.named.by_date or question.wanted != "answer" or time.relative:
        return False
    if question.asked_on is None or time.after is None or time.before is None:
        return False
    return time.before - time.after <= _LONGEST and time.after <= question.asked_on


def list_naming(hits: Iterable[Hit], time: QuestionRange) -> list[Hit]:
    """The passages that name the time: a day of it, its month with its year, or its year; the others may be of any."""
    return [hit for hit in hits if _names(hit, time)]


def _names(hit: Hit, time: QuestionRange) -> bool:
    article, passage = hit.article, hit.passage
    first, last = time.after, time.before
    if first is None or last is None:
        return False
    if any(first <= day <= last for day in list_named_days(article, passage.start, passage.end)):
        return True
    says = f"{article.title}\n{passage.text}"
    if not any(_holds(str(year), says) for year in range(first.year, last.year + 1)):
        return False
    if last - first >= _MONTH:
        return True
    return first < last and _holds(month_name[first.month], says)


def _holds(word: str, text: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None
