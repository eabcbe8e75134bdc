"""A BERT's weights as ONNX: the same vectors as sentence-transformers gives, without torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.assemble import make_embedder
from index.errors import DatelineError
from index.models.embedder import Embedder, Vectors
from index.models.model_files import find_model
from index.models.onnx_export import can_export, find_export
from index.read.files import read_file
from index.text.sentences import split_sentences
from tests.conftest import ROOT

NAME = "sentence-transformers/all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Sentences and longer stretches of the sample articles."""
    found = []
    for path in sorted((ROOT / "seeds").iterdir()):
        for article in read_file(path, 20) if path.is_file() and not path.name.startswith(".") else ():
            found += [article.text[s.start : s.end] for s in split_sentences(article.text)][:12]
            found.append(article.text[:700])
    return found


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dateline" / "models"


def _cosines(one: Embedder, other: Embedder, texts: list[str]) -> Vectors:
    cosines: Vectors = np.einsum("ij,ij->i", one.embed_passages(texts), other.embed_passages(texts))
    return cosines


@pytest.mark.models
def test_float32_is_what_sentence_transformers_gives(texts: list[str]) -> None:
    torch = make_embedder(NAME, "sentence-transformers")
    assert len(texts) > 60
    assert _cosines(make_embedder(NAME, "float32"), torch, texts).min() > 0.9999


@pytest.mark.models
def test_int8_is_near_it(texts: list[str]) -> None:
    cosines = _cosines(make_embedder(NAME, "int8"), make_embedder(NAME, "float32"), texts)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.97


def test_it_is_made_once_and_kept(cache: Path) -> None:
    model = find_model(NAME)
    made = find_export(model, "int8")
    when = made.stat().st_mtime_ns
    assert find_export(model, "int8") == made
    assert made.stat().st_mtime_ns == when
    assert list(cache.iterdir()) == [made]


def test_a_damaged_one_is_made_again(cache: Path) -> None:
    model = find_model(NAME)
    made = find_export(model, "int8")
    whole = made.read_bytes()
    made.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert find_export(model, "int8").read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DatelineError, match="XDG_CACHE_HOME"):
        find_export(find_model(NAME), "int8")


def test_other_architectures_are_left_to_sentence_transformers(tmp_path: Path) -> None:
    folder = find_model(NAME).folder
    assert can_export(folder)
    config = json.loads((folder / "config.json").read_text())
    shutil.copy(folder / "tokenizer.json", tmp_path)
    for change in ({"model_type": "roberta"}, {"hidden_act": "silu"}, {"position_embedding_type": "relative_key"}):
        (tmp_path / "config.json").write_text(json.dumps(config | change))
        assert not can_export(tmp_path)


def test_weights_that_are_no_bert_are_named(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(find_model(NAME).folder, folder)
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(DatelineError, match=r"model\.safetensors are not those of a BERT"):
        make_embedder(str(folder))


@pytest.mark.models
def test_neither_torch_nor_onnx_is_imported_for_a_kept_one() -> None:
    make_embedder(NAME)
    code = (
        "import sys; from index.assemble import make_embedder; "
        f"make_embedder({NAME!r}).embed_query('who?'); "
        "print([m for m in ('torch', 'onnx', 'sentence_transformers', 'safetensors') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.models
def test_no_text_is_cut() -> None:
    """The end of a text with more tokens than the model reads tells in its vector."""
    minilm = make_embedder(NAME)
    long = "The committee met on Monday. " * 60
    one, other = minilm.embed_passages([long + "A volcano erupted.", long + "The bank failed."])
    assert one @ other < 0.9999
