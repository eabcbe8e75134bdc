"""Where a sentence says that somebody speaks: "said Mody", "the minister told AFP", "according to the ministry"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index import Span
from rag.english.speech.subjects import find_named_subject_at, find_sentence_subject, find_subject_before
from rag.english.speech.verbs import FINITE, PARTICIPLE, WEEKDAY, is_plain, takes_clause

_AUXILIARY = re.compile(
    r"(?:\b(?:has|have|had|also|later|then|earlier|previously|recently|repeatedly|publicly|once|still|just|now|today"
    r"|yesterday|soon|often|only|simply|further|again|quickly|himself|herself|themselves|both|all|even|too|since"
    r"|has been|had been|was|were|is|are|been|quoted as|cited as|reported as|reported to have|heard|will|be|first"
    r"|would|could|may|might|can|must|should|do|does|did|to|never|always|rather|not|\w+n[’']t|\w+ly"
    r"|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)\s*$"
)
_NEGATED = re.compile(
    r"\b(?:not|never|nobody|no one|neither|nor|declined|refused|declines|refuses|without|hardly|stopped short of"
    r"|yet to)\b|n[’']t\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:nobody|no one|neither|none|nothing|no)\b", re.IGNORECASE)
_UNSURE = re.compile(r"\b(?:may|might|could|can|should|would|must)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|be|being)\s+(?:\w+ly\s+|also\s+|once\s+|often\s+|still\s+)*$")
ENDS = re.compile(rf"\s*(?:[,.;(—–]|$|(?:on|in|at|late|early|this|last|yesterday|today|of|from|for|with)\b|{WEEKDAY})")
_QUOTED_AS = re.compile(
    r"\b(?:quoted|cited|reported|heard) (?:(?:by|in|on) [\w’' ]{1,40} )?(?:as|to have)\s+(?:\w+ly\s+)?$"
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of|as told by|in the view of|in the opinion of) ", re.IGNORECASE
)
_PUT = re.compile(r"\b(?:puts?) it\b")
_NOUN_AFTER = re.compile(r"\s+(?:of|by|from|against|and|were|was|are|is|have|had|has|came|come|made|about)\b")
# Who finds something and says so: "the court found that …". "She found that the shop was shut" says nothing.
_FINDER = re.compile(
    r"\b(?:court|judges?|jury|panel|inquiry|inquest|committee|commission|tribunal|coroner|investigators?|investigation"
    r"|regulator|watchdog|report|study|studies|survey|poll|review|audit|auditors?|researchers|scientists|analysis)\b",
    re.IGNORECASE,
)
_INVERTED_BEFORE = re.compile(r"[\",¤!?.]\s*(?:and |but |also |then )?$")

# Behind a subject: what shows that it is that of a verb of its own ("said taxes would rise").
_GOES_ON = re.compile(
    r"\s+(?:\w+ly\s+|also\s+|not\s+|never\s+)?(?:is|was|were|are|has|had|have|will|would|can|could|may|might|must|should|did|does"
    r"|do|said|told|went|came|took|made|got|gave|left|met|held|saw|knew|kept|began|won|lost|ran|rose|fell|needs?|wants?"
    r"|\w+ed(?! (?:by|in))|[a-z]\w+n[’']t)\b(?! of)"
)

Form = Literal["before", "after", "according", "participle"]


@dataclass(frozen=True, slots=True)
class Tag:
    """Words that say who speaks. `subject` are those for the speaker, `verb` the word of saying.

    The subject stands `before` or `after` the verb, or behind "according to"; of a `participle` ("adding that") it is
    the sentence's. A `denied` one says that somebody didn't say it.
    """

    start: int
    end: int
    subject: Span
    verb: str
    form: Form
    denied: bool = False


def find_tags(text: str, start: int, end: int) -> list[Tag]:
    """The tags of the sentence `text[start:end]`, in which quotations are blanked, in order."""
    found: list[Tag] = []
    for match in FINITE.finditer(text, start, end):
        tag = _read_finite(text, start, end, match)
        if tag is not None:
            found.append(tag)
    for match in _PUT.finditer(text, start, end):
        subject = find_subject_before(text, start, match.start())
        if subject:
            found.append(Tag(subject.start, match.end(), subject, "put it", "before"))
    for match in _ACCORDING.finditer(text, start, end):
        subject = find_named_subject_at(text, match.end(), end)
        if subject:
            found.append(Tag(match.start(), subject.end, subject, match.group().strip().lower(), "according"))
    for match in PARTICIPLE.finditer(text, start, end):
        tag = _read_participle(text, start, end, match, found)
        if tag is not None:
            found.append(tag)
    return sorted(found, key=lambda tag: tag.end)


def _read_finite(text: str, start: int, end: int, match: re.Match[str]) -> Tag | None:
    verb, at = match.group(), match.start()
    if re.match(r"[-’']|[A-Z]", text[match.end() : match.end() + 1]) or text[at - 1 : at] == "-":
        return None
    left = text[start:at]
    passive = _PASSIVE.search(left) is not None
    if passive or (verb in ("say", "argue", "warn", "insist") and re.search(r"\bto\s+(?:\w+ly\s+)?$", left)):
        return None
    bare = _strip_auxiliaries(text, start, at)
    if verb == "found" and not _FINDER.search(text, start, bare):
        return None
    between = text[bare:at]
    unsure = _UNSURE.search(between) is not None
    denied = _NEGATED.search(between) is not None or unsure
    inverted = _read_inverted(text, start, end, match)
    if inverted is not None and (bare == start or _INVERTED_BEFORE.search(text[start:at]) or text[bare - 1] in '"¤'):
        return inverted
    subject = find_subject_before(text, start, bare)
    if subject is None:
        return None
    denied = denied or _NOBODY.match(text, subject.start) is not None
    if verb.endswith("s") and verb != "says" and _NOUN_AFTER.match(text, match.end()) and not _is_sure(text, subject):
        return None
    return Tag(subject.start, match.end(), subject, verb, "before", denied)


def _is_sure(text: str, subject: Span) -> bool:
    words = text[subject.start : subject.end]
    return words.lower() in ("he", "she", "they", "it", "who") or words[0].isupper()


def _strip_auxiliaries(text: str, start: int, at: int) -> int:
    """Where the words between a subject and its verb begin."""
    bare = len(text[:at].rstrip())
    while bare > start:
        stripped = _AUXILIARY.search(text, max(start, bare - 30), bare)
        if stripped is None:
            break
        bare = len(text[: stripped.start()].rstrip())
    return bare


def _read_inverted(text: str, start: int, end: int, match: re.Match[str]) -> Tag | None:
    """The tag of "said Mody" and "said the minister", unless what follows is what is said."""
    following = re.match(r"\s+", text[match.end() : end])
    if following is None:
        return None
    at = match.end() + following.end()
    before = text[start : match.start()].rstrip()
    if (before and before[-1] not in '",¤') or match.group() == "told":
        return None
    if re.match(
        r"(?:that|in|on|at|of|to|it|there|if|this|after|before|during|by|from|with|when|while|as|for|about)\b",
        text[at:end],
    ):
        return None
    subject = find_named_subject_at(text, at, end)
    if subject is None or _GOES_ON.match(text, subject.end, end):
        return None
    after_quotation = re.search(r"[\"¤],?$", before) is not None
    if (
        before.endswith(",")
        and not after_quotation
        and not (_is_sayer(text, subject, match.group()) and ENDS.match(text, subject.end, end))
    ):
        return None  # "the mayor, a doctor, said he would go", and no "…, said the mayor."
    return Tag(match.start(), subject.end, subject, match.group(), "after")


def _is_sayer(text: str, subject: Span, verb: str) -> bool:
    """True for "said a spokesman" and "announced the ministry", and not for "announced a plan"."""
    return is_plain(verb) or (takes_clause(verb) and not re.match(r"an? ", text[subject.start : subject.end]))


def _read_participle(text: str, start: int, end: int, match: re.Match[str], others: list[Tag]) -> Tag | None:
    """The tag of ", adding that …" and ", calling it …": the sentence's speaker, else whom it is about."""
    left = text[start : match.start()]
    quoted = _QUOTED_AS.search(left)
    if quoted:
        at = _strip_auxiliaries(text, start, start + quoted.start())
        subject = find_subject_before(text, start, at)
        return Tag(subject.start, match.end(), subject, match.group(), "before") if subject else None
    if _NEGATED.search(left[-20:]) or re.search(
        r"\b(?:of|by|for|before|after|is|was|are|were|been|the|a|an)\s+$", left
    ):
        return None
    earlier = [tag for tag in others if tag.start < match.start()]
    opens = not left.strip()
    if not opens and not re.search(r"(?:[,\"¤]|\band|\bwhile|\bbut|, also|\bby)\s*$", left):
        subject = find_subject_before(text, start, match.start())  # "with the mayor calling it …"
        if subject is None or not re.search(r"\bwith\s+(?:the )?$", text[start : subject.start], re.IGNORECASE):
            return None
        return Tag(subject.start, match.end(), subject, match.group(), "participle")
    if earlier:
        subject = earlier[-1].subject
    else:
        found = find_sentence_subject(text, start, end)
        if found is None:
            return None
        subject = found
    return Tag(match.start(), match.end(), subject, match.group(), "participle", bool(earlier and earlier[-1].denied))


def is_outright(tag: Tag) -> bool:
    """True where what is said may follow without "that"."""
    return takes_clause(tag.verb)
