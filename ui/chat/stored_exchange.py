"""An exchange as it is kept on disk: compressed JSON with a version, whatever shape the records have in memory.

Version 3 is written and read here, field by field. A record that gets a field gets a line in its two functions, and
what was kept without it is read with a default: version 2 has no words that answer, and no quotes of titles. Version 1
is what 0.1.0 kept: a dump of its records, with no version.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from index import Article, Correction, Filters, Hit, Passage, Scope
from rag import (
    Answer,
    AnswerWords,
    Citation,
    Quote,
    Sentence,
    Translation,
    disagreement_from_dict,
    disagreement_to_dict,
)
from ui.chat.conversation import Exchange

VERSION = 3
_Json = Mapping[str, Any]
_SCOPE = ("articles", "searched", "undated_left_out", "first", "last", "unnamed_left_out")  # a list in version 1


class UnreadableExchangeError(ValueError):
    """What was kept is damaged, or from a later version."""


def to_stored(exchange: Exchange) -> bytes:
    """The exchange as bytes to keep. Raises ValueError for text that no file can hold (half a surrogate pair)."""
    written = json.dumps({"version": VERSION, **_write_exchange(exchange)}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(written.encode())


def from_stored(stored: bytes) -> Exchange:
    """The exchange that was kept, by this version of Dateline or an earlier one. Raises UnreadableExchangeError."""
    try:
        kept = json.loads(zlib.decompress(stored))
        version = kept.get("version", 1)
        if version > VERSION:
            raise UnreadableExchangeError("a later version of Dateline kept this part of the conversation: update it.")
        return _read_exchange(_update(kept) if version == 1 else kept)
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, UnreadableExchangeError):
            raise
        raise UnreadableExchangeError("this part of the conversation is damaged.") from error


def _update(kept: _Json) -> _Json:
    """What 0.1.0 kept, as version 2 has it: articles once, gaps with their sentences, named filters with the answer."""
    scope, answer = kept["scope"], kept["answer"]
    kept = {**kept, "scope": dict(zip(_SCOPE, scope, strict=False)) if scope else None}
    if answer is None:
        return kept
    articles: list[_Json] = []

    def move(hit: _Json) -> _Json:
        if hit["article"] not in articles:
            articles.append(hit["article"])
        return {**hit, "article": articles.index(hit["article"])}

    updated = {
        **answer,
        "named": kept["named"],
        "sentences": [{**sentence, "gap": sentence["text"] in answer["gaps"]} for sentence in answer["sentences"]],
        "hits": [move(hit) for hit in answer["hits"]],
        "citations": [{**c, "hit": move(c["hit"])} for c in answer["citations"]],
        "articles": articles,
    }
    return {**kept, "answer": updated}


def _write_exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "question": exchange.question,
        "error": exchange.error,
        "stopped": exchange.stopped,
        "chosen": _write_filters(exchange.chosen),
        "without": list(exchange.without),
        "as_of": _write_day(exchange.as_of),
        "scope": _write_scope(exchange.scope) if exchange.scope else None,
        "answer": _write_answer(exchange.answer) if exchange.answer else None,
    }


def _read_exchange(kept: _Json) -> Exchange:
    return Exchange(
        question=kept["question"],
        error=kept["error"],
        stopped=kept["stopped"],
        chosen=_read_filters(kept.get("chosen")),
        without=tuple(kept.get("without", ())),
        as_of=_read_day(kept.get("as_of")),
        scope=_read_scope(kept["scope"]) if kept["scope"] else None,
        answer=_read_answer(kept["answer"]) if kept["answer"] else None,
    )


def _write_answer(answer: Answer) -> dict[str, Any]:
    """An answer whole, with the text of every article that it read, each once."""
    articles: dict[Article, int] = {}

    def write_hit(hit: Hit) -> dict[str, Any]:
        return _write_hit(hit, articles.setdefault(hit.article, len(articles)))

    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "model": answer.model,
        "filters": _write_filters(answer.filters),
        "named": _write_filters(answer.named),
        "as_of": _write_day(answer.as_of),
        "counted_from": _write_day(answer.counted_from),
        "corrections": [[c.word, c.instead, c.start, c.end] for c in answer.corrections],
        "newest_day": _write_day(answer.newest_day),
        "answer": _write_words(answer.answer) if answer.answer else None,
        "disagreements": [disagreement_to_dict(d) for d in answer.disagreements],
        "sentences": [_write_sentence(sentence) for sentence in answer.sentences],
        "citations": [
            {
                "marker": c.marker,
                "hit": write_hit(c.hit),
                "quotes": [[q.start, q.end, q.field] for q in c.quotes],
                "translations": [[t.text, t.language, t.model] if t else None for t in c.translations],
            }
            for c in answer.citations
        ],
        "unresolved": answer.unresolved,
        "hits": [write_hit(hit) for hit in answer.hits],
        "articles": [_write_article(article) for article in articles],
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "signals": dict(answer.signals),
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost_usd": answer.cost_usd,
        "warnings": answer.warnings,
        "seconds": dict(answer.seconds),
        "settings": dict(answer.settings),
        "stage": answer.stage,
    }


def _read_answer(kept: _Json) -> Answer:
    articles = [_read_article(article) for article in kept["articles"]]
    return Answer(
        question=kept["question"],
        standalone_question=kept["standalone_question"],
        model=kept["model"],
        filters=_read_filters(kept["filters"]),
        named=_read_filters(kept["named"]),
        as_of=_read_day(kept["as_of"]),
        counted_from=_read_day(kept.get("counted_from")),
        corrections=tuple(Correction(*given) for given in kept.get("corrections", ())),
        newest_day=_read_day(kept.get("newest_day")),
        answer=_read_words(kept["answer"]) if kept.get("answer") else None,
        disagreements=tuple(disagreement_from_dict(d) for d in kept.get("disagreements", ())),
        sentences=tuple(_read_sentence(sentence) for sentence in kept["sentences"]),
        citations=tuple(
            Citation(
                c["marker"],
                _read_hit(c["hit"], articles),
                tuple(Quote(*quote) for quote in c["quotes"]),
                tuple(Translation(*given) if given else None for given in c.get("translations", ())),
            )
            for c in kept["citations"]
        ),
        unresolved=tuple(kept["unresolved"]),
        hits=tuple(_read_hit(hit, articles) for hit in kept["hits"]),
        refused=kept["refused"],
        reason=kept["reason"],
        confidence=kept["confidence"],
        signals=kept["signals"],
        prompt_tokens=kept["prompt_tokens"],
        completion_tokens=kept["completion_tokens"],
        cost_usd=kept["cost_usd"],
        warnings=tuple(kept["warnings"]),
        seconds=kept["seconds"],
        settings=kept["settings"],
        stage=kept["stage"],
    )


def _write_words(words: AnswerWords) -> dict[str, Any]:
    return {
        "text": words.text,
        "marker": words.marker,
        "start": words.start,
        "end": words.end,
        "field": words.field,
    }


def _read_words(kept: _Json) -> AnswerWords:
    return AnswerWords(
        text=kept["text"], marker=kept["marker"], start=kept["start"], end=kept["end"], field=kept["field"]
    )


def _write_sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "citations": sentence.citations,
        "support": sentence.support,
        "verdict": sentence.verdict,
        "reasons": sentence.reasons,
        "gap": sentence.gap,
    }


def _read_sentence(kept: _Json) -> Sentence:
    return Sentence(
        text=kept["text"],
        citations=tuple(kept["citations"]),
        support=kept["support"],
        verdict=kept["verdict"],
        reasons=tuple(kept["reasons"]),
        gap=kept["gap"],
    )


def _write_hit(hit: Hit, article: int) -> dict[str, Any]:
    p = hit.passage
    return {
        "article": article,
        "passage": {
            "id": p.id,
            "article_id": p.article_id,
            "ordinal": p.ordinal,
            "start": p.start,
            "end": p.end,
            "text": p.text,
        },
        "rank": hit.rank,
        "score": hit.score,
        "signals": dict(hit.signals),
        "copies": hit.copies,
    }


def _read_hit(kept: _Json, articles: list[Article]) -> Hit:
    p = kept["passage"]
    passage = Passage(p["id"], p["article_id"], p["ordinal"], start=p["start"], end=p["end"], text=p["text"])
    return Hit(
        passage,
        articles[kept["article"]],
        rank=kept["rank"],
        score=kept["score"],
        signals=kept["signals"],
        copies=tuple(kept["copies"]),
    )


def _write_article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "content_hash": article.content_hash,
        "url": article.url,
        "origin": article.origin,
        "source": article.source,
        "authors": article.authors,
        "published": _write_day(article.published),
        "published_precision": article.published_precision,
        "modified": _write_day(article.modified),
        "language": article.language,
        "date_evidence": article.date_evidence,
        "language_evidence": article.language_evidence,
        "source_evidence": article.source_evidence,
        "authors_evidence": article.authors_evidence,
        "agency": article.agency,
        "word_places": article.word_places,
        "collections": article.collections,
        "removed": article.removed,
    }


def _read_article(kept: _Json) -> Article:
    return Article(
        id=kept["id"],
        title=kept["title"],
        text=kept["text"],
        content_hash=kept["content_hash"],
        url=kept["url"],
        origin=kept["origin"],
        source=kept["source"],
        authors=tuple(kept["authors"]),
        published=_read_moment(kept["published"]),
        published_precision=kept["published_precision"],
        modified=_read_moment(kept["modified"]),
        language=kept["language"],
        date_evidence=kept["date_evidence"],
        language_evidence=kept.get("language_evidence"),
        source_evidence=kept.get("source_evidence"),
        authors_evidence=kept.get("authors_evidence"),
        agency=kept.get("agency"),
        word_places=kept.get("word_places", ""),
        collections=tuple(kept.get("collections", ())),
        removed=kept["removed"],
    )


def _write_filters(filters: Filters) -> dict[str, Any]:
    return {
        "after": _write_day(filters.after),
        "before": _write_day(filters.before),
        "sources": filters.sources,
        "exclude": filters.exclude,
        "languages": filters.languages,
        "collections": filters.collections,
    }


def _read_filters(kept: _Json | None) -> Filters:
    if kept is None:
        return Filters()
    return Filters(
        after=_read_day(kept["after"]),
        before=_read_day(kept["before"]),
        sources=tuple(kept["sources"]),
        exclude=tuple(kept["exclude"]),
        languages=tuple(kept["languages"]),
        collections=tuple(kept.get("collections", ())),
    )


def _write_scope(scope: Scope) -> dict[str, Any]:
    return {
        "articles": scope.articles,
        "searched": scope.searched,
        "undated_left_out": scope.undated_left_out,
        "first": _write_day(scope.first),
        "last": _write_day(scope.last),
        "unnamed_left_out": scope.unnamed_left_out,
    }


def _read_scope(kept: _Json) -> Scope:
    return Scope(
        articles=kept["articles"],
        searched=kept["searched"],
        undated_left_out=kept["undated_left_out"],
        first=_read_moment(kept["first"]),
        last=_read_moment(kept["last"]),
        unnamed_left_out=kept["unnamed_left_out"],
    )


def _write_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _read_moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
