"""`/v1/embeddings`: texts to vectors, by the library's own embedder."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from index import UsageError, Vectors
from ui.api.errors import ModelNotFoundError
from ui.api.fields import Strict
from ui.api.openai.errors import UnsupportedError
from ui.api.service import Service

MOST_TEXTS = 256
LONGEST_TEXT = 20_000  # characters
MOST_CHARACTERS = 200_000  # of all texts of a request together

_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
_Tokens = Annotated[list[int], Field(min_length=1, max_length=LONGEST_TEXT)]


class EmbeddingsIn(Strict):
    """Texts to embed. `input_type` says whether they are to be found, or are what somebody asks."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, Field(min_length=1, max_length=200, description="The library's embedder.")]
    input: (
        _Text
        | Annotated[list[_Text], Field(min_length=1, max_length=MOST_TEXTS)]
        | _Tokens
        | Annotated[list[_Tokens], Field(min_length=1, max_length=MOST_TEXTS)]
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Field(ge=1, le=100_000)] | None = None
    input_type: Literal["passage", "document", "query"] = "passage"
    user: Annotated[str, Field(max_length=1_000)] | None = None

    def texts(self) -> list[str]:
        """The texts. Raises UnsupportedError for tokens, UsageError for what is empty or too much."""
        given = [self.input] if isinstance(self.input, str) else self.input
        texts = [text for text in given if isinstance(text, str)]
        if len(texts) < len(given):
            raise UnsupportedError("input", "input: numbers of tokens can't be read here. Send the texts.")
        if not all(text.strip() for text in texts):
            raise UsageError("input: a text is empty. Leave it out.")
        if sum(map(len, texts)) > MOST_CHARACTERS:
            raise UsageError(f"input: more than {MOST_CHARACTERS:,} characters in all. Send fewer texts at a time.")
        return texts


def embed(service: Service, asked: EmbeddingsIn) -> dict[str, Any]:
    """The vectors of the texts, of unit length. Raises ModelNotFoundError for another model than the library's own,
    UnsupportedError for other dimensions than it has.
    """
    name, dimension = service.embedder()
    if asked.model != name:
        raise ModelNotFoundError(f"texts are embedded by {name!r} here. Ask for that.")
    if asked.dimensions not in (None, dimension):
        raise UnsupportedError("dimensions", f"dimensions: {name} has {dimension:,}, and can't be cut. Leave it out.")
    vectors = service.embed(asked.texts(), questions=asked.input_type == "query")
    data = [
        {"object": "embedding", "index": n, "embedding": _write(vector, asked.encoding_format)}
        for n, vector in enumerate(vectors)
    ]
    return {"object": "list", "data": data, "model": name, "usage": {"prompt_tokens": 0, "total_tokens": 0}}


def _write(vector: Vectors, encoding: str) -> list[float] | str:
    """The numbers as a list, or as base64 of float32, the lowest byte first."""
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    return [float(number) for number in vector]
