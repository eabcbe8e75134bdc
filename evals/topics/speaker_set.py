"""Articles with what is said in them and who says it.

A set is a folder: `corpus.jsonl` as in Dateline's own format, and `quotations.jsonl`, an object a line: `article`,
`speaker`, `words`, `start` (where they begin in the article's text), `direct`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from evals.formats.dateline import read_articles
from evals.lines import get_text, naming, read_jsonl
from index import Article, UsageError

_DATA = Path(__file__).parents[1] / "data"
SPEAKER_SETS = {
    "speakers": "14 made-up articles, used while speakers are tuned",
    "speakers-held": "14 more, held aside at first; their misses were read later",
}
_CORPUS, _QUOTATIONS = "corpus.jsonl", "quotations.jsonl"


class KnownQuotation(NamedTuple):
    """Words that stand at characters `start` to `end` of an article, and who says them."""

    speaker: str
    start: int
    end: int
    direct: bool


@dataclass(frozen=True, slots=True)
class SpeakerSet:
    """A named set: each article with its quotations, in order."""

    name: str
    articles: tuple[tuple[Article, tuple[KnownQuotation, ...]], ...]


def load_speaker_set(name: str) -> SpeakerSet:
    """Load a built-in set, or the one in a folder.

    Raises UsageError where there is none of that name, DatelineError that names the line of words that the article
    does not have there.
    """
    folder = _DATA / name if name in SPEAKER_SETS else Path(name).expanduser()
    if not all((folder / file).is_file() for file in (_CORPUS, _QUOTATIONS)):
        known = " and ".join(SPEAKER_SETS)
        raise UsageError(
            f"{name} is no set of speakers. Built in are {known}; or name a folder of {_CORPUS}, {_QUOTATIONS}."
        )
    articles = {article.id: article for article in read_articles(folder / _CORPUS)}
    known_of: dict[str, list[KnownQuotation]] = defaultdict(list)
    for article_id, quotation in _read_quotations(folder / _QUOTATIONS, articles):
        known_of[article_id].append(quotation)
    return SpeakerSet(name, tuple((a, tuple(sorted(known_of[i], key=lambda q: q.start))) for i, a in articles.items()))


def _read_quotations(path: Path, articles: dict[str, Article]) -> Iterator[tuple[str, KnownQuotation]]:
    for row in read_jsonl(path):
        with naming(row.place):
            article = articles.get(get_text(row.values, "article"))
            words, start, direct = (row.values[name] for name in ("words", "start", "direct"))
            if article is None or not words or article.text[start : start + len(words)] != words:
                raise ValueError("no article of the set has these words there")
            yield article.id, KnownQuotation(get_text(row.values, "speaker"), start, start + len(words), bool(direct))
