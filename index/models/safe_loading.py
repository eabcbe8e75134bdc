"""How sentence-transformers loads a model: from the model's own folder, and without running code of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from index.models.model_files import FoundModel

Loaded = TypeVar("Loaded")


def load_safely(load: Callable[..., Loaded], model: FoundModel, **more: Any) -> Loaded:
    """Load a model by `load`, a class of sentence-transformers, for the processor; it gets `more` too.

    Only safetensors are read: a pickle could run code. Raises whatever transformers raises on what is no such model.
    """
    return load(
        str(model.folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
        **more,
    )
