"""The sentence that answers best, read again with the sentences before and after it.

What a reader makes of a passage depends on where the passage happens to begin and end. A second reading that begins and
ends elsewhere tells near misses from answers better than the passage alone does (docs/measurements.md).
"""

from __future__ import annotations

from index import Reader, Span, embedded_text, split_sentences
from rag.english.gate import write_out_days
from rag.extract.candidates import Candidate
from rag.question.record import QuestionPart

_FAR = 1500  # characters on either side, in which these sentences are looked for


def read_window(reader: Reader, part: QuestionPart, candidate: Candidate) -> float:
    """Return the reader's log-odds that the candidate's window answers."""
    article, (start, end) = candidate.hit.article, find_window(candidate)
    text = embedded_text(article, write_out_days(article, start, end, part.days))
    return reader.read(part.whole, [text])[0].log_odds


def find_window(candidate: Candidate) -> Span:
    """Characters of the article: the sentence and its neighbours; of a title how the text begins."""
    text, rules = candidate.hit.article.text, candidate.hit.article.rules
    quote = candidate.quote
    start, end = (quote.start, quote.end) if quote.field == "text" else (0, 0)
    far = max(0, start - _FAR)
    before = split_sentences(text[far:start], rules)
    after = split_sentences(text[end : end + _FAR], rules)
    return Span(far + before[-1].start if before else start, end + after[0].end if after else end)
