"""Bylines: who wrote an article, for whom and when ("By Jo Smith, Springfield Times, 4 March 2024")."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from index.text.datelines import find_day
from index.text.dates import Dated, find_date
from index.text.outlets import find_agency, load_outlets

_LINES = 8  # at the top, of which one may be the byline
_LONGEST = 160  # characters of it
_LONGEST_NAME = 60
_MOST_NAMES = 4
_BY = re.compile(
    r"(?:by|written by|par|por|di|von|door|автор|текст|بقلم|كتب|كتبت|作者|记者|記者|文)(?:\s*[:：/／]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[,|·•،，]\s*|\s+[-–—/]\s+|\s{2,}")
_AND = re.compile(r"\s+(?:and|et|y|e|und|en|и|&)\s+|\s+و(?=\w)|、")
_FOR = re.compile(r"\s+(?:for|of|pour|para|für|für die|для)\s+(?=[^\W\d_a-zа-я])")
# A name: two to five words, of which those that tell have capitals, where the script has any.
_PARTICLES = {*"de da do dos del di von van der den la le al el bin ben y e".split()}
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*(?: [^\W\d_](?:[^\W\d_]|['’.\-])*){1,4}")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
# What newspapers call themselves, by which a part of a byline is known to be one.
_OUTLET_WORDS = re.compile(
    r"\b(?:times|post|news|herald|tribune|gazette|journal|star|chronicle|daily|observer|guardian|telegraph|mail|press"
    r"|courier|standard|examiner|independent|sun|mirror|globe|record|review|bulletin|dispatch|sentinel|bugle|argus|echo"
    r"|express|inquirer|ledger|register|reporter|weekly|monitor|magazine|radio|zeitung|anzeiger|nachrichten|tagblatt"
    r"|tageblatt|rundschau|kurier|presse|bote|allgemeine|courrier|dépêche|quotidien|nouvelles|diario|diário|periódico"
    r"|noticias|notícias|prensa|heraldo|gaceta|correo|correio|jornal|folha|gazeta|corriere|gazzetta|giornale)\b"
    r"|газета|новости|известия|ведомости|вестник|صحيفة|جريدة|报$|報$|日报|晚报|时报|新闻",
    re.IGNORECASE,
)  # fmt: skip


class Byline(NamedTuple):
    """A byline as it is `written`, and what it says."""

    written: str
    authors: tuple[str, ...]
    source: str | None
    dated: Dated | None


def find_byline(lines: Iterable[str], day_first: bool | None = None) -> Byline | None:
    """Return the byline among the first lines of a text, or None. What is no name is no author."""
    top = islice(filter(None, map(str.strip, lines)), _LINES)
    for n, line in enumerate(top):
        found = _read(line, day_first)
        if found and (n or found.source or found.dated):  # the first line is most often the headline
            return found
    return None


def _read(line: str, day_first: bool | None) -> Byline | None:
    begins = _BY.match(line)
    if not begins or len(line) > _LONGEST:
        return None
    parts = [part.strip(" .") for part in _PARTS.split(line[begins.end() :])]
    first, *employers = _FOR.split(parts[0], maxsplit=1)
    names = [name.strip() for name in _AND.split(first)]
    authors = [name for name in names if is_name(name)]
    if not authors or len(authors) < len(names) or len(names) > _MOST_NAMES:
        return None
    rest = [*employers, *parts[1:]]
    source = next((part for part in rest if is_outlet(part)), None)
    return Byline(line, tuple(authors), source, find_date(line, day_first) or find_day(line))


def is_name(words: str) -> bool:
    """True for what is written like the name of a person."""
    if _CHINESE_NAME.fullmatch(words):
        return True
    if not _NAME.fullmatch(words) or len(words) > _LONGEST_NAME or words.split()[0] in _PARTICLES:
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in words.split())


def is_outlet(part: str) -> bool:
    """True for what is written like the name of an outlet, or of one that is known."""
    if not part or len(part) > _LONGEST_NAME or any(sign.isdigit() for sign in part) or part[0].islower():
        return False
    return bool(part in load_outlets().outlets.values() or find_agency(part) or _OUTLET_WORDS.search(part))
