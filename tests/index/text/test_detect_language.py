"""The language of an article: what it says, or what its text is in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from index.identify import article_to_fields, make_article, make_article_from_mapping
from index.records import Article
from index.text.detect_language import detect_language, settle_language

# Written for this test: news as short as it comes, and sentences with names and numbers of other languages.
SENTENCES = {
    "en": [
        "The mayor of Quvex said on Tuesday that the new bridge will open in spring.",
        "Thousands of people left their homes after the river rose by two metres.",
        "Ministers from Berlin and Paris met to discuss the price of gas.",
    ],
    "es": [
        "La alcaldesa anunció el martes que el nuevo puente se abrirá en primavera.",
        "Miles de personas abandonaron sus casas después de la crecida del río.",
        "El Banco Central Europeo subió los tipos de interés un 0,25 por ciento.",
    ],
    "de": [
        "Die Bürgermeisterin sagte am Dienstag, die neue Brücke werde im Frühjahr eröffnet.",
        "Tausende Menschen verließen ihre Häuser, nachdem der Fluss gestiegen war.",
        "Das Start-up aus Austin will mit Open Source gegen Google antreten.",
    ],
    "fr": [
        "La maire a annoncé mardi que le nouveau pont ouvrira au printemps.",
        "Des milliers de personnes ont quitté leur maison après la crue du fleuve.",
        "Le ministre s'est rendu à Washington pour y rencontrer Joe Biden.",
    ],
    "pt": [
        "A prefeita disse na terça-feira que a nova ponte será aberta na primavera.",
        "Milhares de pessoas deixaram as suas casas depois da cheia do rio.",
        "O governo não comentou a decisão do tribunal de São Paulo.",
    ],
    "ar": [
        "قالت رئيسة البلدية يوم الثلاثاء إن الجسر الجديد سيفتح في الربيع.",
        "غادر آلاف الأشخاص منازلهم بعد ارتفاع منسوب النهر مترين.",
    ],
    "ru": [
        "Мэр города заявила во вторник, что новый мост откроют весной.",
        "Тысячи людей покинули свои дома после того, как река поднялась на два метра.",
    ],
    "zh": [
        "市长周二表示，新桥将于春季通车，预计耗资一千四百万欧元。",
        "河水上涨两米后，数千人离开了自己的家园，政府宣布进入紧急状态。",
    ],
}
ALL = [(language, text) for language, texts in SENTENCES.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), ALL)
def test_the_language_of_a_sentence_is_found(language: str, text: str) -> None:
    found = detect_language(text)
    assert found is None or found.language == language
    longer = detect_language(" ".join(SENTENCES[language] * 2))
    assert longer is not None
    assert longer.language == language
    assert 0.8 <= longer.certainty <= 1.0


@pytest.mark.parametrize("text", ["", "OK", "Berlin – 12.03.2024", "1 2 3 " * 100, "42", "…" * 500])
def test_nothing_is_said_of_a_text_without_enough_words(text: str) -> None:
    assert detect_language(text) is None


def test_a_text_in_several_languages_has_none() -> None:
    parts = [" ".join(SENTENCES[language] * 4) for language in ("en", "ru", "zh")]
    assert detect_language("\n\n".join(parts)) is None


@given(st.text(max_size=300), st.sampled_from(ALL))
def test_any_text_can_be_asked(text: str, known: tuple[str, str]) -> None:
    for asked in (text, text * 40, known[1] + text):
        found = detect_language(asked)
        assert found is None or 0.8 <= found.certainty <= 1.0


def _make(text: str, language: str | None = None, evidence: str | None = None) -> Article:
    return make_article(text, id="a", language=language, language_evidence=evidence)


def test_an_article_that_says_nothing_gets_the_language_of_its_text() -> None:
    article = settle_language(_make(" ".join(SENTENCES["de"])))
    assert article.language == "de"
    assert article.language_evidence == "text: found by py3langid, 1.00 certain"
    assert settle_language(_make("Ja.")).language_evidence is None


def test_what_an_article_says_counts_unless_its_text_is_plainly_in_another_language() -> None:
    german, long = " ".join(SENTENCES["de"]), " ".join(SENTENCES["de"] * 3)
    for stated in ("de-AT", "de", "xx", "German"):
        article = settle_language(_make(long, stated, "markup: html lang"))
        assert (article.language, article.language_evidence) == (stated, "markup: html lang")
    assert settle_language(_make(german[:80], "en")).language == "en"
    assert settle_language(_make(long, "en")).language == "en"
    denied = settle_language(_make(long, "en-US", "markup: html lang"))
    assert denied.language == "de"
    assert denied.language_evidence == "text: found by py3langid, 1.00 certain; en-US is stated"


def test_the_same_text_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(SENTENCES["de"] * 3)
    for stated, again in ((None, None), ("de", "de"), ("de", None), ("en", None)):
        settled = settle_language(_make(text, stated))
        with monkeypatch.context() as patched:
            patched.setattr("index.text.detect_language.detect_language", lambda _: pytest.fail("it was looked at"))
            assert settle_language(_make(text, again), settled) == settled
    changed = settle_language(_make(" ".join(SENTENCES["fr"] * 3)), settled)
    assert changed.language == "fr"


def test_languages_that_the_detector_does_not_tell_apart_deny_each_other_nothing() -> None:
    norwegian = (
        "Regjeringen sa tirsdag at den nye broen skal åpnes til våren, og at den koster mye mer enn ventet. " * 5
    )
    assert settle_language(_make(norwegian, "nb")).language == "nb"


@given(st.sampled_from(ALL), st.none() | st.sampled_from(["en", "pt-BR", "??", "no"]))
def test_what_is_settled_stays_also_when_it_is_exported_and_imported(
    known: tuple[str, str], stated: str | None
) -> None:
    settled = settle_language(_make(known[1] * 3, stated))
    assert settle_language(settled) == settled
    assert make_article_from_mapping(article_to_fields(settled)) == settled
    assert bool(settled.language) == bool(settled.language_evidence)
    assert replace(settled, language=None, language_evidence=None) == _make(known[1] * 3)
