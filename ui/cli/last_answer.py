"""The sources of the last answer on the terminal, so that `dateline open` finds them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from rag import Answer, Quote
from ui.own_files import keep_own, read_own
from ui.presentation import pick_nearest

_FILE = "last-answer.json"
_Found = tuple[str, tuple[Quote, ...]]


class LastAnswer(NamedTuple):
    """The folder of its library, and by number each source: an article's id, and what is cited of it."""

    folder: Path
    sources: dict[int, _Found]


def keep_last_answer(folder: Path, answer: Answer) -> None:
    """Keep what `dateline open` needs of an answer: no question, and no words."""
    sources: dict[int, _Found] = {c.marker: (c.hit.article.id, c.quotes) for c in answer.citations}
    if answer.refused:
        nearest = enumerate(pick_nearest(answer), start=1)
        sources = {n: (hit.article.id, (Quote(hit.passage.start, hit.passage.end),)) for n, hit in nearest}
    keep_own(
        _FILE,
        {
            "library": str(folder.resolve()),
            "sources": [[number, article_id, quotes] for number, (article_id, quotes) in sources.items()],
        },
    )


def read_last_answer() -> LastAnswer | None:
    """What was kept; None where nothing was, or nothing that can be read."""
    kept = read_own(_FILE)
    try:
        sources = {
            int(number): (str(article_id), tuple(Quote(int(q[0]), int(q[1]), q[2]) for q in quotes))
            for number, article_id, quotes in kept["sources"]
        }
        return LastAnswer(Path(kept["library"]), sources)
    except (TypeError, KeyError, ValueError, IndexError):
        return None
