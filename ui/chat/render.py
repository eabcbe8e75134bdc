"""Answers and articles as HTML in which nothing but our own tags is markup.

Articles are hostile until shown otherwise, and so is a model's reply. Whatever comes from them goes through
`escape`, which leaves no character that HTML, Markdown or LaTeX could read as anything but itself.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode, urlsplit

from index import Article, Scope, Version, make_safe
from rag import OFFLINE, Answer, Citation, Quote, Sentence, describe_filters
from ui.chat.conversation import CITED, LISTED_NEAREST, NEAREST, STORED, Conversation, Exchange, Source
from ui.wording import show_date, show_days

_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation}
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
_SNIPPET = 140  # characters of a quote in a list


def escape(text: str) -> str:
    """The text with every ASCII sign as an entity, and without characters that would turn the line round."""
    return make_safe(text).encode("utf-8", "replace").decode().translate(_ENTITIES)


def escape_line(text: str) -> str:
    """As `escape`, in one line: a blank line would end the HTML block that keeps Markdown out."""
    return escape(" ".join(text.split()))


def render_conversation(
    conversation: Conversation, conversation_id: str, *, busy: bool = False, kept: bool = True, late: bool = False
) -> list[dict[str, str]]:
    """The messages of a conversation as Gradio's Chatbot takes them; `late` where its answer waits for those of others.

    While an answer is under way (`busy`), its message holds a mark by which the style sheet shows Stop and not Ask:
    Gradio loses one of two changes of a button's `visible` that come close together, and the buttons would disagree
    with the conversation.
    """
    messages = []
    for turn, exchange in enumerate(conversation):
        question = f'<div class="dl-question">{escape_line(exchange.question)}</div>'
        messages.append({"role": "user", "content": question})
        exports = _exports(conversation_id, turn) if exchange.state in ("answered", "refused") else ""
        messages.append({"role": "assistant", "content": render_exchange(exchange, turn, late=late) + exports})
    if messages and (spent := _spent(conversation)):
        messages[-1]["content"] += f'<p class="dl-colophon">{spent}</p>'
    if messages and not kept:
        messages[-1]["content"] += (
            '<p class="dl-warning">⚠&#160;This conversation is not kept: the server can’t write it.</p>'
        )
    if busy:
        messages[-1]["content"] += '<span class="dl-busy"></span>'
    return messages


def _spent(conversation: Conversation) -> str:
    """What the models have read and written for this conversation, and what it cost; nothing for an offline one."""
    answers = [exchange.answer for exchange in conversation if exchange.answer]
    tokens = sum((answer.prompt_tokens or 0) + (answer.completion_tokens or 0) for answer in answers)
    usd = sum(answer.cost_usd or 0.0 for answer in answers)
    return f"This conversation so far: {tokens:,} tokens{f', ${usd:.4f}' if usd else ''}" if tokens else ""


def render_exchange(exchange: Exchange, turn: int, *, late: bool = False) -> str:
    """What came of a question: progress, an answer, a refusal or an error, each with a look of its own.

    `late` says that one under way waits for those of others.
    """
    answer = exchange.answer
    if exchange.state == "failed":
        said = _answer(exchange, answer, turn) if answer and answer.sentences else ""
        return said + _notice(
            "dl-error", "✕ That did not work", escape_line(exchange.error[:1].upper() + exchange.error[1:])
        )
    if exchange.state == "searching":
        doing = "Waiting: others asked first" if late else f"Searching {_count(exchange.scope)}"
        return f'<div class="dl-answer"><p class="dl-progress">{doing} …</p></div>'
    if answer is None or (exchange.state == "stopped" and not answer.sentences):
        return '<div class="dl-answer"><p class="dl-stopped">Stopped before anything was found.</p></div>'
    if exchange.state == "refused":
        return _refusal(exchange, answer, turn)
    return _answer(exchange, answer, turn)


def _count(scope: Scope | None) -> str:
    """How many articles are searched, and of how many."""
    if scope is None:
        return "the articles"
    of = f" of {scope.articles:,}" if scope.searched != scope.articles else ""
    return f"{scope.searched:,}{of} article{'' if scope.articles == 1 else 's'}"


def _answer(exchange: Exchange, answer: Answer, turn: int) -> str:
    finished = exchange.state == "answered"
    said = [s for s in answer.sentences if s.text not in answer.gaps]
    text = " ".join(_sentence(s, answer, turn, check=finished) for s in said)
    parts = [f'<p class="dl-text">{text}</p>'] if text else []
    parts += [f'<p class="dl-gap">○&#160;{escape_line(gap)}</p>' for gap in answer.gaps]
    if exchange.state == "answering":
        parts.append(f'<p class="dl-progress">{_progress(answer)} …</p>')
    elif exchange.state == "stopped":
        parts.append('<p class="dl-stopped">Stopped; there may have been more to say.</p>')
    if answer.unresolved:
        markers = escape_line(" ".join(answer.unresolved))
        parts.append(f'<p class="dl-warning">⚠&#160;The model cited passages that don’t exist: {markers}</p>')
    parts.append(_warnings(answer))
    if exchange.state != "answering":
        parts += [_sources(answer.citations, turn), _colophon(exchange, answer, turn)]
    return f'<div class="dl-answer">{"".join(parts)}</div>'


def _progress(answer: Answer) -> str:
    if answer.stage == "checking":
        return f"Checking {len(answer.sentences)} sentence{'' if len(answer.sentences) == 1 else 's'}"
    return "Writing" if answer.sentences else f"Reading {len(answer.hits)} passages"


def _sentence(sentence: Sentence, answer: Answer, turn: int, *, check: bool) -> str:
    """A sentence and its buttons; `check` says in words where it rests on nothing."""
    cited = [c for m in sentence.citations if (c := answer.citation(m))]
    text = _with_buttons(sentence.text, [_cite(c.hit.article, c.marker, turn) for c in cited])
    if not check or (cited and sentence.verdict != "unsupported"):
        return f"<span>{text}</span>"
    flag = "not in its source" if cited else "cites nothing"
    if cited and sentence.reasons:
        flag += ": " + escape_line("; ".join(sentence.reasons))
    return f'<span class="dl-unsure">{text}</span> <span class="dl-flag">⚠&#160;{flag}</span>'


def _with_buttons(text: str, buttons: Sequence[str]) -> str:
    """The text and its buttons; the first keeps to the last word, so that no line begins with it."""
    if not buttons:
        return escape_line(text)
    *words, last = text.split() or [""]
    return f'{escape(" ".join(words))} <span class="dl-keep">{escape(last)}{buttons[0]}</span>{"".join(buttons[1:])}'


def _cite(article: Article, marker: int, turn: int) -> str:
    """The numbered button behind a sentence.

    Where it leads stands in `name` and `value`, and its full name in hidden words: Gradio's sanitiser, which
    stays on as a second line of defence, strips `data-` and `aria-` attributes.
    """
    title = f"{article.title or '(no title)'}, {show_date(article)}"
    return (
        f'<button type="button" class="cite" name="{CITED}" value="{turn}:{marker}" title="{escape_line(title)}">'
        f'<span class="dl-hidden">Source </span>{marker}<span class="dl-hidden">: {escape_line(title)}</span></button>'
    )


def _warnings(answer: Answer) -> str:
    """What a reader should know of how the answer was made: another model, orders in an article, what was left out."""
    return "".join(f'<p class="dl-warning">⚠&#160;{escape_line(warning)}</p>' for warning in answer.warnings)


def _sources(citations: Sequence[Citation], turn: int) -> str:
    if not citations:
        return ""
    rows = "".join(
        f'<li><button type="button" class="dl-source" name="{CITED}" value="{turn}:{c.marker}">'
        f'<span class="dl-number">{c.marker}</span> {_quote_line(c)}</button></li>'
        for c in citations
    )
    return f'<p class="dl-heading">Sources</p><ul class="dl-sources">{rows}</ul>'


def _quote_line(citation: Citation) -> str:
    days = "; ".join(filter(None, show_days(citation)))
    return _byline(citation.hit.article, " … ".join(citation.quoted()), days)


def _byline(article: Article, words: str, days: str = "") -> str:
    """Title, and under it outlet and date, how the words that count begin, and which days they name."""
    facts = " · ".join(fact for fact in (article.source or "", show_date(article)) if fact)
    return (
        f'<span class="dl-what"><span class="dl-title">{escape_line(article.title) or "(no title)"}</span> '
        f'<span class="dl-facts">{escape_line(facts)}</span> '
        f'<span class="dl-snippet">“{escape_line(_shorten(words))}”</span>'
        + (f' <span class="dl-facts">{escape_line(days)}</span>' if days else "")
        + "</span>"
    )


def _colophon(exchange: Exchange, answer: Answer, turn: int) -> str:
    """How much was searched, and how sure the answer is; who wrote it and what it cost, where that is not plain."""
    facts = [f"Searched {_count(exchange.scope)}"] if exchange.scope else []
    facts += [f"Confidence {answer.confidence:.0%}"] if answer.confidence is not None else []
    facts += [f"Written by {answer.model} from the sources above"] if answer.model != OFFLINE else []
    if answer.cost_usd:
        facts.append(f"${answer.cost_usd:.4f}")
    said = f'<p class="dl-colophon">{escape_line(" · ".join(facts))}</p>' if facts else ""
    return said + _named(answer, turn)


def _named(answer: Answer, turn: int) -> str:
    """The filters that the question named, each a button that asks again without it."""
    chips = "".join(
        f'<button type="button" class="dl-chip dl-without" name="{kind}" value="{turn}" '
        f'title="Ask again without this">{escape_line(words)} ✕'
        '<span class="dl-hidden"> (ask again without this)</span></button>'
        for kind, words in describe_filters(answer.named).items()
    )
    return f'<p class="dl-colophon">From your question: {chips}</p>' if chips else ""


def _exports(conversation_id: str, turn: int) -> str:
    """What copies the answer, and what saves it."""
    address = f"/conversations/{conversation_id}/{turn}"
    copies = "".join(
        f'<button type="button" class="dl-export" name="{kind}" value="{address}.{kind}">{said}</button>'
        for kind, said in {"txt": "Text", "md": "Markdown", "html": "With links"}.items()
    )
    files = "".join(
        f'<button type="button" class="dl-export" name="file" value="{address}.{kind}">{said}</button>'
        for kind, said in {"docx": "Word", "json": "JSON"}.items()
    )
    return f'<p class="dl-exports">Copy {copies} Save {files}</p>'


def _refusal(exchange: Exchange, answer: Answer, turn: int) -> str:
    rows = "".join(
        f'<li><button type="button" class="dl-source" name="{NEAREST}" value="{turn}:{n}">'
        f"{_byline(hit.article, hit.passage.text)}</button></li>"
        for n, hit in enumerate(answer.hits[:LISTED_NEAREST], start=1)
    )
    nearest = f'<p class="dl-heading">Nearest passages</p><ul class="dl-sources">{rows}</ul>' if rows else ""
    more = _warnings(answer) + nearest + _colophon(exchange, answer, turn)
    return _notice("dl-refusal", "∅ Not in the articles", escape_line(answer.reason), more)


def _notice(look: str, title: str, text: str, more: str = "") -> str:
    return f'<div class="dl-notice {look}"><p class="dl-notice-title">{title}</p><p>{text}</p>{more}</div>'


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SNIPPET else text[:_SNIPPET].rsplit(" ", 1)[0] + " …"


def render_article(source: Source, click: int) -> str:
    """The article with the quotes highlighted.

    `click` is the number of the click that asked for it: the script scrolls and moves the focus when it
    changes, so also where the same source is opened twice.
    """
    article = source.article
    facts = [escape_line(fact) for fact in (article.source or "", show_date(article)) if fact]
    facts.append(_place(article))
    if source.copies:
        facts.append(f"also in {source.copies} more")
    title = escape_line(article.title) or "(no title)"
    bar = _bar(source.name, title, link_article(article, source.quotes))
    return (
        f'<article id="dl-article" data-click="{click}" tabindex="-1" aria-labelledby="dl-article-title">'
        f'{bar}<header><h2 id="dl-article-title">{title}</h2>'
        f'<p class="dl-facts">{" · ".join(fact for fact in facts if fact)}</p></header>'
        f"{_paragraphs(article.text, source.quotes)}{_copies(source)}{_versions(source)}</article>"
    )


def _copies(source: Source) -> str:
    if not source.others:
        return ""
    rows = "".join(
        f'<li><button type="button" class="dl-source" name="{STORED}" value="{escape(other.id)}">'
        f"{_byline(other, other.text)}</button></li>"
        for other in source.others
    )
    return f'<p class="dl-heading">The same story</p><ul class="dl-sources">{rows}</ul>'


def _versions(source: Source) -> str:
    """The texts that the article had before, the newest of them first, folded."""
    return "".join(
        f"<details><summary>Earlier version {v.number}{_when(v)}</summary><h3>{escape_line(v.title)}</h3>"
        f"{_paragraphs(v.text, ())}</details>"
        for v in reversed(source.versions)
    )


def _when(version: Version) -> str:
    day = version.modified or version.published
    return f", {day:%-d %B %Y}" if day else ""


def render_missing(click: int) -> str:
    """What stands in the article's place where a button leads nowhere any more."""
    return (
        f'<article id="dl-article" data-click="{click}" tabindex="-1">{_bar("Source", "")}'
        "<p>It is no longer here: that conversation is over, or the article was removed.</p></article>"
    )


