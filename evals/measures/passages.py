"""Which passages hold the facts that a question rests on, where the facts are labelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from evals.measures import Score, Unscored
from evals.measures.squad import holds_any
from evals.runs.run_folder import AnswerRow
from index import Article, Passage

Span = tuple[str, int, int]
FindArticle = Callable[[str], Article | None]


def find_relevant_passages(
    row: AnswerRow, find_article: FindArticle, split: Callable[[Article], Iterable[Passage]]
) -> dict[str, int]:
    """{name of a passage: 1} for all passages that hold words of a labelled fact; empty where none is found."""
    facts = list(find_facts(row, find_article))
    return {
        name_passage((p.article_id, p.start, p.end)): 1
        for article in dict.fromkeys(fact[0] for fact in facts)
        for p in split(_known(find_article(article)))
        if any(overlap((p.article_id, p.start, p.end), fact) for fact in facts)
    }


def find_facts(row: AnswerRow, find_article: FindArticle) -> Iterator[Span]:
    """Where the facts stand, as (article id, start, end); white space may differ."""
    for fact in row.evidence:
        article = find_article(fact.article)
        words = fact.text.split()
        if article and (found := re.search(r"\s+".join(map(re.escape, words)), article.text)):
            yield article.id, found.start(), found.end()


def name_passage(span: Span) -> str:
    """The name of a passage in rankings."""
    return "{}:{}-{}".format(*span)


def overlap(one: Span, other: Span) -> bool:
    """True where two spans of the same article share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def score_context(row: AnswerRow, find_article: FindArticle, words: int) -> Score:
    """1 where the first `words` words of the ranked passages hold those of a right answer.

    What an answerer gets to read within a budget, which is the same for long passages and short ones: DPR's top-k
    accuracy (Karpukhin and others, EMNLP 2020), with k counted in words.
    """
    if not row.answers or row.should_refuse:
        return Unscored("no expected answers are labelled")
    read: list[str] = []
    for article, start, end in row.passages:
        if len(read) < words:
            read += _known(find_article(article)).text[start:end].split()
    return float(holds_any(" ".join(read[:words]), row.answers))


def score_evidence(row: AnswerRow, find_article: FindArticle) -> Score:
    """Share of the labelled facts that stand, at least in part, in a passage that the answer cites."""
    if not row.evidence or row.should_refuse:
        return Unscored("no facts are labelled")
    facts = list(find_facts(row, find_article))
    if not facts:
        return Unscored("none of its facts stands in the articles word for word")
    citations = row.answer["citations"] if row.answer else ()
    cited = [(c["article"]["id"], c["passage"]["start"], c["passage"]["end"]) for c in citations]
    return sum(any(overlap(fact, span) for span in cited) for fact in facts) / len(facts)


def _known(article: Article | None) -> Article:
    assert article is not None
    return article
