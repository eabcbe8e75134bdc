"""Who says the words that stand in quotation marks, and which such words nobody says: titles, scare quotes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from index import Span
from rag.english.speech.marks import Quotation
from rag.english.speech.nouns import PAPERS, split_head
from rag.english.speech.references import References
from rag.english.speech.subjects import find_sentence_subject, find_subject_at
from rag.english.speech.tags import Tag

_SO_CALLED = re.compile(
    r"\b(?:called|termed|labell?ed|show|play|hit|magazine|band|hashtag|reading|marked|an?|of|the|their|his|her|its) $"
)
_NAMED = re.compile(
    r"(?:so-called|aka|a\.k\.a\.|known as|nicknamed|dubbed|titled|entitled|named|the word|the words|the term|the phrase"
    r"|the slogan|the title|album|song|single|book|novel|film|movie|series|podcast|episode|codenamed|code-named"
    r"|headlined)[,:]? $",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_SMALL = frozenset("a an and as at but by for from in is it of on or the to with".split())
_DASH_NAME = re.compile(r"\s*[—–-]{1,2}\s*(?=[^\W\d_])")
_OWNER = re.compile(r"(.+)['’]s? [\w -]+$")
_REACH = 1_000  # characters between a tag and the words in its sentence
_NEAR = 50  # characters between words and the tag behind them
_FAR = 3  # paragraphs that a quotation without a tag looks back
_LEAST_ALONE = 3  # words of speech that nobody is said to have said
_JUST_A_FEW = 2  # words that need a tag right beside them


@dataclass(frozen=True, slots=True)
class Page:
    """An article as the rules read it: its text with the quotations blanked, sentences, and the tags of each."""

    text: str
    masked: str
    sentences: Sequence[Span]
    tags: Sequence[Sequence[Tag]]
    who: References

    def paragraph_of(self, at: int) -> Span:
        """The line that character `at` stands in."""
        start = self.masked.rfind("\n", 0, at) + 1
        end = self.masked.find("\n", at)
        return Span(start, end if end >= 0 else len(self.masked))

    def sentences_in(self, span: Span) -> list[int]:
        """The numbers of the sentences that begin in a span."""
        first = bisect_left(self.sentences, (span.start, 0))
        return list(range(first, bisect_left(self.sentences, (span.end, 0))))


def find_tag_beside(page: Page, q: Quotation) -> Tag | None:
    """The tag of the sentence that the quotation stands in: right behind it, else the last one in front of it."""
    n = page.who.sentence_at(q.outer.start)
    open_end = not _is_sentence_end(page.masked, q)
    if behind := _find_behind(page, q, n, open_end=open_end):
        return behind
    near = [t for t in page.tags[n] if q.outer.start - _REACH <= t.end and t.start <= q.outer.end + _REACH]
    before = [t for t in near if t.end <= q.outer.start + 1 and t.form != "after"]
    for tag in reversed(before):
        if _reaches(page.masked[tag.end : q.outer.start], tag):
            return tag
    after_form = [t for t in near if t.form == "after" and t.end <= q.outer.start]
    if after_form:
        return after_form[-1]
    later = [t for t in near if t.start >= q.outer.end]
    if later and open_end and later[0].form != "participle" and '"' not in page.masked[q.outer.end : later[0].start]:
        return later[0]
    return None


def _is_sentence_end(masked: str, q: Quotation) -> bool:
    """True where the words end a sentence, so that what follows begins another one."""
    inside = masked[q.outer.end - 2 : q.outer.end - 1]
    following = masked[q.outer.end : q.outer.end + 2]
    return inside == "." and not following.lstrip()[:1].islower()


def _find_behind(page: Page, q: Quotation, n: int, *, open_end: bool) -> Tag | None:
    """The tag that begins right behind the quotation; the splitter may have put it into a sentence of its own."""
    if not open_end:
        return None
    rest = page.masked[q.outer.end : q.outer.end + 3]
    lead = len(rest) - len(rest.lstrip(" ,–—-"))
    for tags in page.tags[n : n + 2]:
        for tag in tags:
            if not q.outer.end <= tag.start <= q.outer.end + _NEAR:
                continue
            if q.outer.end <= tag.start <= q.outer.end + lead + 1 and tag.form in ("after", "before", "according"):
                return tag
            gap = page.masked[q.outer.end : tag.start]
            if (
                tag.start > q.outer.end
                and re.fullmatch(r",? (?:the |a |an )?(?:[\w’'-]+ ){0,6}", gap)
                and tag.form == "before"
                and tag.start - q.outer.end < 50
            ):
                return tag
    return None


def _reaches(between: str, tag: Tag) -> bool:
    """True where nobody else takes over between a tag and the words: "he said, after X had called it …" doesn't."""
    return not re.search(r";|\bbut\b.*\bwas\b", between)


