"""Who does something in a sentence: the words for the subject in front of a verb, or behind one."""

from __future__ import annotations

import re

from index import Span
from rag.english.speech.mentions import Mention, find_mentions
from rag.english.speech.nouns import is_person_noun
from rag.english.speech.verbs import PASTS

_PRONOUN = re.compile(r"(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Ww]e|I|[Yy]ou|who)\b(?!['’])")
_DETERMINER = re.compile(
    r"(?:the|an?|his|her|their|its|our|my|one|another|some|several|many|most|all|two|three|four|both|other|this|that"
    r"|these|those|each|every|no|any)\b(?! of\b)",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"[;:()\[\]—–¤\"]|\s-{1,2}\s|\n")
_JOINS = re.compile(
    r"^(?:and|but|while|when|as|because|although|though|that|if|whether|since|after|before|where|then|so|yet|or|which"
    r"|however|meanwhile|also|later|still|instead|indeed|once|until|even|plus)\b,? ?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r" (?:but|while|when|because|although|though|that|whether|if|which|where|after|before|as|and|who|how|what|why) "
)
_FINITE = re.compile(
    r"\b(?:is|was|were|are|has|had|have|will|would|can|could|may|might|must|should|did|does|do|says"
    rf"|{PASTS}"
    r"|[a-z]\w{2,}(?<!hund)(?<!unit)(?<!li-back)ed)\b"
)
DOES = re.compile(r" [a-z]+[^\Ws]s (?:to|the|an?|his|her|its|their|that|as)\b")  # "Khan wants the deal"
MODIFIED = re.compile(r"(?:the|an?|his|her|their|its) (?:\w+ly )?\w+ed ", re.IGNORECASE)  # "the newly elected mayor"
_LINKED = re.compile(r"\b(?:for|of|at|from|in|with|to|on|by|behind|against|about|near|representing)\s*(?:the |an? )?$")
_TIME = re.compile(
    r" (?:on|during|after|before|when|while|late|early|last|this|yesterday|today|tonight|earlier|later|following|via"
    r"|through|in an? |in the (?:statement|interview|report|letter|email)|in (?:his|her|their|its) |at an? |as |to "
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_LEAD = re.compile(
    r"^(?:(?:on|in|at|by|for|from|with|after|before|during|since|until|despite|following|under|through|over|amid|like"
    r"|outside|inside|within|without|throughout|beyond|among|against|near|between|around|behind|across|unlike|according|asked|speaking|writing|citing|when|while|as|although|though|because|if|once|earlier|later"
    r"|meanwhile|however|last|this|yesterday|today|now|then|still|instead|indeed|also|here|there|to|not|perhaps"
    r"|\w+ly|\w+ing|\w+ed)\b)",
    re.IGNORECASE,
)
_JOINED_VERB = re.compile(r",? (?:and|but|then|and then|or)$")  # "He closed the port and said …"
_ASIDE = re.compile(r"(?:\([^()]{1,60}\)|[—–] [^—–]{1,120}[—–]|[—–][^—–]{1,120}[—–])$")  # "Lopez (D-Nev.)"
_LEAD_IN = re.compile(r"(?:(?:The|An?) )?(?:[a-z][\w’'-]*,? )*")  # what may stand in front of a subject's name
_RELATIVE = re.compile(r",? who$")
_THING_BEFORE = re.compile(r" (?:which|that|of whom|whom)$")  # what follows is said of a thing
_WHOM = re.compile(r"(?:who|whom|which|that|what) (?=\w)")  # "who he described as …"
_LATE_PRONOUN = re.compile(r" (he|she|they|it|we|I)$")  # "since May she"
_SPEECH_BEFORE = re.compile(r"[;:\n]|[,.?!]\"|\",")
_CALLED = re.compile(r"(?:(?:an?|the|his|her|their|its) )?(?:[a-z][\w-]* ){1,4}")
_SUBORDINATE = re.compile(
    r"\s*(?:when|while|as|because|although|though|if|since|after|before|once|until)\b", re.IGNORECASE
)
_MOST_PARTS = 4


def find_subject_before(text: str, start: int, verb: int) -> Span | None:
    """The subject in `text[start:verb]` of the verb that begins at `verb`; nothing where there is none."""
    end = len(text[:verb].rstrip())
    while aside := _ASIDE.search(text, start, end):
        end = len(text[: aside.start()].rstrip())
    if end <= start:
        return None
    if relative := _RELATIVE.search(text, start, end):
        return _find_antecedent(text, start, relative.start())
    if joined := _JOINED_VERB.search(text, start, end):
        return find_sentence_subject(text, start, joined.start())
    if text[end - 1] == ",":
        return _before_aside(text, start, end - 1)
    piece_start = start
    for boundary in _BOUNDARY.finditer(text, start, end):
        piece_start = boundary.end()
    comma = text.rfind(", ", piece_start, end)
    return _at_end_of(text, comma + 2 if comma >= 0 else piece_start, end)


def _find_role_and_name(text: str, parts: list[Span]) -> Span | None:
    """The name of ", the council clerk, Una Byrne," where a name stands alone behind a role."""
    if len(parts) < 2 or not _CALLED.fullmatch(f"{text[slice(*parts[0])].strip()} "):
        return None
    at = _skip(text, parts[1])
    name = next(find_mentions(text, at, parts[1].end), None)
    alone = name is not None and (name.whole, name.end) == (at, len(text[: parts[1].end].rstrip()))
    return Span(name.whole, name.end) if name and alone and is_person_noun(text[slice(*parts[0])].split()[-1]) else None


def _find_antecedent(text: str, start: int, end: int) -> Span | None:
    """Whom ", who said" tells of: the name, or the role, that ends at `end`."""
    names = [m for m in find_mentions(text, start, end) if m.end == end]
    if names:
        return Span(names[-1].whole, end)
    words = re.compile(r"\S+").finditer(text, start, end)
    roles = [word.start() for word in words if _DETERMINER.match(text, word.start(), end)]
    return Span(roles[-1], end) if roles and not _FINITE.search(text, roles[-1], end) else None


def _before_aside(text: str, start: int, end: int) -> Span | None:
    """The subject with something between commas behind it: "Mody, the minister,"; `end` is at the second comma."""
    piece_start = start
    for boundary in _SPEECH_BEFORE.finditer(text, start, end):
        piece_start = boundary.end()
    parts = [Span(m.start(), m.end()) for m in re.compile(r"[^,]+").finditer(text, piece_start, end)]
    parts = parts[-_MOST_PARTS:]
    if named := _find_role_and_name(text, parts[-2:]):
        return named
    for n, part in enumerate(parts[:-1]):
        at = _skip(text, part)
        if _LEAD.match(text, at) and not _DETERMINER.match(text, at):
            pass
        found = find_subject_at(text, at, part.end)
        if found is None or _FINITE.search(text, found.end, part.end):
            later = _at_end_of(text, at, part.end)
            found = later if later and later.end == len(text[: part.end].rstrip()) and n == len(parts) - 2 else None
        if found is not None and not _PRONOUN.fullmatch(text, *found):
            return _or_its_name(text, found, parts[n + 1])
    return find_subject_at(text, _skip(text, parts[-1]), parts[-1].end) if parts else None


def find_named_subject_at(text: str, at: int, end: int) -> Span | None:
    """As `find_subject_at`, by the name that stands behind a role: "said the minister, Salifou Mody"."""
    found = find_subject_at(text, at, end)
    if found is None or not text.startswith(", ", found.end):
        return found
    stop = re.compile(r"[,.;:()¤\"—–\n]").search(text, found.end + 2, end)
    return _or_its_name(text, found, Span(found.end + 2, stop.start() if stop else end))


def _or_its_name(text: str, found: Span, after: Span) -> Span:
    """The name behind a role ("the minister, Salifou Mody,"), else what was found."""
    named = next((m for m in find_mentions(text, *found) if m.whole == found.start), None)
    if named is not None and named.end == found.end:
        return found
    at = _skip(text, after)
    name = next((m for m in find_mentions(text, at, after.end) if _is_called(text[at : m.whole])), None)
    is_name = name is not None and name.end == len(text[: after.end].rstrip()) and not _ends_with_name(text, found)
    return Span(name.whole, name.end) if name and is_name else found


def _is_called(lead: str) -> bool:
    """True for nothing, and for a role, in front of a name: "one of them, student Amalie Foss"."""
    return not lead or (_CALLED.fullmatch(lead) is not None and is_person_noun(lead.split()[-1]))


def _ends_with_name(text: str, span: Span) -> bool:
    """True where a role's name ends it: "the minister Salifou Mody", and not "a spokesman for Renault"."""
    names = list(find_mentions(text, *span))
    return bool(names) and names[-1].end == span.end and not _LINKED.search(text, span.start, names[-1].whole)


def _skip(text: str, part: Span) -> int:
    """Where a part of a sentence begins, without white space and the word that joins it."""
    at = part.start
    while at < part.end and text[at].isspace():
        at += 1
    join = _JOINS.match(text[at : part.end])
    return at + join.end() if join else at


def _at_end_of(text: str, start: int, end: int) -> Span | None:
    """The subject that ends at `end`, in front of its verb: the longest run of words that is one."""
    if _THING_BEFORE.search(text, start, end):
        return None
    at = _skip(text, Span(start, end))
    for clause in _CLAUSE.finditer(text, at, end):
        begins = clause.end()
        joined = clause.group().strip()
        if joined in ("who", "which"):
            return find_subject_at(text, at, clause.start())
        if joined in ("and", "as") and not _FINITE.search(text, at, clause.start()):
            continue
        if _begins_subject(text, begins, end):
            at = begins
    if whom := _WHOM.match(text, at, end):
        at = whom.end()
    if _begins_subject(text, at, end) and not _LEAD.match(text[at:end]):
        found = _narrow(text, at, end)
        if found is not None:
            return found
    return _shortest_at_end(text, at, end)


def _narrow(text: str, at: int, end: int) -> Span | None:
    """The subject `text[at:end]`, by its name alone where it has one; nothing where a verb stands in it."""
    if _PRONOUN.match(text, at, end):
        pronoun = _PRONOUN.match(text, at, end)
        assert pronoun is not None
        rest = text[pronoun.end() : end].strip()
        return Span(at, pronoun.end()) if not _FINITE.search(rest) else None
    names = list(find_mentions(text, at, end))
    if names and names[-1].end == end and not _LINKED.search(text, at, names[-1].whole):
        pair = _pair(text, names)
        return pair or Span(names[-1].whole, end)
    if names and names[0].whole == at and not _is_possessive(text, names[0]):
        rest = text[names[0].end : end]
        if re.match(r"\s+(?:of|at|from|in|with|for)\b", rest) and not _FINITE.search(rest):
            return Span(at, names[0].end)
    return None if _find_verb(text, at, end) else Span(at, end)


def _find_verb(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first verb behind the words that a subject begins with: "The retired teacher was"."""
    modified = MODIFIED.match(text, start, end)
    return _FINITE.search(text, modified.end() if modified else start, end)


def are_two(text: str, first: Mention, second: Mention) -> bool:
    """True for "Ana Ruiz and Jan Maes", and not for "Refugee and Migrant Rights Director Ana Ruiz"."""
    one = second.titles and not first.titles and len(first.words) == 1
    return text[first.end : second.whole] == " and " and not one


def _pair(text: str, names: list[Mention]) -> Span | None:
    """Both of two names joined by "and"."""
    if len(names) >= 2 and are_two(text, names[-2], names[-1]):
        return Span(names[-2].whole, names[-1].end)
    return None


def _is_from(text: str, name: Mention, start: int, end: int) -> bool:
    """True where what follows says where a name belongs: "head coach Ana Ruiz of the Alpine Club in Graz"."""
    belongs = re.match(r" (?:of|at|from|in|with|for)\b", text[name.end : end]) is not None
    return belongs and not _LINKED.search(text, start, name.whole) and not _FINITE.search(text, start, end)


def _is_possessive(text: str, name: Mention) -> bool:
    return text[name.end : name.end + 2] in ("'s", "’s") or text[name.end : name.end + 1] in ("'", "’")


def _shortest_at_end(text: str, start: int, end: int) -> Span | None:
    names = list(find_mentions(text, start, end))
    if names and names[-1].end == end and not _LINKED.search(text, start, names[-1].whole):
        return _pair(text, names) or Span(names[-1].whole, end)
    if names and names[-1].end == end and _is_from(text, names[0], start, end):
        return Span(names[0].whole, names[0].end)
    words = list(re.compile(r"\S+").finditer(text, start, end))
    for word in reversed(words[-8:]):
        at = word.start()
        if _PRONOUN.fullmatch(word.group()) and word.end() == end:
            return Span(at, end)
        if _DETERMINER.match(text, at, end) and not _find_verb(text, at, end):
            before = text[start:at]
            if not _LINKED.search(before):
                return Span(at, end)
    if words and len(words) <= 4 and not _FINITE.search(text, start, end) and not _LEAD.match(text[start:end]):
        return Span(start, end)
    return None


def _begins_subject(text: str, at: int, end: int) -> bool:
    """True where a pronoun, a name, an article or a plain noun in plural begins at `at`."""
    if _PRONOUN.match(text, at, end) or _DETERMINER.match(text, at, end):
        return True
    if any(m.whole == at for m in find_mentions(text, at, min(end, at + 80))):
        return True
    return re.compile(r"[A-Za-z][\w'’-]+(?: [a-z][\w'’-]+){0,4}$").match(text[at:end].rstrip()) is not None


def find_subject_at(text: str, at: int, end: int) -> Span | None:
    """The subject that begins at `at`, up to `end` at most: "said Mody, the minister" has Mody."""
    pronoun = _PRONOUN.match(text, at, end)
    if pronoun:
        return Span(at, pronoun.end())
    stop = re.compile(r"[,.;:()¤\"—–\n]").search(text, at, end)
    while stop and stop.group() == "." and _is_abbreviation(text, stop.start()):
        stop = re.compile(r"[,.;:()¤\"—–\n]").search(text, stop.end(), end)
    limit = stop.start() if stop else end
    limit = len(text[:limit].rstrip())
    if limit <= at:
        return None
    for name in find_mentions(text, at, limit):
        lead = text[at : name.whole]
        if _LEAD_IN.fullmatch(lead) and not _LINKED.search(lead):
            if _FINITE.search(lead) or _CLAUSE.search(lead):
                break
            if not _is_possessive(text, name) and not _is_adjective(text, name, limit):
                pair = re.match(r" and ", text[name.end : limit])
                other = next((m for m in find_mentions(text, name.end + 5, limit) if m.whole == name.end + 5), None)
                return Span(name.whole, other.end) if pair and other else Span(name.whole, name.end)
            continue
        break
    time = _TIME.search(text, at, limit)
    limit = time.start() if time and time.start() > at else limit
    verb = _find_verb(text, at, limit)
    clause = _CLAUSE.search(text, at, limit)
    for cut in (verb, clause):
        if cut and cut.start() > at and not (cut is clause and cut.group() == " and "):
            limit = min(limit, cut.start())
    limit = len(text[:limit].rstrip())
    if late := _LATE_PRONOUN.search(text, at, limit):
        return Span(*late.span(1))
    begins = _DETERMINER.match(text, at, limit) or re.match(r"[A-Za-z]", text[at:limit])
    return Span(at, limit) if begins and limit > at and len(text[at:limit].split()) <= 14 else None


def _is_adjective(text: str, name: Mention, end: int) -> bool:
    """True for a name that only says which: "Renault officials", "US President" (whose name follows)."""
    following = re.match(r" ([a-z][\w-]+)", text[name.end : end])
    if following is None or DOES.match(text, name.end, end):
        return False
    word = following[1]
    if word in ("of", "at", "from", "in", "with", "for", "and", "on", "after", "as", "told", "who", "to", "when", "by"):
        return False
    return not _FINITE.match(word) and not word.endswith("ly")


def _is_abbreviation(text: str, dot: int) -> bool:
    return (
        re.search(
            r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Rep|Sen|Gov|Prof|Rev|St|Jr|Sr)$",
            text[max(0, dot - 6) : dot],
        )
        is not None
    )


def _find_behind_lead(text: str, at: int, end: int) -> Span | None:
    """The subject that no comma parts from what leads in: "On Monday the minister resigned"."""
    verb = _FINITE.search(text, at, end)
    if verb is None or _CLAUSE.search(text, at, verb.start()):
        return None
    found = _shortest_at_end(text, at, len(text[: verb.start()].rstrip()))
    return found if found and found.start > at and not _DETERMINER.fullmatch(text, *found) else None


def _leads_in(text: str, at: int, end: int) -> bool:
    """True for "On Monday" and "Asked why", and not for a subject: "Emily Chen", "Ahmed said"."""
    if not _LEAD.match(text[at:end]) or _PRONOUN.match(text, at, end) or _DETERMINER.match(text, at, end):
        return False
    name = next((m for m in find_mentions(text, at, end) if m.whole == at), None)
    return name is None or (" " not in text[at : name.end] and not _FINITE.match(text, name.end + 1, end))


def find_sentence_subject(text: str, start: int, end: int) -> Span | None:
    """What a sentence is about: what it begins with, behind "On Monday," and its like."""
    at = _skip(text, Span(start, end))
    comma = text.find(", ", at, end) if _SUBORDINATE.match(text, start, end) else -1
    if comma > 0 and _FINITE.search(text, comma, end):
        at = _skip(text, Span(comma + 1, end))  # "Before Khan spoke, Mody left."
    for _ in range(3):
        if _leads_in(text, at, end):
            comma = text.find(",", at, end)
            if found := _find_behind_lead(text, at, comma if comma >= 0 else end):
                return found
            if comma < 0:
                break
            at = _skip(text, Span(comma + 1, end))
        else:
            found = find_subject_at(text, at, end)
            if found is None:
                return None
            stop = text.find(",", found.end + 2, end)
            if text.startswith(", ", found.end) and stop > 0:
                return _or_its_name(text, found, Span(found.end + 2, stop))
            return found
    return None
