"""What other programs get of answers and articles, without what is the server's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index import Article, Hit, Passage, article_to_fields
from rag import Answer, answer_to_dict, article_to_dict, hit_to_dict


def publish_answer(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it, without the settings it was made with, which name paths and servers."""
    values = answer_to_dict(answer)
    del values["settings"]
    return values


def hide_servers(answer: Answer) -> Answer:
    """The answer with no address of a model's server in its warnings, which name one where it does not answer."""
    warnings = answer.warnings
    for name in ("api_base", "fallback_api_base"):
        if address := answer.settings.get(name):
            warnings = tuple(warning.replace(f"at {address}", "at its address") for warning in warnings)
    return replace(answer, warnings=warnings)


def publish_line(article: Article) -> dict[str, Any]:
    """An article with all that `dateline import` takes, without the path it was read from."""
    is_public = "://" in (article.origin or "") or article.feed
    return {**article_to_fields(article), "origin": article.origin if is_public else None}


def publish_article(article: Article) -> dict[str, Any]:
    """The whole article as JSON has it, without the path it was read from."""
    return {
        **article_to_dict(article),
        "authors": list(article.authors),
        "published_precision": article.published_precision,
        "modified": article.modified.isoformat() if article.modified else None,
        "agency": article.agency,
        "date_evidence": article.date_evidence,
        "source_evidence": article.source_evidence,
        "authors_evidence": article.authors_evidence,
        "language_evidence": article.language_evidence,
        "text": article.text,
    }


def publish_passage(article: Article, passage: Passage) -> dict[str, Any]:
    """A passage and the article that it is of, each as a hit has it."""
    hit = hit_to_dict(Hit(passage, article, rank=1, score=0.0))
    return {name: hit[name] for name in ("article", "passage")}
