"""What somebody says in other words than their own: "he said that …", "…, the ministry said", "according to …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index import Span
from rag.english.speech.mentions import DATELINE
from rag.english.speech.subjects import DOES, MODIFIED
from rag.english.speech.tags import ENDS, Tag, is_outright
from rag.english.speech.verbs import DOUBTFUL_PASTS, PASTS, WEEKDAY, is_plain

_FINITE = re.compile(
    r"\b(?:is|was|were|are|am|has|had|have|will|would|can|could|may|might|must|should|shall|did|does|do"
    rf"|need|needs|want|wants|{PASTS}|{DOUBTFUL_PASTS}"
    r"|(?:he|she|it|that|there|what|who|here)[’']s|\w+n[’']t|\w+[’'](?:re|ve|ll|d)|[a-z]\w+(?<!hundr)(?<!spe)(?<!se)(?<!we)(?<!bre)(?<!inde)ed"
    r"|remains?|means?|makes?|shows?|includes?|comes?|goes|takes?|gives?|helps?|plans?|hopes?|expects?|believes?|knows?"
    r"|feels?|looks?|seems?|works?|lives?|runs?)\b"
)
# Without what may be a noun: "revealed its plan to …".
_SURELY_FINITE = re.compile(
    r"\b(?:is|was|were|are|am|has|had|have|will|would|can|could|may|might|must|should|did|does|do|took|made|got|gave"
    r"|met|saw|knew|kept|began|lost|rose|fell|grew|stood|became|\w+n[’']t|\w+[’'](?:re|ve|ll|d)|[a-z]\w+(?<!hundr)(?<!spe)(?<!se)(?<!we)(?<!bre)(?<!inde)ed)\b"
)
_TO_WHOM = re.compile(
    r"\s+(?:(?:him|her|them|me|us|reporters|journalists|lawmakers|parliament|investors|viewers|supporters|colleagues"
    r"|police|officers|staff|jurors|delegates|residents|crowds|everyone|people|members|MPs|senators|fans|voters"
    r"|students)\b"
    r"|(?:the|a|an|his|her|their|its|our|local|state|public|national)(?: [\w’'-]+){1,4}?"
    r"(?=,? (?:that|on|in|at|after|during|the|he|she|they|it|there|this|his|her|its|their|a|an)\b)"
    r"|[A-Z][\w&.’'-]*(?: (?:of |the )?[A-Z][\w&.’'-]*){0,4})"
)
_WHEN_WHERE = re.compile(
    r",?\s+(?:(?:(?:on|in|at|during|after|before|via|through|to|from|by|late|early|last|this|earlier|later|that same)\b"
    r"(?: (?!that\b|he\b|she\b|they\b|it\b|there\b|we\b|¤)[\w’'.-]+){1,7}?)"
    rf"|yesterday|today|tonight|earlier|later|(?:(?:on|late|early|last|this) )?{WEEKDAY}(?: \w+)?"
    r"|(?:on )?\d{1,2} [A-Z][a-z]+(?: \d{4})?|(?:on )?[A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?)"
    r"(?=,?\s+(?:that|the|he|she|it|they|there|his|her|its|their|we|no|some|all|both|more|at least|two|three|[A-Z]|\d)"
    r"\b|,\s)"
)
_THAT = re.compile(r",?\s*(?:that|how)\s+")
_EMPTY = re.compile(
    r"(?:so|nothing|goodbye|hello|yes|no|sorry|farewell|thanks|more|little|much|as much)\b[.,]?$", re.IGNORECASE
)
_NO_CLAUSE = re.compile(
    r"(?:of|about|to|for|with|against|by|as|on|in|at|from|when|where|why|what|whether|if|who|which|how)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:which|who|that|to|whose|where|when|and)\b|,")
_OPENS_ASIDE = re.compile(
    r"(?:when|after|although|though|while|as|because|if|since|before|speaking|asked|in an?|in the|on|at|during|citing"
    r"|despite|following|with|once|writing|by|for|through|until|from|and|but|meanwhile|however|earlier|later)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r"(?:but|and|however|meanwhile|still|yet|so|also|now|indeed)\b,?\s+", re.IGNORECASE)
_ENDS_OTHER = re.compile(
    r",\s+(?:although|though|while|but|as|when|after|according)\s*$|,\s*(?:and|but|while|who|as)?\s*$|\s+(?:and|but|while|as)\s*$"
)
# "the state “has no say”"
_QUOTED_VERB = re.compile(
    rf"(?:the|an?|his|her|their|its|he|she|they|it|we|this|these|(?!{WEEKDAY})[A-Z])[\w’'-]*(?: [\w’'-]+){{0,5}} \"",
    re.IGNORECASE,
)
# What may stand between a clause and the name of who says it: ", the head coach ".
_ROLE_BEFORE = re.compile(
    r",\s+(?:(?!(?:and|but|while|when|as|who|which|that|or|so)\b)[\w’'-]+\s+){0,7}"
    r"(?<!\blike )(?<!\bwith )(?<!\bfrom )(?<!\bfor )(?<!\bby )(?<!\bto )(?<!\bin )(?<!\bon )(?<!\bat )(?<!\bof )$"
)
_BIDDEN = re.compile(r" to (?!(?:the|an?|his|her|its|their|[A-Z])\b)[a-z]+\b")  # "told him to go"
_SPOKEN = re.compile(r"[,.?!]\"|\",")  # the end of quoted words that a tag follows
_ROLE = re.compile(r", (?:the|its|his|her|their|an?) [^,]{2,60}$")
_LONGEST_ASIDE = 100  # characters
_LEAST = 3  # words of a clause
_LEAST_BESIDE = 2  # words outside quotation marks, from which a clause stands beside what it quotes


def find_reported(masked: str, sentence: Span, tags: Sequence[Tag]) -> Iterator[tuple[Tag, tuple[Span, ...]]]:
    """Each tag of a sentence that reports speech, with the characters of what is reported.

    A tag within what another one reports ("he said that the ministry had warned …") is a part of that.
    """
    done = sentence.start
    spoken = _SPOKEN.search(masked, *sentence)
    for n, tag in enumerate(tags):
        if tag.denied or (tag.start < done and tag.form != "participle"):
            continue
        if tag.form == "according" and n and spoken:
            continue  # '"…," said Mody, according to the paper'
        ends = [end for other in tags[n + 1 :] if (end := _end_before(masked, tag.end, other)) is not None]
        limit = min(ends, default=sentence.end)
        opens = done == sentence.start and (n == 0 or spoken is None)
        pieces = _read(masked, Span(sentence.start, limit), tag, opens=opens)
        if kept := tuple(p for p in pieces if _is_worth(masked, p)):
            done = max(p.end for p in kept)
            yield tag, kept


def _end_before(masked: str, start: int, other: Tag) -> int | None:
    """Where a clause ends that another tag follows: in front of the comma or the word that joins that one."""
    join = _ENDS_OTHER.search(masked, start, max(start, other.start))
    return join.start() if join else None


def _read(masked: str, within: Span, tag: Tag, *, opens: bool) -> tuple[Span, ...]:
    if tag.form == "according":
        return _around(masked, within, tag)
    content = _behind(masked, tag, within.end)
    if tag.form in ("before", "participle") and content is not None:
        return (content,)
    if tag.form == "participle" or not opens:
        return ()
    left = _in_front(masked, within.start, tag)
    if left is None:
        return ()
    right = _trim(masked, tag.end, within.end)
    rest = masked[tag.end : within.end]
    if (
        rest.startswith(", ")
        and right.start < right.end
        and not _FINITE.search(masked, *left)
        and _FINITE.search(masked, *right)
    ):
        return (left, right)  # "The deal, he said, was dead."
    if not _FINITE.search(masked, *left) or not (is_outright(tag) or ENDS.match(masked, tag.end)):
        return ()
    goes_on = rest.startswith(", ") and _NO_CLAUSE.match(masked, *right) and _FINITE.search(masked, *right)
    return (left, right) if goes_on else (left,)  # "The deal was dead, he said, because …"


def _behind(masked: str, tag: Tag, end: int) -> Span | None:
    """The clause behind a verb of saying; nothing where none is."""
    at = tag.end
    if tag.verb in ("told", "tells", "telling", "assured", "reminded", "informed"):
        to_whom = _TO_WHOM.match(masked, at, end)
        if to_whom and (_BIDDEN.search(masked, *to_whom.span()) or _BIDDEN.match(masked, to_whom.end(), end)):
            return None
        if to_whom:
            at = to_whom.end()
    for _ in range(2):
        that = _THAT.match(masked, at, end)
        if that:
            break
        when = _WHEN_WHERE.match(masked, at, end)
        if when is None:
            break
        at = when.end()
    that = _THAT.match(masked, at, end)
    if that:
        return (
            None
            if (_FINITE.match(masked, that.end()) or DOES.match(masked, that.end() - 1))
            else _trim(masked, that.end(), _before_quoted(masked, that.end(), end))
        )  # "a letter that was read"
    gap = re.match(r",?\s+", masked[at:end])
    if gap is None or not is_outright(tag):
        return None
    at += gap.end()
    found = _trim(masked, at, _before_quoted(masked, at, end))
    clause = masked[found.start : found.end]
    verb = _FINITE.search(clause) or _QUOTED_VERB.match(clause)
    if verb is None or _NO_CLAUSE.match(clause) or _EMPTY.match(clause):
        return None
    modified = MODIFIED.match(clause)  # "posted her newly painted door" reports nothing
    sure = _SURELY_FINITE.search(clause, modified.end() if modified else 0)
    if not is_plain(tag.verb) and (
        sure is None or _NOT_YET.search(clause[: sure.start()])
    ):  # "announced funding that will …"
        return None
    return found


def _before_quoted(masked: str, start: int, end: int) -> int:
    """Where a clause ends that a colon leads over to the speaker's own words."""
    colon = masked.find(': "', start, end)
    return colon if colon >= 0 else end


