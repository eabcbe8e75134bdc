"""Identity: canonical addresses, content hashes, ids."""

from __future__ import annotations

import hashlib
import string
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, strategies as st

from index.errors import DatelineError
from index.identify import canonical_url, hash_content, make_article, make_article_from_mapping, make_storable

_PART = st.text(string.ascii_letters + string.digits + "-_.~%/é ", max_size=12)
_URLS = st.builds(
    "{}://{}/{}?{}#{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["Example.org", "news.example.com:8080", "BÜCHER.example"]),
    _PART,
    st.lists(st.tuples(_PART, _PART).map("=".join), max_size=4).map("&".join),
    _PART,
)


@given(_URLS)
def test_a_canonical_url_is_canonical(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert "#" not in once
    names = [name for name, _ in parse_qsl(urlsplit(once).query, keep_blank_values=True)]
    assert not any(name.lower().startswith("utm_") for name in names)


@given(_URLS.filter(lambda u: "?" in u), st.sampled_from(["utm_source=a", "fbclid=x", "UTM_Medium=b"]))
def test_tracking_changes_nothing(url: str, tracking: str) -> None:
    before, _, fragment = url.partition("#")
    assert canonical_url(f"{before}&{tracking}#{fragment}") == canonical_url(url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.org/a/", "https://EXAMPLE.org/a#top", True),
        ("  https://example.org/a ", "https://example.org/a?gclid=1&utm_campaign=x", True),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", False),
        ("https://example.org/A", "https://example.org/a", False),
        ("https://example.org/a?empty=", "https://example.org/a", False),
        ("https://example.org/a", "http://example.org/a", False),
    ],
)
def test_which_addresses_are_one(one: str, other: str, same: bool) -> None:
    assert (canonical_url(one) == canonical_url(other)) == same
    ids = [make_article("Text.", url=url).id for url in (one, other)]
    assert (ids[0] == ids[1]) == same


@given(st.text(), st.text(), st.sampled_from([" ", "\n", "\t \n"]))
def test_white_space_does_not_change_the_hash(title: str, text: str, space: str) -> None:
    title, text = make_storable(title), make_storable(text)
    spread = space + space.join(text.split()) + space
    assert hash_content(title, spread) == hash_content(" ".join(title.split()), text)


def test_the_hash_is_of_title_and_text_apart() -> None:
    seen = {hash_content(*pair) for pair in [("a", "b"), ("a b", ""), ("", "a b"), ("ab", ""), ("A", "b")]}
    assert len(seen) == 5
    assert hash_content(" A  title", "Some\n\ntext") == hashlib.sha256(b"A title\nSome text").hexdigest()


def test_the_id_is_given_or_made_from_the_address_or_the_place() -> None:
    url, origin = "https://example.org/a", "/articles/a.txt"
    assert make_article("T.", id=" given ", url=url, origin=origin).id == "given"
    assert make_article("T.", url=url, origin=origin).id == hashlib.sha256(url.encode()).hexdigest()[:16]
    assert make_article("T.", origin=origin).id == hashlib.sha256(origin.encode()).hexdigest()[:16]
    with pytest.raises(DatelineError, match="neither `id` nor `url`"):
        make_article("T.")


@given(st.text(min_size=1, max_size=80))
def test_every_article_can_be_stored(text: str) -> None:
    """Whatever comes in, with half surrogates and nulls, goes out as UTF-8."""
    try:
        article = make_article(text, title=text, id="x", source=text, authors=[text], origin=text, language=text)
    except DatelineError:
        assert not make_storable(text).strip()
        return
    more = (article.source or "", article.origin or "", article.language or "")
    for value in (article.title, article.text, *more, *article.authors):
        assert value.encode().decode() == value
        assert "\0" not in value
        assert "\r" not in value
    assert article.text == article.text.strip()


def test_a_file_name_that_is_not_utf8_is_an_origin() -> None:
    assert make_article("T.", origin="/b\udcff.txt").origin == "/b?.txt"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("A. Writer", ("A. Writer",)),
        (["A. Writer", " B.  Other "], ("A. Writer", "B. Other")),
        ({"@type": "Person", "name": "A. Writer"}, ("A. Writer",)),
        ([{"name": "A. Writer"}, "B", {"no": "name"}, "", None], ("A. Writer", "B")),
        ([], ()),
        (None, ()),
    ],
)
def test_authors_come_in_many_shapes(author: object, names: tuple[str, ...]) -> None:
    assert make_article_from_mapping({"id": "x", "text": "T.", "author": author}).authors == names


def test_the_names_of_feeds_and_exports_are_understood() -> None:
    article = make_article_from_mapping(
        {
            "link": "https://example.org/a",
            "headline": "A title",
            "body": "The text.",
            "publisher": "The Post",
            "datePublished": "2024-03-04",
            "dateModified": "2024-03-05T10:00:00Z",
        }
    )
    assert (article.title, article.text, article.source) == ("A title", "The text.", "The Post")
    assert (article.url, article.published_precision) == ("https://example.org/a", "day")
    assert article.modified is not None


def test_a_title_is_one_line_of_bounded_length() -> None:
    article = make_article("T.", id="x", title=" A\n title " + "x" * 600)
    assert article.title.startswith("A title ")
    assert len(article.title) == 500


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(["/", "-", "_"]))
def test_without_a_date_the_day_in_the_url_counts(day: date, between: str) -> None:
    url = f"https://example.org/world/{day.strftime(f'%Y{between}%m{between}%d')}/a-story"
    article = make_article("Words.", url=url)
    assert article.published is not None
    assert (article.published.date(), article.published_precision) == (day, "day")
    assert (article.date_evidence or "").startswith("url: ")
    given = make_article("Words.", url=url, published="2024-03-17", date_evidence="byline")
    assert given.published is not None
    assert (given.published.date(), given.date_evidence) == (date(2024, 3, 17), "byline")


@pytest.mark.parametrize("url", ["https://example.org/2024/a-story", "https://example.org/story-20241399", None])
def test_a_url_without_a_day_dates_nothing(url: str | None) -> None:
    assert make_article("Words.", id="a", url=url).published is None
