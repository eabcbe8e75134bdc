"""A library as a component of Haystack: `pip install 'dateline[haystack]'`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index import Library, SearchMode, read_place, require

try:
    from haystack import Document, component, default_from_dict, default_to_dict
except ModuleNotFoundError:
    require("haystack", "dateline.haystack")
    raise

from dateline._hits import describe_hit, find_hits


@component
class DatelineRetriever:
    """The `top_k` passages of a library that fit a question best, each with what is needed to cite it as `meta`.

    `library` is one that is open, or its folder or address, and is opened when it is first needed. `after` and `before`
    are days in words ("2023-05", "last week"), both included. What the question itself says of times, outlets and
    languages counts too.
    """

    def __init__(
        self,
        library: Library | Path | str,
        top_k: int = 10,
        mode: SearchMode = "hybrid",
        after: str | None = None,
        before: str | None = None,
        sources: Sequence[str] = (),
        languages: Sequence[str] = (),
        collections: Sequence[str] = (),
    ) -> None:
        self._library = library if isinstance(library, Library) else None
        self._place = library.place if isinstance(library, Library) else read_place(str(library))
        self._top_k = top_k
        self._mode = mode
        self._filters = (after, before, list(sources), list(languages), list(collections))

    def warm_up(self) -> None:
        """Open the library, unless it is."""
        if self._library is None:
            self._library = Library.open(self._place)

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """Find passages for a question."""
        self.warm_up()
        assert self._library is not None
        limit = self._top_k if top_k is None else top_k
        hits = find_hits(self._library, query, limit, self._mode, *self._filters)
        found = [(hit.passage, hit.score, describe_hit(hit)) for hit in hits]
        return {"documents": [Document(id=p.id, content=p.text, score=score, meta=meta) for p, score, meta in found]}

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` makes the same component of; the password of a database is not in it."""
        after, before, sources, languages, collections = self._filters
        return default_to_dict(
            self,
            library=str(self._place),
            top_k=self._top_k,
            mode=self._mode,
            after=after,
            before=before,
            sources=sources,
            languages=languages,
            collections=collections,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> DatelineRetriever:
        """The component that `to_dict` described."""
        return default_from_dict(cls, data)
