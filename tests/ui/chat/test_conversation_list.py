"""The conversations on the left of the page, in a real browser, over servers that end and come back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

from index import Library
from rag.records import Answer, Sentence
from tests.scripted_llm import MODEL, say_chunks, serve_script
from tests.ui.conftest import ROOT, Visit, free_port
from ui.api import service

FRENCH = "When did the last French soldiers leave Niger?"
NIGER = "why did Niger revoke the deal?"


def unpack(body: bytes) -> bytes | dict[str, bytes]:
    """What is sent; of a packed document its parts, without the moment at which they were packed."""
    if not body.startswith(b"PK"):
        return body
    with ZipFile(BytesIO(body)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def conversations(tab: Visit) -> list[str]:
    """The names in the list."""
    return [name.splitlines()[0] for name in tab.page.locator(".dl-conversation").all_inner_texts()]


def wait_for_conversations(tab: Visit, names: list[str]) -> None:
    script = """names => JSON.stringify([...document.querySelectorAll(".dl-conversation")].map(
      (conversation) => conversation.firstChild.textContent)) === JSON.stringify(names)"""
    tab.page.wait_for_function(script, arg=names)


def wait_for_questions(tab: Visit, questions: list[str]) -> None:
    script = """questions => JSON.stringify([...document.querySelectorAll(".dl-question")].map(
      (question) => question.textContent)) === JSON.stringify(questions)"""
    tab.page.wait_for_function(script, arg=questions)


def wait_for_address(tab: Visit) -> str:
    """The page's address, once it names the conversation."""
    tab.page.wait_for_function("location.search.startsWith('?conversation=')")
    return str(tab.page.evaluate("location.href"))


