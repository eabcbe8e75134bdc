"""The sentences by which an answer says that its articles contradict each other."""

from __future__ import annotations

from dataclasses import replace

from index import Article, join_lines
from rag.disagreements.find import FoundDisagreement
from rag.english.gate import show_published_day
from rag.extract.candidates import Candidate

_BRACKETS = str.maketrans("[]", "()")


def choose_sides(disagreement: FoundDisagreement) -> list[Candidate]:
    """The surest sentence of each side, with its day in front, the newest first where things changed."""
    candidates = [side[0].candidate for side in disagreement.sides]
    if disagreement.kind == "disputed":
        return [replace(c, as_of=describe_source(c.hit.article)) for c in candidates]
    return [replace(c, as_of=_lead_in(c.hit.article, newest=not n)) for n, c in enumerate(candidates)]


def _lead_in(article: Article, *, newest: bool) -> str:
    day = show_published_day(article)
    if not day:
        return describe_source(article)
    return f"{'As of' if newest else 'In' if article.published_precision in ('month', 'year') else 'On'} {day}"


def describe_source(article: Article) -> str:
    """The outlet and the day, as precisely as it is known: "Ardle Post, 20 May 2024", "Ardle Post, undated"."""
    outlet = join_lines(article.source or "").translate(_BRACKETS).strip()
    return ", ".join(filter(None, [outlet, show_published_day(article) or "undated"]))
