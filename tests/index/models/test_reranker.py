"""One contract for every Reranker.

No wheel carries a cross-encoder for torch: one with four neurons and random weights is made in its place. It can't tell
an answer from a recipe, so it is left out where that is asked.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.assemble import make_reranker
from index.errors import DatelineError
from index.models.model_files import find_model
from index.models.onnx_model import OnnxModel
from index.models.reranker import OnnxReranker, Reranker
from index.settings import IndexSettings
from tests.doubles import OverlapReranker
from tests.index.hostile import NASTY

QUESTION = "how many soldiers did france have in niger"
TEXTS = [
    "In the spring the price of apples rose by four percent.",
    "France had about 1,500 soldiers in Niger before they left.",
    "The orchestra played for two hours, and many people in the hall stood.",
    "Rain.",
]


@pytest.fixture(scope="module")
def tiny_torch(tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(7)
    sizes = {"hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 4}
    BertForSequenceClassification(BertConfig.from_dict({**sizes, "num_labels": 1})).save_pretrained(folder)
    for file in find_model(IndexSettings().reranker).folder.glob("*tok*.json"):
        shutil.copy(file, folder)
    return make_reranker(str(folder))


@pytest.fixture(params=[*(pytest.param(name, marks=pytest.mark.models) for name in ("onnx", "torch")), "double"])
def subject(request: pytest.FixtureRequest) -> Reranker:
    if request.param == "double":
        return OverlapReranker()
    found: Reranker = request.getfixturevalue("reranker" if request.param == "onnx" else "tiny_torch")
    return found


def test_it_names_itself_and_its_weights(subject: Reranker) -> None:
    assert subject.name
    assert len(bytes.fromhex(subject.sha256)) == 32


def test_one_float32_score_a_text(subject: Reranker) -> None:
    scores = subject.score(QUESTION, TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_no_texts_have_no_scores(subject: Reranker) -> None:
    scores = subject.score(QUESTION, [])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_a_score_does_not_depend_on_order_or_neighbours(subject: Reranker) -> None:
    scores = subject.score(QUESTION, TEXTS)
    slack = 0 if isinstance(subject, OnnxReranker | OverlapReranker) else 1e-5  # padding, in batches
    np.testing.assert_allclose(subject.score(QUESTION, TEXTS[::-1])[::-1], scores, rtol=0, atol=slack)
    np.testing.assert_allclose([subject.score(QUESTION, [t])[0] for t in TEXTS], scores, rtol=0, atol=slack)
    assert len(set(scores.tolist())) > 1


@pytest.mark.parametrize("kind", ["onnx", "double"])
def test_the_answer_scores_above_the_others(kind: str, reranker: Reranker) -> None:
    subject = reranker if kind == "onnx" else OverlapReranker()
    scores = subject.score(QUESTION, TEXTS)
    assert int(np.argmax(scores)) == 1
    assert (np.delete(scores, 1) < scores[1]).all()


def test_hostile_texts_have_scores_too(subject: Reranker) -> None:
    assert np.isfinite(subject.score(QUESTION, NASTY)).all()
    assert np.isfinite(subject.score("why " * 1_000, TEXTS)).all()


def test_scores_are_logits_that_tell_answers_from_the_rest(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, TEXTS)
    assert scores[1] > 0
    assert (np.delete(scores, 1) < -5).all()


@pytest.mark.slow
def test_a_model_that_is_no_cross_encoder_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(DatelineError, match=str(tmp_path)):
        make_reranker(str(tmp_path))


@pytest.mark.models
def test_a_text_is_read_once_for_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = make_reranker(IndexSettings().reranker)
    first = reranker.score("Who came?", ["Anna came.", "Bob left."])
    monkeypatch.setattr(OnnxModel, "run", lambda *_: pytest.fail("it was read again"))
    assert reranker.score("Who came?", ["Bob left.", "Anna came."]).tolist() == first[::-1].tolist()
    with pytest.raises(pytest.fail.Exception, match="read again"):
        reranker.score("Who left?", ["Anna came."])
