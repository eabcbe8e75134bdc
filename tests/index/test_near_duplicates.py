"""Copies of a story: which articles are, and what becomes of them in a search."""

from __future__ import annotations

import random
import re

from hypothesis import given, strategies as st

from index import Filters, Library
from index.near_duplicates import Shingles, are_copies, find_bands, read_shingles, read_story, sketch
from index.read.files import read_files
from index.read.walk import list_files
from index.records import Failure
from tests.conftest import SEEDS

FORM = (
    "Thank you for reading so far. Please sign up to go on with this page, as our members do every single day.",
    "We keep your email address and the details you gave for as long as our privacy policy says that we may do so.",
    "Would you like to have our free newsletter too? It brings the week's best reading to you each Friday evening.",
    "You can object to that at any time. Our privacy policy says how, and whom else we let use what you gave to us.",
)
WORDS = [f"word{n}" for n in range(400)]


def make_text(seed: int, sentences: int = 30) -> str:
    draw = random.Random(seed)
    return " ".join(" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(sentences))


def trim(text: str, share: float) -> str:
    sentences = text.split(". ")
    return ". ".join(sentences[: round(share * len(sentences))])


def fields(name: str, text: str, **more: str) -> dict[str, str]:
    return {"id": name, "title": name, "text": text, **more}


@given(st.integers(0, 10**6), st.floats(0.7, 1))
def test_a_shortened_article_is_a_copy_and_is_found_by_its_bands(seed: int, share: float) -> None:
    whole, part = read_shingles(make_text(seed)), read_shingles(trim(make_text(seed), share))
    assert are_copies(whole, part)
    assert are_copies(part, whole)
    if share > 0.85:  # (1 - 0.85**4) ** 20: one in two million has no band in common
        assert set(find_bands(whole)) & set(find_bands(part))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_other_articles_are_none(one: int, other: int) -> None:
    assert are_copies(read_shingles(make_text(one)), read_shingles(make_text(other))) == (one == other)


@given(st.text(max_size=80), st.text(max_size=80))
def test_short_texts_are_copies_where_their_words_are_the_same(one: str, other: str) -> None:
    shingles = read_shingles(one), read_shingles(other)
    assert are_copies(*shingles) == (shingles[0] == shingles[1])
    assert find_bands(shingles[0]) == find_bands(read_shingles(one.upper())) or one.casefold() != one.upper().casefold()


@given(st.frozensets(st.text(), min_size=1, max_size=60))
def test_the_values_are_those_of_another_implementation(shingles: Shingles) -> None:
    """datasketch made the bands of libraries before, and what it gave must still find copies."""
    from datasketch import MinHash

    other = MinHash(num_perm=80)
    other.update_batch([shingle.encode() for shingle in shingles])
    assert sketch(shingles).tolist() == other.hashvalues.tolist()
    assert sketch(shingles).tobytes() == other.hashvalues.tobytes()


def test_the_bands_stay_what_they_are() -> None:
    """Those of an article must not change with a version of numpy, or no copy of it is found any more."""
    bands = find_bands(read_shingles("Niger revoked the pact because it was unfair, a spokesman said."))
    assert sorted(bands)[:3] == [-2068619918, -2052518114, -1870258269]


def test_a_story_with_a_few_paragraphs_in_common_is_another() -> None:
    shared = make_text(1, sentences=15)
    one, other = (f"{shared} {make_text(seed, sentences=15)}" for seed in (2, 3))
    assert not are_copies(read_shingles(one), read_shingles(other))


@given(st.text(max_size=40), st.text(max_size=40), st.integers(0, 3))
def test_a_form_tells_the_same_story_only_under_the_same_title(one: str, other: str, left_out: int) -> None:
    whole = read_story(one, "\n\n".join(FORM))
    part = read_story(other, "\n\n".join(block for n, block in enumerate(FORM) if n != left_out))
    same = re.findall(r"\w+", one.casefold()) == re.findall(r"\w+", other.casefold())
    assert bool(whole & part) == same


def test_a_page_of_other_titles_behind_the_same_form_is_another_story(library: Library) -> None:
    titles = ("Volcano wakes", "Harbour sold", "Choir wins")
    for n, text in enumerate(("\n\n".join(FORM), "\n\n".join(FORM[1:]))):
        library.add([{"id": f"{title} {n}", "title": title, "text": text} for title in titles])
    assert [library.copies(f"{title} 0") for title in titles] == [(f"{title} 1",) for title in titles]


def test_an_article_that_asks_for_a_subscription_is_grouped_by_its_words(library: Library) -> None:
    text = f"{make_text(1)}\n\n{FORM[2]}"
    library.add([fields("wire", text), fields("daily", text)])
    assert library.copies("wire") == ("daily",)


def test_copies_are_grouped_whatever_they_are_called(library: Library) -> None:
    text = make_text(1)
    library.add([fields("wire", text), fields("other", make_text(2))])
    library.add([fields("daily", trim(text, 0.8)), fields("weekly", f"{make_text(3, sentences=1)} {text}")])
    assert library.copies("wire") == ("daily", "weekly")
    assert library.copies("daily") == ("weekly", "wire")
    assert library.copies("other") == ()
    assert library.add([fields("wire", text)]).unchanged == ("wire",)


def test_the_very_same_under_more_addresses_joins_the_story_of_its_like(library: Library) -> None:
    text = make_text(1)
    daily = {"title": "Daily", "text": trim(text, 0.8)}
    library.add([fields("wire", text), {"id": "daily", **daily}, fields("other", make_text(2))])
    library.add([{"id": "evening", **daily}, {"id": "morning", **daily}])
    assert library.copies("morning") == ("daily", "evening", "wire")
    library.remove("wire")
    assert library.copies("morning") == ("daily", "evening")


def test_an_update_may_leave_a_story_and_a_removal_leaves_the_others_together(library: Library) -> None:
    text = make_text(1)
    library.add([fields(name, text) for name in ("a", "b", "c")])
    library.add([fields("a", make_text(2))])
    assert (library.copies("a"), library.copies("b")) == ((), ("c",))
    library.add([fields("a", text)])
    assert library.copies("a") == ("b", "c")
    library.remove("b")  # by now the first of the story
    assert library.copies("a") == ("c",)


def test_a_search_shows_one_copy_and_names_the_others(library: Library) -> None:
    text = make_text(1)
    names = ("wire", "daily", "weekly")
    library.add([fields(name, trim(text, 1 - n / 10), source=name) for n, name in enumerate(names)])
    library.add([fields("other", make_text(2))])
    question = text.split(". ")[4]
    hits = library.search(question, rerank=False)
    of_story = [h for h in hits if h.article.id in names]
    for n, hit in enumerate(of_story):
        words = read_shingles(hit.passage.text)
        others = [read_shingles(h.article.text) for h in of_story[:n] if h.article.id != hit.article.id]
        assert all(len(words & other) < 0.7 * len(words) for other in others), "said by a copy that is shown"
    assert all({h.article.id, *h.copies} == set(names) for h in of_story)
    assert all(h.copies == () for h in hits if h.article.id == "other")
    assert len({h.passage.id for h in hits}) == len(hits)
    for name in names:
        [first, *_] = library.search(question, rerank=False, filters=Filters(sources=(name,)))
        assert (first.article.id, set(first.copies)) == (name, set(names) - {name})


def test_what_only_one_copy_says_is_found(library: Library) -> None:
    text = make_text(1)
    library.add([fields("wire", text), fields("daily", f"{text} The lighthouse keeper saw the whale.")])
    hits = library.search("Who saw the whale?", mode="lexical", rerank=False)
    assert hits[0].article.id == "daily"
    assert hits[0].copies == ("wire",)


def test_samples_of_one_matter_are_no_copies(seeds_library: Library) -> None:
    assert not any(seeds_library.copies(a.id) for a in seeds_library.articles())


def test_the_same_files_from_other_addresses_are_copies(library: Library) -> None:
    read = [a for a in read_files(list_files([SEEDS]), 20) if not isinstance(a, Failure)]
    library.add([fields(f"{a.id}-{n}", a.text) for n in range(3) for a in read])
    for article in read:
        first, second, third = (f"{article.id}-{n}" for n in range(3))
        assert library.copies(second) == (first, third)