def is_speech(page: Page, q: Quotation, tag: Tag | None) -> bool:
    """False for scare quotes, titles of works, names and what is merely mentioned."""
    words = page.text[q.start : q.end]
    before = page.masked[max(0, q.outer.start - 40) : q.outer.start]
    names = _WORD.findall(words)
    if not names:
        return False
    if _NAMED.search(before):
        return False
    ends = words[-1] in ".!?…"
    led_in = re.search(r"[,:]\s$", before) is not None
    followed = (
        page.masked[q.outer.end - 2 : q.outer.end - 1] == "," or page.masked[q.outer.end : q.outer.end + 1] == ","
    )
    adjacent = tag is not None and (abs(tag.start - q.outer.end) <= 3 or 0 <= q.outer.start - tag.end <= 3)
    if _is_title(names) and (
        before.endswith(("called ", "wrote ", "sang ")) or not (ends or (led_in and tag) or (adjacent and followed))
    ):
        return False
    if tag is not None and tag.verb in ("read", "reads") and not page.who.is_paper(tag.subject):
        return False  # a banner does
    if tag is None and _DASH_NAME.match(page.masked, q.outer.end):
        return len(names) >= _LEAST_ALONE
    if tag is None:
        n = page.who.sentence_at(q.outer.start)
        opens = q.outer.start == page.sentences[n].start
        if opens and ends and n and page.tags[n - 1] and page.masked[page.sentences[n - 1].start] == '"':
            return True  # '"…," he said. "Tea!"'
        return len(names) >= _LEAST_ALONE and (opens or led_in) and (ends or len(names) >= 2 * _LEAST_ALONE)
    if len(names) <= _JUST_A_FEW and not (ends or led_in or (adjacent and followed)):
        close = 0 <= q.outer.start - tag.end <= 40
        return (close and len(names) == _JUST_A_FEW and not _SO_CALLED.search(before)) or (
            close and tag.verb in _JUDGING
        )
    return True


_JUDGING = frozenset(
    f"{verb}{ending}"
    for verb in (
        "call",
        "describ",
        "dub",
        "brand",
        "denounc",
        "condemn",
        "dismiss",
        "hail",
        "deem",
        "term",
        "criticiz",
        "slamm",
        "blast",
    )
    for ending in ("ed", "ing", "s", "es")
)


def _is_title(names: Sequence[str]) -> bool:
    """True for words that all have a capital: "The Long Road"."""
    return all(w[0].isupper() or w.lower() in _SMALL for w in names) and len(names) <= 10 and names[0][0].isupper()


def find_speaker(
    page: Page, q: Quotation, tag: Tag | None, earlier: Sequence[tuple[Quotation, str, Span]]
) -> tuple[str, Span] | None:
    """Who says words, by their tag, and where none is by what stands around them."""
    if tag is None:
        return _find_around(page, q, earlier)
    if tag.form == "according" and PAPERS & {*split_head(page.masked[slice(*tag.subject)])}:
        n = page.who.sentence_at(q.outer.start)
        if writer := _subject_of(page, n, Span(page.sentences[n].start, q.outer.start)):
            return writer  # "She left “for good”, according to a letter."
    return page.who.resolve(tag.subject), tag.subject


