"""Which outlet an address is of, what a page says of itself against it, and the user's own table."""

from __future__ import annotations

from pathlib import Path

import pytest
from courlan import extract_domain
from hypothesis import given, strategies as st

from index import Filters, Library, UsageError
from index.identify import article_to_fields, make_article, make_article_from_mapping
from index.text.outlets import find_agency, find_outlet, load_outlets, settle_outlet
from tests.index.read.make import BODY, make_page, read_one


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a user's table stands."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    path = tmp_path / "configuration" / "dateline" / "outlets.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://edition.cnn.com/2024/03/04/x", "CNN"),
        ("https://www.bbc.co.uk/news/1", "BBC"),
        ("https://bbc.com/news/1", "BBC"),
        ("https://oglobo.globo.com/1", "O Globo"),
        ("https://g1.globo.com/1", "g1"),
        ("https://www.alarabiya.net/x", "العربية"),
        ("https://RIA.ru:443/x", "РИА Новости"),
        ("https://cnn.com.evil.example/x", None),
        ("https://notcnn.com/x", None),
        ("https://evil.example/?u=cnn.com", None),
        ("cnn.com", None),
        ("http://[", None),
        (None, None),
    ],
)
def test_an_address_has_the_outlet_of_its_domain(url: str | None, name: str | None) -> None:
    found = find_outlet(url)
    assert (found and found[0]) == name


def test_every_domain_of_the_table_is_one_that_somebody_registered_or_below_one() -> None:
    """By the Public Suffix List: "co.uk" would give half of a country's sites to one outlet."""
    for domain in load_outlets().outlets:
        registered = extract_domain(f"http://{domain}/")
        assert registered, domain
        assert domain == registered or domain.endswith(f".{registered}")


@given(st.sampled_from(sorted(load_outlets().outlets)), st.from_regex(r"\A([a-z0-9]{1,8}\.){0,3}\Z"))
def test_subdomains_are_of_the_outlet_of_the_longest_domain(domain: str, below: str) -> None:
    found = find_outlet(f"https://{below}{domain}/x")
    assert found is not None
    assert found[1].endswith(domain)


def test_the_table_wins_over_what_a_site_calls_itself_and_gives_way_to_who_gave_the_article() -> None:
    url = "https://www.bbc.co.uk/sport/1"
    named = settle_outlet("BBC Sport", "page: its name", url)
    assert named == ("BBC", "address: bbc.co.uk (page: its name: BBC Sport)")
    assert settle_outlet(*named, url) == named, "the same again changes nothing"
    assert settle_outlet("My cuttings", "label", url) == ("My cuttings", "label")
    assert settle_outlet(None, None, url) == ("BBC", "address: bbc.co.uk")
    assert settle_outlet("The Bugle", "page: its name", "https://bugle.example/") == ("The Bugle", "page: its name")


def test_a_copy_of_a_wire_story_keeps_the_outlet_that_printed_it(tmp_path: Path) -> None:
    body = ["GENEVA, March 4 (Reuters) - The council of the town met on Monday to vote on the bridge.", *BODY]
    head = (
        '<meta property="og:site_name" content="Reuters"><link rel="canonical" href="{}">'
        '<meta property="article:published_time" content="2024-03-05T10:00:00Z">'
    )
    for url, outlet in (
        ("https://bugle.example/1", "bugle.example"),
        ("https://news.yahoo.com/1", "Yahoo"),
        ("https://www.reuters.com/world/1", "Reuters"),
    ):
        (tmp_path / "a.html").write_text(make_page(head.format(url), body), encoding="utf-8")
        article = read_one(tmp_path / "a.html")
        assert (article.source, article.agency) == (outlet, "Reuters")
        assert article.published is not None
        assert article.published.day == 5, "the day on which that site printed it"


def test_articles_are_found_by_name_and_by_domain_whatever_the_case(library: Library) -> None:
    rows = [
        {"url": "https://edition.cnn.com/a", "text": "The bridge was closed."},
        {"url": "https://notcnn.com/b", "text": "The bridge was opened."},
        {"id": "c", "source": "CNN", "text": "The bridge was sold."},
    ]
    library.add(rows)

    def found(*sources: str) -> set[str]:
        return {article.text for article in library.articles(Filters(sources=sources))}

    assert found("cnn") == found("CNN") == {rows[0]["text"], rows[2]["text"]}
    assert found("cnn.com") == found("CNN.com") == found("edition.cnn.com") == {rows[0]["text"]}
    assert found("cnn.com", "notcnn.com") == {rows[0]["text"], rows[1]["text"]}
    assert found("com") == found("") == found("%cnn.com") == set()


def test_a_user_s_own_table_comes_first(own: Path) -> None:
    own.write_text('[outlets]\n"bugle.example" = "The Bugle"\n"cnn.com" = "CNN!"\n[agencies]\n"BUG" = ["Bug"]\n')
    assert find_outlet("https://www.bugle.example/1") == ("The Bugle", "bugle.example")
    assert make_article("x", url="https://cnn.com/1").source == "CNN!"
    assert find_agency("bug") == find_agency("BUG") == "BUG"
    assert find_outlet("https://bbc.com/") == ("BBC", "bbc.com")


@pytest.mark.parametrize(
    "content",
    [
        b"[outlets",
        b'outlets = "x"',
        b'[outlets]\n"a.org" = 1',
        b"[outlet]",
        b'[agencies]\nX = "x"',
        b"\xff",
        b"#" * 70_000,
    ],
)
def test_a_table_that_can_not_be_read_is_one_line_that_names_it(own: Path, content: bytes) -> None:
    own.write_bytes(content)
    with pytest.raises(UsageError, match=str(own)) as error:
        load_outlets()
    assert "\n" not in str(error.value)


def test_an_export_keeps_outlet_agency_and_evidence() -> None:
    text = "GENEVA, March 4 (Reuters) - The council met."
    for fields in ({"url": "https://cnn.com/1"}, {"id": "1"}, {"id": "1", "source": "My paper"}):
        article = make_article_from_mapping({**fields, "text": text})
        assert make_article_from_mapping(article_to_fields(article)) == article
