"""Datelines and bylines in many languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given, strategies as st

from index.identify import make_article
from index.text.bylines import find_byline
from index.text.datelines import date_by_dateline, find_dateline

DATELINES = [
    ("GENEVA, March 4 (Reuters) - The council met", "Reuters", (3, 4, 0)),
    ("GENEVA (AP) — The council met", "Associated Press", (0, 0, 0)),
    ("WASHINGTON, D.C., Sept. 4, 2024 (AFP) - It", "AFP", (9, 4, 2024)),
    ("(Reuters) The council met on Monday", "Reuters", (0, 0, 0)),
    ("Berlin (dpa/lni) - Der Rat hat getagt", "dpa", (0, 0, 0)),
    ("Genf, 4. März (Reuters) - Der Rat hat getagt", "Reuters", (3, 4, 0)),
    ("Genève, le 4 mars 2024 (AFP) — Le conseil", "AFP", (3, 4, 2024)),
    ("PARIS, 1er mars (AFP) - Le conseil", "AFP", (3, 1, 0)),
    ("Ginebra, 4 mar (EFE).- El consejo se reunió", "EFE", (3, 4, 0)),
    ("Lisboa, 04 mar 2024 (Lusa) – O conselho", "Lusa", (3, 4, 2024)),
    ("Brasília, 4 de março (Reuters) - O conselho", "Reuters", (3, 4, 0)),
    ("ЖЕНЕВА, 4 марта /ТАСС/. Совет собрался", "TASS", (3, 4, 0)),
    ("МОСКВА, 4 мар - РИА Новости. Совет собрался", "RIA Novosti", (3, 4, 0)),
    ("Москва. 4 марта. INTERFAX.RU - Совет", "Interfax", (3, 4, 0)),
    ("جنيف 4 مارس (رويترز) - قال المجلس", "Reuters", (3, 4, 0)),
    ("القاهرة 4 آذار 2024 (أ ف ب) - قال", "AFP", (3, 4, 2024)),
    ("جنيف في ٤ مارس /واس/ قال المجلس", "SPA", (3, 4, 0)),
    ("新华社日内瓦3月4日电（记者 王明）理事会星期一开会", "Xinhua", (3, 4, 0)),
    ("中新社北京2024年3月4日电 理事会", "China News Service", (3, 4, 2024)),
    ("日内瓦3月4日（路透社）- 理事会", "Reuters", (3, 4, 0)),
]
NO_DATELINES = [
    "The minister said on March 4 (Reuters reported it first) that the bridge was closed.",
    "He said on March 4 in a film of the meeting (AP) that it was closed.",
    "Photo: John Doe (AP)",
    "GENEVA - The council met on Monday.",
    "The bank of the river Aru (AFP) was flooded",
    "",
]


@pytest.mark.parametrize(("start", "agency", "day"), DATELINES)
@pytest.mark.parametrize("above", ["", "A headline\n\n"])
def test_a_dateline_names_agency_and_day(above: str, start: str, agency: str, day: tuple[int, int, int]) -> None:
    found = find_dateline(f"{above}{start}\n\nMore of it.")
    assert found is not None
    assert (found.agency, (found.month, found.day, found.year)) == (agency, day)


@pytest.mark.parametrize("start", NO_DATELINES)
def test_what_is_none_is_none(start: str) -> None:
    assert find_dateline(start) is None


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)), st.sampled_from(["en", "de", "fr", "es", "pt", "ru", "ar_LB"]))
def test_a_day_that_is_written_out_is_read_in_each_language(day: date, locale: str) -> None:
    """The month's name is Babel's; the year comes from a day on which the article was there."""
    month = format_date(day, "d MMMM", locale) if locale != "ar_LB" else f"{day.day} {format_date(day, 'MMMM', locale)}"
    dateline = find_dateline(f"GENEVA, {month} (Reuters) - It")
    printed = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=20)
    found = date_by_dateline(dateline, printed)
    assert found is not None
    assert (found.dated.when.date(), found.dated.precision) == (day, "day")
    assert found.where.startswith("likely, ")


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)), st.integers(-400, 400))
def test_a_year_is_taken_only_from_the_month_after(day: date, later: int) -> None:
    dateline = find_dateline(f"GENEVA, {format_date(day, 'd MMMM', 'en')} (Reuters) - It")
    printed = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=later)
    found = date_by_dateline(dateline, printed)
    assert date_by_dateline(dateline, None) is None
    if found is not None:
        assert timedelta(days=-1) <= printed - found.dated.when <= timedelta(days=31)
    assert (found is not None and found.dated.when.date() == day) or not -1 <= later <= 31


@pytest.mark.parametrize("day", ["February 31, 2024", "31 April 2023", "0 March 2024", "March 32, 2024"])
def test_a_day_that_no_calendar_has_is_none(day: str) -> None:
    assert make_article(f"GENEVA, {day} (Reuters) - The council met.", id="a").published is None


def test_an_article_without_outlet_and_date_has_those_of_its_dateline() -> None:
    article = make_article("GENEVA, March 4, 2024 (Reuters) - The council met.", id="a")
    assert (article.source, article.agency) == ("Reuters", "Reuters")
    assert article.source_evidence == "likely, by its dateline: GENEVA, March 4, 2024 (Reuters)"
    assert article.published == datetime(2024, 3, 4, tzinfo=UTC)
    printed = make_article("GENEVA, March 4 (Reuters) - It.", id="a", source="The Bugle", published="2024-03-05")
    assert (printed.source, printed.agency, printed.published) == (
        "The Bugle",
        "Reuters",
        printed.published,
    )
    assert printed.published == datetime(2024, 3, 5, tzinfo=UTC)


DAY = date(2024, 3, 4)
BYLINES = [
    ("By Jo Smith, Springfield Times, 4 March 2024", ("Jo Smith",), "Springfield Times", DAY),
    ("By JO SMITH | The Springfield Herald | March 4, 2024", ("JO SMITH",), "The Springfield Herald", DAY),
    ("By Jo Smith and Ann Lee", ("Jo Smith", "Ann Lee"), None, None),
    ("By Jo Smith for Springfield Times", ("Jo Smith",), "Springfield Times", None),
    ("By Jo Smith, Washington, 4 March 2024", ("Jo Smith",), None, DAY),
    ("Par Jean Dupont, Le Monde, le 4 mars 2024", ("Jean Dupont",), "Le Monde", DAY),
    ("Por Juan García y Ana López, El País", ("Juan García", "Ana López"), "El País", None),
    ("Von Max Müller", ("Max Müller",), None, None),
    ("Por João da Silva, Público, 4 de março de 2024", ("João da Silva",), "Público", DAY),
    ("Автор: Иван Петров, Известия, 4 марта 2024", ("Иван Петров",), "Известия", DAY),
    ("بقلم أحمد علي، الأهرام، 4 مارس 2024", ("أحمد علي",), "الأهرام", DAY),
    ("作者：王明，人民网，2024年3月4日", ("王明",), "人民网", DAY),
]


@pytest.mark.parametrize(("line", "authors", "source", "day"), BYLINES)
def test_a_byline_names_author_outlet_and_day(
    line: str, authors: tuple[str, ...], source: str | None, day: date | None
) -> None:
    found = find_byline(["The headline", line, "The council met."])
    assert found is not None
    assert (found.authors, found.source, found.dated and found.dated.when.date()) == (authors, source, day)


@pytest.mark.parametrize(
    "line",
    [
        "By the time he arrived, it was over",
        "By Friday the town was dry",
        "By order of the King",
        "Von der Leyen reist nach Kiew",
        "By Reuters",
        "Por fin llega la lluvia",
    ],
)
def test_what_is_no_byline_is_none(line: str) -> None:
    assert find_byline(["The headline", line]) is None


@pytest.mark.parametrize(
    "day", ["31 February 2024", "00/00/0000", "03/04/2024", "4 March 2106", "4 March", "0 March 2024"]
)
def test_a_date_that_can_not_be_told_stays_empty(day: str) -> None:
    found = find_byline(["The headline", f"By Jo Smith, Springfield Times, {day}"])
    assert found is not None
    assert (found.source, found.dated) == ("Springfield Times", None)


def test_a_headline_is_no_byline() -> None:
    assert find_byline(["Por Fin Llega", "The council met."]) is None
