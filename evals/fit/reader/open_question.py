"""Open questions made of sentences: "what did the central bank decide?", "what happened to the ferry?".

People ask so where they don't know yet what there is to know; sets of quiz questions hold few of them.
"""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

_NAME = r"[A-Z][\w’'-]+(?: (?:of |the |and )?[A-Z][\w’'-]+){0,3}"
_SOMEBODY = rf"(?P<who>(?:The )?{_NAME})"
_BETWEEN = r"(?: (?:has|have|had|also|later|then|first|reportedly|officially|formally|recently))*"
_NOBODY = frozenset(
    "he she they it we you i there this that these those what who but and if or so yet when while after before as for"
    " on in at by since though although because during with without from to under over his her their its our my one"
    " some many most both the".split()
)  # capital letters at the beginning that are no names
# What somebody does, and how one asks for it.
_VERBS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"said|says|told|added|warned|argued|claimed|insisted|wrote|tweeted|explained|noted|suggested",
        (
            "What did {who} say{about}?",
            "What does {who} say{about}?",
            "What has {who} said{about}?",
            "Has {who} said anything{about}?",
        ),
    ),
    (
        r"announced|unveiled|declared|revealed|confirmed|disclosed|released|reported",
        (
            "What did {who} announce{about}?",
            "What has {who} announced{about}?",
            "What became known about {who}?",
            "What did {who} do{about}?",
        ),
    ),
    (
        r"decided|agreed|voted|chose|ruled|ordered|refused|rejected|approved|banned|vowed|pledged|promised",
        (
            "What did {who} decide{about}?",
            "What was decided by {who}{about}?",
            "What did {who} do{about}?",
            "What has {who} done{about}?",
        ),
    ),
    (
        r"will|plans? to|is set to|are set to|hopes? to|wants? to|is expected to|are expected to",
        (
            "What will {who} do{about}?",
            "What does {who} plan{about}?",
            "What is next for {who}?",
            "What are the plans of {who}?",
        ),
    ),
    (
        r"was|were|died|won|lost|fell|rose|left|[a-z]{3,}ed",
        (
            "What happened to {who}?",
            "What happened with {who}?",
            "What is new about {who}?",
            "What did {who} do{about}?",
            "What has {who} done?",
            "What is the latest on {who}?",
        ),
    ),
)
_ABOUT = re.compile(rf"(?<=[a-z,] )(?:the )?{_NAME}")
_ABOUT_SHARE = 0.4  # of the questions that could name something else of the sentence
_DAYS = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December"
)


class OpenQuestion(NamedTuple):
    """A question that a whole sentence answers; a passage that lacks one of `names` can't."""

    question: str
    names: tuple[str, ...]


def make_open(sentence: str, random: Random) -> OpenQuestion | None:
    """Ask openly for what `sentence` tells; None where it doesn't begin with somebody who does something."""
    for verbs, forms in _VERBS:
        found = re.match(rf"{_SOMEBODY}(?:, [^,]{{3,40}},)?{_BETWEEN} (?:{verbs})\b", sentence)
        if found is None:
            continue
        name = found["who"].removeprefix("The ")
        if name.split()[0].lower() in _NOBODY or _DAYS.search(name):
            return None
        who = name if name == found["who"] else f"the {name}"
        others = [
            re.sub(r"[’']s?$", "", m[0]) for m in _ABOUT.finditer(sentence, found.end()) if not _DAYS.search(m[0])
        ]
        about = random.choice(others) if others and random.random() < _ABOUT_SHARE else ""
        form = random.choice(forms)
        question = form.format(who=who, about=f" about {about}" if about else "")
        named = (who, about) if about and "{about}" in form else (who,)
        return OpenQuestion(question, tuple(each.split()[-1] for each in named))
    return None
