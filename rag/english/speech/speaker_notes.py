"""Who speaks in a part of an article whose words leave it open: "he", "the minister", or nobody beside the quote."""

from __future__ import annotations

from functools import lru_cache

from index import Article, Span, split_sentences
from rag.english.brackets import list_additions
from rag.english.dates.relative_days import list_day_notes
from rag.english.names import find_names, fold
from rag.english.speech.find_speech import Speech, find_speech

_KEPT_ARTICLES = 64  # whose speech is kept: an answer's sentences cite the same few articles
_CLOSING = "”\"'’»"


def write_out_references(article: Article, start: int, end: int) -> str:
    """`article.text[start:end]` with the days behind its relative words, and the names behind "he", in brackets."""
    notes = dict(list_day_notes(article, start, end))
    for sentence in split_sentences(article.text[start:end]):
        for at, words in list_additions(article, start + sentence.start, start + sentence.end):
            notes.setdefault(at, words)
    for at, name in list_speaker_notes(article.text, start, end):
        notes[at] = name
    pieces, last = [], start
    for at, words in sorted(notes.items()):
        pieces.append(f"{article.text[last:at]} ({words})")
        last = at
    return "".join([*pieces, article.text[last:end]])


def list_speaker_notes(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """For speech in `text[start:end]`, the place behind what names its speaker, and the name, in order.

    Behind the words themselves where nothing in the part names the speaker; none where the name stands there already.
    """
    notes: dict[int, str] = {}
    for speech in _find_speech(text):
        name = speech.speaker
        if not find_names(f"… {name}"):
            continue
        if start <= speech.mention.start and speech.mention.end <= end:
            mention = fold(text[speech.mention.start : speech.mention.end])
            sure = " " in name or " " not in mention  # "the agency" is seldom what a lone word names
            if sure and not any(word in mention for word in fold(name).split()):
                notes[speech.mention.end] = name
        elif start < (last := _end_of(text, speech)) <= end:
            notes[last] = name
    return sorted(notes.items())


@lru_cache(maxsize=_KEPT_ARTICLES)
def _find_speech(text: str) -> tuple[Speech, ...]:
    return tuple(find_speech(text))


def _end_of(text: str, speech: Speech) -> int:
    """Where the last piece ends, with its quotation mark."""
    end: int = max(Span(*piece).end for piece in speech.pieces)
    return end + 1 if text[end : end + 1] in tuple(_CLOSING) else end
