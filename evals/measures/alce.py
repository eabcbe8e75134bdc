"""Citation recall and precision, as ALCE defines them (Gao et al., EMNLP 2023, section 4, and its script).

A sentence is supported where its cited passages, read together, support it. Recall is the share of supported
sentences; a sentence without a citation is not supported. A citation is precise where its sentence is supported and
it has a part in that: it supports the sentence by itself, or the others don't without it. Precision is the share of
precise citations, 0 where there are none. ALCE asks an NLI model of 11 billion weights; here it is the verifier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from evals.measures.measure import Measure, Score, Unscored
from evals.rows import AnswerRow, KeptCitation
from rag import cut_lead

Supports = Callable[[str, Sequence[str]], bool]


class CitationScores(NamedTuple):
    """Precision and recall of the citations of an answer."""

    precision: Score
    recall: Score


def score_citations(row: AnswerRow, supports: Supports) -> CitationScores:
    """Score an answer's citations; `supports(claim, passages)` says whether all passages together support it."""
    if row.answer is None or not row.answer.sentences:
        why = Unscored("the question failed" if row.answer is None else "it was refused")
        return CitationScores(why, why)
    passages = {citation.marker: _read_cited(citation) for citation in row.citations}
    supported = precise = cited = 0
    for sentence in row.answer.sentences:
        texts = [passages[marker] for marker in sentence.citations]
        cited += len(texts)
        _, claim = cut_lead(sentence.text)  # "[As of 20 May 2024:] " is ours, and no part of the claim
        if texts and supports(claim, texts):
            supported += 1
            precise += sum(_has_part(n, texts, claim, supports) for n in range(len(texts)))
    return CitationScores(precise / cited if cited else 0.0, supported / len(row.answer.sentences))


def _read_cited(citation: KeptCitation) -> str:
    """The passage, under its article's title where that is quoted."""
    titled = any(quote.field == "title" for quote in citation.quotes)
    return f"{citation.article.title}\n{citation.passage.text}" if titled else citation.passage.text


def _has_part(n: int, texts: Sequence[str], claim: str, supports: Supports) -> bool:
    """True where passage `n` of those that support the claim together is needed, or does by itself."""
    if len(texts) == 1 or supports(claim, [texts[n]]):
        return True
    return not supports(claim, [*texts[:n], *texts[n + 1 :]])


FAMILY = (
    Measure(
        name="citation_precision",
        words="citations that support (ALCE)",
        source="ALCE (Gao et al. 2023), over Dateline's verifier",
        of_row=lambda row, context: score_citations(row, context.supports).precision,
        headline=True,
        in_sweeps=True,
    ),
    Measure(
        name="citation_recall",
        words="sentences supported (ALCE)",
        source="ALCE (Gao et al. 2023), over Dateline's verifier",
        of_row=lambda row, context: score_citations(row, context.supports).recall,
    ),
)
