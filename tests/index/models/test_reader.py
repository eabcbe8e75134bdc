"""One contract for every Reader.

No wheel carries a question-answering model for torch: one with few neurons and random weights is made in its place. It
can't tell what answers, so it is left out where that is asked.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from index.assemble import make_reader
from index.errors import DatelineError
from index.models.model_files import PACKED, find_model
from index.models.onnx_export import find_export
from index.models.onnx_model import OnnxModel
from index.models.reader import OnnxReader, Reader, Reading, decode
from index.models.reader_torch import TransformersReader
from index.settings import IndexSettings
from tests.doubles import WordReader
from tests.index.hostile import NASTY

QUESTION = "How many soldiers did France have in Niger?"
TEXTS = [
    "In the spring the price of apples rose by four percent.",
    "France had about 1,500 soldiers in Niger before they left.",
    "The orchestra played for two hours, and many people in the hall stood.",
    "Rain.",
]
SIZES = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}


def make_tiny(folder: Path, task: str) -> Path:
    """A BERT of transformers for `task`, with random weights."""
    import torch
    import transformers

    torch.manual_seed(7)
    model = getattr(transformers, f"BertFor{task}")
    model(transformers.BertConfig.from_dict({**SIZES, "num_labels": 2})).save_pretrained(folder)
    for file in find_model(IndexSettings().reranker).folder.glob("*tok*.json"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny"), "QuestionAnswering")


@pytest.fixture(
    params=[*(pytest.param(name, marks=pytest.mark.models) for name in ("own", "export", "torch")), "double"]
)
def subject(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Reader:
    if request.param == "double":
        return WordReader()
    if request.param == "own":
        found: Reader = request.getfixturevalue("reader")
        return found
    folder = request.getfixturevalue("tiny")
    if request.param == "torch":
        return TransformersReader(find_model(str(folder)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return make_reader(str(folder))


def test_it_names_itself_and_its_weights(subject: Reader) -> None:
    assert subject.name
    assert len(bytes.fromhex(subject.sha256)) == 32


def test_spans_are_words_of_the_text_best_first(subject: Reader) -> None:
    readings = subject.read(QUESTION, TEXTS)
    assert len(readings) == len(TEXTS)
    for text, reading in zip(TEXTS, readings, strict=True):
        assert np.isfinite(reading.log_odds)
        assert reading.spans
        for span in reading.spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end] == text[span.start : span.end].strip()
            assert 0 < span.share <= 1
        assert [s.share for s in reading.spans] == sorted((s.share for s in reading.spans), reverse=True)
        ordered = sorted(reading.spans)
        assert all(a.end <= b.start for a, b in pairwise(ordered))


def test_no_texts_have_no_readings(subject: Reader) -> None:
    assert subject.read(QUESTION, []) == []


def test_a_reading_does_not_depend_on_order_or_neighbours(subject: Reader) -> None:
    readings = subject.read(QUESTION, TEXTS)
    assert subject.read(QUESTION, TEXTS[::-1])[::-1] == readings
    assert [subject.read(QUESTION, [text])[0] for text in TEXTS] == readings


def test_hostile_texts_have_readings_too(subject: Reader) -> None:
    texts = [*NASTY, "", " ", "word " * 5_000]
    for text, reading in zip(texts, subject.read(QUESTION, texts), strict=True):
        assert all(0 <= s.start < s.end <= len(text) for s in reading.spans)
    assert len(subject.read("why " * 2_000, TEXTS)) == len(TEXTS)


@pytest.mark.parametrize("kind", [pytest.param("own", marks=pytest.mark.models), "double"])
def test_the_words_that_answer_are_found(kind: str, request: pytest.FixtureRequest) -> None:
    subject = WordReader() if kind == "double" else request.getfixturevalue("reader")
    readings = subject.read(QUESTION, TEXTS)
    best = max(range(len(TEXTS)), key=lambda n: readings[n].log_odds)
    assert best == 1
    span = readings[1].spans[0]
    assert "1,500" in TEXTS[1][span.start : span.end]


def test_what_does_not_answer_is_told_apart(reader: Reader) -> None:
    right, wrong, near = reader.read(
        "Who won the women's final in 2018?",
        [
            "Simona Halep won the women's final in 2018, her first title.",
            "The weather was fine all week in Paris.",
            "The women's final of 2018 drew 15,000 people to the stadium.",
        ],
    )
    assert right.log_odds > 0
    assert wrong.log_odds < 0
    assert right.log_odds > near.log_odds


@pytest.mark.models
def test_an_export_reads_as_transformers_does(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    model = find_model(str(tiny))
    exported = OnnxReader(model, find_export(model, "float32", "reader"))
    for mine, theirs in zip(
        exported.read(QUESTION, TEXTS), TransformersReader(model).read(QUESTION, TEXTS), strict=True
    ):
        assert mine.log_odds == pytest.approx(theirs.log_odds, abs=1e-3)
        assert [s[:2] for s in mine.spans] == [s[:2] for s in theirs.spans]
        assert [s.share for s in mine.spans] == pytest.approx([s.share for s in theirs.spans], abs=1e-4)


@pytest.mark.models
@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_a_classifier_is_no_reader(runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = make_tiny(tmp_path / "model", "SequenceClassification")
    with pytest.raises(DatelineError, match="Name another in `reader`") as caught:
        make_reader(str(folder)) if runtime == "onnx" else TransformersReader(find_model(str(folder)))
    assert "\n" not in str(caught.value)


@pytest.mark.models
def test_a_damaged_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = PACKED[IndexSettings().reader]
    monkeypatch.setitem(PACKED, IndexSettings().reader, replace(packed, sha256="0" * 64))
    with pytest.raises(DatelineError, match="force-reinstall dateline"):
        make_reader(IndexSettings().reader)


@pytest.mark.models
def test_a_text_is_read_once_for_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = make_reader(IndexSettings().reader)
    first = reader.read("Who came?", ["Anna came.", "Bob left."])
    monkeypatch.setattr(OnnxModel, "run_all", lambda *_: pytest.fail("it was read again"))
    assert reader.read("Who came?", ["Bob left.", "Anna came."]) == first[::-1]


def _all_spans(start: Any, end: Any) -> list[tuple[float, int, int]]:
    starts, ends = (np.log(np.exp(v - v.max()) / np.exp(v - v.max()).sum()) for v in (start, end))
    return sorted(
        ((float(starts[a] + ends[b]), a, b) for a in range(len(start)) for b in range(a, len(end))), reverse=True
    )


@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=1, max_size=25))
def test_the_best_span_is_the_best_of_all(logits: list[tuple[float, float]]) -> None:
    start, end = (np.array(column, dtype=np.float32) for column in zip(*logits, strict=True))
    places = [((2 * n, 2 * n + 1), n) for n in range(len(logits))]
    reading = decode(start, end, places, 0.5)
    best = _all_spans(start, end)[0][0]
    assert reading.log_odds == 0.5
    assert np.log(reading.spans[0].share) == pytest.approx(best, abs=1e-4)


def test_without_a_head_the_first_token_is_no_answer() -> None:
    start, end = np.array([1.0, 5.0, 0.0], np.float32), np.array([2.0, 0.0, 4.0], np.float32)
    reading = decode(start, end, [((0, 3), 1), ((4, 6), 2)], None)
    assert reading.spans[0][:2] == (0, 6)
    assert reading.log_odds == pytest.approx(5 + 4 - 1 - 2)
    assert decode(start, end, [], None) == Reading((), -np.inf)
