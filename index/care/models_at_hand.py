"""Which models a library's questions need, and whether they are there; nothing is loaded or fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from index.assemble import LITELLM
from index.errors import DatelineError, OtherWeights
from index.extras import require
from index.models.model_files import find_model
from index.settings import IndexSettings
from index.storage.address import Place
from index.trust.claims import check_embedder

Role = Literal["embedder", "reranker", "reader"]


class ModelState(NamedTuple):
    """A model by what it does: the folder and sha256 of its weights, both empty where it runs elsewhere.

    `error` says why it can't be used, and is None where it can.
    """

    role: Role
    name: str
    folder: Path | None
    sha256: str
    error: DatelineError | None


def find_models(
    embedder: str, settings: IndexSettings, place: Place | None = None, sha256: str = ""
) -> list[ModelState]:
    """The state of `embedder`, and of the reranker and the reader of the settings.

    The embedder is that of the library at `place`, which was made with weights of that `sha256`, if any.
    """
    state = _find("embedder", embedder)
    try:
        if place is not None:
            check_embedder(place, embedder, settings.embedder)
        if place is not None and state.sha256 and sha256 != state.sha256:
            raise OtherWeights(place, embedder, sha256, state.sha256)
    except DatelineError as error:
        state = state._replace(error=state.error or error)
    return [state, _find("reranker", settings.reranker), _find("reader", settings.reader)]


def _find(role: Role, name: str) -> ModelState:
    try:
        if name.startswith(LITELLM):
            require("llm", f"the {role} {name}")
            return ModelState(role, name, None, "", None)
        found = find_model(name, fetch=False)
        if not found.onnx:
            require("sentence-transformers", f"the model {name}")
        return ModelState(role, name, found.folder, found.sha256, None)
    except DatelineError as error:
        return ModelState(role, name, None, "", error)
