"""Models made for English alone have no say where a question is in another script."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from index.models.model_families import find_family, is_latin, knows_script, suggest_embedder

ENGLISH = [
    "BAAI/bge-small-en-v1.5",
    "cross-encoder/ms-marco-MiniLM-L-12-v2",
    "dateline/reader-en",
    "sentence-transformers/all-MiniLM-L6-v2",
    "sentence-transformers/multi-qa-mpnet-base-dot-v1",
    "intfloat/e5-small-v2",
    "thenlper/gte-base",
    "deepset/minilm-uncased-squad2",
]
OF_MANY = [
    "intfloat/multilingual-e5-small",
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    "cross-encoder/mmarco-mMiniLMv2-L12-H384-v1",
    "BAAI/bge-m3",
    "sentence-transformers/LaBSE",
    "litellm:openai/text-embedding-3-small",
    "/models/our-own",
]
OTHER_SCRIPTS = ["Почему Нигер отменил сделку?", "لماذا ألغت النيجر الاتفاق؟", "尼日尔为何取消协议？", "Γιατί;", "왜?"]


@pytest.mark.parametrize("question", OTHER_SCRIPTS)
def test_a_model_of_english_reads_no_other_script(question: str) -> None:
    assert [name for name in ENGLISH if knows_script(name, question)] == []
    assert [name for name in OF_MANY if not knows_script(name, question)] == []


@pytest.mark.parametrize(
    "question", ["Why did Niger leave?", "Pourquoi?", "¿Por qué?", "Warum Łódź?", "２０２４ ＮＡＴＯ", "2024?", ""]
)
def test_every_model_reads_latin_script(question: str) -> None:
    assert all(knows_script(name, question) for name in (*ENGLISH, *OF_MANY))


def test_a_name_in_latin_script_leaves_a_question_what_it_is() -> None:
    assert not is_latin("Что сказал Biden о выводе войск?")
    assert is_latin("What does «мир» mean?")


@given(st.text(max_size=50))
def test_the_script_of_any_text_can_be_asked_for(text: str) -> None:
    assert is_latin(text) == is_latin(text + text)


def test_a_model_of_chinese_reads_chinese_and_no_cyrillic() -> None:
    assert knows_script("BAAI/bge-small-zh-v1.5", "尼日尔为何取消协议？")
    assert not knows_script("BAAI/bge-small-zh-v1.5", "Почему Нигер отменил сделку?")


@pytest.mark.parametrize(
    ("model", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("/models/intfloat--multilingual-e5-base/snapshots/0", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", "Instruct: ", ""),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence", ""),
        ("BAAI/bge-large-zh-v1.5", "为这个句子", ""),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", "Represent this sentence", ""),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", "query: ", ""),
        ("BAAI/bge-m3", "", ""),
        ("thenlper/gte-small", "", ""),
        ("sentence-transformers/all-MiniLM-L6-v2", "", ""),
        ("/models/our-own", "", ""),
    ],
)
def test_prefixes_are_those_of_the_model_card(model: str, query: str, passage: str) -> None:
    prefixes = find_family(model).prefixes
    assert prefixes.query.startswith(query)
    assert bool(prefixes.query) == bool(query)
    assert prefixes.passage == passage


def test_another_embedder_is_suggested_where_most_articles_are_in_languages_that_it_does_not_know() -> None:
    for name in ENGLISH:
        assert suggest_embedder(name, {"de": 3, "en": 2}) == "intfloat/multilingual-e5-small"
        assert suggest_embedder(name, {"de": 2, "en": 2}) == ""
        assert suggest_embedder(name, {}) == ""
    assert [name for name in OF_MANY if suggest_embedder(name, {"de": 3})] == []
