"""A time that a question names: where the articles of that time don't answer, those that name it may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index import Filters, Library, make_article
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from rag import Answer, ask
from rag.english.gate import QuestionRange
from rag.question.reported_later import REPORTED_LATER, list_naming
from rag.settings import Settings
from tests.conftest import open_warm
from tests.rag.material import make_hit, make_settings
from tests.scripted_llm import Reply, refuse, say, serve_script

STRIKE = (
    "Ferries stopped on Saturday when 340 sailors walked off the job. In May 2019 Nordsund Line had promised the "
    "council that it would not reduce its crews before 2025. The mayor, Jon Aas, said that she had lost her faith."
)
TIMETABLE = (
    "Nordsund Line sails to Halvoya nine times a day from Monday. Its new ferry has room for 80 cars and 400 people."
)
OTHER_YEAR = "In May 2017 Nordsund Line promised the council a cafe on each of its ferries, its chair said on Tuesday."
ARTICLES = [
    {"id": "strike", "title": "Ferries stop", "text": STRIKE, "published": "2022-01-15", "language": "en"},
    {"id": "timetable", "title": "New timetable", "text": TIMETABLE, "published": "2019-05-20", "language": "en"},
    {"id": "cafe", "title": "Coffee at sea", "text": OTHER_YEAR, "published": "2017-05-30", "language": "en"},
]
PROMISE = "What did Nordsund Line promise the council in May 2019?"
pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker) -> Iterator[Library]:
    with open_warm(tmp_path_factory.mktemp("ferries") / "library", embedder, reranker) as opened:
        opened.add(ARTICLES)
        yield opened


def _cited(answer: Answer) -> set[str]:
    return {citation.hit.article.id for citation in answer.citations}


def test_a_later_article_that_names_the_time_answers_and_a_line_says_so(ferries: Library) -> None:
    answer = ask(ferries, PROMISE)
    assert not answer.refused
    assert "would not reduce its crews" in answer.sentences[0].text
    assert _cited(answer) == {"strike"}
    assert answer.warnings[0] == REPORTED_LATER
    assert not answer.named.by_date


def test_articles_of_another_time_don_t_answer(ferries: Library) -> None:
    for question in (PROMISE.replace("2019", "2018"), PROMISE.replace("May 2019", "June 2019")):
        answer = ask(ferries, question)
        assert answer.refused
        assert answer.named.by_date
        assert REPORTED_LATER not in answer.warnings


def test_what_the_articles_of_that_time_answer_is_left_alone(ferries: Library) -> None:
    answer = ask(ferries, "How many cars had room on Nordsund Line's new ferry in May 2019?")
    assert _cited(answer) == {"timetable"}
    assert REPORTED_LATER not in answer.warnings
    assert answer.named == Filters(date(2019, 5, 1), date(2019, 5, 31))


def test_days_that_somebody_set_and_days_counted_from_today_hold(ferries: Library) -> None:
    set_by_hand = Filters(date(2019, 5, 1), date(2019, 5, 31))
    assert ask(ferries, PROMISE, filters=set_by_hand).refused
    assert ask(ferries, "What did Nordsund Line promise the council last month?", today=date(2019, 6, 5)).refused
    assert ask(ferries, PROMISE, as_of=date(2020, 1, 1)).refused, "of what came later nothing is known yet"


def test_a_model_is_asked_again_and_both_replies_are_paid_for(ferries: Library) -> None:
    def answer_with_the_strike(request: dict[str, Any]) -> Reply:
        given = "\n".join(message["content"] for message in request["messages"])
        if "walked off the job" not in given:
            return refuse("what it promised")
        return say("In May 2019 the firm had promised not to reduce its crews before 2025 [1].")

    with serve_script(answer_with_the_strike) as llm:
        answer = ask(ferries, PROMISE, settings=make_settings(llm))
        assert len(llm.requests) == 2
    assert "not to reduce its crews" in answer.sentences[0].text
    assert answer.warnings[0] == REPORTED_LATER
    with serve_script(say("Nine times a day [1].")) as llm:
        once = ask(ferries, PROMISE, settings=make_settings(llm))
        assert len(llm.requests) == 1
    assert (answer.prompt_tokens or 0) > (once.prompt_tokens or 0)


def test_articles_without_a_day_answer_where_they_name_the_time(library: Library) -> None:
    library.add([{"id": a["id"], "title": a["title"], "text": a["text"], "language": "en"} for a in ARTICLES])
    answer = ask(library, PROMISE, settings=Settings())
    assert _cited(answer) == {"strike"}
    assert answer.warnings[0] == REPORTED_LATER
    refused = ask(library, PROMISE.replace("2019", "2015"))
    assert refused.refused
    assert "No article is from 1 May 2015" in refused.reason


@given(st.dates(date(1990, 1, 1), date(2030, 12, 1)), st.integers(0, 400))
def test_a_passage_names_a_time_by_its_year_month_or_day(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    time = QuestionRange(first, last)

    def names(text: str) -> bool:
        return bool(list_naming([make_hit(make_article(text, id="a", language="en"))], time))

    assert names(f"On {first:%-d %B %Y} the council met, as its papers of that day say.")
    assert names(f"In {first:%B %Y} the council met.") or days == 0
    assert not names(f"In {first.year - 2} the council met, and in {last.year + 2} it will again.")
    assert not names("The council met, and nobody said when.")
    assert names(f"In {first.year} the council met.") == (days >= 31)