def _in_front(masked: str, start: int, tag: Tag) -> Span | None:
    """The clause in front of ", he said"."""
    if " who " in masked[tag.subject.end : tag.end]:
        return None
    comma = _ROLE_BEFORE.search(masked, start, tag.start)
    if comma is None or _FINITE.search(masked, comma.start(), tag.start):
        return None
    end = comma.start() + 1
    if end <= start:
        return None
    at = _skip_lead(masked, start, end)
    found = _trim(masked, at, _without_role(masked, at, end - 1, tag))
    if found.start >= found.end or (masked[found.start] == '"' and masked[found.end - 1] == '"'):
        return None
    return None if _OPENS_ASIDE.match(masked, found.start, found.end) else found


def _without_role(masked: str, start: int, end: int, tag: Tag) -> int:
    """Where the clause ends in front of ", its spokeswoman, Salma Idrissi, said"."""
    role = _ROLE.search(masked, start, end)
    return role.start() if role and tag.form == "before" and masked.startswith(",", tag.subject.end) else end


def _around(masked: str, within: Span, tag: Tag) -> tuple[Span, ...]:
    """The clause behind "According to X," or in front of ", according to X"."""
    if not masked[within.start : tag.start].strip(' "“'):
        comma = masked.find(",", tag.end, within.end)
        while comma >= 0 and _is_aside(masked, comma, within.end):
            comma = masked.find(",", comma + 1, within.end)
        return (_trim(masked, comma + 1, within.end),) if comma >= 0 else ()
    end = len(masked[: tag.start].rstrip(" ,"))
    left = _trim(masked, _skip_lead(masked, within.start, end), end)
    right = _trim(masked, tag.end, within.end)
    comma = masked.startswith(",", tag.end)
    if comma and right.start < right.end and _FINITE.search(masked, *right) and not _FINITE.search(masked, *left):
        return (left, right)
    return (left,) if _FINITE.search(masked, *left) else ()


