"""The time that a question limits itself to: what limits, what only dates an event, and what is no time at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from rag.english.dates.question_range import read_range
from rag.english.dates.range_record import NO_RANGE

TODAY = date(2024, 5, 22)  # a Wednesday
days = st.dates(date(1900, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("What happened in Niger in March 2024?", "2024-03-01", "2024-03-31"),
        ("what happened in niger in march 2024", "2024-03-01", "2024-03-31"),
        ("What happened during February 2024?", "2024-02-01", "2024-02-29"),
        ("What was said in 2023?", "2023-01-01", "2023-12-31"),
        ("In Sept. 2023, who led?", "2023-09-01", "2023-09-30"),
        ("Who has led Niger since 2020?", "2020-01-01", ""),
        ("Who has led since July 2023?", "2023-07-01", ""),
        ("Who has led since 26 July 2023?", "2023-07-26", ""),
        ("Who has led since July 26th, 2023?", "2023-07-26", ""),
        ("Who has led since 2023-07-26?", "2023-07-26", ""),
        ("What came after 2022?", "2023-01-01", ""),
        ("What came after 31 December 2022?", "2023-01-01", ""),
        ("What was known before March 2024?", "", "2024-02-29"),
        ("What was known until March 2024?", "", "2024-03-31"),
        ("Between March 2024 and May 2024, who left?", "2024-03-01", "2024-05-31"),
        ("Who left from 2020 to 2022?", "2020-01-01", "2022-12-31"),
        ("Who left after 2020 and before June 2022?", "2021-01-01", "2022-05-31"),
        ("What is the accord of 2012?", "", ""),
        ("What did the 2012 accord say?", "", ""),
        ("Did it cost more in 2024 dollars?", "", ""),
        ("Were there 900 people in 2000 people's camps?", "", ""),
        ("Who was born in 2024-born?", "", ""),
        ("What came after 30 February 2024?", "", ""),
        ("Who left between 2024 and 2020?", "", ""),
        ("What happened on 17 March 2024?", "2024-03-17", ""),
        ('Who sings in the opera "The Last Week"?', "", ""),
        ("Who spoke on 17 March 2024?", "", ""),
        ("What was reported on Tuesday?", "2024-05-21", "2024-05-21"),
        ("What did the mayor say on Tuesday?", "2024-05-21", "2024-05-21"),
        ("What happened yesterday?", "2024-05-21", "2024-05-21"),
        ("What happened today?", "2024-05-22", "2024-05-22"),
        ("Who leads Niger today?", "", ""),
        ("What did the minister announce last week?", "2024-05-13", "2024-05-19"),
        ("What is new this week?", "2024-05-20", "2024-05-22"),
        ("What changed this month?", "2024-05-01", "2024-05-22"),
        ("What happened this year?", "2024-01-01", "2024-05-22"),
        ("What has the port said in the past two weeks?", "2024-05-08", "2024-05-22"),
        ("How many ships arrived over the last 10 days?", "2024-05-12", "2024-05-22"),
        ("What has changed since Monday?", "2024-05-20", ""),
        ("What has changed since March?", "2024-03-01", ""),
        ("What happened in March?", "2024-03-01", "2024-03-31"),
        ("What happened in June?", "2023-06-01", "2023-06-30"),
        ("What did she say before the vote of 6 May?", "", "2024-05-05"),
        ("What did the junta do after the coup of 26 July 2023?", "2023-07-27", ""),
        ("What burned last summer?", "2023-06-01", "2023-08-31"),
        ("What was said in summer 2023?", "2023-06-01", "2023-08-31"),
        ("Who resigned in early 2024?", "2024-01-01", "2024-04-30"),
        ("What was decided in the week of 3 April?", "2024-04-01", "2024-04-07"),
        ("Who carried out yesterday's attack?", "2024-05-21", ""),
        ("What did the mayor say before last week's vote?", "", "2024-05-19"),
        ("What did the mayor say after Sunday's vote?", "2024-05-20", ""),
        ("What have papers said since yesterday's attack?", "2024-05-21", ""),
        ("What's in today's news?", "2024-05-22", "2024-05-22"),
        ("What has May said about Brexit?", "", ""),
        ("What has changed since May said she would go?", "", ""),
        ("Why did Mussolini March on Rome?", "", ""),
        ("What came of the March on Rome?", "", ""),
        ("What happened after the March on Rome?", "", ""),
        ("Who won the 2022 World Cup?", "", ""),
        ("What happened after the 2022 World Cup?", "", ""),
        ("What will happen in 2030?", "", ""),
        ("What is planned in 2030?", "", ""),
        ("Who has led since then?", "", ""),
        ("What will open next week?", "", ""),
        ("Will the bridge open in March?", "", ""),
        ("What happened since tomorrow?", "2024-05-23", ""),
        ("Did Tiani meet the Americans who came in March?", "2024-03-01", "2024-03-31"),
        ("Who took power in Niger after the coup of July 2023?", "2023-07-01", ""),
        ("Where did Celeste Wallander work before she joined the Pentagon in 2021?", "", ""),
        ("What was said before the 6 May vote?", "", "2024-05-05"),
        ("What was said after the May 2023 election?", "2023-05-01", ""),
        ("What did Macron say between January and March?", "2024-01-01", "2024-03-31"),
        ("What did Macron say from October to January?", "2023-10-01", "2024-01-31"),
        ("What did Macron say from January to March 2023?", "2023-01-01", "2023-03-31"),
        ("What did Macron say in March 2023 and in May 2024?", "2023-03-01", "2024-05-31"),
        ("What was decided two days ago?", "2024-05-20", "2024-05-20"),
        ("Who sings on Black Friday?", "", ""),
        ("What do the Sunday Times articles say?", "", ""),
        ("What does the mayor do every Monday?", "", ""),
        ("What did Theresa May say in 2019?", "2019-01-01", "2019-12-31"),
        ("What did April Jones say?", "", ""),
        ("Where is the flood of June 1953 remembered?", "", ""),
        ("What news is there from last week?", "2024-05-13", "2024-05-19"),
        ("Show me headlines from 3 May 2024", "2024-05-03", "2024-05-03"),
        ("What happened on 6 May?", "2024-05-06", ""),
        ("When is the deadline to file your taxes this year?", "2024-01-01", "2024-05-22"),
        ("What was most viewed this year?", "2024-01-01", "2024-05-22"),
        ("Has anything happened in Niger since the coup?", "", ""),
        ("Who was prime minister in the 1990s?", "1990-01-01", "1999-12-31"),
        ("How did it go in the first quarter of 2024?", "2024-01-01", "2024-03-31"),
        ("As of 1 April 2024, how many troops were left?", "", "2024-04-01"),
        ("What has she said so far this year?", "2024-01-01", "2024-05-22"),
        ("What happened earlier this week?", "2024-05-20", "2024-05-22"),
        ("Which insurers pulled out following the January floods?", "2024-01-01", ""),
        ("From 3 April 2024 on, who ran the port?", "2024-04-03", ""),
        ("Which artist's 2022 album is the most streamed?", "", ""),
        ("What was the ferry fare before it rose on 1 May 2024?", "", ""),
        ("Who was named Time's 2022 Person of the Year this week?", "2024-05-20", "2024-05-22"),
        ("water cuts in Torvik today", "2024-05-22", "2024-05-22"),
        ("wheat prices april 2023", "2023-04-01", "2023-04-30"),
        ("wheat exports 2023", "2023-01-01", "2023-12-31"),
        ("Euro 2024", "", ""),
        ("Who edits Torvik Today now?", "", ""),
        ("How many trams are standing still this week?", "2024-05-20", "2024-05-22"),
        ("Which line is closing in June?", "", ""),
        ("Which line is going to close this week?", "", ""),
        ("What was the harbour master accused of last week?", "2024-05-13", "2024-05-19"),
        ("What did the crew object to last month?", "2024-04-01", "2024-04-30"),
        ("In which month of this year does the mine close?", "", ""),
        ("Are there more ferries compared to last month?", "", ""),
        ("What was known on or before 6 May?", "", "2024-05-06"),
        ("How many trams ran in April and May 2023?", "2023-04-01", "2023-05-31"),
        ("What did inspectors find in the ten days after 3 May?", "2024-05-04", "2024-05-13"),
        ("What did inspectors find in the week ending 12 May?", "2024-05-06", "2024-05-12"),
        ("What did inspectors find in the days after 3 May?", "2024-05-04", ""),
        ("Who ran the ferries in the last week of the campaign?", "", ""),
        ("What was the last year the mine was open?", "", ""),
        ("Over the course of last year, how many trams broke down?", "2023-01-01", "2023-12-31"),
        ("What did Ruth Friday say last month?", "2024-04-01", "2024-04-30"),
        ("How many ferries ran over the winter?", "2023-12-01", "2024-02-29"),
        ("What happened the day before yesterday?", "2024-05-20", "2024-05-20"),
        ("What did the court decide last Friday?", "2024-05-17", "2024-05-17"),
        ("What did the court decide on Friday?", "2024-05-17", "2024-05-17"),
        ("Is the port still closed now?", "", ""),
        ("What's the latest on the port?", "", ""),
        ("Which ferry lines ran between 3 and 10 April 2024?", "2024-04-03", "2024-04-10"),
        ("What happened at the weekend?", "2024-05-18", "2024-05-19"),
        ("What was announced over the weekend?", "2024-05-18", "2024-05-19"),
        ("What had been reported by 3 May 2024?", "", ""),
        ("Who is expected to speak this week?", "", ""),
        ("May the mayor be re-elected?", "", ""),
        ("What may happen in May?", "", ""),
        ("Was there a march in April against the mine?", "2024-04-01", "2024-04-30"),
        ("Who may have said so in May?", "2024-05-01", "2024-05-22"),
        ("How many people voted in 2023 in Torvik?", "2023-01-01", "2023-12-31"),
        ("How much did the 2023 floods cost?", "", ""),
        ("What did the regulator publish in the month before the vote of 6 May?", "", "2024-05-05"),
        ("NORA sent its probe up on Wednesday. Where is it headed?", "2024-05-22", ""),
        ("Following the strike last week, which union leader was let go?", "2024-05-13", ""),
        ("How many were jailed since a crackdown on gangs began in March last year?", "2023-03-01", ""),
        ("Who starred in this 2022 film?", "", ""),
        ("", "", ""),
    ],
)
def test_range(question: str, after: str, before: str) -> None:
    found = read_range(question, TODAY)
    assert (str(found.after or ""), str(found.before or "")) == (after, before)


@pytest.mark.parametrize(
    ("question", "firm"),
    [
        ("What happened this week?", True),
        ("What did the minister say last week?", True),
        ("What has changed in the past ten days?", True),
        ("What happened in March 2019?", True),
        ("Which minister resigned this week?", False),
        ("A minister resigned last week. Who follows her?", False),
        ("By how much did egg prices rise over the past year?", False),
        ("Who led in 2022?", False),
    ],
)
def test_firm_is_what_is_asked_of_a_time(question: str, firm: bool) -> None:
    assert read_range(question, TODAY).firm is firm


def test_what_cannot_be_is_named() -> None:
    assert read_range("What came after 30 February 2024?", TODAY).unread == ("30 February 2024",)
    both = read_range("What was said after 2022 and before March 2020?", TODAY)
    assert (both.after, both.before, both.disjoint) == (None, None, True)


@given(days, days)
def test_a_day_is_read_as_itself_whatever_day_it_is(day: date, today: date) -> None:
    for written in (f"{day:%-d %B %Y}", f"{day:%B %-d, %Y}", day.isoformat()):
        since = read_range(f"What happened since {written}?", today)
        assert (since.after, since.before, since.relative) == (day, None, False)
        if day <= today:
            assert read_range(f"What happened until {written}?", today).before == day


@given(st.text(max_size=200), days)
def test_any_question_can_be_read(question: str, today: date) -> None:
    found = read_range(question, today)
    assert not (found.after and found.before) or found.after <= found.before


@given(
    st.sampled_from(["yesterday", "last week", "this month", "in the past two weeks", "in March", "last summer"]), days
)
def test_what_is_counted_never_lies_in_the_future(words: str, today: date) -> None:
    found = read_range(f"What happened {words}?", today)
    assert found.relative
    assert found.after
    assert found.before
    assert found.after <= found.before <= today


@given(st.integers(1, 99), days)
def test_days_are_counted_back(count: int, today: date) -> None:
    found = read_range(f"What was said in the last {count} days?", today)
    assert (found.after, found.before) == (today - timedelta(count), today)


def test_a_question_without_a_time_names_none() -> None:
    assert read_range("Who may march on Rome, and who was second?", TODAY) == NO_RANGE
