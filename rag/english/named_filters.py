"""The sources and languages that a question names, as filters; the time that it names is in `dates.question_range`.

Only what clearly limits by whom something was published: an outlet's whole name after "according to", "from", "in",
"by" or "did", or before "report", "say" and "write"; a language before "articles" and the like, or after them and "in".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Filters, name_language

_BEFORE_A_SOURCE = r"(?:according to|from|in|by|did|does|has) (?:the )?"
_AFTER_A_SOURCE = r"(?:['’]s)? (?:reports?|reported|says?|said|writes?|wrote|coverage|articles?)"
_PRESS = r"(?:articles?|coverage|news|newspapers?|papers?|press|media|outlets?|reports?|reporting|sources?|stories)"
# What may be a language; the names of those are looked up for nothing else, since loading them takes a while.
_SOME_LANGUAGE = re.compile(
    rf"\b(?!(?:the|an?|all|any|other|new|latest|local|these|those|news|what|which)\b)\w+(?:[- ]language| {_PRESS})\b"
    rf"|\b{_PRESS} (?:is |are |written |published )?in \w",
    re.IGNORECASE,
)


def read_question_filters(question: str, sources: Sequence[str], languages: Sequence[str] = ()) -> Filters:
    """The filters that a question names; `sources` are the outlets that there are, `languages` the codes of those that
    articles are in. None is no error: it is empty.
    """
    return Filters(
        sources=tuple(source for source in sources if _names_source(question, source)),
        languages=tuple(
            code
            for code in (languages if _SOME_LANGUAGE.search(question) else ())
            if _names_language(question, name_language(code))
        ),
    )


def _names_source(question: str, source: str) -> bool:
    """With the capitals that the name has, so that "the sun" is not The Sun."""
    bare = source.removeprefix("The ").strip()
    if bare not in question:  # the quick way for the many that it doesn't name
        return False
    name = rf"(?<!\w){re.escape(bare)}(?!\w)"
    named = rf"(?i:\b{_BEFORE_A_SOURCE}){name}|{name}(?i:{_AFTER_A_SOURCE})\b"
    return len(source.strip()) > 1 and re.search(named, question) is not None


def _names_language(question: str, language: str) -> bool:
    """As "French articles" and "French-language", and "the coverage in French"; not "said in French"."""
    name = re.escape(language)
    after_it = rf"{name}(?:[- ]language| {_PRESS})\b"
    before_it = rf"{_PRESS} (?:is |are |written |published )?in {name}(?![\w-]|(?-i: [A-Z]))"  # not French Guiana
    named = rf"\b(?:{after_it}|{before_it})"
    return re.search(named, question, re.IGNORECASE) is not None
