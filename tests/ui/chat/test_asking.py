"""What a question brings with it: filters that it names, and who is to answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import Library
from rag.provider.spending import FILE
from tests.rag.material import make_settings
from tests.scripted_llm import MODEL, ScriptedLLM, say, serve_script
from tests.ui.conftest import Visit, free_port

MARCH = "What did Niger revoke in March 2024?"


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    """A model that says and cites a sentence."""
    with serve_script(say("The accord was revoked [1].")) as opened:
        yield opened


@pytest.fixture
def llm_url(sample_folder: Path, llm: ScriptedLLM) -> Iterator[str]:
    """The address of a page whose settings name that model."""
    from ui.server.serve import launch

    port = free_port()
    with Library.open(sample_folder) as library:
        (sample_folder / FILE).unlink(missing_ok=True)
        page = launch(library, replace(make_settings(llm), daily_tokens=10_000), "127.0.0.1", port)
        yield f"http://127.0.0.1:{port}"
        page.close()


def test_a_month_that_the_question_names_limits_it_until_it_is_removed(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask(MARCH)
    tab.page.get_by_text("Searched 1 of 9 articles").wait_for()
    chip = tab.page.locator(".dl-without")
    assert "from 1 March 2024 to 31 March 2024" in chip.inner_text()
    assert all("March 2024" in facts for facts in tab.page.locator("#chat .dl-facts").all_inner_texts())
    chip.click()
    tab.page.get_by_text("Searched 9 articles").wait_for()
    tab.page.locator("#ask").wait_for(state="visible")
    assert tab.page.locator(".dl-question").all_inner_texts() == [MARCH, MARCH]
    assert chip.count() == 1
    tab.page.locator(".dl-conversation").wait_for()
    tab.page.reload()
    chip.wait_for()  # it is kept with the conversation


def test_an_outlet_and_a_language_are_taken_from_the_question(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask("According to Dateline sample library, who left Niger since 1962?")
    tab.page.get_by_text("Searched 7 of 9 articles").wait_for()
    kinds = tab.page.locator(".dl-without").all_inner_texts()
    assert ["from 1 January 1962" in kinds[0], "Dateline sample library" in kinds[1]] == [True, True]
    tab.ask("What do French articles say of the Quvex parade?")
    tab.page.get_by_text("Searched 1 of 9 articles").wait_for()
    assert "in French" in tab.page.locator(".dl-without").last.inner_text()


def test_a_year_without_articles_is_said_and_its_chip_asks_without_it(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask("Which accord did the two countries sign in 1962?")
    refusal = tab.page.locator(".dl-refusal").inner_text()
    assert "No article is from 1 January 1962 to 31 December 1962, which your question names." in refusal
    assert "Ask without that to search 9 articles." in refusal
    assert "Searched 0 of 9 articles" in refusal
    tab.page.locator(".dl-refusal .dl-without").click()
    tab.page.get_by_text("Searched 9 articles").wait_for()
    tab.page.locator("#ask").wait_for(state="visible")
    assert tab.page.locator(".dl-without").count() == 1, "the second answer has no chip"


def test_a_time_that_a_later_article_names_is_answered_from_that_and_all_articles_count(
    visit: Callable[..., Visit],
) -> None:
    tab = visit()
    tab.ask("Who took office in April 2021?")
    assert "Bazoum took office in April 2021" in tab.page.locator("#chat").inner_text()
    assert "No article of the time that your question names answers this" in tab.page.locator("#chat").inner_text()
    assert "Searched 9 articles" in tab.page.locator(".dl-colophon").last.inner_text()


def test_an_old_pile_is_asked_as_of_its_newest_article_by_a_button(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask("What happened in Niger last week?")
    assert "counted from" in tab.page.locator(".dl-refusal .dl-without").first.inner_text()
    button = tab.page.get_by_text("Ask as of the newest article, ")
    newest = button.inner_text().removeprefix("Ask as of the newest article, ")
    button.click()
    tab.page.get_by_text(f"As of {newest}").wait_for()
    tab.page.get_by_text(f", counted from {newest}").wait_for()


def test_dates_set_by_hand_count_before_those_of_the_question(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.locator("#tab-ask").get_by_text("Dates, sources, languages").click()
    tab.page.locator("#tab-ask").get_by_label("From", exact=True).fill("March 2024")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("Searching 5 of 9 articles").wait_for()
    tab.ask(MARCH)
    tab.page.get_by_text("Searched 5 of 9 articles").wait_for()
    assert tab.page.locator(".dl-without").count() == 0  # there is nothing that it would ask again without


def test_the_reader_chooses_who_answers_and_sees_what_it_took(
    llm_url: str, visit: Callable[..., Visit], llm: ScriptedLLM
) -> None:
    tab = visit(url=llm_url)
    tab.page.get_by_text("Models today: 0 of 10,000 tokens").wait_for()
    tab.ask("why did Niger revoke the deal?")
    assert "The accord was revoked" in tab.page.locator(".dl-answer").inner_text()
    took = re.search(r"This conversation so far: ([\d,]+) tokens", tab.page.locator("#chat").inner_text())
    assert took is not None
    tab.page.get_by_text(f"Models today: {took[1]} of 10,000 tokens").wait_for()
    assert len(llm.requests) == 1
    tab.page.get_by_label("Who answers").click()
    options = tab.page.get_by_role("option")
    assert [option.split()[-1] for option in options.all_inner_texts()] == [MODEL, "offline"]
    options.filter(has_text="offline").click()
    tab.ask("When did the last French soldiers leave Niger?")
    assert len(llm.requests) == 1
    assert "22 December 2023" in tab.page.locator(".dl-answer").last.inner_text()


def test_nothing_stays_of_a_reply_that_cites_nothing(
    llm_url: str, visit: Callable[..., Visit], llm: ScriptedLLM
) -> None:
    llm.script = say("Nobody knows. The accord was a secret.")
    tab = visit(url=llm_url)
    tab.ask("why did Niger revoke the deal?")
    chat = tab.page.locator("#chat").inner_text()
    assert f"The model {MODEL} cited nothing, asked twice." in chat
    assert "The answer is the offline one instead." in chat
    assert "secret" not in chat
    assert tab.page.locator(".dl-answer button.cite").count() > 0
    assert len(llm.requests) == 2


def test_a_greeting_gets_a_friendly_line_and_is_not_kept(visit: Callable[..., Visit]) -> None:
    tab = visit()
    for asked, said in (("Hello!", "That is friendly, but no question."), ("?", "The question has no word in it")):
        tab.page.locator("#question textarea").fill(asked)
        tab.page.keyboard.press("Enter")
        tab.page.get_by_text(said).wait_for()
        tab.page.get_by_text("Ask what you want to know from the articles.").first.wait_for()
    assert tab.page.locator(".dl-question, .dl-answer, .dl-error").count() == 0
    assert tab.page.locator(".dl-conversation").count() == 0
    tab.ask("Who left Niger?")
    assert tab.page.locator(".dl-question").all_inner_texts() == ["Who left Niger?"]


def test_offline_alone_there_is_nothing_to_choose(visit: Callable[..., Visit]) -> None:
    tab = visit()
    assert not tab.page.get_by_label("Who answers").is_visible()
    assert not tab.page.get_by_text("Models today").is_visible()


def test_a_follow_up_shows_what_it_was_asked_as_which_can_be_changed_and_asked_again(
    visit: Callable[..., Visit],
) -> None:
    tab = visit()
    tab.ask("Why did Niger revoke the deal?")
    tab.page.locator("#ask").wait_for(state="visible")
    tab.ask("when?")
    tab.page.get_by_text("Asked as: When did Niger revoke the deal?").wait_for()
    tab.page.locator("#ask").wait_for(state="visible")
    tab.page.locator(".dl-edit").click()
    box = tab.page.locator("#question textarea")
    assert box.input_value() == "When did Niger revoke the deal?"
    tab.ask("When did Niger revoke the accord?")
    tab.page.locator("#ask").wait_for(state="visible")
    assert tab.page.locator(".dl-question").all_inner_texts()[-1] == "When did Niger revoke the accord?"
    assert tab.page.get_by_text("Asked as:").count() == 1
