"""Languages as articles, filters and questions name them: tags like "fr" and "pt-BR", or English names."""

from __future__ import annotations

from functools import cache

_TODAY = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}  # other codes that are read by the same rules


def read_language(text: str | None) -> str | None:
    """The language as a BCP 47 tag in small letters, from a tag ("pt_BR") or an English name ("Portuguese").

    None for no text; what is neither stays as it is, in small letters.
    """
    tag = "-".join((text or "").casefold().replace("_", "-").split())
    return (_codes().get(tag, tag) if len(tag.partition("-")[0]) > 3 else tag) or None


def name_language(code: str) -> str:
    """The English name of a language, by its ISO 639 code; the code where nobody knows it."""
    return next((name for name, known in language_names().items() if known == code), code)


def choose_rules(language: str | None, evidence: str | None) -> str:
    """The language by whose rules an article's sentences and words are read, as a code; English where it isn't known.

    Articles of libraries before format 6 have no evidence, and were all read as English.
    """
    tag = read_language(language) if evidence else None
    code = (tag or "en").partition("-")[0]
    return _TODAY.get(code, code)


@cache
def language_names() -> dict[str, str]:
    """ISO 639 codes by English names, of the languages that have a code of two letters."""
    from babel import Locale  # takes as long to load as a search

    return {name: code for code, name in Locale("en").languages.items() if len(code) == 2}


@cache
def _codes() -> dict[str, str]:
    return {name.casefold(): code for name, code in language_names().items()}
