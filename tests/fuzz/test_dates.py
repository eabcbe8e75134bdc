"""Dates: any text is a date or none, and never another day with another clock."""

from __future__ import annotations

from hypothesis import given, strategies as st

from index.text.dates import Dated, DateEvidence, find_date, find_url_date, is_day_first, read_date, read_path
from tests.fuzz.reading import check_texts

WORDS = st.sampled_from(
    "3 03 31 99 2024 1969 2100 0000 March mars März марта May Sept. Tue Tuesday th st , . / - : T Z +01:00 +99:99"
    " GMT PM am noon de del of today ago last 10:00 10:00:00.123456789 24:00 \u0663 \u00a0 \n at in"
    " BC 2024-03-05 05/03/2024 5.3.2024".split(" ")
) | st.text(max_size=5)
TEXTS = st.lists(WORDS, max_size=10).flatmap(lambda words: st.sampled_from([" ", ""]).map(lambda by: by.join(words)))


def check_dated(dated: Dated | None) -> None:
    if dated is not None:
        assert dated.when.tzinfo is not None
        assert dated.precision in ("instant", "day", "month", "year")
        dated.when.isoformat()


@given(TEXTS, st.sampled_from([None, True, False]))
def test_any_text_is_a_date_or_none(text: str, day_first: bool | None) -> None:
    dated = read_date(text, day_first)
    check_dated(dated)
    assert dated == read_date(text, day_first)
    check_dated(find_date(text, day_first))


@given(TEXTS | st.text(), st.none() | st.text(max_size=8), st.none() | st.text(max_size=8))
def test_any_address_has_a_date_or_none(text: str, language: str | None, host: str | None) -> None:
    is_day_first(language, host)
    found: DateEvidence | None = find_url_date(text)
    if found:
        check_dated(found.dated)
        check_texts([found.where.encode("utf-8", "replace").decode()])
    read_path(text)
