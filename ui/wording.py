"""How an article is named, and its text made safe to show, in the terminal and on the page alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import Any

from index import MOST_PASSAGES, AddReport, Article, Failure, QueueState, join_lines, name_language
from rag import find_other_language

PARTLY = (
    f"it is so long that only its first {MOST_PASSAGES:,} passages are searched; split it to have all of it searched"
)

_MOST_ENDINGS = 8  # that are named


def count_left_out(report: AddReport) -> Counter[str]:
    """The files that were left out since they can hold no article, by ending."""
    endings: Counter[str] = Counter()
    for failure in report.left_out:
        endings[PurePath(failure.origin).suffix[1:].lower() or "without an ending"] += failure.files
    return endings


def show_queue(queue: QueueState) -> str:
    """How many articles wait to be embedded, who works at it, and how fast."""
    said = f"{queue.waiting:,} {'article waits' if queue.waiting == 1 else 'articles wait'}"
    said += f", {queue.aside:,} set aside" if queue.aside else ""
    workers = f"{queue.workers:,} {'worker' if queue.workers == 1 else 'workers'}"
    return f"{said}; {workers}, {queue.rate:,.1f} articles a minute"


def show_left_out(report: AddReport) -> str:
    """How many files were left out since they can hold no article, and their endings."""
    endings = count_left_out(report)
    count = endings.total()
    named = ", ".join(join_lines(name) for name, _ in endings.most_common(_MOST_ENDINGS))
    named += ", …" if len(endings) > _MOST_ENDINGS else ""
    return f"left out: {count:,} {'file that holds' if count == 1 else 'files that hold'} no articles ({named})"


def name_input(origin: str) -> str:
    """An address as it is; of an uploaded file its name, and that of the file in it."""
    if "://" in origin:
        return origin
    file, _, member = origin.partition("#")
    return file.rsplit("/", 1)[-1] + (f" · {member}" if member else "")


def report_to_dict(report: AddReport, explain: Callable[[Failure], str]) -> dict[str, Any]:
    """What became of what was added, as JSON has it; `explain` says why an input failed, and what helps."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "queued": list(report.queued),
        "failed": [{"origin": failure.origin, "reason": explain(failure)} for failure in report.failed],
        "partly": list(report.partly),
        "left_out": dict(count_left_out(report)),
        "passages": report.passages,
    }


def show_date(article: Article) -> str:
    """The day of an article as far as it is known."""
    if article.published is None:
        return "undated"
    shapes = {"year": "%Y", "month": "%B %Y"}
    return article.published.strftime(shapes.get(article.published_precision or "", "%-d %B %Y"))


def show_language(article: Article) -> str:
    """The tag of an article's language, and what it is known by; nothing where it is not known."""
    evidence = f" ({article.language_evidence})" if article.language_evidence else ""
    return f"{article.language}{evidence}" if article.language else ""


def show_other_language(article: Article, question: str) -> str:
    """The English name of an article's language where it is known to be another than the question's."""
    language = find_other_language(article, question)
    return name_language(language) if language else ""


def show_line(article: Article) -> str:
    """Title, outlet and date in a line."""
    parts = [article.title or "(no title)", article.attributed, show_date(article)]
    return join_lines(" · ".join(part for part in parts if part))


def show_period(first: datetime | None, last: datetime | None) -> str:
    """From the first to the last day, or none."""
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "none"
