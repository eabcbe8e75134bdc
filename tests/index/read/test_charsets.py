"""What charset a page is in: UTF-8 where it is that, else what it declares where its words are words in it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings as options, strategies as st

from index.errors import DatelineError
from index.read.charsets import decode, decode_as, find_charset, find_encoding
from index.read.files import read_bytes
from index.records import Article

WORDS = {
    "en": "The harbour stays “closed until Monday” – it’s a surprise to many, and costs £800, says the café’s owner.",
    "de": "Für Fußgänger bleibt die Brücke geöffnet, erklärte der Bürgermeister am Dienstag im Rathaus.",
    "fr": "L’été dernier, la fête avait été annulée à cause de la sécheresse, rappelle le maire.",
    "es": "¿Qué pasó? El alcalde anunció que la señal está dañada y que la reunión será mañana.",
    "pt": "Não há previsão de reabertura; a população está preocupada com a situação, disse a câmara.",
    "pl": "Rada zagłosowała w poniedziałek za zamknięciem mostu, bo inżynierowie odkryli pęknięcia.",
    "ru": "Городской совет проголосовал в понедельник за закрытие старого моста для грузовиков.",
    "zh": "市议会星期一投票决定关闭旧桥，禁止卡车通行，因为工程师在两个桥墩中发现了裂缝。",
    "ar": "صوت مجلس المدينة يوم الاثنين على إغلاق الجسر القديم أمام الشاحنات بعد أن وجد المهندسون شقوقا.",
    "el": "Το δημοτικό συμβούλιο ψήφισε τη Δευτέρα το κλείσιμο της παλιάς γέφυρας για τα φορτηγά.",
}
CHARSETS = {
    **{language: ["cp1252"] for language in ("en", "de", "fr", "es", "pt")},
    "pl": ["cp1250", "iso-8859-2"],
    "ru": ["cp1251", "koi8-r"],
    "zh": ["gb18030", "gb2312"],
    "ar": ["cp1256"],
    "el": ["cp1253"],
}
CASES = [(language, charset) for language, charsets in CHARSETS.items() for charset in charsets]
DECLARED = ["", "utf-8", "iso-8859-1", "windows-1251", "gb18030", "no-such-charset"]


def make_page(words: str, declared: str = "", language: str = "") -> str:
    head = f'<meta charset="{declared}">' if declared else ""
    lang = f' lang="{language}"' if language else ""
    return (
        f"<!DOCTYPE html><html{lang}><head>{head}<title>News of the day</title></head><body><nav><a>Home</a></nav>"
        f"<article><h1>News of the day</h1><p>{words}</p></article></body></html>"
    )


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize(("language", "charset"), CASES)
def test_a_page_is_read_whatever_charset_it_declares(language: str, charset: str, declared: str) -> None:
    page = make_page(WORDS[language], declared)
    assert decode(page.encode(charset)) == page
    page = make_page(WORDS[language], declared, language)
    assert decode(page.encode(charset)) == page


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_a_page_that_declares_what_it_is_in_is_believed(language: str, charset: str) -> None:
    page = make_page(WORDS[language], charset)
    assert decode(page.encode(charset)) == page
    assert decode_as(WORDS[language].encode(charset), charset) == WORDS[language]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("declared", DECLARED)
def test_what_is_utf_8_is_utf_8_whatever_it_declares(language: str, declared: str) -> None:
    page = make_page(WORDS[language], declared)
    assert decode(page.encode()) == page


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", ""])
@pytest.mark.parametrize("language", ["de", "fr", "es", "pt"])
@pytest.mark.parametrize("times", [1, 5])
def test_a_page_in_two_charsets_is_read_in_both(language: str, declared: str, times: int) -> None:
    """Of a wire story in cp1252 that was put between others in UTF-8, or the other way round."""
    first, second = f"{WORDS[language]} {WORDS['en']}", WORDS[language] * times
    page = make_page(f"{first}</p><p>{second}</p><p>{second}", declared)
    for one, other in (("utf-8", "cp1252"), ("cp1252", "utf-8")):
        start, middle, end = page.partition(first)
        content = start.encode() + middle.encode(one) + end.encode(other)
        assert decode(content) == page


def test_russian_in_two_charsets_is_read_in_both() -> None:
    content = f"{WORDS['ru']}\n".encode() + f"{WORDS['ru']}\n".encode("cp1251")
    assert decode(content) == f"{WORDS['ru']}\n" * 2


def test_a_letter_that_was_cut_in_two_is_no_other_charset() -> None:
    content = f"<p>{WORDS['ru']}</p><p>{WORDS['de']}</p>".encode()
    cut = content[:40] + content[41:]
    assert decode(cut).count("\ufffd") < 3
    assert WORDS["de"] in decode(cut)


def test_a_scrap_of_something_else_costs_no_page() -> None:
    content = make_page(WORDS["ru"]).encode() + b"\n\x81\xff\x9d\xfe\x81"
    assert WORDS["ru"] in decode(content)


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_a_server_that_names_a_wrong_charset_is_not_believed(language: str, charset: str) -> None:
    wrong = "cp1251" if language not in ("ru", "el") else "cp1252"
    assert decode_as(WORDS[language].encode(charset), wrong) in (None, WORDS[language])


@pytest.mark.parametrize(("declared", "charset"), [("latin1", "cp1252"), ("GB2312", "gb18030"), ("x-sjis", "cp932")])
def test_charsets_go_by_the_names_that_pages_have_for_them(declared: str, charset: str) -> None:
    assert find_charset(declared) == charset


@pytest.mark.parametrize("declared", ["utf-8", "UTF8", "utf-16", "unicode", "punycode", "zlib", "", "x" * 99])
def test_utf_8_and_what_is_no_charset_count_as_nothing_declared(declared: str) -> None:
    assert find_charset(declared) == ""
    assert decode_as(b"\xe9", declared) is None


@options(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(DECLARED))
def test_any_bytes_are_a_text_or_none(content: bytes, declared: str) -> None:
    for given_bytes in (content, make_page("", declared).encode() + content):
        with suppress(DatelineError):
            assert isinstance(decode(given_bytes), str)
            assert isinstance(given_bytes.decode(find_encoding(given_bytes), "replace"), str)


def test_the_article_of_a_page_that_says_utf_8_and_is_not_has_its_words() -> None:
    words = WORDS["de"]
    page = make_page(f"{words}</p><p>{words} {words}", "utf-8", "de")
    [article] = read_bytes(page.encode("cp1252"), "a.html", 1, ending=".html")
    assert isinstance(article, Article)
    assert words in article.text
