"""Pages with impossible dates and torn charsets: one clear result, and never a wrong day."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Article
from index.read.files import read_file
from tests.index.read.make import BODY, TITLE

PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
IMPOSSIBLE = [
    *("00/00/0000", "0000-00-00", "2024-02-31", "31 February 2024", "31/02/2024", "2106-02-07", "7 February 2106"),
    *("2106-02-07T06:28:15Z", "9999-12-31", "1970-01-01T00:00:00Z", "99999999999"),
]


def _read(folder: Path, content: bytes) -> Article:
    path = folder / "page.html"
    path.write_bytes(content)
    [article] = read_file(path, 20)
    return article


def _page(head: str = "", byline: str = "", body: str = PARAGRAPHS) -> str:
    return (
        f"<html><head><title>{TITLE} | The Gazette</title>{head}</head>"
        f"<body><article><h1>{TITLE}</h1>{byline}{body}</article></body></html>"
    )


@pytest.mark.parametrize("written", IMPOSSIBLE)
def test_a_day_that_there_is_not_is_no_date(tmp_path: Path, written: str) -> None:
    for page in (
        _page(f'<meta property="article:published_time" content="{written}">'),
        _page(byline=f"<p>{written}</p>"),
        _page(byline=f'<time datetime="{written}">{written}</time>'),
    ):
        article = _read(tmp_path, page.encode())
        assert (article.published, article.date_evidence) == (None, None)
        assert BODY[0] in article.text


def test_of_a_moment_in_utc_the_day_is_the_one_that_readers_see(tmp_path: Path) -> None:
    moment = '<meta property="article:published_time" content="2024-03-05T01:30:00+00:00">'
    article = _read(tmp_path, _page(moment, "<p>4 March 2024</p>").encode())
    assert article.published is not None
    assert (article.published.isoformat()[:10], article.published_precision) == ("2024-03-04", "day")
    far = _read(tmp_path, _page(moment, "<p>2 March 2024</p>").encode())
    assert far.published is not None
    assert far.published.isoformat()[:10] == "2024-03-05"


def test_what_readers_see_counts_more_than_when_the_page_was_made(tmp_path: Path) -> None:
    article = _read(tmp_path, _page('<meta name="date" content="2024-03-09">', "<p>5 March 2024</p>").encode())
    assert article.date_evidence == "byline: 5 March 2024"


@pytest.mark.parametrize("declared", ["", '<meta charset="iso-8859-1">', '<meta charset="klingon">'])
def test_a_page_in_utf_8_with_a_torn_letter_keeps_the_others(tmp_path: Path, declared: str) -> None:
    body = "<p>Le ministère a annoncé mardi la fermeture du barrage, où l'eau était déjà très haute.</p>" * 3
    article = _read(tmp_path, _page(declared, body=body).encode() + b"<p>\xe9</p>")
    assert "ministère a annoncé" in article.text


def test_both_directions_of_writing_stay_in_their_order(tmp_path: Path) -> None:
    mixed = "قال الوزير يوم الثلاثاء إن the dam near Aru סגור, and that nobody was hurt in the flood."
    article = _read(tmp_path, _page(body="".join(f"<p>{p}</p>" for p in (BODY[0], mixed, BODY[1]))).encode())
    assert mixed in article.text
