"""A dataset made from a library's own articles, in Dateline's format, every question marked for review."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.lines import write_jsonl
from evals.make.feedback import FEEDBACK_FILE, Feedback, read_feedback
from evals.records import Fact
from evals.rows import KeptAnswer
from index import Article, DatelineError, Library

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question with its labels, and `review`: how it was made, for the person who looks it over.

    The person fixes the row or deletes its line, and takes `review` out; the eval suite reads the file either way.
    """

    question: str
    review: str
    answers: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    evidence: tuple[Fact, ...] = ()
    unanswerable: bool = False
    as_of: date | None = None


def choose_articles(library: Library, most: int) -> list[Article]:
    """At most `most` articles, the same ones each time, spread over the library; copies of one but once."""
    kept = {article.content_hash: article for article in library.articles()}
    order = sorted(kept.values(), key=lambda article: hashlib.sha256(article.id.encode()).digest())
    return order[:most]


def label_relevant(library: Library, article: Article) -> tuple[str, ...]:
    """The article's id, and those of its copies."""
    return tuple(dict.fromkeys((article.id, *library.copies(article.id))))


def make_from_feedback(library: Library) -> Iterator[MadeQuestion]:
    """The questions that readers gave a thumb, the last thumb of each; answers without a label to make are left out.

    Up: the articles cited are relevant, and quotes of their texts are the evidence; of a refusal, it is unanswerable.
    Down: what is right is not known, so the row has no label but waits for one.
    """
    last: dict[tuple[str, date | None], Feedback] = {}
    for feedback in read_feedback(library.folder / FEEDBACK_FILE):
        last[_read_question(feedback.answer)] = feedback
    for (question, as_of), feedback in last.items():
        yield _label(question, as_of, feedback)


def _read_question(answer: KeptAnswer) -> tuple[str, date | None]:
    return (answer.standalone_question or answer.question).strip(), answer.as_of


def _label(question: str, as_of: date | None, feedback: Feedback) -> MadeQuestion:
    said = f"thumb {feedback.thumb} on {feedback.at:%Y-%m-%d}" + (f": {feedback.note}" if feedback.note else "")
    if feedback.thumb == "down":
        return MadeQuestion(question, f"{said} (the answer was not right: give the labels)", as_of=as_of)
    if feedback.answer.refused:
        return MadeQuestion(question, said, unanswerable=True, as_of=as_of)
    citations = feedback.answer.citations
    facts = [Fact(c.article.id, q.text) for c in citations for q in c.quotes if q.field == "text"]
    relevant = tuple(dict.fromkeys(citation.article.id for citation in citations))
    return MadeQuestion(question, said, relevant=relevant, evidence=tuple(facts), as_of=as_of)


def write_dataset(library: Library, made: Iterable[MadeQuestion], out: Path) -> list[MadeQuestion]:
    """Write the articles and the questions, and return these; raise DatelineError where `out` has a dataset already.

    What a person has edited is never written over.
    """
    if (out / QUERIES).exists():
        raise DatelineError(f"{out / QUERIES} is there already, and may be edited. Name another folder with --out.")
    questions = list({question.question: question for question in made}.values())
    if not questions:
        raise DatelineError("no question came of it, so nothing was written. Add articles, or try another model.")
    out.mkdir(parents=True, exist_ok=True)
    write_jsonl(out / CORPUS, (make_article_row(article) for article in library.articles()))
    write_jsonl(out / QUERIES, (_question_row(question) for question in questions))
    return questions


def make_article_row(article: Article) -> dict[str, Any]:
    """The row of an article in Dateline's format, what is empty left out."""
    row = asdict(article)
    shapes = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
    if article.published:
        shape = shapes.get(article.published_precision or "")
        row["published"] = article.published.strftime(shape) if shape else article.published.isoformat()
    row["modified"] = article.modified.isoformat() if article.modified else None
    return {name: value for name, value in row.items() if value and name not in ("content_hash", "published_precision")}


def _question_row(made: MadeQuestion) -> dict[str, Any]:
    """The row as a person reads it: the question first, what is empty left out but for the labels to fill in."""
    key = hashlib.sha256(f"{made.question}\n{made.as_of or ''}".encode()).hexdigest()[:10]
    row: dict[str, Any] = {"id": key, "question": made.question, "review": made.review}
    row |= {"answers": list(made.answers), "relevant": list(made.relevant), "unanswerable": made.unanswerable}
    if made.evidence:
        row["evidence"] = [{"article": fact.article, "text": fact.text} for fact in made.evidence]
    if made.as_of:
        row["as_of"] = made.as_of.isoformat()
    return row


def longest_copy(question: str, texts: Sequence[str]) -> int:
    """How many words of the question stand one after the other in one of the texts, at most."""
    from evals.measures.squad import fold

    words = fold(question).split()
    folded = [f" {fold(text)} " for text in texts]
    longest = 0
    for start in range(len(words)):
        while any(f" {' '.join(words[start : start + longest + 1])} " in text for text in folded):
            if start + longest >= len(words):
                break
            longest += 1
    return longest
