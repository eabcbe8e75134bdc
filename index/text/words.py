"""The words of a text, in the form that full text search compares them in, and the phrases that a question quotes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

import tantivy

from index.text.sentences import Span

# A word is a run of letters and digits; 2.5 is one, and so is each sign of a script that puts no spaces between words,
# and each two of them that stand side by side, which `prepare_words` marks.
_PAIR_MARK = "\ue000"  # of Unicode's private use
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = rf"{_PAIR_MARK}[{_UNSPACED}]+|[{_UNSPACED}]|[\p{{L}}\p{{M}}\p{{N}}]+(?:\.\p{{Nd}}+)*"
_UNSPACED_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{2,}"
)
# Snowball's stemmers, by the language of the text. Each leaves the other scripts as they are, so that those of other
# scripts than Latin serve every text, as English does where the language has no stemmer.
_STEMMERS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_WITHOUT_STOP_WORDS = ("romanian", "turkish")  # of which tantivy has no list
_SCRIPT_STEMMERS = ("arabic", "russian", "greek")
STEMMED = tuple(_STEMMERS)  # the languages whose words are stemmed each in its own way
_INITIALS = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,}")  # U.S., p.m.
_THOUSANDS = re.compile(r"(?<=\d)[,'’\u00a0\u202f](?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
# Looked for where a word begins only: in a word of n letters without a hyphen it would take n² steps otherwise.
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[-‐‑][^\W\d_]+)+")
_QUOTED = re.compile(r'"([^"]{1,500})"|“([^”]{1,500})”|„([^“”]{1,500})[“”]|«([^»]{1,500})»')


_LETTERS = re.compile(r"[^\W\d_]+")


def find_stemmed(language: str) -> str:
    """The one of the languages that are stemmed by whose rules the words of a text in `language` are."""
    return language if language in _STEMMERS else "en"


def make_analyzer(language: str = "en", *, stop_words: bool = True) -> tantivy.TextAnalyzer:
    """Make the analyzer of prepared text in one of the STEMMED languages: lower case, accents folded, stemmed.

    Without `stop_words`, common ones go. English is stemmed without its accents, other languages by theirs.
    """
    name = _STEMMERS[language]
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
    )
    fold, stem = tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer(name)
    if language == "en":
        builder = builder.filter(fold)
    if not (stop_words or name in _WITHOUT_STOP_WORDS):
        builder = builder.filter(tantivy.Filter.stopword(name))
    builder = builder.filter(stem)
    if language != "en":
        builder = builder.filter(fold)
    for script in _SCRIPT_STEMMERS:
        builder = builder.filter(tantivy.Filter.stemmer(script))
    return builder.build()


def stem_words(prepared: str, language: str) -> list[str]:
    """Return the words of a prepared text in order, as full text search has them: common ones too."""
    return list(_search_analyzer(language).analyze(prepared))


_search_analyzer = cache(make_analyzer)


def prepare_words(text: str) -> str:
    """Return `text` with what is one word written as one: U.S. and US, 1,000 and 1000, Niger's and Niger.

    A hyphenated word stands in it twice, in its parts and, at the end, joined: co-operation is found by cooperation.
    So does each pair of signs of a script without spaces, since two signs are a word oftener than one is.
    """
    text = prepare_phrase(text)
    joined = (re.sub(r"[-‐‑]", "", match[0]) for match in _HYPHENATED.finditer(text))
    pairs = (f"{_PAIR_MARK}{one}{other}" for run in _UNSPACED_RUN.findall(text) for one, other in pairwise(run))
    return " ".join([text, *joined, *pairs])


def prepare_phrase(text: str) -> str:
    """The same without joined words, so that the words' order is that of `text`."""
    text = unicodedata.normalize("NFKC", text)
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    return _POSSESSIVE.sub("", _THOUSANDS.sub("", text))


def content_words(text: str, language: str = "en") -> list[str]:
    """Return the words of `text` in order: lower case, accents folded, stemmed, common ones left out."""
    return list(_content_analyzer(find_stemmed(language)).analyze(prepare_words(text)))


@cache
def _content_analyzer(language: str) -> tantivy.TextAnalyzer:
    return make_analyzer(language, stop_words=False)


def list_words(text: str) -> list[str]:
    """The runs of letters in a text, as they stand there."""
    return _LETTERS.findall(prepare_phrase(text))


def fold_letters(word: str) -> str:
    """The word in small letters, without accents."""
    plain = unicodedata.normalize("NFD", word.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def find_quoted(question: str) -> list[Span]:
    """Where something stands in double quotes in `question`."""
    return [Span(*match.span()) for match in _QUOTED.finditer(question)]


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
