"""Mails and mail boxes."""

from __future__ import annotations

from hypothesis import example, given, strategies as st

from tests.fuzz.reading import check_reading, damaged
from tests.index.read.make import BODY, TITLE, make_page

PLAIN = (
    f"From: A <a@example.org>\nMessage-ID: <1@a>\nDate: Tue, 5 Mar 2024 10:00:00 +0100\nSubject: {TITLE}\n\n{BODY[0]}\n"
)
PARTS = (
    "From: =?utf-8?q?J=C3=BCrgen?= <a@example.org>\nMIME-Version: 1.0\nSubject: =?utf-8?b?w6Q=?=\n"
    'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n'
    f"Content-Transfer-Encoding: quoted-printable\n\n{BODY[0]}=C3=A4\n--b\nContent-Type: text/html\n\n"
    f"{make_page()}\n--b--\n"
)
BOX = f"From a@example.org Tue Mar  5 10:00:00 2024\n{PLAIN}\nFrom b@example.org Tue Mar  5 10:00:00 2024\n{PARTS}\n"
MAILS = [PLAIN.encode(), PARTS.encode(), PARTS.replace("\n", "\r\n").encode(), BOX.encode()]
NAMES = "From To Subject Date Message-ID Content-Type Content-Transfer-Encoding MIME-Version Received".split()
VALUE = st.sampled_from(
    [
        "multipart/mixed; boundary=b", "multipart/mixed", "message/rfc822", "text/html; charset=utf-7",
        "text/plain; charset", "base64", "quoted-printable", "x-uuencode", "8bit", "=?utf-8?q?=00?=", "=?x?b?@@?=",
        "<>", '"', "(", "a@b, c@d",
        "Tue, 99 Foo 0000 99:99:99 +9999", "5 Mar 24 10:00", "text/plain; charset*=utf-8''%FF; a*0=b; a*1*=%",
    ]
) | st.text(max_size=20)  # fmt: skip


@example(PLAIN.replace("<1@a>", "<@a>").encode(), ".eml")
@given(damaged(MAILS), st.sampled_from([".eml", ".mbox"]))
def test_a_damaged_mail_is_read_or_refused(mail: bytes, ending: str) -> None:
    check_reading(mail, ending)


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUE), max_size=12), st.sampled_from([BODY[0], "--b\n\nx\n--b--", ""])
)
def test_any_headers_are_read_or_refused(headers: list[tuple[str, str]], body: str) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in headers)
    check_reading(f"From: a@b\nMessage-ID: <x>\n{head}\n{body}".encode("utf-8", "surrogateescape"), ".eml")