def begin(tab: Visit, question: str) -> None:
    """Ask without waiting for the answer."""
    tab.page.locator("#question textarea").fill(question)
    tab.page.keyboard.press("Enter")
    tab.page.locator(".dl-question", has_text=question).wait_for()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A model that says a sentence, and the next one when the event is set."""
    release = Event()

    def stream(library: Library, question: str, *_: Any, **__: Any) -> Iterator[Answer]:
        first = (Sentence(f"A first word on {question}"),)
        yield Answer(question, question, "test", sentences=first, stage="answering")
        release.wait(60)
        yield Answer(question, question, "test", sentences=(*first, Sentence("And the last.")))

    monkeypatch.setattr(service, "stream", stream)
    yield release
    release.set()


def test_conversations_are_listed_and_opened_again(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask(FRENCH)
    tab.ask("And why did they leave?")
    address = wait_for_address(tab)
    tab.page.locator("#new-conversation").click()
    wait_for_questions(tab, [])
    tab.page.wait_for_function("location.search === ''")
    tab.ask(NIGER)
    wait_for_conversations(tab, [NIGER, FRENCH])
    assert tab.page.locator(".dl-conversation[aria-current]").inner_text().startswith(NIGER)
    for chosen, questions in ((1, [FRENCH, "And why did they leave?"]), (0, [NIGER])) * 2:
        tab.page.locator(".dl-conversation").nth(chosen).click()
        wait_for_questions(tab, questions)
    tab.page.goto(address)
    wait_for_questions(tab, [FRENCH, "And why did they leave?"])
    tab.open_citation()
    assert tab.mark_in_view()
    tab.ask("How many of them were there?")
    wait_for_conversations(tab, [FRENCH, NIGER])
    tab.page.reload()
    wait_for_questions(tab, [FRENCH, "And why did they leave?", "How many of them were there?"])
    tab.open_citation()
    tab.page.locator(".dl-conversation").first.wait_for(state="hidden")  # the answer and its article need the room
    tab.page.get_by_role("button", name="Conversations").click()
    tab.page.locator(".dl-conversation").nth(1).click()
    wait_for_questions(tab, [NIGER])
    tab.page.locator("#question").wait_for()
    assert tab.errors == []


def test_a_conversation_is_searched_renamed_deleted_and_put_back(visit: Callable[..., Visit]) -> None:
    tab = visit()
    for question in (FRENCH, NIGER):
        tab.ask(question)
        wait_for_address(tab)
        tab.page.locator("#new-conversation").click()
        tab.page.wait_for_function("location.search === ''")
    search = tab.page.get_by_label("Search conversations")
    search.fill("FRENCH soldiers")
    wait_for_conversations(tab, [FRENCH])
    search.fill("no such words")
    tab.page.get_by_text("None has these words.").wait_for()
    search.fill("")
    wait_for_conversations(tab, [NIGER, FRENCH])
    tab.page.locator(".dl-conversation").first.click()
    tab.page.get_by_role("button", name="Rename").click()
    name = tab.page.get_by_label("Name of this conversation")
    tab.page.wait_for_function("name => [...document.querySelectorAll('input, textarea')].some(e => e.value === name)",
                               arg=NIGER)  # fmt: skip
    name.fill("<b>The accord</b>")
    name.press("Enter")
    wait_for_conversations(tab, ["<b>The accord</b>", FRENCH])
    name.wait_for(state="hidden")
    tab.page.get_by_role("button", name="Delete").click()
    wait_for_conversations(tab, [FRENCH])
    wait_for_questions(tab, [])
    tab.page.locator("#undo-conversation").click()
    wait_for_conversations(tab, ["<b>The accord</b>", FRENCH])
    wait_for_questions(tab, [NIGER])
    tab.page.locator("#undo-conversation").wait_for(state="hidden")
    assert tab.page.locator("#conversation-list b").count() == 0


def test_another_browser_sees_nothing_of_it(chat_url: str, visit: Callable[..., Visit]) -> None:
    mine, other = visit(), visit()
    mine.ask(NIGER)
    address = wait_for_address(mine)
    other.page.goto(address)
    other.page.get_by_text("What you ask is kept here, for you alone.").wait_for()
    other.page.wait_for_function("location.search === ''")
    assert other.page.locator(".dl-question").count() == 0
    conversation = address.rsplit("=", 1)[1]
    for export in (f"{conversation}.md", f"{conversation}/0.json", f"{conversation}/0.docx"):
        assert mine.page.request.get(f"{chat_url}/conversations/{export}").status == 200
        assert other.page.request.get(f"{chat_url}/conversations/{export}").status == 404
    forged = {"x-dateline-reader": "anybody"}
    with httpx.Client(base_url=chat_url, trust_env=False, headers=forged) as stranger:
        assert stranger.get(f"/conversations/{conversation}.md").status_code == 404
        assert stranger.get("/conversations/..%2f..%2ftalks.db").status_code == 404
        assert stranger.get(f"/conversations/{conversation}.exe").status_code == 404


def test_links_of_0_1_0_still_lead_to_their_conversation(chat_url: str, visit: Callable[..., Visit]) -> None:
    tab, other = visit(), visit()
    tab.ask(NIGER)
    conversation = wait_for_address(tab).rsplit("=", 1)[1]
    tab.page.goto(f"{chat_url}/?talk={conversation}")
    wait_for_questions(tab, [NIGER])
    assert wait_for_address(tab).endswith(f"/?conversation={conversation}")
    for export in (f"{conversation}.md", f"{conversation}.json", f"{conversation}/0.txt", f"{conversation}/0.docx"):
        old, new = (tab.page.request.get(f"{chat_url}/{name}/{export}") for name in ("talks", "conversations"))
        assert (old.status, unpack(old.body())) == (200, unpack(new.body()))
        assert other.page.request.get(f"{chat_url}/talks/{export}").status == 404
    assert tab.errors == []


def test_a_conversation_that_is_left_goes_on_and_stays_apart(visit: Callable[..., Visit], answering: Event) -> None:
    tab = visit()
    begin(tab, "one?")
    tab.page.get_by_text("A first word on one?").wait_for()
    wait_for_address(tab)
    tab.page.locator("#new-conversation").click()
    wait_for_questions(tab, [])
    begin(tab, "two?")
    tab.page.get_by_text("A first word on two?").wait_for()
    wait_for_questions(tab, ["two?"])
    tab.page.locator(".dl-conversation", has_text="one?").click()
    wait_for_questions(tab, ["one?"])
    assert tab.page.locator("#stop").is_visible()  # it is still being answered
    tab.page.wait_for_function("""() => {
      const shown = document.querySelector(".dl-conversation[aria-current]");
      return shown.firstChild.textContent === "one?" && location.search === `?conversation=${shown.value}`; }""")
    tab.page.reload()
    tab.page.get_by_text("A first word on one?").wait_for()
    answering.set()
    tab.page.get_by_text("And the last.").wait_for()
    wait_for_questions(tab, ["one?"])
    tab.page.locator(".dl-conversation", has_text="two?").click()
    tab.page.get_by_text("A first word on two?").wait_for()
    tab.page.get_by_text("And the last.").wait_for()
    wait_for_questions(tab, ["two?"])


def start(folder: Path, port: int, settings: Mapping[str, str]) -> subprocess.Popen[str]:
    """`dateline chat` in a process of its own; returns when it serves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "chat", "--library", str(folder), "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
    )
    assert process.stderr is not None
    assert "Dateline is on" in process.stderr.readline()
    return process


def test_a_killed_server_comes_back_with_its_conversations(
    visit: Callable[..., Visit], sample_folder: Path, tmp_path: Path
) -> None:
    folder, port = tmp_path / "library", free_port()
    shutil.copytree(sample_folder, folder, ignore=shutil.ignore_patterns("conversations.db*"))
    with serve_script(say_chunks("It was ", "unfair [1].", gate=Event())) as llm:  # which never says its last word
        settings = {"DATELINE_MODEL": MODEL, "DATELINE_API_BASE": llm.url, "OPENAI_API_KEY": "a key"}
        process = start(folder, port, settings)
        try:
            tab = visit(url=f"http://127.0.0.1:{port}")
            begin(tab, NIGER)
            wait_for_address(tab)
            tab.page.locator(".dl-busy").wait_for(state="attached")
        finally:
            process.kill()
            process.wait()
    tab.page.get_by_text("Connection to the server was lost").wait_for()
    process = start(folder, port, {})
    try:
        tab.page.locator("#question textarea").wait_for()
        wait_for_questions(tab, [NIGER])  # the page has come back by itself
        tab.page.get_by_text("Connection to the server was lost").wait_for(state="hidden")
        tab.ask(FRENCH)
        tab.open_citation()
        wait_for_conversations(tab, [NIGER])
    finally:
        process.kill()
        process.wait()
