"""The parts of an English question: its question word, its auxiliary verb, whom or what it is about, and the rest."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.english.follow_up.times import read_time
from rag.english.follow_up.verbs import is_participle, is_verb, to_past, to_present

_DO = ("do", "does", "did")
AUXILIARY = (
    r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must"
    r"|(?:is|are|was|were|did|does|do|has|have|had)n[’']t)"
)
_PREPOSITION = r"(?:in|on|at|by|for|to|from|with|since|until|of|under|after|before|about|against|over|through)"
QUESTION_WORD = rf"(?:{_PREPOSITION} )?(?:who|whom|whose|what|which|when|where|why|how)"
_WITH_AUX = re.compile(
    rf"^(?P<word>{QUESTION_WORD}(?: [\w’'$%-]+){{0,4}}?) (?P<aux>{AUXILIARY})(?: (?P<body>.+))?$", re.IGNORECASE
)
_SUBJECT = re.compile(rf"^(?P<word>{QUESTION_WORD}) (?P<body>.+)$", re.IGNORECASE)
_YES_NO = re.compile(rf"^(?P<aux>{AUXILIARY}) (?P<body>.+)$", re.IGNORECASE)
_FIRST_NOUN = re.compile(r"(?:many|much|long|far|often|old|big|large|else)\b", re.IGNORECASE)
_DETERMINERS = frozenset("the a an its his her their our my your this that these those some any all no every".split())
_PREPOSITIONS = frozenset(
    "of in on at for between with against over near from to by about into under during since after before until"
    " inside outside around through and or".split()
)
_WITHIN_PHRASE = frozenset("of in on at for between with against near from and or".split())
_ADJECTIVES = frozenset(
    "able alive available closed dead free guilty illegal legal likely missing necessary open possible ready"
    " responsible safe sick still true unhappy worth angry important wrong right due over so".split()
)
_WITH_NOUN = re.compile(r"(?:\w+ )?(?:how many|how much|which|what|whose) (?!else\b|kind\b|of\b)(.+)", re.IGNORECASE)
_STANDS_FOR_OBJECT = re.compile(r"who|whom|what|which|how (?:many|much)|(?:who|what) else", re.IGNORECASE)
_ADVERB = re.compile(r"(?:\w+ )?(?:when|where|why|how)(?! many| much)\b", re.IGNORECASE)
_PREPOSITION_FIRST = re.compile(rf"{_PREPOSITION} ", re.IGNORECASE)
_LONGEST = 400  # characters of a question that is taken apart


class QuestionForm(NamedTuple):
    """A question in parts; `word` is empty where yes or no answers, `aux` where the question word is the subject."""

    word: str
    aux: str
    subject: str
    predicate: str

    @property
    def noun(self) -> str:
        """The noun that goes with the question word: "soldiers" of "how many soldiers", "bank" of "which bank"."""
        match = _WITH_NOUN.match(self.word)
        return match[1] if match else ""

    @property
    def is_whole(self) -> bool:
        """False where the question word stands for what the verb needs: "what did the mayor say"."""
        return bool(self.subject and self.predicate) and not _STANDS_FOR_OBJECT.fullmatch(self.word)

    def ask(self, word: str) -> str:
        """The question with another question word; nothing where the old one stands for a part of what is asked."""
        if not self.aux or not self.is_whole:
            return ""
        return f"{word} {self.aux.lower()} {self.subject} {self._whole_predicate()}"

    def clause(self) -> str:
        """What it asks about as a clause: "Niger revoked the deal"; nothing where it has none of its own."""
        return f"{self.subject} {self.verb_phrase()}" if self.is_whole else ""

    def verb_phrase(self) -> str:
        """What is said of the subject: "revoked the deal"."""
        aux = self.aux.lower()
        predicate = self._whole_predicate()
        verb, _, rest = predicate.partition(" ")
        if aux not in _DO:
            return f"{aux} {predicate}"
        said = {"did": to_past, "does": to_present}.get(aux, str)(verb)
        return f"{said} {rest}".strip()

    def _whole_predicate(self) -> str:
        """The predicate with the noun of the question word as its object: "suspend aid" of "how much aid did …"."""
        if not self.noun or not self.subject or _PREPOSITION_FIRST.match(self.word):
            return self.predicate
        verb, _, rest = self.predicate.partition(" ")
        return f"{verb} {self.noun} {rest}".strip()

    def indirect(self) -> str:
        """The question within a sentence: "why Niger revoked the deal"."""
        word = _lower_first(self.word) or "whether"
        if not self.aux:
            return f"{word} {self.predicate}"
        if self.aux.lower() in _DO and self.predicate:
            verb, _, rest = self.predicate.partition(" ")
            said = {"did": to_past, "does": to_present}.get(self.aux.lower(), str)(verb)
            return " ".join(filter(None, (word, self.subject, said, rest)))
        return " ".join(filter(None, (word, self.subject, self.aux.lower(), self.predicate)))

    def phrases(self) -> tuple[str, str]:
        """What the subject and the object are called, each may be empty; the object without what follows the noun."""
        if not self.aux:
            return self.noun, _find_object(self.predicate)
        return "" if self.subject.startswith("there") else self.subject, _find_object(self.predicate)


def read_form(question: str) -> QuestionForm | None:
    """Take a question apart; None where it has no form that is known, or is too long."""
    text = " ".join(question.split()).rstrip(" ?.!")
    if not text or len(text) > _LONGEST:
        return None
    if match := _YES_NO.match(text):
        return QuestionForm("", match["aux"], *_split(match["body"], match["aux"]))
    match = _WITH_AUX.match(text)
    if match and _is_question_noun(match["word"]):
        subject, predicate = _split(match["body"] or "", match["aux"])
        if not _ADVERB.match(match["word"]) and _starts_with_verb(match["body"] or ""):
            subject, predicate = "", match["body"]
        return QuestionForm(match["word"], match["aux"], subject, predicate)
    if match := _SUBJECT.match(text):
        return _read_subject_question(match["word"], match["body"])
    return None


def _read_subject_question(word: str, body: str) -> QuestionForm:
    """As "Who led the delegation", "how many people died": the noun goes with the question word."""
    words = body.split()
    says = words[0].endswith(("ed", "s")) or is_past(words[0])
    if word.lower() == "who" or (word.lower() == "what" and says):
        return QuestionForm(word, "", "", body)
    for n, token in enumerate(words[1:], start=1):
        if is_past(token) or (token.endswith("ed") and token.islower()):
            return QuestionForm(" ".join([word, *words[:n]]), "", "", " ".join(words[n:]))
    return QuestionForm(word, "", "", body)


def is_past(word: str) -> bool:
    """True for the past of an irregular verb, and for an auxiliary."""
    return word in PASTS


def _is_question_noun(words: str) -> bool:
    """True where what stands between question word and auxiliary can be a noun that goes with the first."""
    _, *between = re.sub(rf"^{_PREPOSITION} ", "", words, flags=re.IGNORECASE).split()
    if not between:
        return True
    if not re.match(
        rf"(?:{_PREPOSITION} )?(?:what|which|whose|how)\b|(?:who|what|where|when) else$", words, re.IGNORECASE
    ):
        return False
    return not any(w.lower() in _DETERMINERS or is_past(w) for w in between)


def _starts_with_verb(body: str) -> bool:
    first = body.split(" ")[0] if body else ""
    return is_participle(first) or first in ("wrong", "responsible", "guilty", "dead", "missing")


def _split(body: str, aux: str) -> tuple[str, str]:
    """The subject, and what follows it: the verb in its plain form behind "do", else a participle or an adjective."""
    words = body.split()
    at = _find_verb(words, behind_do=not re.match("is|are|was|were|has|have|had", aux, re.IGNORECASE))
    return " ".join(words[:at]).rstrip(","), " ".join(words[at:])


def _find_verb(words: list[str], *, behind_do: bool) -> int:
    """Where the verb stands; behind the last word where there is none."""
    least = 2 if words and words[0].lower() in _DETERMINERS else 1
    guess = len(words)
    within = 0  # verbs to pass over, of a clause that belongs to the subject: "the deal that Niger revoked"
    for n, word in enumerate(words):
        bare = word.strip(",;")
        if n >= 2 and bare in ("that", "who", "which") and words[n - 1].lower() not in _DETERMINERS:
            within = 1
        if within and (is_participle(bare) or bare in PASTS - {"was", "were", "is", "are", "has"}):
            within = 0
            continue
        if n < least or words[n - 1].lower() in _WITHIN_PHRASE or words[n - 1].lower() in _DETERMINERS:
            continue
        if not bare.islower():
            continue
        if not behind_do:
            if is_participle(bare) or bare in _ADJECTIVES or bare in ("to", "not"):
                return n
            continue
        if bare in ("be", "not", "have", "ever", "also", "still", "then", "actually"):
            return n
        if is_verb(bare) and not _is_noun_here(words, n):
            return n
        if guess == len(words) and _may_be_verb(words, n):
            guess = n
    return guess if behind_do else len(words)


def _may_be_verb(words: list[str], n: int) -> bool:
    word = words[n].strip(",;")
    if re.search("[^s]s$", word) or word in _PREPOSITIONS:
        return False
    after = words[n + 1] if n + 1 < len(words) else ""
    follows_name = words[n - 1][:1].isupper() and not words[n - 1].endswith(("an", "ese", "ish", "ch"))
    closes = not after or after.lower() in _DETERMINERS or after.lower() in _PREPOSITIONS - {"of"} or after[0].isdigit()
    return follows_name or closes


def _is_noun_here(words: list[str], n: int) -> bool:
    """True for "strike" in "the port strike end": a known verb behind a determiner's noun and before another verb."""
    after = words[n + 1].strip(",;") if n + 1 < len(words) else ""
    return is_verb(after) or after == "of"


