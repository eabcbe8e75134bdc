"""What an answer shows to people, worked out once: terminal, page, exports and `/v1` only put it in their own markup.

All texts are in one line and hold nothing that could drive a screen, nor, but for `markers`, anything that looks like
a marker. They are not escaped for any markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from index import Article, Filters, Hit, SourcePlace, Span, find_place
from rag import (
    OFFLINE,
    Answer,
    Citation,
    FilterKind,
    Sentence,
    Translation,
    cut_lead,
    describe_corrections,
    describe_filters,
)
from ui.disagreements import ShownDisagreement, show_disagreements
from ui.escape import find_muted, join_lines, mute_markers
from ui.safe_address import find_web_address
from ui.wording import show_date, show_other_language

_LISTED_NEAREST = 3  # passages that a refusal lists
SOURCES = "Sources"
NEAREST_PASSAGES = "Nearest passages"
NEAREST_ARTICLES = "Nearest articles"


class ShownSentence(NamedTuple):
    """A sentence with the markers of its sources, and what speaks against it.

    A `gap` says what the articles don't; it cites nothing, and nothing speaks against it. `answer` are the characters
    of its text that answer the question, where they stand in it. `own_line` is a line of an overview, which begins with
    its day, "[17 March 2024:] …", and stands by itself.
    """

    text: str
    markers: tuple[int, ...]
    answer: Span | None = None
    gap: bool = False
    cites_nothing: bool = False
    unsupported: bool = False
    reasons: str = ""
    own_line: bool = False

    def cut(self) -> tuple[str, str, str]:
        """The text before the words that answer, these words, and the text behind them."""
        start, end = self.answer or (len(self.text), len(self.text))
        return self.text[:start], self.text[start:end], self.text[end:]

    def doubt(self) -> str:
        """What speaks against it, to stand behind it; nothing where nothing does."""
        if self.cites_nothing:
            return "cites nothing"
        if self.unsupported:
            return f"not in its source: {self.reasons}" if self.reasons else "not in its source"
        return ""

    def note(self) -> str:
        """The same where it stands apart, and so names the sentence."""
        if self.cites_nothing:
            return f"Cites nothing: “{self.text}”"
        if self.unsupported:
            reasons = f" ({self.reasons})" if self.reasons else ""
            return f"Not supported by its source: “{self.text}”{reasons}"
        return ""


class ShownQuote(NamedTuple):
    """Words of an article, and the days that relative words among them mean ("Thursday: 5 June 2014"), or nothing.

    `translation` stands under them, "[Translated by openai/some-model:] …", where there is one.
    """

    words: str
    days: str
    translation: str = ""

    def __str__(self) -> str:
        return f"“{self.words}”" + (f" ({self.days})" if self.days else "")


@dataclass(frozen=True, slots=True)
class ShownSource:
    """An article with the words of it that count.

    `number` is the marker of a cited one, and counts those that are nearest. `facts` are its outlet, its date or
    "undated", and its copies. `address` is a web address that is safe to link to, or None; `origin` then is the path or
    address that the article was read from: it may name folders of this machine, so what others see is `file`.
    """

    number: int
    article_id: str
    title: str
    facts: tuple[str, ...]
    address: str | None
    origin: str
    quotes: tuple[ShownQuote, ...]

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quotes in words, each with its translation behind it."""
        return tuple(line for quote in self.quotes for line in (str(quote), quote.translation) if line)

    @property
    def file(self) -> str:
        """The name of the file that an article without a web address was read from, or nothing."""
        return "" if self.address else show_file(self.origin)

    @property
    def details(self) -> tuple[str, ...]:
        """The facts, and the name of the file."""
        return (*self.facts, self.file) if self.file else self.facts


