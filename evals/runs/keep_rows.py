"""Making the rows of a run from what a search and an answerer gave."""

from __future__ import annotations

from collections.abc import Sequence

from evals.records import Question
from evals.rows import (
    AnswerRow,
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
    RankedPassage,
    Variant,
)
from index import Article, Hit, Passage
from rag import Answer, AnswerWords, Citation, Disagreement, Sentence


def make_answer_row(
    question: Question, variant: Variant, hits: Sequence[Hit], answer: Answer | None, error: str = ""
) -> AnswerRow:
    """The row of a question: `hits` are the ranking, best first; `answer` is None where it failed with `error`."""
    return AnswerRow(
        id=question.id,
        question=question.question,
        variant=variant,
        answers=question.answers,
        relevant=question.relevant,
        grades=question.grades,
        unanswerable=question.unanswerable,
        choices=question.choices,
        nuggets=question.nuggets,
        evidence=question.evidence,
        earlier=question.earlier,
        disputed=question.disputed,
        as_of=question.as_of,
        written_out=question.written_out,
        range=question.range,
        ranking=tuple(dict.fromkeys(hit.article.id for hit in hits)),
        passages=tuple(RankedPassage(hit.article.id, hit.passage.start, hit.passage.end) for hit in hits),
        answer=keep_answer(answer) if answer else None,
        error=error,
    )


def keep_answer(answer: Answer) -> KeptAnswer:
    """The answer without the articles' texts, and without its seconds, which differ from run to run."""
    return KeptAnswer(
        question=answer.question,
        standalone_question=answer.standalone_question,
        as_of=answer.as_of,
        filters=answer.filters,
        named=answer.named,
        refused=answer.refused,
        reason=answer.reason,
        confidence=answer.confidence,
        signals=answer.signals,
        gaps=tuple(answer.gaps),
        answer=_keep_words(answer.answer) if answer.answer else None,
        disagreements=tuple(_keep_disagreement(d) for d in answer.disagreements),
        sentences=tuple(_keep_sentence(sentence) for sentence in answer.sentences),
        citations=tuple(_keep_citation(citation) for citation in answer.citations),
        unresolved=answer.unresolved,
        warnings=answer.warnings,
        hits=tuple(_keep_hit(hit) for hit in answer.hits),
        model=answer.model,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        cost_usd=answer.cost_usd,
        settings=answer.settings,
    )


def _keep_words(words: AnswerWords) -> KeptWords:
    return KeptWords(words.text, words.marker, words.start, words.end, words.field)


def _keep_disagreement(disagreement: Disagreement) -> KeptDisagreement:
    sides = tuple(KeptSide(s.value, s.citations, s.outlets, s.published, s.newest) for s in disagreement.sides)
    return KeptDisagreement(disagreement.about, disagreement.kind, sides)


def _keep_sentence(sentence: Sentence) -> KeptSentence:
    return KeptSentence(
        text=sentence.text,
        verdict=sentence.verdict,
        support=sentence.support,
        reasons=sentence.reasons,
        citations=sentence.citations,
        gap=sentence.gap,
    )


def _keep_citation(citation: Citation) -> KeptCitation:
    hit = citation.hit
    text = hit.article.text
    quotes = tuple(
        KeptQuote(
            quote.start,
            quote.end,
            words,
            tuple(KeptDay(day.start, day.end, text[day.start : day.end], day.first, day.last) for day in days),
            quote.field,
        )
        for quote, words, days in zip(citation.quotes, citation.quoted(), citation.days(), strict=True)
    )
    return KeptCitation(citation.marker, _keep_article(hit.article), _keep_passage(hit.passage), hit.copies, quotes)


def _keep_hit(hit: Hit) -> KeptHit:
    return KeptHit(
        hit.rank, hit.score, _keep_article(hit.article), _keep_passage(hit.passage), dict(hit.signals), hit.copies
    )


def _keep_article(article: Article) -> KeptArticle:
    return KeptArticle(article.id, article.title, article.url, article.source, article.published)


def _keep_passage(passage: Passage) -> KeptPassage:
    return KeptPassage(passage.id, passage.start, passage.end, passage.text)