def render_note(name: str, text: str) -> str:
    """A sentence in the article's place."""
    said = f'{_bar(name, "")}<p role="status">{escape_line(text)}</p>'
    return f'<article id="dl-article" data-click="0" tabindex="-1">{said}</article>'


def link_article(article: Article, quotes: Sequence[Quote]) -> str:
    """The article's address on this page, with the quotes that are highlighted, and the text that they count in."""
    spans = ",".join(f"{quote.start}-{quote.end}" for quote in sorted(quotes))
    asked = {"article": article.id, "text": article.content_hash[:12], **({"quotes": spans} if spans else {})}
    return f"/?{urlencode(asked)}"


def _bar(name: str, title: str, link: str = "") -> str:
    """What is open, in view wherever one reads; the ways to its neighbours; a link to it; the button that closes it."""
    steps = "".join(
        f'<button type="button" class="dl-step" value="{step}" title="{said} source ({key})" aria-keyshortcuts="{key}">'
        f'<span aria-hidden="true">{sign}</span><span class="dl-hidden">{said} source</span></button>'
        for step, said, key, sign in (("-1", "Previous", "p", "‹"), ("1", "Next", "n", "›"))
    )
    copy = f'<a class="dl-link" href="{escape_line(link)}">Copy link</a>' if link else ""
    close = '<button type="button" id="dl-close" title="Close the article (Escape)">Close</button>'
    what = f'<span class="dl-name">{name}</span><span class="dl-short">{title}</span>'
    return f'<div class="dl-bar">{what}{steps}{copy}{close}</div>'


def _place(article: Article) -> str:
    """A link to the article where it has a web address, else the name of the file it was read from."""
    url = article.url or ""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if host:
        return f'<a href="{escape_line(url)}" target="_blank" rel="noopener noreferrer">{escape_line(host)} ↗</a>'
    return escape_line(re.split(r"[\\/]", (article.origin or "").rstrip("\\/"))[-1])


def _paragraphs(text: str, quotes: Iterable[Quote]) -> str:
    ordered = sorted(quotes)
    return "".join(f"<p>{highlight(text, m.start(), m.end(), ordered)}</p>" for m in _PARAGRAPH.finditer(text))


def highlight(text: str, start: int, end: int, quotes: Sequence[Quote]) -> str:
    """Characters `start` to `end` of the text, with `<mark>` around those in a quote; quotes come in order.

    No character is marked, or shown, twice where quotes overlap.
    """
    pieces = []
    at = start
    for quote in quotes:
        first, last = max(quote.start, at), min(quote.end, end)
        if first < last:
            pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    return "".join([*pieces, escape(text[at:end])])
