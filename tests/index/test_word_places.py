"""Places of words on scans and in recordings: each is that of its word, whatever cleaning left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, reject, strategies as st

from index import Article, DatelineError, article_to_fields, find_place, make_article, make_article_from_mapping
from index.read.formats.plain_text import read_text
from index.word_places import Box, Page, SourcePlace, Spoken, place_words, show_time
from tests.index.clean.test_scraped import BELOW, HEAD
from tests.index.read.make import BODY, TITLE

PAGES = [Page(1, 2480, 3508), Page(2, 2480, 3508)]
Words = list[tuple[str, Box | Spoken | None]]


def lay_out(blocks: list[str], per_page: int = 3) -> Words:
    """The words of blocks, each in a box that is no other's: its number is where it begins."""
    words: Words = []
    for n, block in enumerate(blocks):
        words += [("\n\n", None)] if n else []
        for m, word in enumerate(block.split()):
            words += [(" ", None)] if m else []
            words.append((word, Box(1 + (n >= per_page), 10 * m, 50 * n, 10 * len(word), 40)))
    return words


def read(words: Words) -> Article:
    [article] = read_text("".join(text for text, _ in words), "scan.png")
    return place_words(article, words, PAGES)


@given(st.lists(st.sampled_from([*BODY, *HEAD, *BELOW, "ab cd", "日本語 テキスト。"]), min_size=1, max_size=25))
def test_the_box_of_each_word_is_its_own(blocks: list[str]) -> None:
    words = lay_out([*blocks, BODY[0]])
    by_box = {box: text for text, box in words if box}
    try:
        article = read(words)
    except DatelineError:  # so much boilerplate that none of it is an article
        reject()
    for field, text in (("text", article.text), ("title", article.title)):
        for start in range(0, len(text), 7):
            place = find_place(article, start, start + 1, field)  # type: ignore[arg-type]
            if place is not None:
                [box] = place.boxes
                assert text[start] in by_box[box], (box, text[start])
            elif field == "text":
                assert text[start].isspace()


def test_a_sentence_has_the_boxes_of_its_words_on_the_pages_that_it_is_on() -> None:
    words = lay_out([f"{TITLE} | The Gazette", *HEAD, *BODY, *BELOW], per_page=19)
    article = read(words)
    assert article.text == "\n\n".join(BODY)
    for paragraph in BODY:
        start = article.text.index(paragraph)
        place = find_place(article, start, start + len(paragraph))
        assert place is not None
        assert len(place.boxes) == len(paragraph.split())
        assert [page.number for page in place.pages] == sorted({box.page for box in place.boxes})
    titled = find_place(article, 0, len(article.title), "title")
    assert titled is not None
    assert len(titled.boxes) == len(TITLE.split())


def test_a_word_that_was_broken_has_the_boxes_of_its_halves() -> None:
    first, second = Box(1, 900, 10, 60, 20), Box(1, 10, 40, 60, 20)
    article = read([("It rose by four me", first), ("tres on Tuesday, and then it fell.", second)])
    start = article.text.index("metres")
    assert find_place(article, start, start + 6) == SourcePlace((PAGES[0],), (first, second))


def test_words_of_pages_that_were_not_scanned_have_none() -> None:
    words: Words = [(BODY[0], None), ("\n\n", None), (BODY[1], Box(2, 1, 2, 3, 4))]
    article = read(words)
    assert find_place(article, 0, len(BODY[0])) is None
    assert find_place(article, len(BODY[0]) + 2, len(article.text)) == SourcePlace((PAGES[1],), (Box(2, 1, 2, 3, 4),))


def test_a_place_is_shown_in_words_and_as_json() -> None:
    boxes = (Box(3, 1, 2, 30, 40), Box(4, 5, 6, 70, 80))
    place = SourcePlace((Page(3, 100, 200), Page(4, 100, 200)), boxes)
    assert place.show() == "pages 3 and 4 of the scan"
    assert place.to_json() == {
        "page": 3,
        "pages": [{"number": 3, "width": 100, "height": 200}, {"number": 4, "width": 100, "height": 200}],
        "boxes": [
            {"page": 3, "x": 1, "y": 2, "width": 30, "height": 40},
            {"page": 4, "x": 5, "y": 6, "width": 70, "height": 80},
        ],
    }
    assert SourcePlace(place.pages[:1], boxes[:1]).show() == "page 3 of the scan"
    spoken = SourcePlace(spoken=Spoken(754_200, 760_100))
    assert spoken.show() == "at 12:34"
    assert spoken.to_json() == {"at": "12:34", "start": 754.2, "end": 760.1}
    assert [show_time(n) for n in (0, 59_999, 3_723_000)] == ["0:00", "0:59", "1:02:03"]


def test_places_go_with_an_export_and_come_back() -> None:
    article = read(lay_out([TITLE, *BODY]))
    given_back = make_article_from_mapping(json.loads(json.dumps(article_to_fields(article))))
    assert given_back == article
    assert given_back.word_places == article.word_places != ""


EMPTY = {"pages": [[1, 9, 9]], "text": [], "title": []}
FORGED = [
    "{}",
    "[]",
    "[" * 9999,
    "null",
    "x",
    json.dumps({**EMPTY, "text": [0, 1, 1, 0, 0, 9]}),
    json.dumps({**EMPTY, "text": [0, 99, 1, 0, 0, 9, 9]}),
    json.dumps({**EMPTY, "text": [0, 1, 2, 0, 0, 9, 9]}),
    json.dumps({**EMPTY, "text": [0, 1, 1, -1, 0, 9, 9]}),
    json.dumps({**EMPTY, "text": [0, 1, 1, 0.5, 0, 9, 9]}),
    json.dumps({**EMPTY, "text": [0, 1, 1, True, 0, 9, 9]}),
    json.dumps({**EMPTY, "text": ["<b>"] * 7}),
    json.dumps({**EMPTY, "title": [0, 1, 1, 0, 0, 9, 9]}),
    json.dumps({**EMPTY, "pages": [[1, 9, "9"]]}),
    json.dumps({**EMPTY, "pages": [[[], 9, 9]]}),
    json.dumps({**EMPTY, "pages": 5}),
]


@pytest.mark.parametrize("forged", FORGED)
def test_places_that_are_none_of_its_words_are_refused(forged: str) -> None:
    with pytest.raises(DatelineError, match="its `word_places` are none of its words; leave them out"):
        make_article("A text.", id="a", word_places=forged)


@given(
    st.text()
    | st.dictionaries(st.sampled_from([*EMPTY, "x"]), st.lists(st.integers(-1, 9) | st.none())).map(json.dumps)
)
def test_whatever_is_given_as_places_is_refused_or_can_be_asked(written: str) -> None:
    try:
        article = make_article("A text of some words.", id="a", title="A title", word_places=written)
    except DatelineError:
        return
    find_place(article, 0, 20)
    find_place(article, 0, 5, "title")


def test_places_of_a_library_that_somebody_forged_are_none() -> None:
    article = make_article("A text.", id="a")
    for forged in FORGED:
        find_place(replace(article, word_places=forged), 0, 5)
