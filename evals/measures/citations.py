"""Whether quotes are the articles' words, and citations point at the right articles."""

from __future__ import annotations

from collections.abc import Collection

from evals.measures import Score, Unscored
from evals.measures.passages import FindArticle
from evals.runs.run_folder import AnswerRow


def score_exact_quotes(row: AnswerRow, find_article: FindArticle) -> Score:
    """Share of quotes equal to the stored article's text, byte for byte, and inside the passage that is cited."""
    citations = row.answer["citations"] if row.answer else ()
    quotes = [(c, q) for c in citations for q in c["quotes"]]
    if not quotes:
        return Unscored("it quotes nothing")
    exact = 0
    for citation, quote in quotes:
        article, passage = find_article(citation["article"]["id"]), citation["passage"]
        inside = passage["start"] <= quote["start"] < quote["end"] <= passage["end"]
        exact += bool(article and inside and article.text[quote["start"] : quote["end"]] == quote["text"])
    return exact / len(quotes)


def score_relevant_citations(row: AnswerRow, relevant: Collection[str]) -> Score:
    """Share of citations that point at a relevant article; `relevant` holds the copies of those too."""
    if row.should_refuse or not row.relevant:
        return Unscored("no relevant articles are labelled")
    citations = row.answer["citations"] if row.answer else ()
    if not citations:
        return Unscored("it cites nothing")
    return sum(c["article"]["id"] in relevant for c in citations) / len(citations)