@dataclass(frozen=True, slots=True)
class Presentation:
    """All that an answer shows, in the order in which it is read.

    `asked_as` is what the question was understood as in its conversation, where that is not as it was put.
    `headline` is of a refusal, whose `reason`, a few lines, and `nearest` passages stand in the place of sentences and
    sources.
    `notes` are the markers that the model made up, what was searched in place of misspelt words, and warnings. `facts`
    say how sure it is, who wrote it and what that cost. `disagreements` are the sides that its articles take. Doubts
    about sentences come with an answer that is done.
    """

    question: str
    asked_as: str
    headline: str
    reasons: tuple[str, ...]
    sentences: tuple[ShownSentence, ...]
    notes: tuple[str, ...]
    sources: tuple[ShownSource, ...]
    nearest: tuple[ShownSource, ...]
    facts: tuple[str, ...]
    disagreements: tuple[ShownDisagreement, ...] = ()

    @property
    def reason(self) -> str:
        """The reason in one line."""
        return mute_markers(" ".join(self.reasons))

    @property
    def said(self) -> tuple[ShownSentence, ...]:
        """The sentences but for the gaps."""
        return tuple(sentence for sentence in self.sentences if not sentence.gap)

    @property
    def gaps(self) -> tuple[ShownSentence, ...]:
        """The sentences that say what the articles don't."""
        return tuple(sentence for sentence in self.sentences if sentence.gap)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against sentences, each by itself."""
        return tuple(note for sentence in self.sentences if (note := sentence.note()))


def present(answer: Answer) -> Presentation:
    """What there is to show of an answer, whole or growing."""
    return Presentation(
        question=join_lines(answer.question),
        asked_as=join_lines(answer.standalone_question) if answer.standalone_question != answer.question else "",
        headline="No answer in the articles" if answer.refused else "",
        reasons=tuple(map(mute_markers, answer.reason.splitlines())) if answer.refused else (),
        sentences=() if answer.refused else tuple(_show_sentence(s, answer) for s in answer.sentences),
        notes=_show_notes(answer),
        sources=() if answer.refused else tuple(show_citation(c, answer.standalone_question) for c in answer.citations),
        nearest=_list_nearest(answer) if answer.refused else (),
        facts=_show_facts(answer),
        disagreements=show_disagreements(answer),
    )


def show_progress(answer: Answer) -> str:
    """What is being done for an answer that grows: "Reading 8 passages"."""
    match answer.stage:
        case "searching":
            return "Searching"
        case "checking":
            return f"Checking {len(answer.sentences)} sentence{'' if len(answer.sentences) == 1 else 's'}"
        case "translating":
            return "Translating what is quoted"
        case _:
            return "Writing" if answer.sentences else f"Reading {len(answer.hits)} passages"


def describe_named(named: Filters, counted_from: date | None) -> dict[FilterKind, str]:
    """The filters that a question named, in words by kind, and from which day its words of time were counted."""
    words = describe_filters(named)
    if counted_from and "dates" in words:
        words["dates"] += f", counted from {counted_from:%-d %B %Y}"
    return words


def name_newest_day(newest: date) -> str:
    """What is offered where the words of time of a question don't reach back to the articles."""
    return f"as of the newest article, {newest:%-d %B %Y}"


def show_copies(count: int) -> str:
    """How many other articles tell the same story; nothing where none does."""
    return f"also in {count} more" if count else ""


def show_file(origin: str) -> str:
    """The last part of a path or address."""
    return mute_markers(re.split(r"[\\/]", origin.rstrip("\\/"))[-1])


def show_title(article: Article) -> str:
    """The title, or that there is none."""
    return mute_markers(article.title) or "(no title)"


def _show_sentence(sentence: Sentence, answer: Answer) -> ShownSentence:
    markers = tuple(marker for marker in sentence.citations if answer.citation(marker))
    judged = answer.stage == "done" and not sentence.gap
    return ShownSentence(
        text=mute_markers(sentence.text),
        markers=markers,
        answer=_find_answer(sentence, answer),
        gap=sentence.gap,
        cites_nothing=judged and not markers,
        unsupported=judged and bool(markers) and sentence.verdict == "unsupported",
        reasons=mute_markers("; ".join(sentence.reasons)),
        own_line=cut_lead(sentence.text)[0] != "",
    )


def _find_answer(sentence: Sentence, answer: Answer) -> Span | None:
    """The characters of a sentence, as it is shown, that answer.

    It is what the article says around them, or in a model's words has them too.
    """
    words = answer.answer
    citation = answer.citation(words.marker) if words and words.marker in sentence.citations else None
    if words is None or citation is None:
        return None
    read = citation.read(words.field)
    if not words.text or read[words.start : words.end] != words.text:
        return None
    for quote in citation.quotes:
        places = _align(sentence.text, read[quote.start : quote.end]) if quote.field == words.field else {}
        first, last = places.get(words.start - quote.start), places.get(words.end - 1 - quote.start)
        if first is not None and last is not None:
            return find_muted(sentence.text, Span(first, last + 1))
    same = re.search(rf"(?<!\w){re.escape(words.text)}(?!\w)", sentence.text, re.IGNORECASE)
    return find_muted(sentence.text, Span(*same.span())) if same and answer.model != OFFLINE else None


