"""Direct and reported speech in an article's text, each with its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index import Span, split_sentences
from rag.english.speech.direct import Page, find_speaker, find_tag_beside, is_speech
from rag.english.speech.marks import Quotation, find_quotations, mask_quotations
from rag.english.speech.people import People
from rag.english.speech.references import References
from rag.english.speech.reported import find_reported
from rag.english.speech.tags import Tag, find_tags
from rag.english.speech.verbs import is_plain

_READ = 100_000  # characters of a text; news articles have fewer
_ON_X = re.compile(r"\bon X\.(\s+)(?=[A-Z\"])")
_LONGEST_SENTENCE = 2_000  # characters of one in which tags are looked for


@dataclass(frozen=True, slots=True)
class Speech:
    """What somebody says: `pieces` are the characters of the text that hold the words, without quotation marks.

    There are several where something stands between them: "…," he said, "…". `mention` are the characters that name the
    speaker where it is said, "he", say, and `speaker` is who that is: the whole name where the article has it, else the
    article's own words. `direct` says that the words are the speaker's own.
    """

    pieces: tuple[Span, ...]
    speaker: str
    mention: Span
    direct: bool


def find_speech(text: str) -> list[Speech]:
    """What is said in an English text, in order; what nobody can be found for is left out.

    Of a text of more than 100,000 characters, that in its beginning. Scare quotes, titles of works and what somebody
    did not say are no speech.
    """
    text = text[:_READ]
    quotations = find_quotations(text)
    page = _read_page(text, quotations)
    found = [*_find_direct(page, quotations), *_find_reported(page)]
    return sorted(found, key=lambda speech: (speech.pieces[0], not speech.direct))


def _read_page(text: str, quotations: list[Quotation]) -> Page:
    masked = mask_quotations(text, quotations)
    sentences = _join_sentences(masked, split_sentences(masked))
    tags = [find_tags(masked, s.start, min(s.end, s.start + _LONGEST_SENTENCE)) for s in sentences]
    who = References(masked, sentences, People(masked, sentences))
    for n, of_one in enumerate(tags):
        for tag in of_one:
            if not tag.denied or n not in who.speakers:
                who.speakers[n] = who.resolve(tag.subject)
    return Page(text, masked, sentences, tags, who)


def _join_sentences(masked: str, spans: list[Span]) -> list[Span]:
    """The sentences, those joined of which the splitter made two: behind '?" ' a small letter goes on.

    Behind "on X." it takes the network for an initial, and makes one of two.
    """
    joined: list[Span] = []
    for span in _split_behind_x(masked, spans):
        before = joined[-1] if joined else None
        if before and masked[span.start].islower() and "\n" not in masked[before.end : span.start]:
            joined[-1] = Span(before.start, span.end)
        else:
            joined.append(span)
    return joined


def _split_behind_x(masked: str, spans: list[Span]) -> Iterator[Span]:
    for span in spans:
        start = span.start
        for end in _ON_X.finditer(masked, *span):
            yield Span(start, end.start(1))
            start = end.end()
        yield Span(start, span.end)


def _find_direct(page: Page, quotations: list[Quotation]) -> Iterator[Speech]:
    said: list[tuple[Quotation, str, Span]] = []  # what is said, by whom
    last: tuple[Quotation, Tag | None] | None = None
    for q in quotations:
        if q.goes_on and said and said[-1][0] is (last[0] if last else None):
            speaker, mention = said[-1][1:]
            said.append((q, speaker, mention))
            last = (q, last[1] if last else None)
            continue
        tag = find_tag_beside(page, q) if page.sentences else None
        if tag is not None and tag.denied:
            continue
        if not page.sentences or not is_speech(page, q, tag):
            continue
        by = find_speaker(page, q, tag, said)
        if by is None:
            continue
        said.append((q, *by))
        last = (q, tag)
    yield from _group(page, said)


def _group(page: Page, said: list[tuple[Quotation, str, Span]]) -> Iterator[Speech]:
    """One speech for each quotation; those in pieces, and those over several paragraphs, are one."""
    group: list[tuple[Quotation, str, Span]] = []
    for item in said:
        if group and (item[0].goes_on or _is_split(page, group[-1], item)):
            group.append(item)
            continue
        if group:
            yield _to_speech(group)
        group = [item]
    if group:
        yield _to_speech(group)


def _is_split(page: Page, first: tuple[Quotation, str, Span], second: tuple[Quotation, str, Span]) -> bool:
    """True for '"…," he said, "…"': a tag alone, between commas, parts the words."""
    between = page.masked[first[0].outer.end : second[0].outer.start]
    inside = page.masked[first[0].outer.end - 2 : first[0].outer.end - 1]
    led = inside == "," or between.startswith(",")
    return first[1] == second[1] and led and between.rstrip().endswith(",") and len(between) < 120


def _to_speech(group: list[tuple[Quotation, str, Span]]) -> Speech:
    return Speech(tuple(Span(q.start, q.end) for q, _, _ in group), group[0][1], group[0][2], direct=True)


def _find_reported(page: Page) -> Iterator[Speech]:
    for sentence, tags in zip(page.sentences, page.tags, strict=True):
        for tag, pieces in find_reported(page.masked, sentence, tags):
            speaker = page.who.resolve(tag.subject)
            if is_plain(tag.verb) or tag.form == "according" or page.who.is_somebody(speaker):
                yield Speech(pieces, speaker, tag.subject, direct=False)