def _find_object(predicate: str) -> str:
    """The noun phrase behind the verb, with what belongs to it: "the deal with the United States"."""
    words = predicate.split()
    start = next((n for n, w in enumerate(words) if n and (w.lower() in _DETERMINERS or w[0].isupper())), None)
    if start is None or start > 3 or words[start - 1].lower() in _PREPOSITIONS - {"about"}:
        return ""
    kept: list[str] = []
    for n, word in enumerate(words[start:]):
        after = words[start + n + 1] if start + n + 1 < len(words) else ""
        leads_to_name = word.lower() == "to" and after[:1].isupper()  # "the delegation to Niamey"
        if n and word.lower() in _PREPOSITIONS - _WITHIN_PHRASE and not leads_to_name:
            break
        kept.append(word)
        if word.endswith((",", ";")):
            break
    phrase = " ".join(kept).strip(",; ")
    return "" if read_time(phrase) else phrase


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


PASTS = frozenset(
    """
    became began bought broke brought built came caught chose did drew drove fell felt fled flew fought found
    froze gave got grew had heard held hit kept knew led left lost made meant met overthrew paid put quit ran
    rose said sank saw sent set shot shut sold sought spent spoke stole stood struck swept took taught threw
    told was were went won withdrew wrote is are has will can could would
    """.split()
)
