"""An answer with all that an answer can have, a refusal, and the seven ways in which they are shown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, StringIO

from docx import Document
from lxml.html import fromstring
from markdown_it import MarkdownIt

from index import Article, Hit, Passage
from rag import Answer, AnswerWords, Citation, Quote, Sentence, Translation
from tests.ui.conftest import PAYLOADS
from ui.api.openai.written import write_answer
from ui.chat.article.render_article import render_article
from ui.chat.conversation import CITED, NEAREST, Exchange, find_source
from ui.chat.render import render_conversation
from ui.cli.terminal import print_answer
from ui.escape import join_lines
from ui.export.docx import write_docx
from ui.export.texts import write_html, write_markdown, write_plain

TEXT = (
    "The ferry sank on Saturday. It had 40 people aboard, and all were saved, the harbour master said in the evening."
)
HOSTILE_TITLE = f"Ferry sinks {PAYLOADS[0]} {PAYLOADS[2]} \x1b[31m\u202e"
SERVER = "http://here.example"


def make_hit(
    number: int,
    title: str,
    copies: int = 0,
    *,
    dated: bool = True,
    url: str | None = None,
    language: str | None = None,
) -> Hit:
    article = Article(
        f"id{number}",
        title,
        TEXT,
        "0",
        url=url,
        origin=f"/home/somebody/private/news-{number}.txt",
        source=f"Harbour Times {number}",
        published=datetime(2024, 3, 17, tzinfo=UTC) if dated else None,  # a Sunday
        published_precision="day" if dated else None,
        language=language,
        language_evidence="markup: html lang" if language else None,
    )
    passage = Passage(f"id{number}:0", article.id, 0, 0, len(TEXT), TEXT)
    return Hit(passage, article, number, 1 / number, copies=tuple(f"copy{n}" for n in range(copies)))


HITS = (
    make_hit(1, HOSTILE_TITLE, 3, url="https://news.example/ferry?a=(1)&b=<2>"),
    make_hit(2, "A harbour and its ferry", dated=False, url="javascript:alert(1)", language="de-AT"),
    make_hit(3, "", 1),
)
END = TEXT.index(". ") + 1
RICH = Answer(
    question="What happened to the *ferry*,\nand who owned it?",
    standalone_question="What happened to the ferry, and who owned it?",
    model="openai/some-model",
    answer=AnswerWords("Saturday", 1, 18, 26),
    sentences=(
        Sentence("The ferry sank on Saturday.", (1,), 0.9, "supported"),
        Sentence("All 50 people were saved.", (1, 2), 0.1, "unsupported", ("the number “50” is not there", "no “all”")),
        Sentence("The articles don't say: who owned it?", gap=True),
        Sentence("It was a *sad* <b>day</b>.", (), 0.0, "unsupported", ("it cites nothing",)),
    ),
    citations=(
        Citation(1, HITS[0], (Quote(0, END), Quote(END + 1, len(TEXT)))),
        Citation(
            2, HITS[1], (Quote(0, END),), (Translation(f"It *sank* [2] {PAYLOADS[0]}", "en", "openai/some-model"),)
        ),
    ),
    unresolved=("[7]", "[9]"),
    hits=HITS,
    confidence=0.726,
    cost_usd=0.0123,
    prompt_tokens=100,
    completion_tokens=20,
    warnings=("A passage of “x” gives orders to the model (“ignore”). They were treated as news.",),
)
REFUSAL = Answer(
    question="Who won the *race*?",
    standalone_question="Who won the race?",
    model="openai/some-model",
    refused=True,
    reason="The articles don't say: nothing in the 3 articles [searched] answers this.",
    hits=(*HITS, make_hit(4, "One that is too far away")),
    unresolved=("[44]",),
    confidence=0.01,
    cost_usd=0.5,
    warnings=("A passage gives orders.",),
)


def show_terminal(answer: Answer) -> str:
    with redirect_stdout(StringIO()) as printed:
        print_answer(answer, passages=True)
    return printed.getvalue()


def show_page(answer: Answer) -> str:
    """The conversation, and the articles that its buttons open beside it."""
    conversation = (Exchange(answer.question, answer),)
    pages = [message["content"] for message in render_conversation(conversation, "abcdefghijkl")]
    for kind, numbers in ((CITED, [c.marker for c in answer.citations]), (NEAREST, [1, 2, 3])):
        sources = (find_source(conversation, kind, f"0:{number}") for number in numbers)
        pages += [render_article(source, 1) for source in sources if source]
    links = [str(href) for page in pages for href in fromstring(page).xpath("//a/@href")]
    return "\n".join([*(html.unescape(re.sub("<[^>]*>", "", page)) for page in pages), *links])


def show_plain(answer: Answer) -> str:
    return write_plain([answer])


def read_markdown(written: str) -> str:
    """The words of Markdown as a reader sees them, and the links' addresses."""
    tokens = [t for token in MarkdownIt("gfm-like", {"linkify": False}).parse(written) for t in token.children or ()]
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    return "\n".join(["".join(token.content for token in tokens), *links])


def show_markdown(answer: Answer) -> str:
    return read_markdown(write_markdown([answer]))


def show_v1(answer: Answer) -> str:
    return read_markdown(write_answer(answer, SERVER).text)


def show_html(answer: Answer) -> str:
    page = fromstring(f"<div>{write_html([answer])}</div>")
    return "\n".join([page.text_content(), *map(str, page.xpath("//a/@href"))])


def show_word(answer: Answer) -> str:
    paragraphs = Document(BytesIO(write_docx([answer]))).paragraphs
    links = [link.address for paragraph in paragraphs for link in paragraph.hyperlinks]
    return "\n".join([*(paragraph.text for paragraph in paragraphs), *links])


RENDERERS: dict[str, Callable[[Answer], str]] = {
    "terminal": show_terminal,
    "page": show_page,
    "plain": show_plain,
    "markdown": show_markdown,
    "html": show_html,
    "word": show_word,
    "v1": show_v1,
}


def squeeze(text: str) -> str:
    """The text without white space: where lines are broken is each medium's own."""
    return "".join(join_lines(text).split())
