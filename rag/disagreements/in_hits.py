"""What the passages contradict each other in that a model answered from."""

from __future__ import annotations

from dataclasses import replace

from index import Reader
from rag.disagreements.find import find_disagreement
from rag.extract.candidates import list_candidates, write_text
from rag.question.record import ParsedQuestion
from rag.quotes import CitationBook
from rag.records import Answer


def add_disagreements(answer: Answer, question: ParsedQuestion, reader: Reader) -> Answer:
    """The answer with the disagreements of its passages, and citations of those that it cites nowhere else."""
    book = CitationBook()
    kept = [book.cite(citation.hit, citation.quotes) == citation.marker for citation in answer.citations]
    if not all(kept):
        return answer
    found = []
    for part in question.parts:
        texts = [write_text(hit, part.days) for hit in answer.hits]
        readings = reader.read(part.whole, [text.text for text in texts])
        candidates = list_candidates(part, answer.hits, texts, readings, {})
        disagreement = find_disagreement(part, candidates, answer.hits)
        found += [disagreement.cite(book)] if disagreement else []
    return replace(answer, disagreements=tuple(found), citations=book.citations()) if found else answer
