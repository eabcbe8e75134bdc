"""Questions that yes or no answers: the claim that they ask about, and what a sentence says to it.

Nothing parses English here. Where it can't be known where the subject ends, there is no claim; and a sentence
that says less than the claim, or that somebody else may deny, leaves it open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from index import content_words
from rag.english.compare.claims import compare_claim
from rag.english.compare.stance import read_stance

_DO = frozenset("did do does will would can could should must might".split())  # with a plain verb
_BE = frozenset("is are was were".split())
_HAVE = frozenset("has have had".split())
_NOW = frozenset("is are has have do does can".split())
_VERB = "|".join(sorted(_DO | _BE | _HAVE))
_ASKS = re.compile(
    rf"(?:(?P<before>[^,?!]{{3,80}}), |(?:and|but|so) )?(?P<verb>{_VERB}) (?P<rest>[^?]+)\??", re.IGNORECASE
)
# What else is asked, a choice of two, a denial (to which "no" has two meanings), and who asks or is asked.
_NOT_ONE_CLAIM = re.compile(
    r"\b(?:what|why|how|whom|whose|where|or|not|no|never|nobody|nothing|neither|without)\b|n[’']t\b"
    r"|^(?:who|which)\b|(?:,|\band) (?:who|which|when)\b|\bwhich\W*$|\bif so\b|\b(?:i|we|you|me|your?)\b(?!\.)"
    rf"|\band (?:{_VERB})\b"
)
_POINTS = frozenset("he she it they anybody anyone anything".split())  # to what the question doesn't say
_DETERMINERS = frozenset(
    "the a an this that these those its his her their our my any some all both each every another many most more few"
    " several".split()
)
_PREPOSITIONS = frozenset(
    "of in at on to under near from among behind with for against over about by between after before during since"
    " into inside outside and".split()
)
_FILLERS = frozenset("still now already also ever just yet really actually currently indeed".split())
_ADVERBS = frozenset("always recently soon".split())
# A claim with one of these says more than the deed, and readers pass over such words; so the sentence has to have it.
_EXACT = re.compile(
    r"\b(?:only|all|every\w*|always|most|first|last|alone|before|after|because|until|unless|if|while|despite|instead"
    r"|more|fewer|less|than|as \w+ as|again|both|permanently|completely|immediately|would|can|could|should|must"
    r"|might)\b"
)
# What a deed was for: a sentence may tell of the deed, and of another purpose.
_PURPOSE = re.compile(r"\b(?:goal|aim|purpose|intention|hope) of\b|\b(?:in order|so as) to\b|\bdue to\b", re.IGNORECASE)
_FUTURE = re.compile(r"\bwill\b|\bto be\b|\bgoing to\b")
_REMAIN = re.compile(r"\b(?:is|are|was|were|be|been) left\b")  # and so have not left
_DISPUTED = re.compile(
    r"\b(?:argu|alleg|accus|complain|insist|suggest|believ|reject|den(?:y|ie)|claim|suspect|suspicion|rumou?r|fear)"
    r"|[“”\"?]"
)
# Plain verbs that are hardly ever nouns.
_VERBS = frozenset(
    "be have get make take give want need say see know think come go stay leave keep let begin start stop become seem"
    " happen hold bring write send receive agree refuse accept announce confirm deny reject declare suspend close open"
    " meet sell buy pay lose win fall rise build speak sign join lead allow ask tell call expect suggest warn remain"
    " resign die kill decide continue resume withdraw arrive appear admit approve arrest believe cancel carry destroy"
    " enter fail fly grow hire join marry oppose provide publish reach recognise recognize remove retire seize serve"
    " spend spread succeed survive threaten".split()
)
_OBJECT_OPENS = _DETERMINERS | frozenset("that to out up off down back from with as when if it him them me".split())
_NO_VERB = re.compile(r"(?:[^su]s|ion|ment|ity|ness|ance|ence|ship|ism|ist|ian|ing|ed)$")
_PARTICIPLE = re.compile(r"(?:[a-z-]{2,}(?:ed|ing))$")
_IRREGULAR = frozenset(
    "been gone done made taken given seen known come become left kept begun held brought written sent met sold bought"
    " paid lost won fallen risen built spoken said led let told set cut put hit shut read found born shot hurt fought"
    " caught taught broken chosen driven flown frozen hidden stolen withdrawn thrown torn worn drawn grown shown had"
    " got stood understood spent struck sunk".split()
)
_NO_PARTICIPLE = frozenset(
    "need feed seed speed indeed hundred aged meeting building training funding spending evening morning being".split()
)


class Claim(NamedTuple):
    """What a question asks about: of whom or what, and what of it; "still" and "already" are left out.

    `before` is what the question begins with, as "According to Reuters, ".
    """

    before: str
    subject: str
    verb: str
    predicate: str

    @property
    def said(self) -> str:
        """The claim as a sentence."""
        return _write(f"{self.before}{self.subject} {self.verb} {self.predicate}")

    @property
    def denied(self) -> str:
        """The same denied."""
        return _write(f"{self.before}{self.subject} {self.verb} not {self.predicate}")

    @property
    def now(self) -> bool:
        """True where it is how things stand."""
        return self.verb in _NOW


class Bearing(NamedTuple):
    """Whether a sentence denies a claim, and the share, from 0 to 1, of the claim's words that stand in it."""

    denies: bool
    shared: float


