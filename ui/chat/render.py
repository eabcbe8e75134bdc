"""A conversation as HTML in which nothing but our own tags is markup.

Articles are hostile until shown otherwise, and so is a model's reply. Whatever comes from them goes through
`escape`, which leaves no character that HTML, Markdown or LaTeX could read as anything but itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from index import Scope, Span
from rag import Answer
from ui.chat.citations import render_button, render_disagreement
from ui.chat.conversation import CITED, NEAREST, Conversation, Exchange
from ui.escape import escape, escape_line
from ui.presentation import (
    NEAREST_PASSAGES,
    SOURCES,
    Presentation,
    ShownSentence,
    ShownSource,
    describe_named,
    name_newest_day,
    present,
    show_progress,
)

AS_OF_NEWEST = "as-of-newest"
NO_CHANGES: Mapping[int, Sequence[str]] = MappingProxyType({})
_SNIPPET = 140  # characters of a quote in a list


def render_conversation(
    conversation: Conversation,
    conversation_id: str,
    *,
    first: int = 0,
    busy: bool = False,
    kept: bool = True,
    late: bool = False,
    changes: Mapping[int, Sequence[str]] = NO_CHANGES,
) -> list[dict[str, str]]:
    """The messages of a conversation from the turn `first` on, as Gradio's Chatbot takes them.

    `late` says that its answer waits for those of others. `changes` are what has become of the articles that answers
    cite, by turn.

    While an answer is under way (`busy`), its message holds a mark by which the style sheet shows Stop and not Ask:
    Gradio loses one of two changes of a button's `visible` that come close together, and the buttons would disagree
    with the conversation.
    """
    messages = []
    for turn, exchange in enumerate(conversation[first:], first):
        question = f'<div class="dl-question">{escape_line(exchange.question)}</div>'
        messages.append({"role": "user", "content": question})
        exports = _exports(conversation_id, turn) if exchange.state in ("answered", "refused") else ""
        since = render_changes(changes.get(turn, ()))
        messages.append({"role": "assistant", "content": render_exchange(exchange, turn, late=late) + since + exports})
    if messages and (spent := _spent(conversation)):
        messages[-1]["content"] += f'<p class="dl-colophon">{spent}</p>'
    if messages and not kept:
        messages[-1]["content"] += (
            '<p class="dl-warning">⚠&#160;This conversation is not kept: the server can’t write it.</p>'
        )
    if busy:
        messages[-1]["content"] += '<span class="dl-busy"></span>'
    return messages


def render_changes(changes: Sequence[str]) -> str:
    """What has become of the articles that an answer cites, a line each."""
    return "".join(f'<p class="dl-warning">⚠&#160;{escape_line(said)}</p>' for said in changes)


def _spent(conversation: Conversation) -> str:
    """What the models have read and written for this conversation, and what it cost; nothing for an offline one."""
    answers = [exchange.answer for exchange in conversation if exchange.answer]
    tokens = sum((answer.prompt_tokens or 0) + (answer.completion_tokens or 0) for answer in answers)
    usd = sum(answer.cost_usd or 0.0 for answer in answers)
    return f"This conversation so far: {tokens:,} tokens{f', ${usd:.4f}' if usd else ''}" if tokens else ""


def render_exchange(exchange: Exchange, turn: int, *, late: bool = False, shared: bool = False) -> str:
    """What came of a question: progress, an answer, a refusal or an error, each with a look of its own.

    `late` says that one under way waits for those of others. Where it is `shared`, nothing in it asks again.
    """
    answer = exchange.answer
    if exchange.state == "failed":
        said = _answer(exchange, answer, turn, shared=shared) if answer and answer.sentences else ""
        return said + _notice(
            "dl-error", "✕ That did not work", escape_line(exchange.error[:1].upper() + exchange.error[1:])
        )
    if exchange.state == "searching":
        doing = "Waiting: others asked first" if late else f"Searching {_count(exchange.scope)}"
        return f'<div class="dl-answer"><p class="dl-progress">{doing} …</p></div>'
    if answer is None or (exchange.state == "stopped" and not answer.sentences):
        return '<div class="dl-answer"><p class="dl-stopped">Stopped before anything was found.</p></div>'
    if exchange.state == "refused":
        return _refusal(exchange, answer, turn, shared=shared)
    return _answer(exchange, answer, turn, shared=shared)


def _count(scope: Scope | None) -> str:
    """How many articles are searched, and of how many."""
    if scope is None:
        return "the articles"
    of = f" of {scope.articles:,}" if scope.searched != scope.articles else ""
    return f"{scope.searched:,}{of} article{'' if scope.articles == 1 else 's'}"


def _answer(exchange: Exchange, answer: Answer, turn: int, *, shared: bool) -> str:
    shown = present(answer)
    sources = {source.number: source for source in shown.sources}
    text = " ".join(_sentence(sentence, sources, turn) for sentence in shown.said)
    parts = [_asked_as(shown, shared=shared), *([f'<p class="dl-text">{text}</p>'] if text else [])]
    parts += [f'<p class="dl-gap">○&#160;{escape_line(gap.text)}</p>' for gap in shown.gaps]
    if exchange.state == "answering":
        parts.append(f'<p class="dl-progress">{show_progress(answer)} …</p>')
    elif exchange.state == "stopped":
        parts.append('<p class="dl-stopped">Stopped; there may have been more to say.</p>')
    parts.append(_notes(shown))
    parts += [render_disagreement(d, lambda marker: _cite(sources[marker], turn)) for d in shown.disagreements]
    if exchange.state != "answering":
        parts += [_sources(SOURCES, CITED, shown.sources, turn), _colophon(exchange, shown, turn, shared=shared)]
    return f'<div class="dl-answer">{"".join(parts)}</div>'


def _asked_as(shown: Presentation, *, shared: bool) -> str:
    """What a follow-up was understood as, with a button that puts it into the box to be changed and asked again."""
    if not shown.asked_as:
        return ""
    asked = escape_line(shown.asked_as)
    edit = f' <button type="button" class="dl-chip dl-edit" value="{asked}" title="Change and ask it">Edit</button>'
    return f'<p class="dl-colophon">Asked as: {asked}{"" if shared else edit}</p>'


def _sentence(sentence: ShownSentence, sources: Mapping[int, ShownSource], turn: int) -> str:
    """A sentence and its buttons, and in words what speaks against it."""
    text = _with_buttons(sentence, [_cite(sources[marker], turn) for marker in sentence.markers])
    if not sentence.doubt():
        return f'<span class="dl-line">{text}</span>' if sentence.own_line else f"<span>{text}</span>"
    flag = escape_line(sentence.doubt())
    return f'<span class="dl-unsure">{text}</span> <span class="dl-flag">⚠&#160;{flag}</span>'


def _with_buttons(sentence: ShownSentence, buttons: Sequence[str]) -> str:
    """The text, in which the words that answer are strong, and its buttons.

    The first button keeps to the last word, so that no line begins with it.
    """
    text, strong = sentence.text, [sentence.answer] if sentence.answer else []
    last = text.rfind(" ") + 1 if buttons else len(text)
    written = highlight(text, 0, last, strong, "strong")
    if not buttons:
        return written
    end = highlight(text, last, len(text), strong, "strong")
    return f'{written}<span class="dl-keep">{end}{buttons[0]}</span>{"".join(buttons[1:])}'


def highlight(text: str, start: int, end: int, spans: Sequence[Span], tag: str) -> str:
    """Characters `start` to `end` of the text, escaped, with a tag around those in a span; spans come in order.

    No character is marked, or shown, twice where spans overlap.
    """
    pieces = []
    at = start
    for span in spans:
        first, last = max(span.start, at), min(span.end, end)
        if first < last:
            pieces += [escape(text[at:first]), f"<{tag}>{escape(text[first:last])}</{tag}>"]
            at = last
    return "".join([*pieces, escape(text[at:end])])


def _cite(source: ShownSource, turn: int) -> str:
    """The numbered button behind a sentence, or a side."""
    return render_button(source, CITED, f"{turn}:{source.number}")


def _notes(shown: Presentation) -> str:
    """What a reader should know of how the answer was made."""
    return "".join(f'<p class="dl-warning">⚠&#160;{escape_line(note)}</p>' for note in shown.notes)


def _sources(heading: str, kind: str, sources: Sequence[ShownSource], turn: int) -> str:
    """A list of articles under its heading, each a button that opens it; nothing where there is none."""
    if not sources:
        return ""
    rows = "".join(
        f'<li><button class="dl-source" name="{kind}" value="{turn}:{source.number}">'
        f'<span class="dl-number">{source.number}</span> {_byline(source)}</button></li>'
        for source in sources
    )
    return f'<p class="dl-heading">{heading}</p><ul class="dl-sources">{rows}</ul>'


def _byline(source: ShownSource) -> str:
    words = " … ".join(quote.words for quote in source.quotes)
    days = "; ".join(dict.fromkeys(quote.days for quote in source.quotes if quote.days))
    translated = " ".join(quote.translation for quote in source.quotes if quote.translation)
    return render_byline(source.title, source.facts, words, days, translated)


def render_byline(title: str, facts: Sequence[str], words: str, days: str = "", translated: str = "") -> str:
    """Title, and under it the facts, how the words that count begin, their translation, and which days they name."""
    return (
        f'<span class="dl-what"><span class="dl-title">{escape_line(title)}</span> '
        f'<span class="dl-facts">{escape_line(" · ".join(filter(None, facts)))}</span> '
        f'<span class="dl-snippet">“{escape_line(_shorten(words))}”</span>'
        + (f' <span class="dl-facts">{escape_line(translated)}</span>' if translated else "")
        + (f' <span class="dl-facts">{escape_line(days)}</span>' if days else "")
        + "</span>"
    )


def _colophon(exchange: Exchange, shown: Presentation, turn: int, *, shared: bool) -> str:
    """How much was searched, how sure the answer is, and who wrote it at what cost, where that is not plain."""
    facts = [*([f"Searched {_count(exchange.scope)}"] if exchange.scope else []), *shown.facts]
    said = f'<p class="dl-colophon">{escape_line(" · ".join(facts))}</p>' if facts else ""
    answer = exchange.answer
    return said + (_named(answer, turn) + _old_pile(answer, turn) if answer and not shared else "")


def _named(answer: Answer, turn: int) -> str:
    """The filters that the question named, each a button that asks again without it."""
    chips = "".join(
        f'<button type="button" class="dl-chip dl-without" name="{kind}" value="{turn}" '
        f'title="Ask again without this">{escape_line(words)} ✕'
        '<span class="dl-hidden"> (ask again without this)</span></button>'
        for kind, words in describe_named(answer.named, answer.counted_from).items()
    )
    return f'<p class="dl-colophon">From your question: {chips}</p>' if chips else ""


def _old_pile(answer: Answer, turn: int) -> str:
    """The button that asks again as of the newest article, where that is offered."""
    if answer.newest_day is None:
        return ""
    words = escape_line(f"Ask {name_newest_day(answer.newest_day)}")
    button = f'<button type="button" class="dl-chip dl-without" name="{AS_OF_NEWEST}" value="{turn}">{words}</button>'
    return f'<p class="dl-colophon">{button}</p>'


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


def _refusal(exchange: Exchange, answer: Answer, turn: int, *, shared: bool) -> str:
    shown = present(answer)
    more = (
        _asked_as(shown, shared=shared)
        + _notes(shown)
        + _sources(NEAREST_PASSAGES, NEAREST, shown.nearest, turn)
        + _colophon(exchange, shown, turn, shared=shared)
    )
    return _notice("dl-refusal", f"∅ {shown.headline}", escape_line(shown.reason), more)


def _notice(look: str, title: str, text: str, more: str = "") -> str:
    return f'<div class="dl-notice {look}"><p class="dl-notice-title">{title}</p><p>{text}</p>{more}</div>'


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SNIPPET else text[:_SNIPPET].rsplit(" ", 1)[0] + " …"
