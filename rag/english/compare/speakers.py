"""Whether a claim lets the same people say the same things as what it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from index import content_words
from rag.english.names import find_names, fold, is_title, missing_words
from rag.english.speech.find_speech import find_speech
from rag.english.speech.nouns import COMPANY_NOUNS, read_noun

_BESIDE = 60  # characters between a name and the noun for what its bearer is
_PRONOUN = re.compile(r"(?:he|she|they|it|we|i|who)$", re.IGNORECASE)


_DAY_NOTE = re.compile(r" \((?=[^()]*\d)[^()]*\)")
_WHO = re.compile(r"\b(?:he|she|they|it) \(([A-Z][^()]*)\)", re.IGNORECASE)
_BEHIND_QUOTE = re.compile(r"[.,]?([”\"’']) \(([A-Z][^()]*)\)")
_BEHIND_NOUN = re.compile(r"(?<=[a-z]) \(([A-Z][^()]*)\)")


class Attribution(NamedTuple):
    """Who says something, the content words of it, and the number of the text in which it ends."""

    speaker: str
    words: frozenset[str]
    place: int


def list_attributions(texts: Sequence[str]) -> list[Attribution]:
    """What is said in texts that follow each other, and by whom; what nobody can be found for is left out."""
    plain = [_read_notes(text) for text in texts]
    whole = "\n".join(plain)
    ends, at = [], 0
    for text in plain:
        at += len(text) + 1
        ends.append(at)
    found = []
    for speech in find_speech(whole):
        words = content_words(" ".join(whole[p.start : p.end] for p in speech.pieces))
        place = sum(end <= speech.pieces[-1].start for end in ends)
        found.append(Attribution(speech.speaker, frozenset(words), place))
    return found


def _read_notes(text: str) -> str:
    """A text with the names that stand in brackets in it where a reporter would have written them."""
    text = _WHO.sub(r"\1", _DAY_NOTE.sub("", text))
    return _BEHIND_NOUN.sub(r" \1", _BEHIND_QUOTE.sub(r",\1 \2 said.", text))


def compare_speakers(claim: str, sentences: Sequence[str], near: Set[int]) -> tuple[float, float, float]:
    """Whether somebody else says it in the source, whether nobody does, and whether only the source names who says it.

    Each is 0 or 1; the first 0.5 where the speaker is named there too. `near` are the places of the sentences that are
    of the same thing.
    """
    mine, theirs = list_attributions([claim]), list_attributions(sentences)
    given = [said for said in theirs if said.place in near]
    if not mine:
        return 0.0, 0.0, float(bool(near) and {said.place for said in given} == near)
    other = unspoken = 0.0
    for said in mine:
        if _PRONOUN.match(said.speaker):
            continue
        if not given:
            unspoken = max(unspoken, float(not _is_named(said.speaker, [sentences[n] for n in near])))
            continue
        shared = [len(said.words & their.words) for their in given]
        likely = [their for their, n in zip(given, shared, strict=True) if n == max(shared)]
        same = any(_is_same(said.speaker, their.speaker, sentences) for their in likely)
        silent = near - {their.place for their in given}
        beside = [sentences[n] for n in silent | {their.place for their in likely}]
        other = max(other, 0.0 if same else 0.5 if _is_named(said.speaker, beside) else 1.0)
    return other, unspoken, 0.0


def _is_same(mine: str, theirs: str, sentences: Sequence[str]) -> bool:
    """True where two speakers may be one, as far as the sentences tell."""
    if _PRONOUN.match(theirs):
        return True
    named, known = find_names(f"… {mine}"), find_names(f"… {theirs}")
    if named and known:
        return not missing_words(named[-1], [theirs]) or fold(known[-1]).split()[-1] in fold(mine).split()
    if named or known:
        name, noun = (named or known)[-1], read_noun(theirs if named else mine)
        untold = not any(re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE) for text in sentences)
        return untold or noun in COMPANY_NOUNS or _stand_together(name, noun, sentences)
    both = {read_noun(mine), read_noun(theirs)}
    return len(both) == 1 or both <= COMPANY_NOUNS or bool(_nouns(mine) & _nouns(theirs))


def _is_named(speaker: str, sentences: Sequence[str]) -> bool:
    names = find_names(f"… {speaker}")
    if names:
        return any(not missing_words(name, sentences) for name in names)
    return bool(_nouns(speaker) & {word for text in sentences for word in content_words(text)})


def _stand_together(name: str, noun: str, sentences: Sequence[str]) -> bool:
    """True where the noun stands beside a person's name, in one clause: "Simon Hale, the prosecutor"."""
    last = re.escape(name.split()[-1])
    pattern = re.compile(
        rf"\b{re.escape(noun)}\b[^.;]{{0,{_BESIDE}}}\b{last}\b|\b{last}\b[^.;]{{0,{_BESIDE}}}\b{re.escape(noun)}\b",
        re.IGNORECASE,
    )
    return bool(noun) and any(pattern.search(text) for text in sentences)


def _nouns(speaker: str) -> set[str]:
    return {word for word in content_words(speaker) if not is_title(word)}
