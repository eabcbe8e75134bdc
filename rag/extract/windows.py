"""The sentence that answers best, read again with less and with more of its article around it.

What a reader makes of a passage depends on where the passage happens to begin and end. The mean of several such
readings tells near misses from answers better than one of them does (docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from index import Reader, embedded_text, split_sentences
from rag.english.gate import write_out_days
from rag.extract.candidates import Candidate
from rag.question.record import QuestionPart

_AROUND = (0, 1, 2)  # sentences on either side
_FAR = 1500  # characters on either side, in which these are looked for


def read_windows(reader: Reader, part: QuestionPart, candidate: Candidate) -> list[float]:
    """The reader's log-odds that each of the candidate's windows answers, that of the sentence alone first."""
    article = candidate.hit.article
    texts = [
        embedded_text(article, write_out_days(article, start, end, part.days)) for start, end in list_windows(candidate)
    ]
    return [reading.log_odds for reading in reader.read(part.whole, texts)]


def list_windows(candidate: Candidate) -> Iterator[tuple[int, int]]:
    """Characters of the article, from the sentence alone to the widest window; a title's begin with the text."""
    text, rules = candidate.hit.article.text, candidate.hit.article.rules
    quote = candidate.quote
    start, end = (quote.start, quote.end) if quote.field == "text" else (0, 0)
    far = max(0, start - _FAR)
    before = [far + s.start for s in split_sentences(text[far:start], rules)]
    after = [end + s.end for s in split_sentences(text[end : end + _FAR], rules)]
    for most in _AROUND:
        first = before[-most:][0] if most and before else start
        last = after[:most][-1] if most and after else end
        yield first, last