def read_claim(question: str) -> Claim | None:
    """The claim that a question which yes or no answers asks about; None for any other question.

    "Did Niger revoke the deal?" asks whether "Niger did revoke the deal.", and denied it is "Niger did not revoke …".
    """
    match = _ASKS.fullmatch(question.strip())
    if match is None or _NOT_ONE_CLAIM.search(question.lower()):
        return None
    verb = match["verb"].lower()
    words = [word for word in match["rest"].strip(" .").split() if word not in _FILLERS]
    at = _find_predicate(verb, words)
    if at is None:
        return None
    before = f"{match['before']}, " if match["before"] else ""
    return Claim(before, " ".join(words[:at]), verb, " ".join(words[at:]))


def weigh_sentence(claim: Claim, sentence: str) -> Bearing | None:
    """What a sentence says to a claim by its words; None where it leaves it open."""
    mine, theirs = read_stance(claim.said), read_stance(sentence)
    compared = compare_claim(claim.said, [sentence], [1.0])
    says_less = (
        not set(_EXACT.findall(claim.said.lower())) <= set(_EXACT.findall(sentence.lower()))
        or bool(_FUTURE.search(claim.said)) != bool(_FUTURE.search(sentence))
        or bool(_DISPUTED.search(sentence)) > bool(_DISPUTED.search(claim.said))
        or bool(theirs.hedged) > bool(mine.hedged)
        or bool(compared.figures or compared.days or compared.speaker)
        or (claim.verb not in _BE and bool(_REMAIN.search(sentence)))
        or not _has_subject_first(claim, sentence)
        or not _has_purpose(claim.predicate, sentence)
    )
    denies = bool(theirs.denied) and not mine.denied and bool(compared.undenied)
    if says_less or denies != bool(theirs.denied or mine.denied or compared.undenied):
        return None
    return Bearing(denies, compared.overlap)


def _has_purpose(predicate: str, sentence: str) -> bool:
    """True where a sentence has all words of the purpose that a claim names, or the claim names none."""
    *_, purpose = _PURPOSE.split(predicate, maxsplit=1)
    return purpose == predicate or set(content_words(purpose)) <= set(content_words(sentence))


def _has_subject_first(claim: Claim, sentence: str) -> bool:
    """True where a sentence names whom the claim is about before what it says of them: else others may have done it."""
    subject, predicate = content_words(claim.subject), content_words(claim.predicate)
    if claim.subject.lower() == "there":
        return True
    words = content_words(sentence)
    first = min((words.index(word) for word in subject if word in words), default=len(words))
    rest = [words.index(word) for word in predicate if word in words and word not in subject]
    return first < min([*rest, len(words)])


def _write(claim: str) -> str:
    return f"{claim[0].upper()}{claim[1:]}."


def _find_predicate(verb: str, words: Sequence[str]) -> int | None:
    """Where the subject ends and what is said of it begins; None where that can't be known."""
    if not words or words[0].lower() in _POINTS:
        return None
    if words[0].lower() == "there" and len(words) > 1:
        return 1
    places = [n for n in range(1, len(words)) if _may_end_subject(words[n - 1])]
    if verb in _DO:
        sure = (n for n in places if words[n] in _ADVERBS or _is_verb(words, n, _OBJECT_OPENS))
        return next(sure, next((n for n in places if _is_verb(words, n, _PREPOSITIONS)), None))
    said = next((n for n in places if words[n] in _ADVERBS or _is_participle(words[n])), None)
    if verb in _HAVE:
        return said
    named = next((n for n in places if words[n] in _DETERMINERS), None)
    if named is not None and (said is None or named < said):
        return named
    if said is not None:
        return said
    return next((n for n in places if words[n] in _PREPOSITIONS - {"of", "and"}), _find_last_adjective(words, places))


def _may_end_subject(word: str) -> bool:
    bare = word.lower()
    joins = bare in _DETERMINERS or bare in _PREPOSITIONS or bare.endswith(("’s", "'s", "’", "'", "ly"))
    return not joins and not word.endswith((",", "-"))


def _is_verb(words: Sequence[str], n: int, before: Collection[str]) -> bool:
    """True for a plain verb, or what may be one in front of a name, a number or one of the words `before`."""
    word = words[n]
    if word in _VERBS:
        return True
    if not word.islower() or not word.isalpha() or word in _PREPOSITIONS or _NO_VERB.search(word):
        return False
    after = words[n + 1] if n + 1 < len(words) else ""
    return not after or after in before or after[0].isupper() or after[0].isdigit()


def _is_participle(word: str) -> bool:
    bare = word.rstrip(",")
    return bare in _IRREGULAR or (bool(_PARTICIPLE.match(bare)) and bare not in _NO_PARTICIPLE)


def _find_last_adjective(words: Sequence[str], places: Sequence[int]) -> int | None:
    """The last word, where it may be said of the others: "Is the decision final?"."""
    last = len(words) - 1
    return last if last in places and words[last].islower() and not _NO_VERB.search(words[last]) else None
