"""Who said what about a topic, or what one person said: statements with their speakers, words, days and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index import (
    NO_FILTERS,
    Article,
    Filters,
    Hit,
    Library,
    Passage,
    Span,
    check_question,
    content_words,
    split_sentences,
)
from rag.english.gate import (
    Speech,
    find_speech,
    is_same_speaker,
    published_day,
    read_speech_question,
    resolve_days,
)
from rag.overlap import list_words, measure_jaccard
from rag.question.filters import end_by
from rag.question.nothing_left import explain_empty
from rag.quotes import CitationBook
from rag.records import Citation, Quote, citation_to_dict

_MOST_ARTICLES = 150  # that are read for one topic or person
_MOST_HITS = 60  # passages that are looked for
_ALIKE = 0.8  # share of two statements' words from which they are the same one
_COVERED = 0.5  # share of a topic's words that a statement and what stands around it must have
_AROUND = 240  # characters around a statement that show what it is about


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said: `words` are `article.text[start:end]` of the article that `marker` cites, byte for byte.

    `speaker` is the whole name where the article has it, `mention` the words for the speaker just there, "he", say.
    `direct` words are the speaker's own. `said` is the day that the article gives, else that of its publication, None
    where neither is known. `continues` says that the words go on what was said before: `“…,” he said, “…”`. `copies`
    are ids of other articles that have the same. `shown` is how a line shows it: own words in quotation marks, and of
    what is reported the whole sentence, which the citation quotes then.
    """

    speaker: str
    words: str
    direct: bool
    marker: int
    start: int
    end: int
    mention: str
    said: date | None
    continues: bool = False
    copies: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one `speaker`, or of everybody, about a `topic`, the newest first; either may be empty.

    `found` counts all that there are, of which `statements` has no more than was asked for. `articles` is how many were
    read. Where nothing was found, `reason` says why.
    """

    about: str
    speaker: str
    topic: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    found: int
    articles: int
    reason: str = ""

    def citation(self, marker: int) -> Citation | None:
        """The citation with that marker."""
        return next((c for c in self.citations if c.marker == marker), None)

    def list_lines(self) -> list[Statement]:
        """The statements to show, a line each: of several that one sentence reports, the first."""
        first: dict[object, Statement] = {}
        for s in self.statements:
            first.setdefault((s.marker, s.start if s.direct else (s.speaker, s.shown)), s)
        return list(first.values())


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement on its way: what is said, in which article, and when."""

    article: Article
    speech: Speech
    said: date | None
    copies: tuple[str, ...] = ()

    def text(self) -> str:
        return " ".join(self.article.text[p.start : p.end] for p in self.speech.pieces)


def find_statements(
    library: Library,
    about: str,
    filters: Filters = NO_FILTERS,
    as_of: date | None = None,
    limit: int = 30,
) -> Statements:
    """Find what a person said, what was said about a topic, or what that person said about it; the newest first.

    `about` is a name, a topic, or both: "Tiani", "the deal", "Tiani about the deal", "what did Tiani say of it?". At
    most `limit` quotations are given. The same words in several articles are one statement. Raises UsageError for what
    can't be asked.
    """
    about = check_question(about)
    asked = read_speech_question(about)
    within = end_by(filters, as_of)
    speaker, topic = asked.speaker, asked.topic
    articles = list(_choose_articles(library, speaker, topic, within))
    spoken = [found for article in articles for found in _read(article)]
    by_speaker = [f for f in spoken if speaker and is_same_speaker(speaker, f.speech.speaker)]
    if asked.sure and speaker:
        chosen = by_speaker
    elif by_speaker:
        chosen, topic = by_speaker, topic if topic != speaker else ""
    else:
        chosen, speaker, topic = spoken, "", topic if topic == speaker else about
    if topic:
        chosen = [found for found in chosen if _is_about(found, topic)]
    folded = _fold(chosen)
    folded.sort(key=_place)
    return _give(library, about, speaker, topic, folded, limit, len(articles), within)


def _choose_articles(library: Library, speaker: str, topic: str, filters: Filters) -> Iterator[Article]:
    """The articles to read: those that name the speaker, the newest first, and those found for the topic."""
    seen: set[str] = set()
    named: list[Article] = []
    if speaker:
        word = max(speaker.split(), key=len) if len(speaker.split()) > 3 else speaker.split()[-1]
        named, _ = library.page(filters, word.removesuffix("'s").removesuffix("’s"), 0, _MOST_ARTICLES)
    hits = library.search(topic or speaker, _MOST_HITS, rerank=False, filters=filters) if topic else []
    for article in (*(hit.article for hit in hits), *named):
        if article.id not in seen and len(seen) < _MOST_ARTICLES:
            seen.add(article.id)
            yield article


def _read(article: Article) -> Iterator[_Found]:
    for speech in find_speech(article):
        yield _Found(article, speech, _find_day(article, speech))


def _find_day(article: Article, speech: Speech) -> date | None:
    """The day on which the article says that it was said, beside who says it; else the day of the article."""
    start = article.text.rfind("\n", 0, speech.mention.start) + 1
    line_end = article.text.find("\n", speech.mention.end)
    end = min(line_end if line_end >= 0 else len(article.text), speech.mention.end + 60)
    for day in resolve_days(article, max(start, speech.mention.start - 30), end):
        inside = any(p.start <= day.start < p.end for p in speech.pieces)
        if not inside and day.first == day.last:
            return day.first
    return published_day(article).as_date()


