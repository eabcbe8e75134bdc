"""A question in, an answer out whose every sentence cites. The public face is `ask` and `stream`."""

from rag.ask import ask, stream
from rag.records import Answer, Citation, Quote, Sentence, Turn

__all__ = ["Answer", "Citation", "Quote", "Sentence", "Turn", "ask", "stream"]
