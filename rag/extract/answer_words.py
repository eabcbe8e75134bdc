"""The words that answer in an LLM's answer, found in what its first sentence cites."""

from __future__ import annotations

import re
from dataclasses import replace

from index import DEFAULT_READER, Reader, embedded_text
from rag.english.gate import is_english, is_english_article
from rag.question.record import ParsedQuestion
from rag.records import Answer, AnswerWords, Citation, Quote, Sentence

_ANSWERS = 0.0  # the log-odds from which what is cited answers


def mark_answer(answer: Answer, question: ParsedQuestion, reader: Reader) -> Answer:
    """The answer with the words that answer, where one thing is asked that words answer.

    They stand in what the first sentence cites and, in whatever case, in the sentence too.
    """
    part, first = question.parts[0], next((s for s in answer.sentences if s.citations), None)
    if first is None or answer.answer or len(question.parts) > 1 or part.wants_sentences:
        return answer
    if first.verdict == "unsupported" or (reader.name == DEFAULT_READER and not is_english(part.asked)):
        return answer
    cited = [c for c in answer.citations if c.marker in first.citations]
    found = (_find(part.whole, citation, quote, first, reader) for citation in cited for quote in citation.quotes)
    return replace(answer, answer=next(filter(None, found), None))


def _find(asked: str, citation: Citation, quote: Quote, sentence: Sentence, reader: Reader) -> AnswerWords | None:
    article = citation.hit.article
    if quote.field == "title" or (reader.name == DEFAULT_READER and not is_english_article(article)):
        return None
    quoted = article.text[quote.start : quote.end]
    text = embedded_text(article, quoted)
    heading = len(text) - len(quoted)
    [reading] = reader.read(asked, [text])
    span = next(iter(reading.spans), None)  # the likeliest: less likely words are none to mark
    if span is None or reading.log_odds < _ANSWERS or span.start < heading:
        return None
    words = text[span.start : span.end]
    if not re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence.text, re.IGNORECASE):
        return None
    start = quote.start + span.start - heading
    return AnswerWords(words, citation.marker, start, start + len(words))
