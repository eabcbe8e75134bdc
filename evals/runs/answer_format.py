"""The format of an answer in a run folder and in `feedback.jsonl`: each field, with its name on disk spelled out.

A field that is missing takes its default, and fields that are not known are passed over.
"""

from __future__ import annotations

from typing import Any, get_args

from evals.rows import (
    KeptAnswer,
    KeptArticle,
    KeptCitation,
    KeptDay,
    KeptDisagreement,
    KeptHit,
    KeptPassage,
    KeptQuote,
    KeptSentence,
    KeptSide,
    KeptWords,
    QuotedField,
    Verdict,
)
from evals.runs.json_fields import JsonFields
from index import Filters

_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_QUOTED_FIELDS: tuple[QuotedField, ...] = get_args(QuotedField)
Json = dict[str, Any]


def answer_to_json(answer: KeptAnswer) -> Json:
    """An answer, in a run and in `feedback.jsonl`."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "filters": _filters_to_json(answer.filters),
        "named": _filters_to_json(answer.named),
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "signals": dict(answer.signals),
        "gaps": list(answer.gaps),
        "answer": _words_to_json(answer.answer) if answer.answer else None,
        "disagreements": [_disagreement_to_json(d) for d in answer.disagreements],
        "sentences": [_sentence_to_json(sentence) for sentence in answer.sentences],
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "unresolved": list(answer.unresolved),
        "warnings": list(answer.warnings),
        "hits": [_hit_to_json(hit) for hit in answer.hits],
        "model": answer.model,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost_usd": answer.cost_usd,
        "settings": dict(answer.settings),
    }


def answer_from_json(values: object) -> KeptAnswer:
    """The answer; raise KeyError, TypeError or ValueError that names what is wrong with it."""
    return read_answer(JsonFields(values))


def read_answer(answer: JsonFields) -> KeptAnswer:
    """The answer whose fields these are."""
    words = answer.optional_object("answer")
    return KeptAnswer(
        question=answer.text("question"),
        standalone_question=answer.text("standalone_question", ""),
        as_of=answer.optional_day("as_of"),
        filters=_read_filters(answer, "filters"),
        named=_read_filters(answer, "named"),
        refused=answer.flag("refused"),
        reason=answer.text("reason", ""),
        confidence=answer.optional_number("confidence"),
        signals=answer.numbers("signals", {}),
        gaps=answer.texts("gaps"),
        answer=_read_words(words) if words else None,
        disagreements=answer.objects("disagreements", _read_disagreement),
        sentences=answer.objects("sentences", _read_sentence),
        citations=answer.objects("citations", _read_citation),
        unresolved=answer.texts("unresolved"),
        warnings=answer.texts("warnings"),
        hits=answer.objects("hits", _read_hit),
        model=answer.text("model", ""),
        prompt_tokens=answer.optional_whole("prompt_tokens"),
        completion_tokens=answer.optional_whole("completion_tokens"),
        cost_usd=answer.optional_number("cost_usd"),
        settings=answer.mapping("settings", {}),
    )


def _filters_to_json(filters: Filters) -> Json:
    return {
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "sources": list(filters.sources),
        "languages": list(filters.languages),
        **({"collections": list(filters.collections)} if filters.collections else {}),
        "exclude": list(filters.exclude),
    }


def _read_filters(answer: JsonFields, name: str) -> Filters:
    filters = answer.optional_object(name)
    if filters is None:
        return Filters()
    return Filters(
        after=filters.optional_day("after"),
        before=filters.optional_day("before"),
        sources=filters.texts("sources"),
        languages=filters.texts("languages"),
        collections=filters.texts("collections"),
        exclude=filters.texts("exclude"),
    )


def _words_to_json(words: KeptWords) -> Json:
    return {
        "text": words.text,
        "marker": words.marker,
        "start": words.start,
        "end": words.end,
        "field": words.field,
    }


def _read_words(words: JsonFields) -> KeptWords:
    return KeptWords(
        text=words.text("text"),
        marker=words.whole("marker"),
        start=words.whole("start"),
        end=words.whole("end"),
        field=words.one_of("field", _QUOTED_FIELDS, "text"),
    )


def _disagreement_to_json(disagreement: KeptDisagreement) -> Json:
    return {
        "about": disagreement.about,
        "kind": disagreement.kind,
        "sides": [
            {
                "value": side.value,
                "citations": list(side.citations),
                "outlets": list(side.outlets),
                "published": side.published.isoformat() if side.published else None,
                "newest": side.newest,
            }
            for side in disagreement.sides
        ],
    }


def _read_disagreement(disagreement: JsonFields) -> KeptDisagreement:
    return KeptDisagreement(
        about=disagreement.text("about"),
        kind=disagreement.text("kind"),
        sides=disagreement.objects("sides", _read_side),
    )


def _read_side(side: JsonFields) -> KeptSide:
    return KeptSide(
        value=side.text("value"),
        citations=side.list("citations", _marker_from_json),
        outlets=side.texts("outlets"),
        published=side.optional_day("published"),
        newest=side.flag("newest", default=False),
    )


def _sentence_to_json(sentence: KeptSentence) -> Json:
    return {
        "text": sentence.text,
        "verdict": sentence.verdict,
        "support": sentence.support,
        "reasons": list(sentence.reasons),
        "citations": list(sentence.citations),
        "gap": sentence.gap,
    }


def _read_sentence(sentence: JsonFields) -> KeptSentence:
    return KeptSentence(
        text=sentence.text("text"),
        verdict=sentence.one_of("verdict", _VERDICTS, "unchecked"),
        support=sentence.optional_number("support"),
        reasons=sentence.texts("reasons"),
        citations=sentence.list("citations", _marker_from_json),
        gap=sentence.flag("gap", default=False),
    )


def _marker_from_json(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("`citations` holds what is not a number")
    return value


def _citation_to_json(citation: KeptCitation) -> Json:
    return {
        "marker": citation.marker,
        "article": _article_to_json(citation.article),
        "passage": _passage_to_json(citation.passage),
        "copies": list(citation.copies),
        "quotes": [
            {
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
                "field": quote.field,
                "days": [_day_to_json(day) for day in quote.days],
            }
            for quote in citation.quotes
        ],
    }


def _read_citation(citation: JsonFields) -> KeptCitation:
    return KeptCitation(
        marker=citation.whole("marker"),
        article=_read_article(citation.object("article")),
        passage=_read_passage(citation.object("passage")),
        copies=citation.texts("copies"),
        quotes=citation.objects("quotes", _read_quote),
    )


def _read_quote(quote: JsonFields) -> KeptQuote:
    return KeptQuote(
        start=quote.whole("start"),
        end=quote.whole("end"),
        text=quote.text("text"),
        days=quote.objects("days", _read_day),
        field=quote.one_of("field", _QUOTED_FIELDS, "text"),
    )


def _day_to_json(day: KeptDay) -> Json:
    return {
        "start": day.start,
        "end": day.end,
        "text": day.text,
        "first": day.first.isoformat(),
        "last": day.last.isoformat(),
    }


def _read_day(day: JsonFields) -> KeptDay:
    return KeptDay(day.whole("start"), day.whole("end"), day.text("text"), day.day("first"), day.day("last"))


def _article_to_json(article: KeptArticle) -> Json:
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
    }


def _read_article(article: JsonFields) -> KeptArticle:
    return KeptArticle(
        id=article.text("id"),
        title=article.text("title", ""),
        url=article.optional_text("url"),
        source=article.optional_text("source"),
        published=article.optional_time("published"),
    )


def _passage_to_json(passage: KeptPassage) -> Json:
    return {"id": passage.id, "start": passage.start, "end": passage.end, "text": passage.text}


def _read_passage(passage: JsonFields) -> KeptPassage:
    return KeptPassage(passage.text("id"), passage.whole("start"), passage.whole("end"), passage.text("text"))


def _hit_to_json(hit: KeptHit) -> Json:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article": _article_to_json(hit.article),
        "passage": _passage_to_json(hit.passage),
        "signals": dict(hit.signals),
        "copies": list(hit.copies),
    }


def _read_hit(hit: JsonFields) -> KeptHit:
    return KeptHit(
        rank=hit.whole("rank"),
        score=hit.number("score"),
        article=_read_article(hit.object("article")),
        passage=_read_passage(hit.object("passage")),
        signals=hit.numbers("signals", {}),
        copies=hit.texts("copies"),
    )
