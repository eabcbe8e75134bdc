"""Whether quotes are the articles' words, and citations point at the right articles."""

from __future__ import annotations

from collections.abc import Collection

from evals.measures.measure import Measure, Score, Unscored
from evals.measures.spans import FindArticle
from evals.rows import AnswerRow


def score_exact_quotes(row: AnswerRow, find_article: FindArticle) -> Score:
    """Share of quotes equal to the stored article's text, byte for byte, and inside the passage that is cited."""
    quotes = [(c, q) for c in row.citations for q in c.quotes]
    if not quotes:
        return Unscored("it quotes nothing")
    exact = 0
    for citation, quote in quotes:
        article, passage = find_article(citation.article.id), citation.passage
        inside = passage.start <= quote.start < quote.end <= passage.end
        exact += bool(article and inside and article.text[quote.start : quote.end] == quote.text)
    return exact / len(quotes)


def score_relevant_citations(row: AnswerRow, relevant: Collection[str]) -> Score:
    """Share of citations that point at a relevant article; `relevant` holds the copies of those too."""
    if row.should_refuse or not row.relevant:
        return Unscored("no relevant articles are labelled")
    if not row.citations:
        return Unscored("it cites nothing")
    return sum(c.article.id in relevant for c in row.citations) / len(row.citations)


FAMILY = (
    Measure(
        name="quote_exact",
        words="quotes that are the article's words",
        source="Dateline: equal to the stored text, byte for byte",
        of_row=lambda row, context: score_exact_quotes(row, context.find_article),
        headline=True,
    ),
    Measure(
        name="citation_relevant",
        words="citations of a right article",
        source="Dateline: cited articles, or their copies, among the relevant ones",
        of_row=lambda row, context: score_relevant_citations(row, context.add_copies(row.relevant)),
    ),
)
