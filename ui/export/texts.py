"""Answers with their citations as text to paste: plain, Markdown, HTML, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit

from index import UNSAFE, Article, make_safe
from rag import Answer, Citation
from ui.api.service import publish_answer
from ui.chat.render import escape
from ui.wording import show_date, show_days

_LINE_START = re.compile(r"^(\d*)([-=.])")  # what makes a list or a heading of a line, at its start only
_URL_SIGNS = "%/:?#@!$&'*+,;=~-._[]"  # what may stand in an address; the rest is written as %xx
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&])")


def write_plain(answers: Sequence[Answer]) -> str:
    """The answers, a number behind each sentence for what it cites, and the numbered quotes."""
    return "\n\n".join(map(_write_plain, answers)) + "\n"


def _write_plain(answer: Answer) -> str:
    lines = [join_lines(answer.question), "", write_sentences(answer, make_safe)]
    for citation in answer.citations:
        address = find_address(citation.hit.article)
        facts = [*show_facts(citation.hit.article), *([address] if address else [])]
        lines += ["", f"[{citation.marker}] {', '.join(facts)}", *show_quotes(citation)]
    return "\n".join(lines).strip()


def write_markdown(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in Markdown: titles link to their articles, and nothing of theirs is markup."""
    return "\n\n".join(map(_write_markdown, answers)) + "\n"


def _write_markdown(answer: Answer) -> str:
    lines = [f"**{escape_markdown(join_lines(answer.question))}**", ""]
    lines.append(write_sentences(answer, escape_markdown))
    for citation in answer.citations:
        title, *facts = map(escape_markdown, show_facts(citation.hit.article))
        address = find_address(citation.hit.article)
        name = f"[{title}](<{_quote_address(address)}>)" if address else title
        lines += ["", f"\\[{citation.marker}\\] {', '.join([name, *facts])}"]
        lines += [f"> {escape_markdown(words)}" for words in show_quotes(citation)]
    return "\n".join(lines).strip()


def write_html(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in HTML to paste: titles link to their articles, and nothing of theirs is markup."""
    return "".join(map(_write_html, answers)) + "\n"


def _write_html(answer: Answer) -> str:
    parts = [f"<p><b>{escape(join_lines(answer.question))}</b></p><p>{write_sentences(answer, escape)}</p>"]
    for citation in answer.citations:
        title, *facts = map(escape, show_facts(citation.hit.article))
        address = find_address(citation.hit.article)
        name = f'<a href="{escape(_quote_address(address))}">{title}</a>' if address else title
        parts.append(f"<p>[{citation.marker}] {', '.join([name, *facts])}</p>")
        parts += [f"<blockquote>{escape(words)}</blockquote>" for words in show_quotes(citation)]
    return "".join(parts)


def write_json(answers: Sequence[Answer]) -> str:
    """The answers with all their evidence, each as `/api/ask` has it: an object for one, a list of more."""
    published = [publish_answer(answer) for answer in answers]
    written = json.dumps(published[0] if len(published) == 1 else published, ensure_ascii=False, indent=2)
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


def _quote_address(address: str) -> str:
    return quote(address, safe=_URL_SIGNS)


def write_sentences(answer: Answer, write: Callable[[str], str]) -> str:
    """The answer's sentences, each with its markers and with what speaks against it; the reason of a refusal."""
    if answer.refused:
        return write(join_lines(answer.reason))
    return " ".join(
        " ".join([write(join_lines(s.text)), *(write(f"[{marker}]") for marker in s.citations)])
        + (f" ({write('; '.join(s.reasons) or 'not in its source')})" if s.verdict == "unsupported" else "")
        for s in answer.sentences
    )


def show_facts(article: Article) -> list[str]:
    """Title, outlet and date, as far as they are known."""
    return [
        join_lines(fact) for fact in (article.title or "(no title)", article.source or "", show_date(article)) if fact
    ]


def show_quotes(citation: Citation) -> list[str]:
    """The quoted words in quotation marks, each in one line, and what its relative words mean."""
    quoted = zip(citation.quoted(), show_days(citation), strict=True)
    return [f"“{join_lines(words)}”" + (f" ({join_lines(days)})" if days else "") for words, days in quoted]


def join_lines(text: str) -> str:
    """The text in one line, without what could drive a screen."""
    return " ".join(make_safe(text).split())
