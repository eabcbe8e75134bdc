"""Full text search: against BM25 written anew, and on disk."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from pathlib import Path

import pytest

from index.search.lexical import _ANALYZER, LexicalIndex
from index.search.vector_file import Damaged
from index.storage.store import NumberedText
from index.text.words import prepare_words, stem_words
from tests.index.hostile import NASTY

K1, B = 1.2, 0.75
WORDS = ("army", "bank", "coup", "debt", "election", "flood", "grain", "harbour", "inflation", "jury")


def bm25(documents: dict[int, list[str]], question: list[str]) -> dict[int, float]:
    """Robertson's BM25 with Lucene's idf, over tokens, in double precision."""
    mean = sum(map(len, documents.values())) / len(documents)
    scores: dict[int, float] = {}
    for word in dict.fromkeys(question):
        having = sum(word in tokens for tokens in documents.values())
        idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
        for number, tokens in documents.items():
            count = Counter(tokens)[word]
            if count:
                norm = K1 * (1 - B + B * len(tokens) / mean)
                scores[number] = scores.get(number, 0.0) + idf * count * (K1 + 1) / (count + norm)
    return scores


def make_texts(n: int, length: int | None = None, seed: int = 0) -> dict[int, str]:
    rng = random.Random(seed)
    sizes = [length or rng.randrange(3, 39) for _ in range(n)]
    return {number: " ".join(rng.choices(WORDS, k=size)) for number, size in enumerate(sizes, start=1)}


def fill(folder: Path, texts: dict[int, str], generation: int = 1) -> LexicalIndex:
    index = LexicalIndex(folder)
    index.update([], itertools.starmap(NumberedText, texts.items()), generation)
    return index


def tokens_of(texts: dict[int, str]) -> dict[int, list[str]]:
    return {number: stem_words(prepare_words(text), "en") for number, text in texts.items()}


@pytest.mark.parametrize("length", [12, None])
@pytest.mark.parametrize("question", ["army", "coup election", "army bank coup debt flood", "jury jury grain"])
def test_scores_are_bm25(tmp_path: Path, length: int | None, question: str) -> None:
    """Field lengths below 40 are kept exactly, so that the scores can be compared and not only their order.

    The generation's own document counts as one more, without words.
    """
    texts = make_texts(200, length)
    index = fill(tmp_path, texts)
    wanted = bm25({**tokens_of(texts), 0: []}, stem_words(question, "en"))
    found = dict(index.search(question, 1_000))
    assert found.keys() == wanted.keys()
    for number, score in found.items():
        assert score == pytest.approx(wanted[number], rel=0.01)


def test_more_of_the_words_and_rarer_ones_come_first(tmp_path: Path) -> None:
    texts = {1: "army army army", 2: "army flood harbour", 3: "army bank coup", 4: "army army coup"}
    number, _ = fill(tmp_path, texts).search("army flood", 10)[0]
    assert number == 2


def test_equal_scores_come_by_number_and_the_limit_holds(tmp_path: Path) -> None:
    index = fill(tmp_path, dict.fromkeys((7, 3, 5, 1), "army coup"))
    assert [n for n, _ in index.search("army", 10)] == [1, 3, 5, 7]
    assert len(index.search("army", 2)) == 2
    assert index.search("army", 0) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The soldiers were leaving", "SOLDIER leave"),
        ("Le café de Genève", "cafe geneve"),
        ("U.S.-led talks", "us led"),
    ],
)
def test_words_are_compared_by_stem_without_case_and_accents(tmp_path: Path, text: str, question: str) -> None:
    index = fill(tmp_path, {1: text, 2: "nothing of it"})
    assert [n for n, _ in index.search(question, 10)] == [1]


@pytest.mark.parametrize("question", ["", "   ", "?!", "zebra", 'AND OR NOT "', "text:army*^~", "kind:stamp", "stamp"])
def test_a_question_is_words_and_never_a_query_language(tmp_path: Path, question: str) -> None:
    index = fill(tmp_path, {1: "bank of the river"})
    assert index.search(question, 10) == []


@pytest.mark.parametrize("text", NASTY)
def test_hostile_texts_can_be_kept_and_asked(tmp_path: Path, text: str) -> None:
    index = fill(tmp_path, {1: text, 2: "army"})
    index.search(text, 10)
    assert [n for n, _ in index.search("army", 10)] == [2]


def test_only_allowed_numbers_are_found_and_score_the_same(tmp_path: Path) -> None:
    index = fill(tmp_path, make_texts(60))
    everywhere = index.search("army coup", 100)
    allowed = [n for n in range(1, 61) if n % 3 == 0]
    assert index.search("army coup", 100, allowed) == [(n, s) for n, s in everywhere if n in allowed]
    assert index.search("army coup", 100, []) == []
    assert index.search("army coup", 100, [999]) == []


@pytest.mark.parametrize("share", [0, 0.01, 0.1, 0.5])
def test_common_words_are_passed_over_only_where_that_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """With and without what is done in large libraries; `share` of the passages are allowed, 0: all."""
    rng = random.Random(4)
    words = [f"{word}{n}" for n in range(4) for word in WORDS]
    odds = [1 / (n + 1) for n in range(len(words))]
    texts = {n: " ".join(rng.choices(words, odds, k=rng.randrange(3, 39))) for n in range(1, 2_001)}
    index = fill(tmp_path, texts)
    allowed = sorted(rng.sample(range(1, 2_001), int(2_000 * share))) if share else None
    for seed in range(60):
        question = " ".join(random.Random(seed).sample(words, 1 + seed % 8))
        monkeypatch.setattr("index.search.word_ranking._WORTH_IT", 10**9)
        monkeypatch.setattr("index.search.lexical._MANY", 2.0)
        wanted = index.search(question, 2_000, allowed)
        monkeypatch.setattr("index.search.word_ranking._WORTH_IT", 0)
        monkeypatch.setattr("index.search.lexical._MANY", 0.05)
        for limit in (1, 10, 100):
            found = index.search(question, limit, allowed)
            # Of those that score the same as the last, any may be the last.
            assert [s for _, s in found] == pytest.approx([s for _, s in wanted[:limit]], rel=1e-5)
            assert [s for _, s in found] == pytest.approx([dict(wanted)[n] for n, _ in found], rel=1e-5)


def test_what_was_removed_is_gone(tmp_path: Path) -> None:
    index = fill(tmp_path, {1: "army", 2: "army", 3: "army"})
    index.update([2], [], 2)
    assert [n for n, _ in index.search("army", 10)] == [1, 3]
    assert [n for n, _ in LexicalIndex(tmp_path).search("army", 10)] == [1, 3]


def test_an_update_done_twice_is_as_one_done_once(tmp_path: Path) -> None:
    index = fill(tmp_path, {1: "army", 2: "army"})
    for _ in range(2):
        index.update([1], [NumberedText(3, "army army"), NumberedText(4, "coup")], 2)
    assert sorted(n for n, _ in index.search("army coup", 10)) == [2, 3, 4]
    assert index.generation == 2


def test_the_generation_moves_with_the_commit(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    assert index.generation == 0
    other = LexicalIndex(tmp_path)
    for generation in (1, 2, 5):
        index.update([], [NumberedText(generation, "army")], generation)
        assert index.generation == generation
        assert other.generation < generation
        assert len(other.search("army", 10)) == len(index.search("army", 10)) - 1
        other.reload()
        assert other.generation == generation
        assert other.search("army", 10) == index.search("army", 10)


def _segment_files(folder: Path) -> list[str]:
    return sorted(f.name for f in folder.iterdir() if len(f.name.split(".")[0]) == 32)


def _make_with_two_segments(folder: Path) -> list[str]:
    index = fill(folder, make_texts(50))
    index.update([3, 4], [NumberedText(99, "army army")], 2)
    names = _segment_files(folder)
    assert any(name.endswith(".del") for name in names)
    return names


def test_a_flipped_byte_in_any_segment_file_is_noticed(tmp_path: Path) -> None:
    rng = random.Random(2)
    for name in _make_with_two_segments(tmp_path):
        content = (tmp_path / name).read_bytes()
        for place in (0, len(content) - 1, rng.randrange(len(content))):
            damaged = bytearray(content)
            damaged[place] ^= 1 << rng.randrange(8)
            (tmp_path / name).write_bytes(damaged)
            with pytest.raises(Damaged):
                LexicalIndex(tmp_path)
        (tmp_path / name).write_bytes(content)
    assert LexicalIndex(tmp_path).generation == 2


def test_a_lost_or_cut_segment_file_is_noticed(tmp_path: Path) -> None:
    for name in _make_with_two_segments(tmp_path):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        with pytest.raises(Damaged):
            LexicalIndex(tmp_path)
        for size in (0, len(content) // 2, len(content) - 1):
            (tmp_path / name).write_bytes(content[:size])
            with pytest.raises(Damaged):
                LexicalIndex(tmp_path)
        (tmp_path / name).write_bytes(content)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"segments": 1}', b"\xff\xfe", b"null"])
def test_a_torn_list_of_segments_is_noticed(tmp_path: Path, content: bytes) -> None:
    _make_with_two_segments(tmp_path)
    (tmp_path / "meta.json").write_bytes(content)
    with pytest.raises(Damaged):
        LexicalIndex(tmp_path)


def test_files_of_a_commit_that_never_came_to_be_are_not_in_the_way(tmp_path: Path) -> None:
    """A writer that dies at the end of a commit leaves its files, under the names that the next one will use."""
    index = fill(tmp_path, make_texts(20))
    before = {name: (tmp_path / name).read_bytes() for name in ("meta.json", "checksums.json")}
    changes = [3], [NumberedText(99, "army army")], 2
    index.update(*changes)
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    after = LexicalIndex(tmp_path)
    assert after.generation == 1
    after.update(*changes)
    assert {n for n, _ in LexicalIndex(tmp_path).search(" ".join(WORDS), 99)} == {*range(1, 21), 99} - {3}


def test_an_erased_index_is_empty(tmp_path: Path) -> None:
    fill(tmp_path, {1: "army"})
    LexicalIndex.erase(tmp_path)
    assert LexicalIndex(tmp_path).generation == 0


def test_an_index_of_words_cut_in_another_way_is_made_again(tmp_path: Path) -> None:
    fill(tmp_path, make_texts(5))
    meta = tmp_path / "meta.json"
    meta.write_text(meta.read_text().replace(f'"{_ANALYZER}"', '"news"'))
    with pytest.raises(Damaged, match="is of an older format"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("de", "Die Brücken wurden gesperrt", "Brücke"),
        ("es", "Los trabajadores protestaron en Madrid", "el trabajador"),
        ("fr", "Les élections législatives", "élection"),
        ("pt", "Os trabalhadores em greve", "trabalhador"),
        ("it", "I lavoratori in sciopero", "lavoratore"),
        ("nl", "De verkiezingen", "verkiezing"),
        ("no", "Bruene ble stengt", "bruen"),
        ("ru", "Солдаты", "солдат"),
        ("ar", "المسلمون", "مسلمين"),
    ],
)
def test_words_are_stemmed_by_the_language_of_their_text(
    tmp_path: Path, language: str, text: str, question: str
) -> None:
    index = LexicalIndex(tmp_path)
    index.update([], [NumberedText(1, "the army", "en"), NumberedText(2, text, language)], 1)
    assert [number for number, _ in index.search(question, 5)] == [2]
    assert [number for number, _ in LexicalIndex(tmp_path).search(question, 5)] == [2]
    assert index.having(text) == [2]


def test_texts_in_other_languages_are_left_out_where_one_is_named(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    texts = {1: "en", 2: "de", 3: "zh", 4: "en"}
    index.update([], [NumberedText(n, "NATO 2024", language) for n, language in texts.items()], 1)
    for language in ("en", "de", "zh", "fr"):
        assert [n for n, _ in index.search("NATO", 9, None, language)] == [n for n in texts if texts[n] == language]
    assert [n for n, _ in index.search("NATO", 9, [2, 4], "en")] == [4]


def test_a_word_counts_once_however_many_languages_have_a_form_of_it(tmp_path: Path) -> None:
    texts = [NumberedText(n, text) for n, text in make_texts(50).items()]
    others = [NumberedText(98, "zug"), NumberedText(99, "pont")]
    english, mixed = LexicalIndex(tmp_path / "english"), LexicalIndex(tmp_path / "mixed")
    english.update([], [*texts, *others], 1)
    mixed.update([], [*texts, others[0]._replace(language="de"), others[1]._replace(language="fr")], 1)
    for question in ("army elections", "the banks of the harbour", "flooded juries and inflation"):
        assert mixed.search(question, 60) == english.search(question, 60)