def _is_about(found: _Found, topic: str) -> bool:
    """True where a statement, what stands around it and the headline have most of a topic's words, not that alone."""
    wanted = set(content_words(topic))
    if not wanted:
        return True
    pieces, text = found.speech.pieces, found.article.text
    near = text[max(0, pieces[0].start - _AROUND) : pieces[-1].end + _AROUND // 2]
    beside = wanted & set(content_words(near))
    return bool(beside) and len(wanted & ({*beside, *content_words(found.article.title)})) >= _COVERED * len(wanted)


def _fold(chosen: Iterable[_Found]) -> list[_Found]:
    """Each statement once: of those with the same words, the first that was published, and the others as copies."""
    kept: list[_Found] = []
    words: list[frozenset[str]] = []
    ordered = sorted(
        chosen, key=lambda f: (published_day(f.article).as_date() or date.max, f.article.id, f.speech.pieces[0])
    )
    for found in ordered:
        mine = list_words(found.text()) or frozenset([found.text()])
        for n, theirs in enumerate(words):
            if measure_jaccard(mine, theirs) >= _ALIKE and _same(found, kept[n]):
                others = dict.fromkeys((*kept[n].copies, found.article.id))
                kept[n] = replace(kept[n], copies=tuple(i for i in others if i != kept[n].article.id))
                break
        else:
            kept.append(found)
            words.append(mine)
    return kept


def _same(one: _Found, other: _Found) -> bool:
    """True for one speaker, whatever the articles call that one."""
    first, second = one.speech.speaker, other.speech.speaker
    return is_same_speaker(first, second) or is_same_speaker(second, first)


def _place(found: _Found) -> tuple[bool, int, str, int]:
    """The newest first, those without a day last; of one article in its order."""
    day = found.said
    return (day is None, -day.toordinal() if day else 0, found.article.id, found.speech.pieces[0].start)


def _give(
    library: Library,
    about: str,
    speaker: str,
    topic: str,
    found: list[_Found],
    limit: int,
    articles: int,
    filters: Filters,
) -> Statements:
    book = CitationBook()
    statements = [statement for one in found[:limit] for statement in _cite(library, book, one)]
    reason = "" if found else _explain(library, speaker, topic, articles, filters)
    return Statements(about, speaker, topic, tuple(statements), book.citations(), len(found), articles, reason)


def _cite(library: Library, book: CitationBook, found: _Found) -> Iterator[Statement]:
    """A statement for each run of words, with the passage that it stands in."""
    article, speech = found.article, found.speech
    passages = library.passages(article)
    for n, piece in enumerate(speech.pieces):
        passage = next((p for p in passages if p.start <= piece.start < p.end), passages[0])
        quote = Quote(*piece) if speech.direct else _find_sentence(passage, piece)
        marker = book.cite(Hit(passage, article, rank=1, score=1.0, copies=found.copies), [quote])
        shown = article.text[quote.start : quote.end]
        yield Statement(
            speaker=speech.speaker,
            words=article.text[piece.start : piece.end],
            direct=speech.direct,
            marker=marker,
            start=piece.start,
            end=piece.end,
            mention=article.text[speech.mention.start : speech.mention.end],
            said=found.said,
            continues=n > 0,
            copies=found.copies,
            shown=f"“{shown}”" if speech.direct else shown,
        )


def _find_sentence(passage: Passage, piece: Span) -> Quote:
    """The sentence, or sentences, in which a piece stands."""
    sentences = [Span(passage.start + s.start, passage.start + s.end) for s in split_sentences(passage.text)]
    around = [s for s in sentences if s.start < piece.end and piece.start < s.end] or [piece]
    return Quote(min(around[0].start, piece.start), max(around[-1].end, piece.end))


def _explain(library: Library, speaker: str, topic: str, articles: int, filters: Filters) -> str:
    """Why nothing was found, in a line."""
    scope = library.scope(filters)
    if reason := explain_empty(scope):
        return reason
    noun = "article" if scope.searched == 1 else "articles"
    who = f"{speaker} is" if speaker else "Nobody is"
    what = f" about {topic}" if topic else ""
    quoted = "not quoted" if speaker else "quoted"
    return f"{who} {quoted}{what} in the {scope.searched} {noun} searched. Try another name or topic."


def statements_to_dict(statements: Statements) -> dict[str, Any]:
    """Statements as JSON has them."""
    ids = {citation.marker: citation.hit.article.id for citation in statements.citations}
    return {
        "about": statements.about,
        "speaker": statements.speaker,
        "topic": statements.topic,
        "found": statements.found,
        "articles": statements.articles,
        "reason": statements.reason,
        "statements": [
            {
                "speaker": s.speaker,
                "words": s.words,
                "direct": s.direct,
                "date": s.said.isoformat() if s.said else None,
                "article": ids[s.marker],
                "marker": s.marker,
                "start": s.start,
                "end": s.end,
                "mention": s.mention,
                "continues": s.continues,
                "copies": list(s.copies),
                "shown": s.shown,
            }
            for s in statements.statements
        ],
        "citations": [citation_to_dict(citation) for citation in statements.citations],
    }
