"""The sentence that answers, as another article has it with other words in the answer's place.

A copy of a story that was updated, or corrected, says otherwise in a sentence that is the same but for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from index import Hit, Span, split_sentences
from rag.extract.candidates import Candidate
from rag.records import Quote, QuotedField

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*|[$€£¥%]")
_LEAST_EQUAL = 5  # words beside the answer that both sentences have
_LEAST_SHARE = 0.85  # of those that either has
_LONGER = 3  # words by which the other answer may exceed twice this one
_SPELLINGS = 0.8  # from this on two words may be one, spelled in two ways


def find_rewritten(candidate: Candidate, hits: Sequence[Hit]) -> Iterator[Candidate]:
    """The candidate's sentence as other articles have it with another answer, each article once."""
    seen = {candidate.hit.article.id, *candidate.hit.copies}
    words = Span(candidate.words.start - candidate.quote.start, candidate.words.end - candidate.quote.start)
    for hit in hits:
        if hit.article.id in seen:
            continue
        for quote in _list_quotes(hit, candidate.quote.field):
            text = (hit.article.title if quote.field == "title" else hit.article.text)[quote.start : quote.end]
            if found := find_replaced(candidate.text, words, text):
                seen.add(hit.article.id)
                answer = Quote(quote.start + found.start, quote.start + found.end, quote.field)
                yield replace(candidate, hit=hit, quote=quote, words=answer, text=text)
                break


def find_replaced(sentence: str, words: Span, other: str) -> Span | None:
    """Where `other` has something else in place of the `words` of a sentence, all else being the same; None where not.

    Spans are in characters.
    """
    mine, theirs = list(_TOKEN.finditer(sentence)), list(_TOKEN.finditer(other))
    inside = [n for n, token in enumerate(mine) if token.start() < words.end and token.end() > words.start]
    if not inside or not theirs:
        return None
    first, last = inside[0], inside[-1] + 1
    said_here, said_there = [t[0].casefold() for t in mine], [t[0].casefold() for t in theirs]
    common = (Counter(said_here) & Counter(said_there)).total()
    if common < max(_LEAST_EQUAL, _LEAST_SHARE * (len(mine) - len(inside))):  # then so is what is equal in order
        return None
    matcher = SequenceMatcher(None, said_here, said_there, autojunk=False)
    equal = beside = 0
    places: list[int] = []
    for kind, start, end, low, high in matcher.get_opcodes():
        within = start < last and end > first
        if kind == "equal":
            equal += sum(not first <= n < last for n in range(start, end))
            places += [low + n - start for n in range(max(start, first), min(end, last))]
        elif kind == "replace" and within:
            places += range(low, high)
            beside += sum(not first <= n < last for n in range(start, end))
        else:
            beside += max(end - start, high - low)
    if equal < _LEAST_EQUAL or equal < _LEAST_SHARE * (equal + beside) or not places:
        return None
    found = Span(theirs[min(places)].start(), theirs[max(places)].end())
    if max(places) - min(places) >= 2 * (last - first) + _LONGER:
        return None
    said = [sentence[mine[first].start() : mine[last - 1].end()], other[found.start : found.end]]
    alike = SequenceMatcher(None, said[0].casefold(), said[1].casefold(), autojunk=False).ratio()
    numbers = any(character.isdigit() for character in "".join(said))
    return found if said[0].casefold() != said[1].casefold() and (numbers or alike < _SPELLINGS) else None


def _list_quotes(hit: Hit, field: QuotedField) -> Iterator[Quote]:
    if field == "title":
        yield Quote(0, len(hit.article.title), "title")
        return
    for span in split_sentences(hit.passage.text, hit.article.rules):
        yield Quote(hit.passage.start + span.start, hit.passage.start + span.end)
