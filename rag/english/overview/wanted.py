"""What kind of answer a question wants: an overview of a topic, where it says so in its first words, else an answer."""

from __future__ import annotations

import re
from typing import Literal

from rag.english.overview.news import read_latest

Wanted = Literal["answer", "timeline", "quotes", "brief", "disagreements", "latest", "story"]

# "Can you please give me a short timeline of …": what may stand in front of the word that says what is wanted.
_ASKS = (
    r"^\W*(?:(?:please|ok|now|and)\W+)*"
    r"(?:(?:can|could|would|will) (?:you|i|we) (?:please )?(?:have |get |see )?"
    r"|i(?:['’]d| would) like (?:to (?:see|have) )?|i (?:want|need) (?:to see )?|let me (?:see|have) )?"
    r"(?:(?:give|show|make|build|write|draw up|draw|create|prepare|draft|compile|list|get|provide|produce)\s"
    r"(?:me\s|us\s)?)?(?:an?\s|the\s)?(?:(?:short|brief|full|detailed|complete|quick|clear)\s)?"
)
_TIMELINE = r"(?:timeline|time line|chronology|sequence of events|chronological (?:list|overview|account))"
_SUMMARIZE = r"(?:(?:can|could|would) you (?:please )?)?(?:summari[sz]e|sum up|brief (?:me|us) on|recap)"
_OF = r"(?:\s(?:of|on|about|for|around|regarding|concerning)\s|\s?[:–—-]\s?)"
# What is no part of the topic: "what happened in Niger" is about Niger.
_EVENTS_IN = (
    r"(?:(?:what(?:['’]s| has| is)? happen(?:ed|ing)|(?:all |the )?(?:main |key )?events|the (?:latest )?news"
    r"|the latest|everything|all)\s(?:(?:that happened )?(?:in|with|to|about|on|of|around|at)\s))?"
)
_ABOUT = r"(?:about|on|regarding|concerning)"
_OVER = r"(?:about|on|over|in|regarding|concerning|when it comes to|as to)"
_REPORTS = (
    r"(?:(?:the|these|all|my|different|various|other)\s)*(?:news)?(?:papers|articles|reports|outlets|sources|media"
    r"|stories|accounts|press|coverage|journalists)"
)
_DO_REPORTS = rf"(?:(?:what|where|how|in what|on what) )?do {_REPORTS}"
_DIFFER = r"(?:disagree|differ|diverge|contradict (?:each other|one another|themselves)|part ways)"
_TOPIC = rf"{_EVENTS_IN}(?P<topic>\S.*?)"
_END = r"(?:,? please)?[\s.!?]*$"
_RULES: tuple[tuple[str, Wanted], ...] = (
    (rf"{_ASKS}{_TIMELINE}{_OF}", "timeline"),
    (rf"^\W*what(?:['’]s| is| was) the {_TIMELINE} of ", "timeline"),
    (rf"{_ASKS}(?:overview|summary|briefing|brief){_OF}", "brief"),
    (rf"^\W*(?:please )?{_SUMMARIZE}\s", "brief"),
    (rf"^\W*who disagrees {_OVER}\s", "disagreements"),
    (rf"^\W*{_DO_REPORTS} {_DIFFER}(?: on| about| in)? {_OVER}\s", "disagreements"),
    (rf"^\W*what(?:['’]s| is) (?:still )?(?:disputed|contested|in dispute) {_OVER}\s", "disagreements"),
    (rf"{_ASKS}(?:disagreements|contradictions|discrepancies) (?:between {_REPORTS} )?{_OVER}\s", "disagreements"),
)
# The topic stands between: "where do the reports on the fire differ?".
_BETWEEN = (
    rf"^\W*{_DO_REPORTS} (?:on|about|of|covering|regarding)\s(?P<topic>\S.*?) "
    rf"{_DIFFER}(?: (?:on|about|in))?{_END}"
)
# Somebody with a name is asked for, since reports and laws "say" things too. The whole question is the topic.
_QUOTES = re.compile(
    rf"^\W*(?:what (?:did|has|have|does|do) (?P<who>(?:[^\W\d_][\w.'’-]*\s){{1,5}})(?:say|said) (?:{_ABOUT}|of) \w.*"
    rf"|who (?:has |have )?said what(?: {_ABOUT}| of) \w.*"
    rf"|(?:(?:list|show|find|give)\s(?:me\s)?)?(?:the\s|all\s)?(?:quotes|quotations) (?:by|from|of|{_ABOUT}) \w.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r"\b[^\W\d_a-z]")
_WHOLE: tuple[tuple[str, Wanted], ...] = (
    *((f"{pattern}{_TOPIC}{_END}", wanted) for pattern, wanted in _RULES),
    (_BETWEEN, "disagreements"),
)
_READ = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), wanted) for pattern, wanted in _WHOLE)
# Nothing that an overview can be about: it leans on the conversation, or is about an answer.
_NO_TOPIC = re.compile(
    r"^(?:(?:all |everything |what )?(?:of )?(?:it|this|that|these|those|them|him|her)\b(?! \w+ \w)"
    r"|(?:the|your|my|our|that|this) (?:(?:last|previous|above|first) )?"
    r"(?:answer|reply|conversation|question|article|text)s?"
    r"|(?:what|which|how|why|when|who|where)\b)[^\w]*$|^(?:it|this|that|them)$",
    re.IGNORECASE,
)


def read_wanted(question: str) -> tuple[Wanted, str]:
    """Return what a question wants, and the topic; an answer, and no topic, where it asks for no overview."""
    quotes = _QUOTES.match(question)
    if quotes and (quotes["who"] is None or _NAMED.search(quotes["who"])):
        return "quotes", question.strip()
    for pattern, wanted in _READ:
        match = pattern.search(question)
        if match and not _NO_TOPIC.search(match["topic"]):
            return wanted, match["topic"].strip()
    latest = read_latest(question)
    if latest is not None and not _NO_TOPIC.search(latest):
        return "latest", latest
    return "answer", ""
