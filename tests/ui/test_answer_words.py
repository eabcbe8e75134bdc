"""The words that answer are bold wherever an answer is shown; no other words are, and none is changed by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Literal

import click
import pytest
from click.testing import CliRunner
from docx import Document
from hypothesis import example, given, strategies as st
from lxml.html import HtmlElement, fromstring
from markdown_it import MarkdownIt

from index import Article, Hit, Passage
from rag import Answer, AnswerWords, Citation, Quote, Sentence
from tests.ui.conftest import PAYLOADS
from tests.ui.presented import RICH, SERVER
from ui.api.openai.written import write_answer
from ui.chat.article.panel import _read_spans
from ui.chat.article.render_article import link_article, render_article
from ui.chat.conversation import CITED, Exchange, find_source
from ui.chat.render import render_exchange
from ui.cli.terminal import embolden, print_answer
from ui.escape import mute_markers
from ui.export.docx import write_docx
from ui.export.texts import write_html, write_markdown, write_plain
from ui.presentation import present

BOLD = re.compile(r"\x1b\[1m(.*?)\x1b\[0m", re.DOTALL)
TEXTS = st.text(max_size=9) | st.sampled_from(PAYLOADS) | st.text("<>&\"'`*_[]()!$\\{}#|~+-.1 ax\n\u200b", max_size=9)


def make_answer(before: str, words: str, after: str, field: Literal["text", "title"] = "text") -> Answer:
    """An answer of one sentence, which stands in an article's text or title behind some other words."""
    said = f"{before}{words}{after}"
    whole = f"Words. {said}"
    title, text = (whole, "Another text.") if field == "title" else ("A title", whole)
    article = Article("a", title, text, "0")
    hit = Hit(Passage("a:0", "a", 0, 0, len(text), text), article, 1, 1.0)
    start = len("Words. ")
    return Answer(
        "q",
        "q",
        "offline",
        answer=AnswerWords(words, 1, start + len(before), start + len(before) + len(words), field),
        sentences=(Sentence(said, (1,), 1.0, "supported"),),
        citations=(Citation(1, hit, (Quote(start, len(whole), field),)),),
        hits=(hit,),
    )


def bold_in_page(page: HtmlElement) -> str:
    return "".join(found.text_content() for found in page.iter("strong"))


def read_markdown(written: str) -> tuple[str, list[str]]:
    """The words of Markdown, and those among them that are bold."""
    tokens = [t for token in MarkdownIt("commonmark").parse(written) for t in token.children or ()]
    bold: list[str] = []
    within = False
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            within = token.type == "strong_open"
            bold += [""] if within else []
        elif within:
            bold[-1] += token.content
    return "".join(token.content for token in tokens), bold


def squeeze(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["text", "title"]))
@example("x", "$40", " a day.", "text")
@example("It cost ", "40%", "x", "text")
@example("1", ". x", "", "text")
@example("Rule [", "12", "] says", "text")
@example("In [ 3 ] of ", "[1] 40 [2]", " cases", "title")
@example("a*", "b", "*c", "text")
@example("", "all of it", "", "text")
@example("", "12", ". May", "text")
def test_the_words_are_marked_and_none_is_changed(
    before: str, words: str, after: str, field: Literal["text", "title"]
) -> None:
    answer = make_answer(before, words, after, field)
    plain = replace(answer, answer=None)
    (shown,) = present(answer).said
    expected = shown.cut()[1]
    assert "".join(shown.cut()) == shown.text == present(plain).said[0].text
    assert expected in ("", mute_markers(words))
    if not re.search(r"[\[\]]", f"{before}{words}{after}"):
        assert expected == mute_markers(words)

    assert write_plain([answer]) == write_plain([plain])

    page, without = (fromstring(f"<div>{write_html([each])}</div>") for each in (answer, plain))
    assert page.text_content() == without.text_content()
    assert bold_in_page(page) == expected.encode("utf-8", "replace").decode()
    assert not bold_in_page(without)

    page, without = (fromstring(render_exchange(Exchange("q", each), 0)) for each in (answer, plain))
    assert page.text_content() == without.text_content()
    assert bold_in_page(page) == expected

    (read, bold), (same, others) = (read_markdown(write_markdown([each])) for each in (answer, plain))
    assert read == same
    assert others == ["q", "Sources"]
    if expected[:1].isalnum() and expected[-1:].isalnum():
        assert bold == ["q", expected, "Sources"]
    assert bold in (others, ["q", expected, "Sources"])

    files = [Document(BytesIO(write_docx([each]))).paragraphs for each in (answer, plain)]
    assert [p.text for p in files[0]] == [p.text for p in files[1]]
    kept = re.sub("[\ufffe\uffff]", "", expected)
    assert "".join(run.text for p in files[0] for run in p.runs if run.bold) == kept


