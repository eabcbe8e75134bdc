"""What a sentence lacks when it stands alone, in brackets behind the words that need it: who "he" is, what day it was.

Only what the article makes sure is added. "He" is the person whom the sentence before is about: it begins with the
name, or the name says it; where that one begins with the same pronoun, the one before it counts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index import Article, Span, split_sentences
from rag.english.dates.relative_days import resolve_days
from rag.english.names import find_names, is_title, opens_with_verb
from rag.english.speech.verbs import SAYS_WHO

_BEFORE = 1_500  # characters in front of the sentence that are looked through
_SENTENCES_BEFORE = 4
_PRONOUN = re.compile(r"(?:^|(?<=[,;:] ))(he|she)\b(?![’'])", re.IGNORECASE)
_PERSON_AGAIN = re.compile(r"^The \d+-year-old\b(?: [a-z]+)?")
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]?")
_APPOSITION = re.compile(r",[^,.]{1,80},")
_ROLE = re.compile(r"(?:The|Its|His|Her|Their|An?) [a-z’' -]{3,60},")  # "Its spokesman, Col. Maj. Amadou Abdramane"
_SAID_BY = re.compile(rf"\b{SAYS_WHO}$")
_AGE_OR_ROLE = re.compile(r", (?:\d\d,|who\b)")
_OTHER_SEX = {"he": re.compile(r"\b(?:she|hers?|herself)\b"), "she": re.compile(r"\b(?:he|his|him|himself)\b")}
_LONGEST_TITLES = 60  # characters


class Addition(NamedTuple):
    """What is added, in brackets, behind character `at` of an article's text."""

    at: int
    words: str


def list_additions(article: Article, start: int, end: int) -> list[Addition]:
    """What `article.text[start:end]`, a sentence, gets to stand alone, in order."""
    days = [Addition(day.end, day.show()) for day in resolve_days(article, start, end)]
    who = _find_person(article.text, start, end)
    return sorted([*days, *([who] if who else [])])


def add_brackets(article: Article, start: int, end: int, whole: Span, known: str = "") -> str:
    """The sentence `article.text[start:end]` with what it lacks in brackets; nothing is put within `whole`.

    Nor is `known`, which stands beside the sentence already.
    """
    pieces, at = [], start
    for place, words in list_additions(article, start, end):
        if whole.start < place < whole.end or words == known:
            continue
        pieces.append(f"{article.text[at:place]} [{words}]")
        at = place
    return "".join([*pieces, article.text[at:end]])


def _find_person(text: str, start: int, end: int) -> Addition | None:
    """Who the sentence's first "he" or "she" is, unless the sentence names somebody before, or nobody can know."""
    sentence = _hide_quotes(text[start:end])
    found = _PRONOUN.search(sentence) or _PERSON_AGAIN.search(sentence)
    if found is None or find_names(sentence[: found.start()]):
        return None
    pronoun = found.group().lower()
    before = text[max(0, start - _BEFORE) : start]
    for span in reversed(split_sentences(before)[-_SENTENCES_BEFORE:]):
        earlier = _hide_quotes(before[span.start : span.end])
        if name := _find_subject(earlier):
            doubtful = _OTHER_SEX[pronoun].search(earlier) if pronoun in _OTHER_SEX else None
            several = len(_AGE_OR_ROLE.findall(earlier)) > 1
            person = "" if doubtful or several else _write_out(name, text[:start])
            return Addition(start + found.end(), person) if person else None
        again = _PRONOUN.match(earlier)
        if again is None or again.group().lower() != pronoun:
            return None
    return None


def _find_subject(sentence: str) -> str:
    """The name that a sentence begins with and is about, or the one of who says it; empty where there is none."""
    for name in find_names(sentence):
        at = sentence.find(name)
        titles = " ".join(_read_titles(sentence, at))
        lead = sentence[:at].removesuffix(f"{titles} ").strip()
        opens = not lead or (titles and _ROLE.fullmatch(lead))
        if _SAID_BY.search(lead) or (opens and opens_with_verb(_skip_apposition(sentence[at + len(name) :]))):
            return name
    return ""


def _skip_apposition(after: str) -> str:
    """What follows a name, without what is said of it between commas."""
    return _APPOSITION.sub("", after, count=1) if after.startswith(",") else after


def _write_out(name: str, text: str) -> str:
    """The name with its first name and titles; empty where the text has several, or where nobody knows whether it is
    a person's: titles, an age and "who" show that.
    """
    last = name.split()[-1]
    known = dict.fromkeys(n for n in find_names(text) if n.split()[-1] == last and len(n.split()) > 1)
    full = name if len(name.split()) > 1 else next(iter(known), "")
    places = [m.span() for m in re.finditer(re.escape(full), text)] if full else []
    if not places or (full != name and len(known) > 1):
        return ""
    titles = _read_titles(text, places[0][0])
    shown = titles or any(_AGE_OR_ROLE.match(text, end) for _, end in places)
    return " ".join([*titles, full]) if shown else ""


def _read_titles(text: str, at: int) -> list[str]:
    """The titles right in front of character `at`, as they are written."""
    titles: list[str] = []
    for word in reversed(text[max(0, at - _LONGEST_TITLES) : max(0, at)].split()):
        if not word[0].isupper() or not is_title(word):
            break
        titles.insert(0, word)
    return titles


def _hide_quotes(sentence: str) -> str:
    """The sentence with what is in quotation marks blanked, so that every character keeps its place."""
    return _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), sentence)
