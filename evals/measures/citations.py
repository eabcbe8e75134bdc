"""Whether quotes are the articles' words, and citations point at the right articles."""

from __future__ import annotations

from collections.abc import Collection

from evals.measures.measure import Measure, Score, Unscored
from evals.measures.spans import FindArticle
from evals.rows import AnswerRow, KeptCitation, KeptQuote
from index import Article


def score_exact_quotes(row: AnswerRow, find_article: FindArticle) -> Score:
    """Share of quotes equal to the stored article's words, byte for byte: in its title, or in the passage cited."""
    quotes = [(c, q) for c in row.citations for q in c.quotes]
    if not quotes:
        return Unscored("it quotes nothing")
    return sum(_is_exact(quote, citation, find_article(citation.article.id)) for citation, quote in quotes) / len(
        quotes
    )


def _is_exact(quote: KeptQuote, citation: KeptCitation, article: Article | None) -> bool:
    if article is None:
        return False
    if quote.field == "title":
        text, first, last = article.title, 0, len(article.title)
    else:
        text, first, last = article.text, citation.passage.start, citation.passage.end
    return first <= quote.start < quote.end <= last and text[quote.start : quote.end] == quote.text


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
