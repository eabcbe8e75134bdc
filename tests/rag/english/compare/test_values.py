"""Values of two articles: which agree, which contradict, and which nobody can compare."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from index.identify import make_article
from rag.english.answer_kind import expected_kind
from rag.english.compare.polarity import are_opposites, is_yes_no, read_side
from rag.english.compare.quantities import Quantity, compare_quantities, read_quantity
from rag.english.compare.values import Value, compare_values, read_value


def read(question: str, sentence: str, words: str, day: date = date(2024, 5, 20)) -> Value:
    """The value of these words in an article that is this sentence."""
    article = make_article(sentence, title="A title", url="https://example.org/a", published=day, language="en")
    at = sentence.index(words)
    kind = expected_kind(question)
    return read_value(article, "text", (0, len(sentence)), (at, at + len(words)), question, kind)


def compare(question: str, one: tuple[str, str], other: tuple[str, str]) -> bool | None:
    mine, theirs = read(question, *one), read(question, *other)
    texts = one[0], other[0]
    return compare_values(mine, theirs, expected_kind(question), texts, may_follow=False, alike=False)


def quantity(text: str) -> Quantity:
    found = read_quantity(text, 0, len(text), "")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at least 12 people", "14 people"),
        ("about 1.2 million people", "1,187,000 people"),
        ("a dozen seals", "12 seals"),
        ("eighteen months", "1.5 years"),
        ("$1.2 billion", "$1.187bn"),
        ("150 euros a month", "1,800 euros a year"),
        ("five miles", "8 km"),
        ("nearly two tonnes", "1,940 kilograms"),
        ("up to 900 euros", "860 euros"),
        ("half of the bees", "48 per cent of the bees"),
    ],
)
def test_amounts_that_say_the_same_agree(one: str, other: str) -> None:
    assert compare_quantities(quantity(one), quantity(other)) is True
    assert compare_quantities(quantity(other), quantity(one)) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 people", "14 people"),
        ("at least 12 people", "9 people"),
        ("40,000 households", "75,000 households"),
        ("3.1 million euros", "4.6 million euros"),
        ("11 metres", "16 metres"),
        ("4.1 per cent", "6.3 per cent"),
    ],
)
def test_other_amounts_contradict(one: str, other: str) -> None:
    assert compare_quantities(quantity(one), quantity(other)) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("300 euros", "300 dollars"),
        ("12 people killed", "30 people injured"),
        ("41 degrees Celsius", "106 degrees Fahrenheit"),
        ("12 per cent", "12 people"),
    ],
)
def test_amounts_of_other_things_are_not_compared(one: str, other: str) -> None:
    assert compare_quantities(quantity(one), quantity(other)) is None


@given(st.integers(2, 10**9))
def test_a_number_agrees_with_itself_however_it_is_bounded(number: int) -> None:
    plain = quantity(f"{number} people")
    for lead in ("at least", "about", "up to", "nearly", "more than"):
        assert compare_quantities(plain, quantity(f"{lead} {number} people")) is True


@given(st.integers(2, 10**6), st.integers(2, 10**6))
def test_comparing_goes_both_ways(one: int, other: int) -> None:
    a, b = quantity(f"{one} people"), quantity(f"about {other} people")
    assert compare_quantities(a, b) == compare_quantities(b, a)


def test_days_are_compared_at_their_precision() -> None:
    question = "When will the museum reopen?"
    may = ("The museum will reopen in May 2024.", "May 2024")
    assert compare(question, may, ("The museum will reopen on 24 May.", "24 May")) is True
    assert compare(question, may, ("The museum will reopen in November.", "November")) is False


def test_hours_of_two_time_zones_are_not_compared() -> None:
    question = "When did Pilgrim land?"
    houston = ("It landed at 11:40 p.m. on 11 April, local time.", "11:40 p.m. on 11 April")
    assert compare(question, houston, ("It landed at 4:40 GMT on 12 April.", "4:40 GMT on 12 April")) is None


def test_a_surname_is_the_whole_name_and_another_one_is_not() -> None:
    question = "Who won the prize?"
    full = ("Haruka Ueda won the prize.", "Haruka Ueda")
    assert compare(question, full, ("Novelist Ueda won the prize.", "Ueda")) is True
    assert compare(question, full, ("Nino Beridze won the prize.", "Nino Beridze")) is False
    assert compare(question, full, ("Nino Beridze, not Haruka Ueda's rival, won.", "Nino Beridze")) is None


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        ("Will there be a toll on the bridge?", "There will be no toll on the bridge.", "no"),
        ("Will there be a toll on the bridge?", "A toll of two euros will be charged on the bridge.", "yes"),
        ("Did the council approve the sale?", "The council rejected the sale by 14 votes.", "no"),
        ("Was Neil Baxter found guilty of theft?", "The jury found the teacher Neil Baxter not guilty of theft.", "no"),
        ("Has the regulator approved the vaccine?", "The regulator has refused to approve the vaccine.", "no"),
        ("Will Qaram cut its output?", "The minister ruled out a cut in output.", "no"),
        ("Will the school close?", "The school will not close after all.", "no"),
        ("Will the school close?", "It is not known whether the school will close.", ""),
        ("Will the school close?", "Swimmers met on Monday.", ""),
    ],
)
def test_a_sentence_says_yes_or_no_or_leaves_it_open(question: str, sentence: str, side: str) -> None:
    assert is_yes_no(question)
    assert read_side(question, sentence) == side


@pytest.mark.parametrize("question", ["Who is it?", "Did it open in May or June?", "When will it open?"])
def test_other_questions_are_not_answered_by_yes_or_no(question: str) -> None:
    assert not is_yes_no(question)


def test_opposites() -> None:
    assert are_opposites("guilty", "acquitted")
    assert are_opposites("a toll", "no toll")
    assert not are_opposites("guilty", "convicted")
    assert not are_opposites("a toll", "a fee")


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_the_reading_of_sides(question: str, sentence: str) -> None:
    assert read_side(question, sentence) in ("yes", "no", "")
    assert are_opposites(question, sentence) == are_opposites(sentence, question)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 to 45 years", "6 to 60 years"),
        ("no more than 50 litres", "no more than 90 litres"),
        ("no more than 15,000 people", "some 90,000 people"),
        ("free", "4 euros"),
    ],
)
def test_ranges_limits_and_what_is_free_contradict(one: str, other: str) -> None:
    assert compare_quantities(quantity(one), quantity(other)) is False
    assert compare_quantities(quantity(other), quantity(one)) is False


def test_a_company_is_its_initials() -> None:
    whole = ("Austral-Nordic Zinc Lines bought the yards.", "Austral-Nordic Zinc Lines")
    assert compare("Who bought the yards?", whole, ("ANZL bought the yards.", "ANZL")) is True


@pytest.mark.parametrize(
    ("question", "sentence", "side"),
    [
        ("Is the mill still going to be built?", "The firm has scrapped the mill.", "no"),
        ("May Tarn Ores mine at the lake?", "A court barred mining at the lake.", "no"),
        ("Is contact with the probe lost?", "Contact with the probe has been restored.", "no"),
        ("Are there combat units left in Tarn?", "Tarn and the United States agreed on a day.", ""),
    ],
)
def test_a_third_of_what_is_asked_is_enough_for_no_and_not_for_yes(question: str, sentence: str, side: str) -> None:
    assert read_side(question, sentence) == side


def test_a_part_of_those_who_are_counted_contradicts_nothing() -> None:
    question = "How many people were ill?"
    every = ("The soup made 31 people ill.", "31 people")
    assert compare(question, every, ("Of those taken ill, six are in hospital.", "six")) is None
    assert compare(question, every, ("The soup made six people ill.", "six people")) is False


def test_a_vague_number_contradicts_nothing() -> None:
    question = "How many trees fell?"
    assert compare(question, ("Hundreds of trees fell.", "Hundreds"), ("Some 640 trees fell.", "640")) is not False


def test_a_decade_holds_its_years() -> None:
    question = "When was the mill built?"
    decade = ("The mill was built in the early 1920s.", "the early 1920s")
    assert compare(question, decade, ("The mill was built in 1923.", "1923")) is True
    assert compare(question, decade, ("The mill was built in 1934.", "1934")) is False
