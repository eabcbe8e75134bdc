"""An answer as text: all of its words and sources are in it, and nothing of an article is markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
from docx import Document
from hypothesis import given, strategies as st
from lxml import html
from markdown_it import MarkdownIt

from index import Article, Hit, Passage
from index.text.safe import make_safe
from rag.records import Answer, AnswerWords, Citation, Quote, Sentence, answer_to_dict
from tests.ui.conftest import PAYLOADS
from ui.chat.conversation import Exchange
from ui.chat.render import render_exchange
from ui.cli.terminal import print_answer
from ui.export.docx import write_docx
from ui.export.texts import write_html, write_json, write_markdown, write_plain


def squeeze(text: str) -> str:
    return " ".join(make_safe(text).split())


NASTY = st.one_of(st.text(), st.sampled_from(PAYLOADS), st.text("<>&\"'`*_[]()!$\\{}#|~+-.1 ax")).filter(squeeze)


def make_answer(title: str, text: str, url: str | None) -> Answer:
    when = datetime(2024, 3, 17, tzinfo=UTC)
    article = Article("a", title, text, "0", url=url, source=title, published=when, published_precision="day")
    hit = Hit(Passage("a:0", "a", 0, 0, len(text), text), article, 1, 1.0)
    first, last = len(text) // 3, (2 * len(text) + 2) // 3
    return Answer(
        question=title,
        standalone_question=title,
        model="offline",
        answer=AnswerWords(text[first:last], 1, first, last),
        sentences=(Sentence(text, (1,)),),
        citations=(Citation(1, hit, (Quote(0, len(text)),)),),
        hits=(hit,),
        settings={"api_base": "http://secret.example"},
    )


@given(NASTY, NASTY)
def test_markdown_shows_the_words_and_links_to_the_article_alone(title: str, text: str) -> None:
    address = "https://news.example/a_(b)?c=[d]"
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    inline = [t for t in parser.parse(write_markdown([make_answer(title, text, address)])) if t.type == "inline"]
    tokens = [t for token in inline for t in token.children or ()]
    links = [str(t.attrs["href"]) for t in tokens if t.type == "link_open"]
    assert [unquote(link) for link in links] == [address]
    assert {t.type for t in tokens} <= {
        "text",
        "text_special",
        "link_open",
        "link_close",
        "strong_open",
        "strong_close",
    }
    shown = squeeze(" ".join("".join(t.content for t in token.children or ()) for token in inline))
    assert squeeze(text) in shown
    assert f"[1] {squeeze(title) or '(no title)'}" in shown


@given(NASTY, NASTY)
def test_plain_text_has_sentences_sources_and_quotes(title: str, text: str) -> None:
    lines = write_plain([make_answer(title, text, "https://news.example/a")]).splitlines()
    assert f"{squeeze(text)} [1]".strip() in lines
    assert f"“{squeeze(text)}”" in lines
    assert any(line.startswith("[1] ") and line.endswith("17 March 2024, https://news.example/a") for line in lines)


@given(NASTY, NASTY)
def test_json_is_the_whole_answer_without_its_settings(title: str, text: str) -> None:
    answer = make_answer(title, text, None)
    expected = answer_to_dict(answer)
    del expected["settings"]
    written = write_json([answer])
    assert json.loads(written) == expected
    assert make_safe(written) == written


def test_only_web_addresses_are_links() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "//host", None):
        assert "](" not in write_markdown([make_answer("A title", "Text.", url)])


def test_a_refusal_says_why() -> None:
    answer = Answer("who?", "who?", "offline", refused=True, reason="The articles don't say.")
    assert write_plain([answer]) == "who?\n\nNo answer in the articles\n\nThe articles don't say.\n"


@given(NASTY, NASTY)
def test_html_shows_the_words_and_links_to_the_article_alone(title: str, text: str) -> None:
    page = html.fromstring(write_html([make_answer(title, text, "https://news.example/a?b=<c>")]))
    assert {element.tag for element in page.iter()} <= {"div", "p", "b", "strong", "a", "blockquote"}
    assert [dict(link.attrib) for link in page.iter("a")] == [{"href": "https://news.example/a?b=%3Cc%3E"}]
    assert all(not element.attrib for element in page.iter() if element.tag != "a")
    assert squeeze(text) in squeeze(page.text_content())
    assert f"“{squeeze(text)}”" in squeeze(" ".join(quote.text_content() for quote in page.iter("blockquote")))


@given(NASTY, NASTY)
def test_a_word_file_has_sentences_links_and_quotes(title: str, text: str) -> None:
    answer = make_answer(title, text, "https://news.example/a")
    answer = replace(answer, sentences=(replace(answer.sentences[0], verdict="unsupported", reasons=(title,)),))
    document = Document(BytesIO(write_docx([answer, answer])))
    paragraphs = [squeeze(paragraph.text) for paragraph in document.paragraphs]
    kept = re.sub("[\ufffe\uffff]", "", squeeze(text))
    assert paragraphs.count(f"“{kept}”") == 2
    assert sum(paragraph.startswith(f"{kept} [1]") for paragraph in paragraphs) == 2
    links = [link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert links == ["https://news.example/a"] * 2


def test_a_conversation_is_all_its_answers() -> None:
    answers = [make_answer(f"Question {n}", f"Answer {n}.", None) for n in range(3)]
    for write in (write_plain, write_markdown, write_html):
        assert all(f"Question {n}" in unescape(write(answers)) for n in range(3))
    assert [row["question"] for row in json.loads(write_json(answers))] == ["Question 0", "Question 1", "Question 2"]


def test_a_relative_word_is_explained_beside_its_quote(capsys: pytest.CaptureFixture[str]) -> None:
    answer = make_answer("Ferry sinks", "It sank on Saturday.", "https://news.example/a")  # on a Sunday
    word = "\n".join(p.text for p in Document(BytesIO(write_docx([answer]))).paragraphs)
    written = [write_plain([answer]), word, html.fromstring(write_html([answer])).text_content()]
    written.append(re.sub(r"\\(.)", r"\1", write_markdown([answer])))
    print_answer(answer)
    for text in [*written, capsys.readouterr().out]:
        assert "“It sank on Saturday.” (Saturday: 16 March 2024)" in text
    page = unescape(render_exchange(Exchange("when?", answer), 0))
    assert re.search("“It sank on Saturday.”<[^“]*>Saturday: 16 March 2024<", page)
