"""An answer with its citations as text to paste: Markdown, plain, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from index import Article
from index.safe import UNSAFE, make_safe
from rag.records import Answer, Citation
from ui.doors.service import publish_answer
from ui.wording import show_date

_LINE_START = re.compile(r"^(\d*)([-=.])")  # what makes a list or a heading of a line, at its start only
_URL_SIGNS = "%/:?#@!$&'*+,;=~-._[]"  # what may stand in an address; the rest is written as %xx
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&])")


def write_plain(answer: Answer) -> str:
    """The answer, a number behind each sentence for what it cites, and the numbered quotes."""
    lines = [_one_line(answer.question), "", _write_sentences(answer, make_safe)]
    for citation in answer.citations:
        address = find_address(citation.hit.article)
        facts = [*_facts(citation.hit.article), *([address] if address else [])]
        lines += ["", f"[{citation.marker}] {', '.join(facts)}", *(f"“{words}”" for words in _quotes(citation))]
    return "\n".join(lines).strip() + "\n"


def write_markdown(answer: Answer) -> str:
    """As `write_plain`, in Markdown: titles link to their articles, and nothing of theirs is markup."""
    lines = [f"**{escape_markdown(_one_line(answer.question))}**", ""]
    lines.append(_write_sentences(answer, escape_markdown))
    for citation in answer.citations:
        title, *facts = map(escape_markdown, _facts(citation.hit.article))
        address = find_address(citation.hit.article)
        name = f"[{title}](<{quote(address, safe=_URL_SIGNS)}>)" if address else title
        lines += ["", f"\\[{citation.marker}\\] {', '.join([name, *facts])}"]
        lines += [f"> “{escape_markdown(words)}”" for words in _quotes(citation)]
    return "\n".join(lines).strip() + "\n"


def write_json(answer: Answer) -> str:
    """The whole answer with its evidence, as `/api/ask` has it."""
    written = json.dumps(publish_answer(answer), ensure_ascii=False, indent=2)
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written) + "\n"


def escape_markdown(text: str) -> str:
    """The text with a backslash before every sign that Markdown or HTML could read as markup."""
    return _LINE_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", make_safe(text)))


def find_address(article: Article) -> str | None:
    """The web address of an article; None where it has none, or one of another kind (`javascript:`)."""
    try:
        parts = urlsplit(article.url or "")
        return article.url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _write_sentences(answer: Answer, write: Callable[[str], str]) -> str:
    if answer.refused:
        return write(_one_line(answer.reason))
    return " ".join(
        " ".join([write(_one_line(s.text)), *(write(f"[{marker}]") for marker in s.citations)])
        + (f" ({write('; '.join(s.reasons) or 'not in its source')})" if s.verdict == "unsupported" else "")
        for s in answer.sentences
    )


def _facts(article: Article) -> list[str]:
    return [
        _one_line(fact) for fact in (article.title or "(no title)", article.source or "", show_date(article)) if fact
    ]


def _quotes(citation: Citation) -> list[str]:
    return [_one_line(words) for words in citation.quoted()]


def _one_line(text: str) -> str:
    return " ".join(make_safe(text).split())
