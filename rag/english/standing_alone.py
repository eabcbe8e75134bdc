"""What a sentence lacks when it stands alone: who "he" is, which day "Thursday" was. It is added in brackets.

Only what the same article says for certain is added: a name where the sentences before it name one person and no more.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index import Article, Span, split_sentences
from rag.english.names import find_names, is_title
from rag.english.relative_days import resolve_days

_BEFORE = 1_500  # characters in front of the sentence that are looked through
_SENTENCES_BEFORE = 4
_WHO = re.compile(r"(?:(?<=^)|(?<=[,;:] )|(?<=[“\"] ))(?:[Hh]e|[Ss]he)\b(?![’'])|^The \d+-year-old\b(?: [a-z]+)?")
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]?")
_BODIES = re.compile(
    r"\b(?:Air|Base|House|Senate|Committee|Council|States|State|Department|Ministry|Union|Forces?|Services?|Army|Corps"
    r"|Bank|University|College|School|Alliance|Court|Party|Agency|Street|Times|Post|News|Journal|Company|Inc|Group|Club"
    r"|League|Cup|Games?|City|County|Park|River|Island|Street|Avenue|Center|Centre|Association|Federation|Church"
    r"|Awards?|Festival|Show|World|Day|Year|Act|Law|North|South|East|West|New|San|Los|Saint)\b"
)
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


def stand_alone(article: Article, start: int, end: int, whole: Span) -> str:
    """The sentence `article.text[start:end]` with what it lacks in brackets; nothing is put within `whole`."""
    pieces, at = [], start
    for place, words in list_additions(article, start, end):
        if whole.start < place < whole.end:
            continue
        pieces.append(f"{article.text[at:place]} [{words}]")
        at = place
    return "".join([*pieces, article.text[at:end]])


def _find_person(text: str, start: int, end: int) -> Addition | None:
    """Who the sentence's first "he" or "she" is, unless the sentence names somebody before, or it can't be told."""
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), text[start:end])
    pronoun = _WHO.search(bare)
    if pronoun is None or find_names(bare[: pronoun.start()]):
        return None
    before = text[max(0, start - _BEFORE) : start]
    for span in reversed(split_sentences(before)[-_SENTENCES_BEFORE:]):
        people = _list_people(before[span.start : span.end])
        if people:
            name = _write_out(people[0], text[:start])
            return Addition(start + pronoun.end(), name) if len(people) == 1 else None
    return None


def _list_people(sentence: str) -> list[str]:
    """The names in a sentence that are a person's: of two words and no body's, or with a title in front."""
    names = [name for name in find_names(sentence) if not _BODIES.search(name)]
    return [name for name in names if len(name.split()) >= 2 or _read_titles(sentence, sentence.find(name))]


def _write_out(name: str, text: str) -> str:
    """The name as `text` gave it first with a first name, and its titles."""
    last = name.split()[-1]
    for full in find_names(text):
        if full.split()[-1] == last and len(full.split()) > 1:
            name = full
            break
    return " ".join([*_read_titles(text, text.find(name)), name])


def _read_titles(text: str, at: int) -> list[str]:
    """The titles right in front of character `at`, as they are written."""
    titles: list[str] = []
    for word in reversed(text[max(0, at - _LONGEST_TITLES) : max(0, at)].split()):
        if not word[0].isupper() or not is_title(word):
            break
        titles.insert(0, word)
    return titles
