"""Ask a pile of news articles a question; get an answer whose every sentence cites the exact words.

    import dateline

    library = dateline.Library.open("niger", create=True)
    library.add([{"id": "1", "title": "…", "text": "…", "date": "2024-03-17"}])
    answer = dateline.ask(library, "why did Niger revoke the deal?")

Each name is loaded when it is first used: importing this costs next to nothing.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Library
    from rag import ask, stream

    __version__: str
else:
    _ROOMS = {"Library": "index", "ask": "rag", "stream": "rag"}

    def __getattr__(name: str) -> object:
        if name == "__version__":
            return version("dateline")
        if name in _ROOMS:
            return getattr(import_module(_ROOMS[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Library", "__version__", "ask", "stream"]
