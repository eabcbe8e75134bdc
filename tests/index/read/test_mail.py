"""What the headers of a mail say of the article in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.read.make import BODY, TITLE, read_one

TEXT = "\n\n".join(BODY)


@pytest.mark.parametrize(
    ("sender", "source", "authors"),
    [
        ("CNN Breaking News <news@mail.cnn.com>", "CNN", ()),
        ("Jo Smith <jo@nytimes.com>", "The New York Times", ("Jo Smith",)),
        ("Jo Smith <jo@bugle.example>", "Jo Smith", ()),
        ("jo@bugle.example", "bugle.example", ()),
        ("Reuters <x@bugle.example>", "Reuters", ()),
    ],
)
def test_the_outlet_of_a_mail_is_that_of_the_sender_s_domain(
    tmp_path: Path, sender: str, source: str, authors: tuple[str, ...]
) -> None:
    mail = f"From: {sender}\nSubject: {TITLE}\nMessage-ID: <1@x>\n\n{TEXT}".encode()
    (tmp_path / "a.eml").write_bytes(mail)
    article = read_one(tmp_path / "a.eml")
    assert (article.source, article.authors) == (source, authors)
    assert article.source_evidence is not None
    assert article.source_evidence.startswith("header: From: ")


@pytest.mark.parametrize("date", ["Sun, 07 Feb 2106 06:28:15 +0000", "Thu, 01 Jan 1970 00:00:00 +0000", "31 Feb 2024"])
def test_a_mail_of_a_clock_that_was_wrong_has_no_date(tmp_path: Path, date: str) -> None:
    mail = f"From: a@b.example\nDate: {date}\nSubject: {TITLE}\nMessage-ID: <1@x>\n\n{TEXT}".encode()
    (tmp_path / "a.eml").write_bytes(mail)
    article = read_one(tmp_path / "a.eml")
    assert (article.published, article.date_evidence) == (None, None)
