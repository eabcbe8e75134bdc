"""Who is named in an article: whole names, whether each is a person's, what that person is, and "he" or "she"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from index import Span
from rag.english.names import fold, is_country
from rag.english.speech.first_names import read_sex
from rag.english.speech.mentions import DATELINE, Mention, find_mentions, is_body_word, is_placed, is_role_word
from rag.english.speech.nouns import SEX_OF_WORD, is_person_noun, read_sex_of_word
from rag.english.speech.verbs import FINITE

_HE, _SHE = (re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in ("he|him|his|himself", "she|hers?|herself"))
_ROLE_AFTER = re.compile(r", (?:\d\d, )?(?:an? |the |its |his |her |their )?([a-z][^,.;:¤\"()]{2,70})(?=[,.;:()])")
_ROLE_BEFORE = re.compile(r"((?:[A-Z]?[\w’'-]+,? ){0,4})$")
_SMALL = r"(?!(?:an?|of|in|on|at|for|to|by|with|from|against|since|who|that|and)\b)[a-z][\w’-]*"
_ROLE_IS = re.compile(rf" (?:is|was|became|remains|has been|had been)(?: (?:an?|the|its|their))?((?: {_SMALL}){{1,4}})")
_INTRODUCED = re.compile(rf"\b[Aa]n?((?: {_SMALL}){{1,5}})")  # "a retired surveyor", whom the next sentence names
_WHO_OR_AGE = re.compile(r", (?:who\b|\d\d\b|an? [a-z]|the [a-z])|, aged? \d")
_CREDIT = re.compile(r"/[A-Z]")
_CALLING = re.compile(r" (?:[a-z]+ )*[A-Z]")  # behind "Former" of "Former champion Anna Volk"
_JOINING = frozenset(("of", "for", "&"))
_NO_ROLES = frozenset("the a an of and said told".split())
_LONGEST_ACRONYM = 5
_MOST_VOTES = 2  # that one sentence has about "he" or "she"


def read_sex_of_pronouns(text: str) -> str:
    """ "he" or "she" where a text has the pronouns of one alone, else nothing."""
    he, she = _HE.search(text), _SHE.search(text)
    return "" if bool(he) == bool(she) else "he" if he else "she"


class People:
    """The people, bodies and places that an article names. `text` has its quotations blanked."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self._text = text
        self._sentences = sentences
        self.mentions = _drop_openers(text, sentences)
        self._starts = [m.start for m in self.mentions]
        self._full = self._join_names()
        self._weights = self._weigh_persons()

    def named_in(self, span: Span) -> list[Mention]:
        """The mentions that begin in a span, in order."""
        return self.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def whole_name(self, mention: Mention) -> str:
        """The longest name that the article has for whom a mention means."""
        return self._full.get(mention.start, mention.name)

    def knows(self, name: str) -> bool:
        """True for a whole name of somebody or something that is mentioned."""
        return name in self._weights

    def is_person(self, name: str) -> bool:
        """True for a whole name that is rather a person's than a body's or a place's."""
        return self._weights[name] > 0

    def may_be_person(self, name: str) -> bool:
        """True where that is open too, as of a lone last name."""
        return self._weights[name] >= (1 if " " in name else 0)

    def may_be_body(self, name: str) -> bool:
        """True for a name that neither a title nor a first name shows to be a person's, nor "in" to be a place's."""
        lone = " " not in name
        placed = any(is_placed(self._text, m.whole) for m in self.mentions if self._full[m.start] == name)
        return self._weights[name] <= (0 if lone else 1) and not (
            placed or is_country(name) or (lone and len(name) > 5 and name.isupper())
        )

    def sex_of(self, name: str) -> str:
        """ "he" or "she", as far as the article tells, else nothing."""
        return self._sexes.get(name, "")

    def _join_names(self) -> dict[int, str]:
        wholes: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            wholes[mention.name].append(mention)
        longer: dict[str, set[str]] = defaultdict(set)
        for name in wholes:
            words = name.split()
            if not any(map(is_body_word, words)) and not _JOINING & set(words):
                for first in range(len(words)):
                    for end in range(first + 1, len(words) + 1):
                        if end - first < len(words):
                            longer[fold(" ".join(words[first:end]))].add(name)
        return {m.start: _choose(m, longer.get(fold(m.name), set()), wholes) for m in self.mentions}

    def _weigh_persons(self) -> Counter[str]:
        """How much speaks for each whole name being a person's."""
        weights: Counter[str] = Counter()
        for name in set(self._full.values()):
            words = name.split()
            weights[name] += 1 if 2 <= len(words) <= 5 else 0
            weights[name] += 3 if read_sex(words[0]) else 0
            weights[name] -= 6 if any(map(is_body_word, words)) or _JOINING & set(words) else 0
            weights[name] -= 5 if is_country(name) or (name.isupper() and len(words) == 1) else 0
        for mention in self.mentions:
            weights[self._full[mention.start]] += self._weigh_mention(mention)
        return weights

    def _weigh_mention(self, mention: Mention) -> int:
        text = self._text
        before = text[max(0, mention.whole - 30) : mention.whole].split()
        article = mention.after_the and not mention.titles and not text.startswith(" (", mention.end)
        return (
            3 * any(map(is_role_word, mention.titles))
            + 2 * (_WHO_OR_AGE.match(text, mention.end) is not None)
            + 2 * bool(before and before[-1].islower() and is_role_word(before[-1]))
            - 2 * is_placed(text, mention.whole)
            - 2 * article
        )

    @cached_property
    def roles(self) -> list[tuple[Mention, frozenset[str]]]:
        """Each mention of who may be a person, with the words around it for what that one is, in order."""
        return [(m, self._read_roles(m)) for m in self.mentions if m.titles or self._weights[self._full[m.start]] >= 0]

    def _read_roles(self, mention: Mention) -> frozenset[str]:
        words = set(mention.titles)
        before = _ROLE_BEFORE.search(self._text, max(0, mention.whole - 60), mention.whole)
        after = _ROLE_AFTER.match(self._text, mention.end)
        words |= {word.lower().strip(",") for word in before[1].split()} if before else set()
        if after and not FINITE.search(after[1]):  # ", the governor said" is nobody's role
            words |= set(re.findall(r"[\w-]+", after[1].lower()))
        if being := _ROLE_IS.match(self._text, mention.end):
            words |= _read_person_words(being[1])
        if not any(map(is_person_noun, words)):
            words |= self._introductions.get(mention.start, frozenset())
        return frozenset(words - _NO_ROLES)

    @cached_property
    def _introductions(self) -> dict[int, frozenset[str]]:
        """What the sentence before says of somebody without a name, by where the next one begins with a new name."""
        first: dict[str, int] = {}
        for mention in self.mentions:
            first.setdefault(self._full[mention.start], mention.whole)
        found = {}
        for before, sentence in pairwise(self._sentences):
            named = self.named_in(sentence)[:1]
            if named and named[0].whole == sentence.start == first[self._full[named[0].start]]:
                words = (_read_person_words(m[1]) for m in _INTRODUCED.finditer(self._text, *before))
                found[named[0].start] = frozenset().union(*words)
        return found

    @cached_property
    def _sexes(self) -> dict[str, str]:
        """By titles and roles, the pronouns of sentences that name nobody else, and first names."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for mention, words in self.roles:
            for word in words:
                votes[self._full[mention.start]][read_sex_of_word(word)] += 5 if word in mention.titles else 2
        for n, sentence in enumerate(self._sentences):
            persons = self._persons_in(sentence)
            if len(persons) == 1:
                rest = self._text[sentence.start : sentence.end]
                if n + 1 < len(self._sentences) and not self._persons_in(following := self._sentences[n + 1]):
                    rest += f" {self._text[following.start : following.end]}"
                votes[persons[0]]["he"] += min(_MOST_VOTES, len(_HE.findall(rest)))
                votes[persons[0]]["she"] += min(_MOST_VOTES, len(_SHE.findall(rest)))
        for name in self._weights:
            votes[name][read_sex(name.split()[0])] += 3
        return {n: "he" if v["he"] > v["she"] else "she" if v["she"] > v["he"] else "" for n, v in votes.items()}

    def _persons_in(self, sentence: Span) -> list[str]:
        names = (self._full[m.start] for m in self.named_in(sentence))
        return list(dict.fromkeys(name for name in names if self._weights[name] >= 0))


def _read_person_words(run: str) -> frozenset[str]:
    """The words up to the first that means a person; none where none does."""
    words = run.split()
    last = next((n for n, word in enumerate(words) if is_person_noun(word)), -1)
    return frozenset(words[: last + 1])


def _choose(mention: Mention, known: set[str], wholes: dict[str, list[Mention]]) -> str:
    """Of the whole names that end so, else of all that have it, the one that was there last; else the first to come."""
    if not known or is_country(mention.name):
        return mention.name
    last = {n for n in known if fold(n).endswith(f" {fold(mention.name)}")}
    last = {n for n in last if len(n.split()) == 1 + len(mention.words)} or last  # Will Smith before Jada Pinkett Smith
    sexes = {SEX_OF_WORD[title] for title in mention.titles if title in SEX_OF_WORD}
    pool = last or known
    fitting = {n for n in pool if not sexes or read_sex(n.split()[0]) in ("", *sexes)} or pool

    def place(name: str) -> tuple[bool, int, str]:
        before = [m.start for m in wholes[name] if m.start < mention.start]
        return bool(before), max(before) if before else -wholes[name][0].start, name

    return max(fitting, key=place)


def _skip_dateline(text: str, sentence: Span) -> int:
    opens = DATELINE.match(text, *sentence) if not text[: sentence.start].strip() else None
    return opens.end() if opens else sentence.start


def _drop_openers(text: str, sentences: Sequence[Span]) -> list[Mention]:
    """The names of all sentences, without lone first words that have a capital nowhere else."""
    found = [
        (m, m.whole == s.start)
        for s in sentences
        for m in find_mentions(text, _skip_dateline(text, s), s.end)
        if not _CREDIT.match(text, m.end) and text[m.whole - 1 : m.whole] != "/"  # of a picture
    ]
    inside = {word for m, opens in found if not opens or len(m.words) > 1 for word in m.words}
    return [
        m
        for m, opens in found
        if not opens
        or len(m.words) > 1
        or (m.titles and not _CALLING.match(text, m.end))
        or m.name in inside
        or m.name.isupper()
    ]
