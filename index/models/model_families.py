"""What is known of models by their names, from their makers' cards: the languages that they know, and their prefixes.

A model made for English reads other languages in Latin script well enough to help (measured: docs/measurements.md), and
of other scripts next to nothing, since it was taught on hardly any of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

MULTILINGUAL_EMBEDDER = "intfloat/multilingual-e5-small"


class Prefixes(NamedTuple):
    """What an embedder wants in front of a question, and of a passage."""

    query: str = ""
    passage: str = ""


class Family(NamedTuple):
    """The models whose names have `name` in them; without `languages`, they know many."""

    name: str
    languages: tuple[str, ...] = ()
    prefixes: Prefixes = Prefixes()


BGE = Prefixes("Represent this sentence for searching relevant passages: ")
_E5 = Prefixes("query: ", "passage: ")
_NOMIC = Prefixes("search_query: ", "search_document: ")
_TASK = Prefixes("Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ")
_EN = ("en",)
# The first that fits counts. "mmarco" is MS MARCO in many languages, and no model of ms-marco.
_FAMILIES = (
    Family(r"\bmultilingual-e5-\w+-instruct", (), _TASK),
    Family(r"\bmultilingual-e5-(?:small|base|large)", (), _E5),
    Family(r"\be5-(?:small|base|large)", _EN, _E5),
    Family(r"\bbge-(?:small|base|large)-en\b", _EN, BGE),
    Family(r"\bbge-(?:small|base|large)-zh\b", ("zh",), Prefixes("为这个句子生成表示以用于检索相关文章：")),
    Family(r"\bnomic-embed-text-v2", (), _NOMIC),
    Family(r"\bnomic-embed-text", _EN, _NOMIC),
    Family(r"\barctic-embed-[ml]-v2", (), Prefixes("query: ")),
    Family(r"\barctic-embed|\bmxbai-embed-large", _EN, BGE),
    Family(r"\bthenlper/gte-(?:small|base|large)$", _EN),
    Family(r"\b(?:all|multi-qa|paraphrase)-(?:minilm|mpnet|distilroberta|distilbert|albert|roberta)", _EN),
    Family(r"\bms-?marco|squad2$", _EN),
    Family(r"(?:^|[-_/.])en(?:g|glish)?(?:$|[-_.])", _EN),  # gte-base-en, dateline/reader-en
)
_SCRIPTS = {"en": "LATIN", "zh": "CJK"}  # as the names of Unicode's signs begin, by language


def find_family(model: str) -> Family:
    """The family of a model, named as on the hub or by a path; one of many languages and no prefix where none fits."""
    return next((family for family in _FAMILIES if re.search(family.name, model, re.IGNORECASE)), Family(""))


def knows_script(model: str, text: str) -> bool:
    """False where most letters of `text` are of another script than Latin, and than that of the model's languages.

    A model that no family here has is taken to know what whoever named it asks it.
    """
    languages = find_family(model).languages
    return not languages or is_latin(text) or any(_is_in(_SCRIPTS[language], text) for language in languages)


def is_latin(text: str) -> bool:
    """True where at least half of the letters of a text are Latin ones, and where it has none."""
    return _is_in("LATIN", text)


def _is_in(script: str, text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    known = sum(unicodedata.name(sign, "").removeprefix("FULLWIDTH ").startswith(script) for sign in letters)
    return 2 * known >= len(letters)


def suggest_embedder(embedder: str, articles: Mapping[str, int]) -> str:
    """The embedder for a library most of whose articles are in languages that `embedder` doesn't know; else nothing.

    `articles` counts those in each language, by its code.
    """
    known = find_family(embedder).languages
    unknown = sum(count for language, count in articles.items() if language not in known)
    return MULTILINGUAL_EMBEDDER if known and 2 * unknown > sum(articles.values()) else ""