@given(TEXTS, TEXTS, TEXTS, st.integers(1, 12))
def test_wrapped_words_are_bold_whatever_the_width(before: str, words: str, after: str, width: int) -> None:
    import textwrap

    (shown,) = present(make_answer(before, words, after)).said
    wrapped = textwrap.fill(shown.text, width)
    written = embolden(shown.text, wrapped, [shown.answer] if shown.answer else [])
    assert BOLD.sub(r"\1", written) == wrapped
    assert squeeze("".join(BOLD.findall(written))) == squeeze(shown.cut()[1])


def print_coloured(answer: Answer, *, color: bool) -> str:
    done = CliRunner().invoke(click.Command("show", callback=lambda: print_answer(answer)), color=color)
    assert done.exit_code == 0
    return done.output


def test_a_terminal_shows_the_words_in_bold_and_a_pipe_has_nothing_of_it() -> None:
    answer = make_answer(
        "The bridge of Quvex cost ", "12 million euros and more than three years of work", ", he said."
    )
    shown = print_coloured(answer, color=True)
    assert squeeze(BOLD.findall(shown)[0]) == "12millioneurosandmorethanthreeyearsofwork"
    assert "\x1b" not in print_coloured(answer, color=False)
    assert BOLD.findall(print_coloured(RICH, color=True))[0] == "Saturday"


def place(answer: Answer, **changes: object) -> Answer:
    assert answer.answer is not None
    return replace(answer, answer=replace(answer.answer, **changes))  # type: ignore[arg-type]


ANSWER = make_answer("It cost ", "12 euros", ", not 12 euros more.")


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, answer=None),
        place(ANSWER, marker=2),
        place(ANSWER, text="12 pounds"),
        place(ANSWER, field="title"),
        place(ANSWER, start=0, end=5, text="Words"),  # outside the sentence
        place(ANSWER, start=12, end=10**6),
        place(ANSWER, start=-3, end=-1, text="re"),
        place(ANSWER, start=15, end=15, text=""),
        replace(ANSWER, sentences=(Sentence("It cost 12 euros.", (1,)),)),  # not as it stands there
        replace(ANSWER, sentences=(replace(ANSWER.sentences[0], citations=()),)),
        replace(ANSWER, sentences=(Sentence("The articles don't say: 12 euros?", gap=True),)),
    ],
)
def test_what_does_not_stand_there_is_not_marked(answer: Answer) -> None:
    assert [sentence.answer for sentence in present(answer).sentences] == [None]


def test_the_words_are_those_at_their_place_and_not_their_like() -> None:
    (shown,) = present(ANSWER).said
    assert shown.cut() == ("It cost ", "12 euros", ", not 12 euros more.")
    later = place(ANSWER, start=29, end=37)
    assert present(later).said[0].cut() == ("It cost 12 euros, not ", "12 euros", " more.")


def test_v1_sends_no_marks_since_what_was_sent_stays() -> None:
    assert write_answer(RICH, SERVER) == write_answer(replace(RICH, answer=None), SERVER)


def marked(page: str) -> Sequence[str]:
    return [mark.text_content() for mark in fromstring(page).iter("mark")]


@given(TEXTS, TEXTS, TEXTS)
def test_a_quote_of_a_title_is_marked_in_the_title_and_nowhere_in_the_text(before: str, words: str, after: str) -> None:
    answer = make_answer(before, words, after, "title")
    at = answer.answer
    assert at is not None
    citations = (replace(answer.citations[0], quotes=(Quote(at.start, at.end, "title"),)),)
    source = find_source((Exchange("q", replace(answer, citations=citations)),), CITED, "0:1")
    assert source is not None
    page = render_article(source, 1)
    assert "".join(marked(page)) in ("", mute_markers(words))
    if not re.search(r"[\[\]]", f"{before}{words}{after}"):
        assert "".join(marked(page)) == mute_markers(words)
    assert fromstring(page).find(".//h2").text_content() == mute_markers(source.article.title)
    assert [p for p in fromstring(page).iter("p") if p.find(".//mark") is not None] == []


def test_quotes_of_title_and_text_are_marked_each_in_its_place() -> None:
    article = Article("a", "Bridge [1] of Quvex opens", "The bridge opened. It is long.", "0")
    quotes = (Quote(0, 10, "title"), Quote(7, 19, "title"), Quote(4, 17))
    hit = Hit(Passage("a:0", "a", 0, 0, 30, article.text), article, 1, 1.0)
    answer = Answer("q", "q", "m", sentences=(Sentence("It opened.", (1,)),), citations=(Citation(1, hit, quotes),))
    source = find_source((Exchange("q", answer),), CITED, "0:1")
    assert source is not None
    assert marked(render_article(source, 1)) == ["Bridge (1)", " of Quvex", "bridge opened"]
    assert [quote.words for quote in present(answer).sources[0].quotes] == [
        "Bridge (1)",
        "(1) of Quvex",
        "bridge opened",
    ]
    link = link_article(article, quotes)
    assert set(_read_spans(link.replace("%3A", ":").replace("%2C", ",").partition("quotes=")[2])) == set(quotes)
