"""The sample articles, the page that a person scraped first among them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.read.files import read_files
from index.read.walk import list_files
from index.records import Failure
from tests.conftest import GIVEN_PAGE, SEEDS
from tests.index.read.make import read_one

TITLE = "U.S. Seeks Solution to Maintain Troop Presence in Niger"
BOILERPLATE = ("Home Politics", "LEAVE A REPLY", "Please enter your", "Home\n", "Africa | ", "This page was")
FACTS = {
    "2023-07-31-niger-coup.html": "Niger's presidential guard seizes power and names a new leader",
    "2023-10-11-us-coup-designation.md": "Washington formally calls Niger's takeover a coup and suspends aid",
    "2023-12-23-french-troops-leave.txt": "Last French soldiers fly out of Niger",
    "2024-03-17-niger-ends-us-accord.json": "Niger's rulers cancel military accord with the United States",
    "2024-04-22-us-agrees-to-withdraw.pdf": "",
    "2024-05-20-withdrawal-date.docx": "",
    "2024-09-17-us-withdrawal-complete.html": "Pentagon says withdrawal from Niger is complete",
}


def test_the_given_page_is_read_exactly() -> None:
    article = read_one(GIVEN_PAGE)
    lines = GIVEN_PAGE.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("The recent decision by Niger"))
    last = next(i for i, line in enumerate(lines) if line.endswith("remains critical for regional security efforts."))
    body = [line for line in lines[first : last + 1] if line]
    assert len(body) == 10
    assert article.title == TITLE
    assert article.text == "\n\n".join(body)
    assert (article.published, article.published_precision, article.modified) == (None, None, None)
    assert (article.url, article.source, article.authors) == (None, None, ())


def test_nothing_of_the_page_around_it_is_left() -> None:
    text = read_one(GIVEN_PAGE).text
    assert text.startswith("The recent decision by Niger")
    assert text.endswith("remains critical for regional security efforts.")
    assert "0" not in text.split("\n\n")
    assert TITLE not in text
    assert not any(words in text for words in BOILERPLATE)


@pytest.mark.parametrize("name", FACTS)
def test_every_sample_has_title_day_and_outlet(name: str) -> None:
    article = read_one(SEEDS / name)
    assert article.title == FACTS[name] or (not FACTS[name] and len(article.title) > 10)
    day = datetime.fromisoformat(name[:10]).replace(tzinfo=UTC)
    assert article.published is not None
    assert article.published.date() == day.date()
    assert article.source == "Dateline sample library"
    assert not any(words in article.text for words in BOILERPLATE)
    assert article.title not in article.text
    assert "Published:" not in article.text
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) >= 4
    assert all(p[-1] in '.!?”"’' and "\n" not in p for p in paragraphs)


def test_all_samples_are_read_each_with_an_id_of_its_own() -> None:
    read = list(read_files(list_files([SEEDS]), 20))
    assert not [r for r in read if isinstance(r, Failure)]
    articles = [r for r in read if not isinstance(r, Failure)]
    assert len(articles) == len({a.id for a in articles}) == len(FACTS) + 1
    assert len({a.content_hash for a in articles}) == len(articles)
