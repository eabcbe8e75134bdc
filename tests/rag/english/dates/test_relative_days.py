"""Relative words: which are counted from an article's day, and which are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from index import Article, Library
from index.identify import make_article
from index.models.embedder import Embedder
from index.models.reader import Reader
from index.models.reranker import Reranker
from index.records import DatePrecision
from index.text.dates import Dated
from index.text.passages import split_passages
from rag import ask
from rag.english.dates.days import WEEKDAYS
from rag.english.dates.relative_days import resolve_days, write_out_days
from rag.records import answer_to_dict
from rag.verify.offline_verifier import OfflineVerifier, cite_text
from tests.conftest import open_warm

FRIDAY = "2014-06-06"
WORDS = (
    *(
        "today",
        "tonight",
        "this morning",
        "yesterday",
        "last night",
        "tomorrow",
        "last week",
        "this month",
        "next year",
    ),
    *(f"{lead} {name.capitalize()}" for lead in ("on", "last", "late") for name in WEEKDAYS),
)
BY_WORD = st.sampled_from(WORDS)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def make_dated(text: str, published: str | date | Dated | None = FRIDAY) -> Article:
    return make_article(text, id="paper", title="The harbour", published=published)


def read(text: str, published: str | date | Dated | None = FRIDAY) -> list[tuple[str, str]]:
    article = make_dated(text, published)
    found = resolve_days(article, 0, len(article.text))
    return [(article.text[day.start : day.end], day.show()) for day in found]


@given(st.lists(BY_WORD, min_size=1), st.sampled_from(["The ferry sank {}.", "The mayor said {} that it sank."]))
def test_nothing_is_counted_from_an_unknown_day(words: list[str], sentence: str) -> None:
    text = " ".join(sentence.format(word) for word in words)
    assert read(text, None) == []
    assert all(len(shown.split()) == 1 for _, shown in read(text, "2014"))
    assert all(len(shown.split()) <= 2 for _, shown in read(text, "2014-06"))
    assert len(read(text)) == len(words)


@given(DAYS, st.sampled_from(WEEKDAYS), st.sampled_from(["on", "last", "late"]))
def test_a_weekday_is_the_latest_such_day_up_to_the_articles(published: date, weekday: str, lead: str) -> None:
    article = make_dated(f"The ferry sank {lead} {weekday.capitalize()}.", published)
    [found] = resolve_days(article, 0, len(article.text))
    assert found.first == found.last
    assert WEEKDAYS[found.first.weekday()] == weekday
    assert timedelta(1 if lead == "last" else 0) <= published - found.first <= timedelta(7 if lead == "last" else 6)


@given(DAYS, BY_WORD)
def test_no_word_for_the_past_leads_beyond_the_articles_day(published: date, word: str) -> None:
    article = make_dated(f"The ferry sank {word}.", published)
    [found] = resolve_days(article, 0, len(article.text))
    if word.startswith(("last", "on", "late", "yesterday")):
        assert found.last <= published
    assert found.first <= found.last


@given(st.lists(st.one_of(BY_WORD, st.text()), max_size=8), st.one_of(st.none(), DAYS), st.data())
def test_the_text_stays_as_it_is(parts: list[str], published: date | None, data: st.DataObject) -> None:
    article = make_dated(f"x {' '.join(parts)}", published)
    start = data.draw(st.integers(0, len(article.text)))
    end = data.draw(st.integers(start, len(article.text)))
    written = write_out_days(article, start, end)
    found = resolve_days(article, start, end)
    assert [(d.start, d.end) for d in found] == sorted({(d.start, d.end) for d in found})
    for day in reversed(found):
        assert start <= day.start < day.end <= end
    if not found:
        assert written == article.text[start:end]


@pytest.mark.parametrize(
    "text",
    [
        "The conversations will resume on Tuesday.",
        "The vote is expected on Sunday, the mayor said.",
        "The bank will be closed Sunday.",
        "Crowds came on Black Friday.",
        "The choir sings every Thursday.",
        "On Thursday, June 5, it rained.",
        "It was a cold Sunday in spring.",
        'He said: "We saw the ferry yesterday, and on Monday it was gone."',
        "“We saw it yesterday.\n\n“It was gone today.”",
        "He told Harbour TODAY so.",
        "The Thursdays are long, and Thursday's market is full.",
        "He left the day before yesterday.",
        "It rained over the last year.",
    ],
)
def test_what_may_be_another_day_is_left_alone(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The mayor said on Thursday that the ferry would sail.", [("Thursday", "5 June 2014")]),
        ("On Friday the ferry sank.", [("Friday", "6 June 2014")]),
        ("Last Friday the ferry sank, officials said Monday.", [("Friday", "30 May 2014"), ("Monday", "2 June 2014")]),
        ("It sank last night.", [("last night", "5 June 2014")]),
        ("Last week it was full.", [("Last week", "26 May 2014 to 1 June 2014")]),
        ("It sank last month, not this year.", [("last month", "May 2014"), ("this year", "2014")]),
        ("“No,” he said yesterday.", [("yesterday", "5 June 2014")]),
    ],
)
def test_words_are_counted_from_the_articles_day(text: str, wanted: list[tuple[str, str]]) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(("precision", "wanted"), [("instant", "5 June 2014"), ("day", "5 June 2014")])
def test_the_day_is_that_of_the_zone_that_the_article_names(precision: DatePrecision, wanted: str) -> None:
    late = datetime.fromisoformat("2014-06-06T23:30:00-04:00")  # already the 7th in UTC
    assert read("It sank yesterday.", Dated(late, precision)) == [("yesterday", wanted)]


SUNK = "The old ferry sank in the harbour on Thursday. Nobody was hurt, the harbour master told reporters."


@pytest.mark.parametrize(
    ("claim", "published", "supported"),
    [
        ("The old ferry sank in the harbour on 5 June 2014.", FRIDAY, True),
        ("The old ferry sank in the harbour on Thursday.", FRIDAY, True),
        ("The old ferry sank in the harbour on 5 June 2014.", None, False),
        ("The old ferry sank in the harbour on 5 June 2014.", "2014-06", False),
        ("The old ferry sank in the harbour on 4 June 2014.", FRIDAY, False),
        ("The old ferry sank in the harbour on 12 June 2014.", FRIDAY, False),
    ],
)
def test_a_claim_that_names_the_day_is_checked_with_the_articles(
    embedder: Embedder, reranker: Reranker, reader: Reader, claim: str, published: str | None, supported: bool
) -> None:
    article = make_dated(SUNK, published)
    [passage] = split_passages(article, 60)
    verdict = OfflineVerifier(embedder, reranker, reader).verify(claim, [cite_text(article, passage)])
    assert verdict.supported == supported, verdict


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reranker: Reranker) -> Iterator[Library]:
    """A library of three articles that name their days by weekdays, one of them undated."""
    given = (
        ("Ferry sinks in harbour", FRIDAY, SUNK),
        ("Mayor opens bridge", FRIDAY, "The mayor opened the new bridge on Wednesday, and hundreds crossed it."),
        ("Old mill burns", None, "The old mill burned down on Thursday. Firefighters came too late to save it."),
    )
    with open_warm(tmp_path_factory.mktemp("relative") / "library", embedder, reranker) as library:
        library.add([{"id": title, "title": title, "published": day, "text": text} for title, day, text in given])
        yield library


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What happened on 5 June 2014?", "The old ferry sank"),
        ("What happened on 4 June 2014?", "The mayor opened"),
        ("What sank on 5 June 2014?", "The old ferry sank"),
        ("What sank on 3 June 2014?", None),
        ("When did the ferry sink?", "The old ferry sank"),
    ],
)
def test_a_question_that_names_a_day_is_answered_by_a_weekday(
    harbour: Library, question: str, first: str | None
) -> None:
    answer = ask(harbour, question)
    assert answer.refused == (first is None)
    if first is not None:
        assert answer.sentences[0].text.rpartition("] ")[2].startswith(first)


def test_an_answer_as_json_has_the_days_of_its_quotes(harbour: Library) -> None:
    answer = ask(harbour, "When did the ferry sink?")
    [quote, *_] = answer_to_dict(answer)["citations"][0]["quotes"]
    assert quote["text"] == "The old ferry sank in the harbour on Thursday."
    [day] = quote["days"]
    assert SUNK[day["start"] : day["end"]] == day["text"] == "Thursday"
    assert (day["first"], day["last"]) == ("2014-06-05", "2014-06-05")
    undated = ask(harbour, "When did the old mill burn down?")
    assert all(q["days"] == [] for c in answer_to_dict(undated)["citations"] for q in c["quotes"])
