"""Whom "he", "Mody", "the minister" or "the ministry" means at some place of an article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from index import Span
from rag.english.speech.mentions import Mention, is_native, is_role_word
from rag.english.speech.nouns import (
    BODY_NOUNS,
    COMPANY_NOUNS,
    PAPERS,
    fits_pronoun,
    is_office,
    is_person_noun,
    lower_article,
    read_noun,
    read_sex_of_word,
    split_head,
)
from rag.english.speech.people import People, read_sex_of_pronouns
from rag.english.speech.subjects import are_two, find_sentence_subject

_PRONOUNS = frozenset("he she they it who both we i you".split())
_NOMINATIVE = {"him": "he", "her": "she", "them": "they"}  # "according to her"
_OBJECT = {
    "he": re.compile(r"\bhim\b"),
    "she": re.compile(
        r"\bher(?=[.,;]| (?:to|that|away|home|off|out|up|down|back|in|on|at|from|with|and|when|as|the|an?)\b)"
    ),
}
_SUBJECT_OF_OWNER = {"his": "he", "her": "she", "their": "they", "its": "it"}
_DEFINITE = re.compile(r"(?:the|this|that) ", re.IGNORECASE)
_INDEFINITE = re.compile(r"(?:an?|one|another|some|several|many|most|two|three|four|other) ", re.IGNORECASE)
_FORMER = re.compile(r"\b(?:former|retired|outgoing|ex)\b")  # whoever is called so was spoken of before
_LINK = re.compile(r"\b(?:of|for|at|from|in|with|to|by|behind)\b")
_NO_PART_OF_A_NAME = re.compile(r"\b(?:of|for|in|and|to|the|that|by|from|said|told|was|is)\b")
_SPOKEN_FOR = frozenset("statement letter tweet post message notice email note release declaration".split())
# In front of a place, rather than a person: "from Cairo and ".
_BESIDE = re.compile(
    r"\b(?:[Oo]f|[Ff]rom|[Tt]o|[Oo]n|[Oo]ff|[Bb]y|[Ff]or|[Ww]ith) (?:the )?"
    r"(?:[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*(?:, | and ))*$"
)
_NEAR = 4  # sentences within which "the person" was "a person"
_BACK = 9  # sentences that a pronoun points back at most
_LONGEST_SHORT = 2  # words of "the ministry", which a longer name may stand for


class References:
    """Resolves who is meant in the text of `people`, whose sentences are `sentences`.

    `speakers` are the speakers found so far, by the number of the sentence in which they speak: those come first.
    """

    def __init__(self, text: str, sentences: Sequence[Span], people: People) -> None:
        self._text = text
        self._sentences = sentences
        self._starts = [s.start for s in sentences]
        self._people = people
        self.speakers: dict[int, str] = {}

    def sentence_at(self, at: int) -> int:
        """The number of the sentence that character `at` stands in, or behind."""
        return max(0, bisect_right(self._starts, at) - 1)

    def is_person(self, speaker: str) -> bool:
        """True for a person, with a name or without one."""
        return self._people.is_person(speaker) or any(fits_pronoun(speaker, p) for p in ("he", "she"))

    def is_somebody(self, speaker: str) -> bool:
        """True for whoever may say something: with a name, and of nouns those for people and bodies."""
        return all(self._is_somebody(part) for part in speaker.split(" and "))

    def _is_somebody(self, speaker: str) -> bool:
        if self._people.knows(speaker) or any(fits_pronoun(speaker, p) for p in ("he", "she", "they", "it")):
            return True
        opens_as_name = speaker[:1].isupper() and speaker.isalpha()
        return opens_as_name and re.search(rf"\b{speaker.lower()}\b", self._text) is None

    def is_paper(self, span: Span) -> bool:
        """True for a subject that is a letter, a statement or the like, or a person."""
        words = self._text[span.start : span.end]
        return read_noun(words) in PAPERS or self.is_person(self.resolve(span))

    def resolve(self, span: Span) -> str:
        """Who is meant by `text[span]`: by the whole name where the article has it, else in its own words."""
        words = self._text[span.start : span.end].strip()
        pronoun = _NOMINATIVE.get(words, words.lower())
        if pronoun in _PRONOUNS:
            return self._resolve_pronoun(pronoun, span.start)
        names = [m for m in self._people.named_in(span) if m.end <= span.end]
        if not names or not self._is_the_name(span, names):
            return self._resolve_role(span, words)
        pair = len(names) > 1 and are_two(self._text, names[-2], names[-1])
        joined = names[-2:] if pair else names[-1:]
        return " and ".join(self._name_or_role(m) for m in joined)

    def _is_the_name(self, span: Span, names: Sequence[Mention]) -> bool:
        """False where a name is but a part of what is meant: "Renault officials", "a spokesman for Renault"."""
        ends = names[-1].end == span.end
        return ends and (names[0].whole == span.start or not _LINK.search(self._text, span.start, names[-1].whole))

    def _name_or_role(self, mention: Mention) -> str:
        title = len(mention.titles) == len(mention.words) and all(map(is_role_word, mention.words))  # "the Pope"
        if title or (mention.after_the and is_native(mention.name)):  # "the Swede"
            start = mention.whole - 4 * mention.after_the
            return self._resolve_role(Span(start, mention.end), self._text[start : mention.end])
        return self._people.whole_name(mention)

    # "the minister", "the ministry", "the statement"

    def _resolve_role(self, span: Span, words: str) -> str:
        plain, head, noun = lower_article(words), split_head(words), read_noun(words)
        if noun in PAPERS:
            return self._find_issuer(span, words) or plain
        if not noun or _INDEFINITE.match(words):
            return plain
        if len(words.split()) > len(head) and not noun.endswith("-old"):  # "the minister of defence"
            return plain
        if noun in BODY_NOUNS:
            return (self._find_body(noun, span.start) if self._is_short(words, head) else "") or plain
        if not is_person_noun(noun) and not is_native(noun):
            return plain
        definite = _DEFINITE.match(words)
        if named := self._find_by_role(noun, head[:-1], span.start):
            return named
        if definite and (unnamed := self._find_unnamed(noun, span.start)):
            return unnamed
        known = definite and (not is_office(noun) or _FORMER.search(words))
        return (known and self._find_last(noun, span.start)) or plain

    def _find_unnamed(self, noun: str, at: int) -> str:
        """Who has just spoken without a name: "a person close to the talks", later "the person"."""
        last = self.sentence_at(at)
        spoken = (self.speakers.get(n, "") for n in range(last - 1, max(-1, last - _NEAR), -1))
        return next((speaker for speaker in spoken if _INDEFINITE.match(speaker) and noun in split_head(speaker)), "")

    def _is_short(self, words: str, head: Sequence[str]) -> bool:
        return _DEFINITE.match(words) is not None and len(head) <= _LONGEST_SHORT

    def _find_last(self, noun: str, at: int) -> str:
        """The person who spoke or was named last: "the poet" and "the Swede" are somebody whom the reader knows."""
        last = self.sentence_at(at)
        lead = self._text[self._sentences[last].start : at]
        sex = read_sex_of_word(noun) or read_sex_of_pronouns(lead)
        for pronoun in (sex,) if sex else ("she", "he"):
            found = self._resolve_pronoun(pronoun, at)
            if self._people.is_person(found):
                return found
        return ""

    def _find_by_role(self, noun: str, beside: Sequence[str], at: int) -> str:
        """The person whom the article called so: of whom it said most of the words, and the last one before `at`.

        Else the only one of whom it says all of them later.
        """
        wanted = {word.lower() for word in beside} - {"the", "this", "that"}
        owners = {word for word in wanted if word.endswith(("'s", "’s"))}  # whose lawyer
        nouns = {noun, "spokesperson"} if noun in ("spokesman", "spokeswoman") else {noun}
        called = [
            (len(wanted & words), m.start, m)
            for m, words in self._people.roles
            if m.start < at and nouns & words and owners <= words
        ]
        if called:
            return self._people.whole_name(max(called, key=lambda found: found[:2])[2])
        ahead = self._sentences[self.sentence_at(at)].end
        later = {
            self._people.whole_name(m)
            for m, words in self._people.roles
            if m.start > ahead and {noun, *wanted} <= words
        }
        return later.pop() if len(later) == 1 else ""

    def _find_body(self, noun: str, at: int) -> str:
        """What was called by that noun and more words before; for a company, else the last body that was named."""
        named = [m for m in self._people.mentions if m.start < at and noun in m.name.lower().split()]
        longer = re.compile(
            r"\b(?:[Tt]he ((?:[\w’'-]+ ){1,3})"
            r"|(?!(?:The|That|This|Its|Their|His|Her|Our) )([A-Z][\w’'-]+ (?:[\w’'-]+ ){0,2}))"
            rf"{noun}\b(?: of (?:the )?[A-Z]\w+(?: [A-Z]\w+)*)?"
        )
        called = [m for m in longer.finditer(self._text, 0, at) if not _NO_PART_OF_A_NAME.search(m[1] or m[2])]
        if named and (not called or named[-1].start >= called[-1].start()):
            return named[-1].name
        if called:
            return lower_article(called[-1].group())
        return self._find_company(at) if noun in COMPANY_NOUNS else ""

    def _find_company(self, at: int) -> str:
        """The body that opens most sentences before `at`, else is named most often; no person and no place."""
        before = [(self._people.whole_name(m), m.whole in self._starts) for m in self._people.named_in(Span(0, at))]
        bodies = {n for n, _ in before if self._people.may_be_body(n) and not self._people.sex_of(n)}
        names = [name for name, _ in before]
        return max(sorted(bodies), key=lambda name: (before.count((name, True)), names.count(name)), default="")

    def _find_issuer(self, span: Span, words: str) -> str:
        """Whose statement, letter or post it is: it says so, or somebody has just spoken. Others are themselves."""
        if read_noun(words) not in _SPOKEN_FOR:
            return ""
        if whose := re.search(r"\b(?:from|by|of) (.+)$", words):
            return self.resolve(Span(span.start + whose.start(1), span.end))
        owner = words.split()[0].lower()
        if owner in _SUBJECT_OF_OWNER:
            return self._resolve_pronoun(_SUBJECT_OF_OWNER[owner], span.start)
        if named := re.match(r"(.+?)['’]s? ", words):
            return self.resolve(Span(span.start, span.start + named.end(1)))
        if _INDEFINITE.match(words):
            return ""
        last = self.sentence_at(span.start)
        return next((self.speakers[n] for n in range(last, max(-1, last - 3), -1) if n in self.speakers), "")

    # "he", "she", "they", "it"

    def _resolve_pronoun(self, pronoun: str, at: int) -> str:
        """Who spoke, or was spoken of, last, and may be meant; of a sentence the first one. Else the pronoun itself."""
        last = self.sentence_at(at)
        for n in range(last, max(-1, last - _BACK), -1):
            sentence, speaker = self._sentences[n], self.speakers.get(n, "")
            if n < last and speaker and self._fits(speaker, pronoun):
                return speaker
            if n < last and self._goes_on(sentence, pronoun):
                continue
            until = at if n == last else sentence.end
            if pronoun in ("he", "she") and (person := self._find_person(Span(sentence.start, until), pronoun)):
                return person
            if subject := self._find_noun(Span(sentence.start, until), pronoun):
                return subject
        return pronoun

    def _goes_on(self, sentence: Span, pronoun: str) -> bool:
        """True where a sentence is about whom the pronoun means already, whoever else it names: "She met Mody"."""
        subject = find_sentence_subject(self._text, *sentence)
        return subject is not None and self._text[slice(*subject)].lower() == pronoun

    def _owns(self, mention: Mention) -> bool:
        return self._text[mention.end : mention.end + 1] in ("'", "’")

    def _find_person(self, span: Span, pronoun: str) -> str:
        """Who may be meant of the people in a span: whom it is about, one who surely is, else the first.

        Those whose things are spoken of come last.
        """

        def is_doubtful(m: Mention) -> tuple[bool, bool]:
            return not self._people.is_person(self._people.whole_name(m)), self._owns(m)

        mentions = sorted(self._people.named_in(span), key=is_doubtful)
        fitting = [
            name
            for m in mentions
            if self._fits(name := self._people.whole_name(m), pronoun)
            and (self._people.is_person(name) or not _BESIDE.search(self._text, max(0, m.whole - 60), m.whole))
        ]
        sure = [name for name in fitting if self._people.sex_of(name) == pronoun]
        opening = next((m for m in mentions if m.whole == span.start and not self._owns(m)), None)
        leads = opening is not None and self._people.whole_name(opening) in fitting[:1]
        return next(iter(fitting if leads else sure or fitting), "")

    def _find_noun(self, sentence: Span, pronoun: str) -> str:
        """What a sentence is about, in the article's words, where it is nobody with a name."""
        subject = find_sentence_subject(self._text, *sentence)
        if subject is None:
            return ""
        words = self._text[slice(*subject)]
        if words.lower() in _PRONOUNS:
            return ""
        if pronoun in _OBJECT and _INDEFINITE.match(words) and _OBJECT[pronoun].search(self._text, *sentence):
            return ""  # "A nurse sent her away."
        name = self.resolve(subject)
        return name if self._fits(name, pronoun) else ""

    def _fits(self, name: str, pronoun: str) -> bool:
        """True where a speaker may be meant by a pronoun."""
        if not self._people.knows(name):
            return fits_pronoun(name, pronoun)
        if pronoun in ("he", "she"):
            return self._people.may_be_person(name) and self._people.sex_of(name) in ("", pronoun)
        return pronoun in ("it", "they") and not self._people.is_person(name)