def _align(shown: str, quote: str) -> dict[int, int]:
    """Where each character of a quote stands in a sentence that is it but for additions in brackets; else nothing."""
    places: dict[int, int] = {}
    at = len(cut_lead(shown)[0]) if not quote.startswith("[") else 0
    for n, sign in enumerate(quote):
        while shown.startswith(" [", at) and not quote.startswith(" [", n):
            at = shown.find("]", at) + 1 or len(shown)
        if not shown.startswith(sign, at):
            return {}
        places[n] = at
        at += 1
    return places


def _show_notes(answer: Answer) -> tuple[str, ...]:
    invented = f"The model cited passages that don't exist: {' '.join(answer.unresolved)}"
    searched = describe_corrections(answer.corrections)
    said = map(mute_markers, filter(None, (searched, *answer.warnings)))
    return (*([join_lines(invented)] if answer.unresolved else []), *said)


def show_citation(citation: Citation, question: str = "") -> ShownSource:
    """A numbered source with its quotes; its language too where that is another than the question's."""
    text = citation.hit.article.text
    days = (
        "; ".join(dict.fromkeys(f"{text[day.start : day.end]}: {day.show()}" for day in named))
        for named in citation.days()
    )
    translations = map(_show_translation, citation.translated())
    quotes = (
        ShownQuote(*map(mute_markers, quoted)) for quoted in zip(citation.quoted(), days, translations, strict=True)
    )
    return _show_source(citation.marker, citation.hit, tuple(quotes), question, citation.places())


def show_places(places: Iterable[SourcePlace | None]) -> list[str]:
    """Where quotes stand on a scan or in a recording, each once: "page 3 of the scan", "at 12:34"."""
    return list(dict.fromkeys(place.show() for place in places if place is not None))


def _show_translation(translation: Translation | None) -> str:
    return f"[Translated by {translation.model}:] {translation.text}" if translation else ""


def _list_nearest(answer: Answer) -> tuple[ShownSource, ...]:
    hits = enumerate(pick_nearest(answer), start=1)
    return tuple(_show_nearest(number, hit, answer.standalone_question) for number, hit in hits)


def pick_nearest(answer: Answer) -> list[Hit]:
    """The passages that a refusal lists, numbered from 1: the best one of each of the nearest articles."""
    best: dict[str, Hit] = {}
    for hit in answer.hits:
        best.setdefault(hit.article.id, hit)
    return list(best.values())[:_LISTED_NEAREST]


def _show_nearest(number: int, hit: Hit, question: str) -> ShownSource:
    place = find_place(hit.article, hit.passage.start, hit.passage.end)
    return _show_source(number, hit, (ShownQuote(mute_markers(hit.passage.text), ""),), question, [place])


def _show_source(
    number: int,
    hit: Hit,
    quotes: tuple[ShownQuote, ...],
    question: str,
    places: Iterable[SourcePlace | None],
) -> ShownSource:
    article = hit.article
    language = show_other_language(article, question)
    facts = (article.attributed, show_date(article), *show_places(places), language, show_copies(len(hit.copies)))
    return ShownSource(
        number=number,
        article_id=article.id,
        title=show_title(article),
        facts=tuple(filter(None, map(mute_markers, facts))),
        address=find_web_address(article.url),
        origin=mute_markers(article.origin or ""),
        quotes=quotes,
    )


def _show_facts(answer: Answer) -> tuple[str, ...]:
    facts = [f"As of {answer.as_of:%-d %B %Y}"] if answer.as_of else []
    facts += [f"Confidence {answer.confidence:.0%}"] if answer.confidence is not None else []
    if answer.model != OFFLINE:
        facts.append(f"Asked: {answer.model}" if answer.refused else f"Written by {answer.model} from these sources")
    if answer.cost_usd:
        facts.append(f"Cost ${answer.cost_usd:.4f}")
    return tuple(map(join_lines, facts))