def _find_around(page: Page, q: Quotation, earlier: Sequence[tuple[Quotation, str, Span]]) -> tuple[str, Span] | None:
    """Who says words without a tag in their sentence: whoever speaks, or is spoken of, nearest to them.

    In their paragraph first: the tag or the speaker before, the sentence's own subject where a colon leads over, the
    sentence before, a tag behind. Then the paragraphs before.
    """
    paragraph = page.paragraph_of(q.outer.start)
    signed = _DASH_NAME.match(page.masked, q.outer.end)
    if signed and paragraph.end - signed.end() < 60:
        name = find_subject_at(page.masked, signed.end(), paragraph.end)
        if name:
            return page.who.resolve(name), name
    for other, speaker, mention in reversed(earlier):
        if other.outer.start < paragraph.start:
            break
        if not _new_subject_between(page, other.outer.end, q.outer.start):
            return speaker, mention
    own = [n for n in page.sentences_in(paragraph) if page.sentences[n].start <= q.outer.start]
    for n in reversed(own):
        sentence = page.sentences[n]
        end = min(sentence.end, q.outer.start)
        found = _subject_of(page, n, Span(sentence.start, end))
        if found:
            return found
    behind = [n for n in page.sentences_in(paragraph) if page.sentences[n].start >= q.outer.end][:1]
    for n in behind:
        tags = [t for t in page.tags[n] if not t.denied]
        if tags and '"' in page.masked[page.sentences[n].start : page.sentences[n].end]:
            return page.who.resolve(tags[0].subject), tags[0].subject
    return _look_back(page, paragraph, earlier) or _look_ahead(page, paragraph, q)


def _new_subject_between(page: Page, start: int, end: int) -> bool:
    """True where narration with a subject of its own stands between two quotations of a paragraph."""
    between = page.masked[start:end]
    if not re.search(r"[.!?]", between):
        return False
    for n in page.sentences_in(Span(start, end)):
        s = page.sentences[n]
        if s.start < end and find_sentence_subject(page.masked, s.start, min(s.end, end)) is not None:
            return True
    return False


def _subject_of(page: Page, n: int, span: Span) -> tuple[str, Span] | None:
    """The speaker of a sentence's last tag, else whom it is about, if that is somebody who can speak."""
    tags = [t for t in page.tags[n] if t.end <= span.end and not t.denied]
    if tags:
        return page.who.resolve(tags[-1].subject), tags[-1].subject
    if not re.search(r"\w", page.masked[span.start : span.end].replace("¤", "")):
        return None
    subject = find_sentence_subject(page.masked, *span)
    if subject is None:
        return None
    if page.masked[: span.end].rstrip().endswith(":") and (owner := _OWNER.match(page.masked, *subject)):
        subject = Span(*owner.span(1))  # "Khan’s answer was short:"
    speaker = page.who.resolve(subject)
    return (speaker, subject) if page.who.is_person(speaker) else None


def _look_back(page: Page, paragraph: Span, earlier: Sequence[tuple[Quotation, str, Span]]) -> tuple[str, Span] | None:
    """The speaker of the paragraph before, or whom its last sentence is about."""
    start = paragraph.start
    for _ in range(_FAR):
        end = len(page.masked[:start].rstrip())
        if end == 0:
            return None
        before = page.paragraph_of(end - 1)
        numbers = page.sentences_in(before)
        for n in reversed(numbers):
            if page.tags[n]:
                tag = min(reversed(page.tags[n]), key=lambda t: (t.denied, t.form == "according"))
                return page.who.resolve(tag.subject), tag.subject
            quoted = [e for e in earlier if page.sentences[n].start <= e[0].outer.start < page.sentences[n].end]
            if quoted:
                return quoted[-1][1], quoted[-1][2]
            if found := _subject_of(page, n, page.sentences[n]):
                return found
        start = before.start
    return None


def _look_ahead(page: Page, paragraph: Span, q: Quotation) -> tuple[str, Span] | None:
    """The one whom the first sentence behind the quotation is about, where nothing stands in front of it."""
    for n in page.sentences_in(Span(q.outer.end, len(page.masked)))[:2]:
        if found := _subject_of(page, n, page.sentences[n]):
            return found
    return None
