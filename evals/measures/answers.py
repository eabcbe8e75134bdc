"""Whether an answer, and the quotes under it, hold the expected words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag import Answer


def normalise(text: str) -> str:
    """Lower case, accents and punctuation folded, white space squeezed: what is compared."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w.,%$€£']", " ", kept).split())


def holds_any(text: str, words: Sequence[str]) -> bool:
    """True where `text` holds one of `words`, whole words only."""
    inside = normalise(text)
    return any(re.search(rf"(?<!\w){re.escape(normalise(w))}(?!\w)", inside) for w in words)


def score_inclusion(answer: Answer, expected: Sequence[str]) -> float:
    """1 where the answer holds one of the expected words; a refusal scores 0."""
    return float(not answer.refused and holds_any(answer.text(), expected))


def score_right_quote(answer: Answer, expected: Sequence[str]) -> float:
    """1 where the answer holds the expected words and so does a quote that it cites."""
    quotes = [quote for citation in answer.citations for quote in citation.quoted()]
    return float(score_inclusion(answer, expected) and any(holds_any(q, expected) for q in quotes))


def score_sentences(answer: Answer, expected: Sequence[str]) -> float | None:
    """Share of the answer's sentences of which a quote holds the expected words; None without sentences."""
    if not answer.sentences:
        return None
    held = 0
    for sentence in answer.sentences:
        cited = [c for c in answer.citations if c.marker in sentence.citations]
        held += any(holds_any(quote, expected) for c in cited for quote in c.quoted())
    return held / len(answer.sentences)


def score_exact_quotes(answer: Answer) -> float | None:
    """Share of quotes that are inside the passage they are cited from, and not empty; None without quotes."""
    spans = [(q, c.hit.passage) for c in answer.citations for q in c.quotes]
    if not spans:
        return None
    exact = [
        passage.start <= q.start < q.end <= passage.end
        and passage.text[q.start - passage.start : q.end - passage.start] == citation_text
        for (q, passage), citation_text in zip(
            spans, (text for c in answer.citations for text in c.quoted()), strict=True
        )
    ]
    return sum(exact) / len(exact)
