"""Nouns for persons by what they are or do: "the mayor", "a spokeswoman", "the former governor of Borno"."""

from __future__ import annotations

import re

_ENDS = re.compile(r"[a-z]{2,}(?:ector|nator|itor|ator|isor|ernor|ist|man|woman|ian|eer)")
_ROLES = frozenset(
    """
    abbot actor actress admiral adviser aide ambassador analyst architect astronaut attacker aunt author backer
    baker banker billionaire bishop boss boxer boy boyfriend bride broker brother burglar butcher buyer captain
    cardinal carpenter celebrity ceo chair champion chancellor chef chief child coach colonel commander commissioner
    composer conductor constable consul cousin daughter dealer defendant deputy detective diplomat doctor driver
    emperor employee envoy farmer father founder friend fugitive gambler general girl girlfriend goalkeeper
    grandfather grandmother groom headteacher heir hostage hunter husband imam informant jockey judge juror keeper
    killer king lawmaker lawyer leader lecturer legend lieutenant lodger loser maker man manager marshal master
    mayor member midwife miner minister mistress monk mother neighbor neighbour nephew niece nun nurse officer owner
    painter partner passenger patient person pilot player plumber poet pope predecessor premier president priest
    prince princess prisoner professor prosecutor queen rabbi ranger rapper rider rival rower runner sailor sculptor
    secretary sergeant sheriff singer sister skipper soldier son speaker spokesperson star striker student successor
    surgeon survivor suspect swimmer teacher teenager tenant thief trainer treasurer uncle victim waiter welder
    whistleblower widow widower wife winner witness woman worker writer
    """.split()
)
_PHRASE = re.compile(r"\b[Tt]he (?=(?P<noun>(?:[A-Za-z][\w’'-]* ){0,2}[a-z][\w-]+)(?![\w’'-]))")
_OF_NAME = re.compile(r" (?:of|in|at) (?:the )?(?:[a-z-]+ )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
_ASKED_FOR = re.compile(r"^[Ww]ho(?:[’']s| is| was| were| are) the ")


def is_role(noun: str) -> bool:
    """True for a noun in the singular that only a person can be."""
    bare = noun.lower()
    return bare in _ROLES or bare.rpartition("-")[2] in _ROLES or _ENDS.fullmatch(bare) is not None


def find_role(text: str) -> str:
    """The first phrase in a question that says by a role who a person is: "the former governor of Borno".

    Not the one that is asked for: "who is the judge".
    """
    text = _ASKED_FOR.sub("", text)
    for match in _PHRASE.finditer(text):
        words = match["noun"].split()
        if at := next((n for n, word in enumerate(words, start=1) if is_role(word)), 0):
            phrase = f"the {' '.join(words[:at])}"
            belongs = _OF_NAME.match(text, match.start() + len(phrase))
            return f"{phrase}{belongs[0] if belongs else ''}"
    return ""