def _skip_lead(masked: str, start: int, end: int) -> int:
    """Where a clause begins behind the place that opens an article, and "But"."""
    for lead in (DATELINE, _JOINS):
        found = lead.match(masked, start, end)
        start = found.end() if found else start
    return start


def _is_aside(masked: str, comma: int, end: int) -> bool:
    """True where an apposition follows: "according to Mody, the defence minister, …"."""
    another = masked.find(",", comma + 1, end)
    relative = re.match(r", (?:who|which|whose)\b", masked[comma : comma + 8]) is not None
    aside = relative or not _FINITE.search(masked, comma, another)
    return another > 0 and aside and another + 2 < end and another - comma < _LONGEST_ASIDE


def _trim(masked: str, start: int, end: int) -> Span:
    while start < end and (masked[start].isspace() or masked[start] in ",;:–—-"):
        start += 1
    while start < end and (masked[end - 1].isspace() or masked[end - 1] in ".,;:!?–—"):
        end -= 1
    return Span(start, end)


def _is_worth(masked: str, span: Span) -> bool:
    """False for too few words outside quotation marks: what is in them is direct speech."""
    piece = masked[span.start : span.end]
    if len(piece.split()) < _LEAST - 1:
        return False
    if '"' not in piece and "¤" not in piece:
        return True
    outside = re.sub(r"\"[^\"]*\"", " ", piece)
    is_clause = _FINITE.search(outside) is not None or not _OPENS_ASIDE.match(piece)
    is_spoken = piece.startswith('"') and re.search(r"[,?!]\"", piece) is not None  # '"…," he said'
    return len(re.findall(r"[^\W_]+", outside)) >= _LEAST_BESIDE and is_clause and not is_spoken
