"""Pronouns, "there", "then" and "that deal", replaced by whom and what they mean in the conversation."""

from __future__ import annotations

import re

from index import content_words
from rag.english.follow_up.context import Context
from rag.english.follow_up.mentions import list_groups, list_mentions
from rag.english.follow_up.phrases import (
    find_event,
    find_group,
    find_person,
    find_place,
    find_then,
    find_thing,
    is_plural,
)
from rag.english.follow_up.question_form import PASTS
from rag.english.follow_up.roles import is_role

_PRONOUN = re.compile(
    r"\b(he|him|his|himself|she|her|hers|herself|they|them|their|theirs|it|its|there|then)\b([’'](?:s|d|ll|ve|re)\b)?",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(r"\b(that|this|those|these)\b(?![’'])", re.IGNORECASE)
_MEN, _WOMEN = ("he", "him", "his", "himself"), ("she", "her", "hers", "herself")
_GROUP, _THING = ("they", "them", "their", "theirs"), ("it", "its")
_POSSESSIVE = frozenset(("his", "her", "their", "its", "hers", "theirs"))
_BE = r"(?:is|are|was|were|be|been|has|have|will|would)"
_EXPLETIVE_THERE = re.compile(rf"(?:\b{_BE} $)|(?:\b(?:did|do|does) $)", re.IGNORECASE)
_IT_SO = r"(?:true|possible|likely|clear|known|legal|illegal)"
_EXPLETIVE_IT = re.compile(
    rf"\bit (?:takes?|took|{_IT_SO} (?:that|to)|rains?|snows?|turns? out|seems?)\b|\bit (?:be|is|was) \w+ (?:that|to)\b"
    rf"|\b(?:does|did|will|would) it (?:take|matter)\b|\b(?:is|was) it (?:that|{_IT_SO} (?:that|to))\b"
    r"|\bwhat time is it\b|\bit costs? (?:for an?|\w+ to|to)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r" (?:year|month|week|weekend|morning|afternoon|evening|spring|summer|autumn|winter|century|decade)\b"
)
_AGENT = re.compile(
    r"\b(?:did|does|do|will|would|has|had) (?:it|they) (?:\w+ly )?(?:say|said|announce\w*|decide\w*|demand\w*|want|plan"
    r"|respond\w*|react\w*|reply|answer|den(?:y|ied)|accuse\w*|agree\w*|promise\w*|ask|offer\w*|refuse\w*|sell|buy|sold"
    r"|bought|earn|employ|hire|vote|reject|do|send|accept|think|fear|hope|expect|need|join)\b",
    re.IGNORECASE,
)
_STANDS_ALONE = re.compile(
    r"\W*$| (?:in|on|at|when|happen|cost|mean|affect|lead|cause|change|end|start|work|help|go|before|and|not)\b",
)
_BEFORE_NOUN = re.compile(
    r"(?:^|\b(?:did|does|do|is|was|were|are|of|in|on|at|to|for|by|with|from|about|after|before|over|under|against|called"
    r"|sign|signed|make|made|take|took|behind|during|into|has|have|will|would|than) )$",
    re.IGNORECASE,
)
_NOUN_ENDS = re.compile(
    r"(?:ion|ment|ance|al|son|man|nt|sis|y|ing|ack|ash|se|ure|ike|oup|ote|er|ers|ions|ments|people)$"
)
_OWNED_BY_ACTOR = re.compile(
    r" (?:government|army|president|leader|minister|boss|chief|owner|people|capital|economy)\b"
)
# A clause of its own ends in front of the pronoun.
_EARLIER_CLAUSE = re.compile(
    r"(?: .*\b(?:when|before|after|because|that|if|whether|while|why|and|but|so"
    r"|sa(?:y|ys|id)|announced?|believes?|thinks?|claim(?:s|ed)?|hopes?|fears?|denies|denied)\b"
    r"|^(?:who|what|which|whose|how|when|where|why|if|after|before|once|since|while|although|as)\b.*[,;:?.] )",
    re.IGNORECASE,
)
_ASKS_WHO_IS = re.compile(r"who(?: is| was|[’']s) ", re.IGNORECASE)
_AUX = "(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could)"
_NOUN_PHRASE = re.compile(
    rf"\b(?i:the|an?|another|which|what|who is|who was) (?!{_AUX}\b)(?:[\w’'-]+ ){{0,5}}?(?P<noun>[a-z][\w-]+)(?![’'])"
    rf"(?=,|\W*$| (?:{_AUX}|of|in|at|on|for|from|to|with|who|that|which|when|and|but|[a-z]+(?:ed|s|ing)"
    rf"|{'|'.join(sorted(PASTS))}|say|think|want|be|get|go|keep|take|make)\b)"
)
_FEW_WORDS = 2  # at most that many has a sentence in front that says nothing: "Was it sold?", "All right."
_SPELT_OUT = {"s": "is", "d": "would", "ll": "will", "ve": "have", "re": "are"}
_NOUN_AFTER = re.compile(
    r" (?!(?:in|on|at|to|of|for|from|with|by|and|or|when|about|before|after|again|is|was|did)\b)[\w’'-]+"
)


def replace_pronouns(question: str, context: Context) -> str:
    """Replace the first of each kind of pronoun; the others then refer to that."""
    text, at, done = replace_demonstratives(question, context), 0, set[str]()
    while match := _PRONOUN.search(text, at):
        word = match[1].lower()
        kind = next((kind[0] for kind in (_MEN, _WOMEN, _GROUP, _THING) if word in kind), word)
        new = "" if kind in done else _write_out(text, match, context)
        if not new:
            at = match.end()
            continue
        done.add(kind)
        text = text[: match.start()] + new + text[match.end() :]
        at = match.start() + len(new)
    return text


def _write_out(text: str, match: re.Match[str], context: Context) -> str:
    """What stands for one pronoun, with "'s" where it owns; nothing where it refers to nothing before the question."""
    word, before, after = match[1].lower(), text[: match.start()], text[match.end() :]
    if word == "then":
        return _write_then(before, after, context)
    if word == "there":
        return _write_there(before, after, context)
    owns = word in _POSSESSIVE and (word != "her" or bool(_NOUN_AFTER.match(after)))
    if (word in _THING and _EXPLETIVE_IT.search(text)) or _refers_inside(word, before, owns=owns):
        return ""
    new = _find(word, text, after, context)
    if new and match[2]:
        return f"{new} {_SPELT_OUT[match[2][1:].lower()]}"
    if not owns or not new:
        return new
    return f"{new}’" if new.endswith("s") else f"{new}’s"


def _find(word: str, text: str, after: str, context: Context) -> str:
    if word in _MEN:
        return find_person(context, "he")
    if word in _WOMEN:
        return find_person(context, "she")
    if word in _GROUP:
        return find_group(context, acts=word == "they" and re.search(r"\b(?:were|are) they\b", text, re.I) is None)
    actor = _AGENT.search(text) or (word == "its" and _OWNED_BY_ACTOR.match(after))
    return find_thing(context, agent=bool(actor))


def _refers_inside(word: str, before: str, *, owns: bool) -> bool:
    """True where the question itself names, in front of the pronoun, whom or what it can mean.

    A sentence in front that says something does, whomever it names. What owns something may do so in the same clause
    ("did the company sell its ships"); others only in a second one.
    """
    *sentences, _ = re.split(r"[.:;?!] ", before)
    if len(content_words(" ".join(sentences))) > _FEW_WORDS:
        return True
    if not owns and not _EARLIER_CLAUSE.search(before):
        return False
    mentions = list_mentions(before)
    nouns = [match["noun"] for match in _NOUN_PHRASE.finditer(before)]
    if word in (*_MEN, *_WOMEN):
        sex = "he" if word in _MEN else "she"
        named = any(m.kind in ("person", "name") and m.sex in ("", sex) for m in mentions)
        return named or any(is_role(noun) or _ASKS_WHO_IS.match(before) for noun in nouns)
    if word in _THING:
        return any(m.kind != "person" for m in mentions) or any(not is_role(n) and not is_plural(n) for n in nouns)
    groups = mentions or list_groups(before) or re.match("[A-Z][a-z]+[^s]s ", before)
    return bool(groups) or any(map(is_plural, nouns))


def _write_there(before: str, after: str, context: Context) -> str:
    if _EXPLETIVE_THERE.search(before) or re.match(rf" {_BE}\b|[’']s", after):
        return ""
    place = find_place(context)
    if not place or any(mention.text == place for mention in list_mentions(before)):
        return ""
    return place if re.search(r"\b(?:from|to|in|near|of|around|over|out of) $", before) else f"in {place}"


def _write_then(before: str, after: str, context: Context) -> str:
    if after.strip(" ?.!"):
        return ""
    when = find_then(context)
    if not when:
        return f"when {event}" if (event := find_event(context)) and "since" not in before else ""
    if re.search(r"\b(?:since|until|till|by|before|after) $", before):
        return re.sub(r"^(?:in|on|since|until|during|by|before|after) ", "", when)
    return when


def replace_demonstratives(question: str, context: Context) -> str:
    """Write out "that deal" as the whole phrase that has the noun, "that" alone as what the last question is about."""
    match = _DEMONSTRATIVE.search(question)
    if match is None:
        return question
    before, after, word = question[: match.start()], question[match.end() :], match[1].lower()
    if _TIMES.match(after):
        return question
    if _STANDS_ALONE.match(after):
        if re.search(r"\b(?:so|now|all|after|before|since) $", before):
            return question
        new = find_group(context) if word in ("those", "these") else find_thing(context)
        return f"{before}{new}{after}" if new else question
    noun = re.match(r" ([a-z][\w’'-]+)", after)
    if noun is None or not _BEFORE_NOUN.search(before):
        return question
    for phrase in (find_thing(context), find_group(context)):
        if re.search(rf"\b{re.escape(noun[1])}\b", phrase):
            return f"{before}{phrase}{after[noun.end() :]}"
    known = f"{context.question} {context.answer}".lower()
    return f"{before}the{after}" if noun[1] in known or _NOUN_ENDS.search(noun[1]) else question
