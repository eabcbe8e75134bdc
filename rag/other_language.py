"""Whether an article is in another language than a question, and in which one the question is."""

from __future__ import annotations

from index import Article, guess_language
from rag.english.gate import is_english

_ENGLISH = "en"


def find_question_language(question: str) -> str:
    """The ISO 639 code of the language that a question is in; empty where nobody can tell."""
    return _ENGLISH if is_english(question) else guess_language(question)


def find_other_language(article: Article, question: str) -> str:
    """The ISO 639 code of an article's language where it is known to be another than the question's; else empty."""
    if not article.language_evidence:
        return ""
    language = article.rules
    if is_english(question):
        asked = _ENGLISH
    elif language == _ENGLISH:
        asked = ""
    else:
        asked = guess_language(question) or language
    return "" if language == asked else language
