"""The language that a text is in, by py3langid: naive Bayes over runs of bytes.

The method is that of Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from index.records import Article
from index.text.languages import choose_rules, read_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Languages that newspapers are written in. The dialects and creoles that py3langid knows besides are what it takes
# English and Chinese for, and Bosnian looks the same as Croatian.
_CANDIDATES = (
    "af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky "
    "lo lt lv mk ml mn mr mt my ne nl no or pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tr uk ur uz vi zh"
).split()
_SAME = {"ms": "id", "bs": "hr", "sh": "hr"}  # to this model
_LEAST_BYTES = 40
_LEAST_BYTES_TO_GUESS = 15
_STRETCH = 500  # characters
_STRETCHES = 3  # of a long text: its beginning, middle and end, so that a quotation doesn't stand for all of it
_CERTAIN = 0.8
_DENIES = 0.95  # how certain it must be to count more than what the article says of itself
_DENIES_BYTES = 300
_FOUND = "text: found by py3langid"
_GIVEN = "given with the article"


class Detected(NamedTuple):
    """A language by its ISO 639 code, and how likely it is (0 to 1)."""

    language: str
    certainty: float


def settle_language(article: Article, before: Article | None = None) -> Article:
    """The article with the language that it says, and what says so; or with its text's, where that is plainly another
    or none is said. An article whose text is short, or in several languages, keeps what it says. A language that was
    given with the article stands.

    `before` is the article as the library has it: the same text that says no other language is not looked at again.
    """
    same = before is not None and before.content_hash == article.content_hash
    if before and same and before.language_evidence and article.language in (None, before.language):
        return replace(article, language=before.language, language_evidence=before.language_evidence)
    if (article.language_evidence or "").startswith(_FOUND):  # it comes from another library
        return article
    stated = read_language(article.language)
    if stated is not None and article.language_evidence in (None, _GIVEN):  # whoever adds it knows best
        return replace(article, language_evidence=_GIVEN)
    found = detect_language(f"{article.title}\n{article.text}")
    if found is not None and (stated is None or _denies(found, stated, article)):
        said = f"; {article.language} is stated" if stated else ""
        evidence = f"{_FOUND}, {found.certainty:.2f} certain{said}"
        return replace(article, language=found.language, language_evidence=evidence)
    return article if stated else replace(article, language_evidence=None)


def _denies(found: Detected, stated: str, article: Article) -> bool:
    """True where the text is surely not in the language that the article says, which the detector knows."""
    code = choose_rules(stated, article.language)
    code = _SAME.get(code, code)
    long = len(article.text[:_DENIES_BYTES].encode()) >= _DENIES_BYTES
    return long and found.certainty >= _DENIES and code in _CANDIDATES and code != found.language


def guess_language(question: str) -> str:
    """The likeliest language of a question, where a wrong guess costs little; empty where there is hardly a word."""
    found = detect_language(question, _LEAST_BYTES_TO_GUESS, 0.0)
    return found.language if found else ""


def detect_language(text: str, least_bytes: int = _LEAST_BYTES, certain: float = _CERTAIN) -> Detected | None:
    """The language of `text`; None where it is too short, in several languages, or too much like others to be sure."""
    if len(text[:least_bytes].encode()) < least_bytes:
        return None
    stretches = _take_stretches(text)
    shares: Counter[str] = Counter()
    for stretch in stretches:
        shares.update({language: share / len(stretches) for language, share in _load().rank(stretch)})
    language, certainty = shares.most_common(1)[0]
    return Detected(language, min(certainty, 1.0)) if certainty >= certain else None


def _take_stretches(text: str) -> list[str]:
    if len(text) <= _STRETCH:
        return [text]
    last = max(len(text) - _STRETCH, 0)
    starts = sorted({last * n // (_STRETCHES - 1) for n in range(_STRETCHES)})
    return [text[start : start + _STRETCH] for start in starts]


@cache
def _load() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # its model takes longer to load than a search

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES)
    return identifier
