"""How an article is named, and its text made safe to show, in the terminal and on the page alike."""

from __future__ import annotations

from datetime import datetime

from index import Article, make_safe
from rag import Citation

_MEASURES = {  # what each figure of a run is called
    "ndcg@10": "right articles, nDCG@10",
    "recall@5": "right articles, recall@5",
    "recall@10": "right articles, recall@10",
    "mrr@10": "right articles, MRR@10",
    "success@1": "right article first",
    "success@5": "right article in the first 5",
    "map": "right articles, MAP",
    "answer@100w": "answer in the first 100 words read",
    "answer@400w": "answer in the first 400 words read",
    "answer_inclusion": "answers with the expected words",
    "exact_match": "answers that are the expected words",
    "token_f1": "words shared with the expected ones",
    "choice_accuracy": "right choice",
    "nugget_coverage": "nuggets that the answer has",
    "right_quote": "answers with a quote that has them",
    "sentence_quote": "sentences whose quote has them",
    "evidence_coverage": "facts in passages that are cited",
    "quote_exact": "quotes that are the article's words",
    "citation_relevant": "citations of a right article",
    "citation_precision": "citations that support (ALCE)",
    "citation_recall": "sentences supported (ALCE)",
    "refusal_precision": "refusals that were right",
    "refusal_recall": "unanswerable ones refused",
    "refusal_f1": "refusals, F1",
    "confidence_auroc": "confidence, AUROC",
    "aurc": "area under risk and coverage",
    "judge_correctness": "answers that the judge calls correct",
    "judge_groundedness": "answers that the judge calls grounded",
}


def name_measure(name: str) -> str:
    """What a figure of a run is called; its own name where it is none that we know."""
    of_passages = name.removeprefix("passage_")
    known = _MEASURES.get(of_passages)
    if known is None:
        return name
    return known if of_passages == name else known.replace("article", "passage")


def show_date(article: Article) -> str:
    """The day of an article as far as it is known."""
    if article.published is None:
        return "undated"
    shapes = {"year": "%Y", "month": "%B %Y"}
    return article.published.strftime(shapes.get(article.published_precision or "", "%-d %B %Y"))


def show_line(article: Article) -> str:
    """Title, outlet and date in a line."""
    parts = [article.title or "(no title)", article.source or "", show_date(article)]
    return make_safe(" · ".join(part for part in parts if part))


def show_days(citation: Citation) -> list[str]:
    """For each quote of a citation, the days behind its relative words ("Thursday: 5 June 2014"), or nothing."""
    text = citation.hit.article.text
    return ["; ".join(dict.fromkeys(f"{text[d.start : d.end]}: {d.show()}" for d in days)) for days in citation.days()]


def show_period(first: datetime | None, last: datetime | None) -> str:
    """From the first to the last day, or none."""
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "none"
