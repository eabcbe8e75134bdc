"""The words of a text, in the form that full text search compares them in, and the phrases that a question quotes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import tantivy

# A word is a run of letters and digits; 2.5 is one, and so is each sign of a script that puts no spaces between words.
_WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{M}\p{N}]+(?:\.\p{Nd}+)*"
_INITIALS = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,}")  # U.S., p.m.
_THOUSANDS = re.compile(r"(?<=\d)[,'’\u00a0\u202f](?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
# Looked for where a word begins only: in a word of n letters without a hyphen it would take n² steps otherwise.
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[-‐‑][^\W\d_]+)+")
_QUOTED = re.compile(r'"([^"]{1,500})"|“([^”]{1,500})”|„([^“”]{1,500})[“”]|«([^»]{1,500})»')


def make_analyzer(*, stop_words: bool = True) -> tantivy.TextAnalyzer:
    """Make the analyzer of prepared text: lower case, accents folded, stemmed; without `stop_words`, common ones go."""
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if not stop_words:
        builder = builder.filter(tantivy.Filter.stopword("english"))
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def prepare_words(text: str) -> str:
    """Return `text` with what is one word written as one: U.S. and US, 1,000 and 1000, Niger's and Niger.

    A hyphenated word stands in it twice, in its parts and, at the end, joined: co-operation is found by cooperation.
    """
    text = prepare_phrase(text)
    joined = (re.sub(r"[-‐‑]", "", match[0]) for match in _HYPHENATED.finditer(text))
    return " ".join([text, *joined])


def prepare_phrase(text: str) -> str:
    """The same without joined words, so that the words' order is that of `text`."""
    text = unicodedata.normalize("NFKC", text)
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    return _POSSESSIVE.sub("", _THOUSANDS.sub("", text))


def content_words(text: str) -> list[str]:
    """Return the words of `text` in order: lower case, accents folded, stemmed, common ones left out."""
    return list(_content_analyzer().analyze(prepare_words(text)))


@cache
def _content_analyzer() -> tantivy.TextAnalyzer:
    return make_analyzer(stop_words=False)


def quoted_phrases(question: str) -> list[str]:
    """Return what stands in double quotes in `question`, but for what has no word in it."""
    found = (next(group for group in match if group) for match in _QUOTED.findall(question))
    return [phrase.strip() for phrase in found if re.search(r"\w", phrase)]


def holds_phrase(text: str, phrase: str) -> bool:
    """True where `phrase` stands in `text` word for word, whatever the case and the signs between the words.

    So it is found too where the article quotes only a part of it, or writes a hyphen for a space.
    """
    return _exact_words(phrase) in _exact_words(text)


def _exact_words(text: str) -> str:
    """The words with a space around each."""
    return f" {' '.join(_exact_analyzer().analyze(unicodedata.normalize('NFKC', text)))} "


@cache
def _exact_analyzer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD)).filter(tantivy.Filter.lowercase()).build()
