"""The chat page in a real browser: answers, citations, refusals, errors, keyboard, phone, hostile articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest

from evals.make.feedback import FEEDBACK_FILE, read_feedback
from index import Article, DatelineError, Hit, Library, Passage
from rag.records import Answer, AnswerWords, Citation, Quote, Sentence
from tests.ui.conftest import EVIL_HOST, HOSTILE, PHONE, Visit
from ui.api import service as service

NIGER = "why did Niger revoke the deal?"
NOT_THERE = "Who won the 2022 World Cup?"
QUVEX = "When did the Quvex lantern parade open?"


def test_click_on_a_citation_opens_the_article_with_the_quote_in_view(
    visit: Callable[..., Visit], sample_folder: Path
) -> None:
    tab = visit()
    assert "9 articles, 31 July 2023 to 4 March 2025, 1 undated" in tab.page.locator("#masthead").inner_text()
    tab.ask(NIGER)
    button = tab.page.locator("button.cite").first
    assert re.fullmatch(r"Source 1: .+, (undated|\d+ \w+ \d{4})", button.text_content())
    assert "Sources" in tab.page.locator(".dl-heading").text_content()
    sentence = tab.page.locator(".dl-text > span").first.evaluate(
        """e => { const copy = e.cloneNode(true);
          copy.querySelectorAll("button").forEach((button) => button.remove());
          return copy.textContent; }"""
    )
    tab.open_citation()
    marked = tab.page.locator("#dl-article mark").first.text_content()
    assert marked in sentence  # the offline answerer's sentences are quotes
    assert len(marked) > 20
    with Library.open(sample_folder) as library:
        assert any(marked in article.text for article in library.articles())
    assert tab.mark_in_view()
    conversation, article = tab.boxes()
    assert conversation["right"] <= article["left"]  # beside each other
    assert tab.errors == []


def test_the_same_citation_opens_again_after_closing(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask(NIGER)
    tab.open_citation()
    tab.page.locator("#dl-close").click()
    tab.page.locator("#dl-article").wait_for(state="detached")
    assert tab.focus() == "cite 0:1"
    tab.open_citation()
    tab.open_citation(".dl-source")  # the same source while it is open
    assert tab.mark_in_view()


def test_refusal_looks_different_and_opens_the_nearest_passages(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask(NOT_THERE)
    refusal = tab.page.locator(".dl-refusal")
    assert "No answer in the articles" in refusal.inner_text()
    assert tab.page.locator(".dl-answer, button.cite").count() == 0
    border = refusal.evaluate("e => getComputedStyle(e).borderLeftWidth")
    assert float(border.removesuffix("px")) >= 3
    tab.open_citation(".dl-refusal .dl-source")
    assert "Nearest passage 1" in tab.page.locator(".dl-bar").inner_text()
    assert tab.mark_in_view()


def test_follow_up_leans_on_the_conversation_and_a_new_conversation_forgets_it(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask("When did the last French soldiers leave Niger?")
    tab.ask("And why did they leave?")
    assert "French" in tab.page.locator(".dl-answer, .dl-notice").last.inner_text()
    tab.page.locator("#new-conversation").click()
    tab.page.locator(".dl-question").first.wait_for(state="detached")
    assert tab.page.locator(".example").count() == 3
    other = visit()
    assert other.page.locator(".dl-question").count() == 0


def test_keyboard_alone_is_enough(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    tab.page.keyboard.type(NIGER)
    tab.page.keyboard.press("Tab")
    assert tab.focus() == "ask"
    tab.page.keyboard.press("Enter")
    tab.page.locator("button.cite").first.wait_for()
    tab.page.locator("#ask").wait_for(state="visible")
    assert tab.focus() == "question"
    for _ in range(30):
        tab.page.keyboard.press("Shift+Tab")
        if tab.focus() == "cite 0:1":
            break
    assert tab.focus() == "cite 0:1"
    assert tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("document.activeElement.id === 'dl-article'")
    assert tab.mark_in_view()
    for reached in ("dl-step -1", "dl-step 1", "dl-link undefined", "dl-close"):
        tab.page.keyboard.press("Tab")
        assert tab.focus() == reached
    tab.page.keyboard.press("Escape")
    tab.page.locator("#dl-article").wait_for(state="detached")
    assert tab.focus() == "cite 0:1"


def test_phone_width_holds(visit: Callable[..., Visit]) -> None:
    tab = visit(PHONE, has_touch=True)
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert tab.page.evaluate(overflow) <= 0
    tab.ask(QUVEX)  # its words are the longest
    assert tab.page.evaluate(overflow) <= 0
    tab.open_citation()
    assert tab.page.evaluate(overflow) <= 0
    assert tab.mark_in_view()
    conversation, article = tab.boxes()
    assert conversation["bottom"] <= article["top"]  # below each other
    assert article["width"] <= PHONE[0]


def test_hostile_article_runs_and_fetches_nothing(chat_url: str, visit: Callable[..., Visit]) -> None:
    tab = visit()
    example = tab.page.locator(".example", has_text="Quvex")
    assert "<img src=x" in example.inner_text()
    tab.ask(QUVEX)
    assert "![photo](http://" in tab.page.locator(".dl-answer").inner_text()
    tab.open_citation()
    article = tab.page.locator("#dl-article").inner_text()
    for paragraph in str(HOSTILE["text"]).split("\n\n"):
        assert paragraph in article
    tab.page.wait_for_timeout(500)  # what would be fetched or run has had its time
    for inside in ("#chat .message-wrap", "#dl-article"):
        assert (
            tab.page.locator(inside)
            .locator("img, script, iframe, b, em, code, math, a:not(.dl-link, .dl-compare)")
            .count()
            == 0
        )
    assert tab.page.evaluate("window.pwned") is None
    assert tab.hosts == {urlsplit(chat_url).hostname}
    assert tab.errors == []


def test_the_browser_is_told_to_fetch_nothing_from_elsewhere(visit: Callable[..., Visit]) -> None:
    tab = visit()
    script = f"""() => new Promise((done) => {{
      const image = new Image();
      image.onload = image.onerror = () => setTimeout(() => done("not forbidden"), 200);
      document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
      image.src = "http://{EVIL_HOST}/pixel.png"; }})"""
    assert tab.page.evaluate(script) == "img-src"


def test_errors_are_notices_and_the_page_goes_on(visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch) -> None:
    tab = visit()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("The question is empty. Ask what you want to know from the articles.").wait_for()
    assert tab.page.locator(".dl-question").count() == 0

    def fail(error: Exception) -> Callable[..., Iterator[Answer]]:
        def stream(library: Library, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
            yield Answer(question, question, "test", stage="searching")
            raise error

        return stream

    with monkeypatch.context() as patch:
        patch.setattr(service, "stream", fail(DatelineError("the key is missing. Set OPENAI_API_KEY.")))
        tab.ask(NIGER)
        assert "The key is missing. Set OPENAI_API_KEY." in tab.page.locator(".dl-error").inner_text()
        patch.setattr(service, "stream", fail(RuntimeError("/home/somebody/secret.py")))
        tab.ask(NIGER)
        assert "Something went wrong" in tab.page.locator(".dl-error").last.inner_text()
        assert "secret" not in tab.page.content()
    tab.ask(NIGER)
    assert tab.page.locator(".dl-answer button.cite").count() > 0


def test_stop_keeps_what_was_said(visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch) -> None:
    release = Event()

    def stream(library: Library, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
        yield Answer(question, question, "test", sentences=(Sentence("So much was said."),), stage="answering")
        release.wait(60)
        yield Answer(question, question, "test", sentences=(Sentence("Too much was said."),))

    tab = visit()
    with monkeypatch.context() as patch:
        patch.setattr(service, "stream", stream)
        tab.page.locator("#question textarea").fill("what?")
        tab.page.keyboard.press("Enter")
        tab.page.get_by_text("So much was said.").wait_for()
        tab.page.get_by_text("Writing …").wait_for()
        assert not tab.page.locator("#ask").is_visible()
        tab.page.locator("#stop").click()
        tab.page.get_by_text("Stopped; there may have been more to say.").wait_for()
    tab.page.locator("#ask").wait_for(state="visible")
    tab.ask(NIGER)  # while the model of the stopped answer is still silent
    release.set()  # it speaks on, and nobody listens
    tab.page.wait_for_timeout(500)
    assert "So much was said." in tab.page.locator(".dl-answer").first.inner_text()
    assert tab.page.locator(".dl-question").count() == 2
    assert tab.page.locator("button.cite").count() > 0
    assert "Too much" not in tab.page.content()


def test_the_words_that_answer_are_bold_and_a_quoted_title_is_marked(
    visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "Ferry <b>sinks</b> on Saturday"
    hit = Hit(Passage("a:0", "a", 0, 0, 15, "All were saved."), Article("a", title, "All were saved.", "0"), 1, 1.0)
    answer = Answer(
        "when?",
        "when?",
        "offline",
        answer=AnswerWords("on Saturday", 1, 19, 30, "title"),
        sentences=(Sentence(title, (1,), 1.0, "supported"),),
        citations=(Citation(1, hit, (Quote(0, len(title), "title"),)),),
        hits=(hit,),
    )
    tab = visit()
    with monkeypatch.context() as patch:
        patch.setattr(service, "stream", lambda *_, **__: iter([answer]))
        tab.ask("when?")
    bold = tab.page.locator(".dl-text strong")
    bold.first.wait_for()
    assert " ".join(bold.all_inner_texts()).split() == ["on", "Saturday"]
    assert int(bold.first.evaluate("e => getComputedStyle(e).fontWeight")) >= 600
    tab.page.locator("button.cite").click()
    tab.page.locator("#dl-article mark").wait_for()
    assert tab.page.locator("#dl-article h2 mark").inner_text() == title
    assert tab.page.locator("#dl-article mark").count() == 1
    assert tab.mark_in_view()


def test_a_second_question_waits_for_the_first(visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch) -> None:
    release = Event()

    def stream(library: Library, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
        yield Answer(question, question, "test", stage="searching")
        release.wait(60)
        yield Answer(question, question, "test", sentences=(Sentence("All was said."),))

    tab = visit()
    box = tab.page.locator("#question textarea")
    with monkeypatch.context() as patch:
        patch.setattr(service, "stream", stream)
        box.fill("what?")
        tab.page.keyboard.press("Enter")
        tab.page.get_by_text("Searching").wait_for()
        box.fill(NIGER)
        tab.page.keyboard.press("Enter")
        tab.page.get_by_text("One question at a time").wait_for()
        assert box.input_value() == NIGER
        release.set()
        tab.page.get_by_text("All was said.").wait_for()
    tab.page.locator("#ask").click()
    tab.page.locator("button.cite").first.wait_for()
    assert tab.page.locator(".dl-question").all_inner_texts() == ["what?", NIGER]


def test_a_question_straight_after_stop_is_answered_or_turned_away(
    visit: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Event()

    def stream(library: Library, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
        yield Answer(question, question, "test", stage="searching")
        if question == "what?":
            release.wait(60)
        yield Answer(question, question, "test", sentences=(Sentence(f"{question} is answered."),))

    tab = visit()
    box = tab.page.locator("#question textarea")
    monkeypatch.setattr(service, "stream", stream)
    box.fill("what?")
    tab.page.keyboard.press("Enter")
    tab.page.locator("#stop").click()
    box.fill("and then?")
    tab.page.keyboard.press("Enter")  # the server may hear of this before it hears of Stop
    try:
        tab.page.get_by_text("and then? is answered.").or_(tab.page.get_by_text("One question at a time")).wait_for()
        tab.page.locator("#ask").wait_for(state="visible")
        if tab.page.locator(".dl-question").count() == 1:
            assert box.input_value() == "and then?"
            tab.page.keyboard.press("Enter")
            tab.page.get_by_text("and then? is answered.").wait_for()
    finally:
        release.set()
    assert tab.page.locator(".dl-question").all_inner_texts() == ["what?", "and then?"]


def test_a_thumb_and_a_note_are_kept_with_the_library(visit: Callable[..., Visit], sample_folder: Path) -> None:
    tab = visit()
    tab.ask(NIGER)
    note = tab.page.get_by_label("What was right or wrong about it?")
    assert not note.is_visible()
    tab.page.get_by_label("Like", exact=True).click()
    tab.page.get_by_text("kept with the library").wait_for()
    (given,) = read_feedback(sample_folder / FEEDBACK_FILE)
    assert (given.thumb, given.note, given.answer.question) == ("up", "", NIGER)
    assert given.answer.citations
    note.fill("It names the 2012 accord.\nAnd why.")
    tab.page.get_by_role("button", name="Keep the note").click()
    note.wait_for(state="hidden")
    _, noted = read_feedback(sample_folder / FEEDBACK_FILE)
    assert (noted.thumb, noted.note, noted.answer) == ("up", "It names the 2012 accord.\nAnd why.", given.answer)
    tab.page.get_by_label("Dislike", exact=True).click()
    note.wait_for()
    tab.page.get_by_role("button", name="No note").click()
    note.wait_for(state="hidden")


def test_dark_pages_stay_readable(visit: Callable[..., Visit]) -> None:
    def darkness(tab: Visit, what: str) -> int:
        colour = tab.page.locator(what).first.evaluate("e => getComputedStyle(e).color")
        return sum(int(n) for n in re.findall(r"\d+", colour)[:3])

    day, night = visit(color_scheme="light"), visit(color_scheme="dark")
    for what in ("#masthead h1", "#masthead p", "#question textarea"):
        assert darkness(day, what) < 384 < darkness(night, what)
