"""`python -m evals.make.changed_facts SET OUT`: a set in which articles stand beside copies with another answer.

SET is a dataset whose questions have choices. For each of at most 100 questions an article that has the answer's words
is there once more, as another outlet's, with a wrong choice in their place: there the articles contradict each other.
Of the other questions the articles are as they were.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from evals.dataset import load_dataset
from evals.lines import write_jsonl
from evals.make.own_articles import CORPUS, QUERIES, make_article_row
from evals.records import Dataset, Question
from index import Article

_QUESTIONS = 100
_SEED = 4
_OUTLET = "County Mail"


class _Change(NamedTuple):
    """A question, the article that is copied, the words that are changed there, and those that take their place."""

    question: Question
    article: Article
    answer: str
    other: str

    def write(self, text: str) -> str:
        """The text with the other words."""
        return _find(self.answer).sub(lambda _: self.other, text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write `corpus.jsonl` and `queries.jsonl`."""
    parser = argparse.ArgumentParser(prog="python -m evals.make.changed_facts", description=__doc__)
    parser.add_argument("set", help="a built-in dataset, or a folder with one")
    parser.add_argument("out", type=Path, help="folder for the new set")
    chosen = parser.parse_args(arguments)
    dataset = load_dataset(chosen.set)
    random = Random(_SEED)  # noqa: S311 - chance that can be repeated, no secret
    articles = {article.id: article for article in dataset.articles()}
    changes = list(_list_changes(dataset, articles, random))
    random.shuffle(changes)
    changed = {change.question.id: change for change in changes[:_QUESTIONS]}
    chosen.out.mkdir(parents=True, exist_ok=True)
    copies = (_copy(change) for change in changed.values())
    write_jsonl(chosen.out / CORPUS, [*map(make_article_row, articles.values()), *copies])
    write_jsonl(chosen.out / QUERIES, (_to_query(q, changed.get(q.id)) for q in dataset.questions))


def _list_changes(dataset: Dataset, articles: Mapping[str, Article], random: Random) -> Iterator[_Change]:
    """A change for each question with one answer, another choice that looks like it, and an article that has it."""
    for question in dataset.questions:
        answer = question.answers[0] if len(question.answers) == 1 else ""
        others = [c for c in question.choices if c != answer and _look(c) == _look(answer)]
        having = [articles[i] for i in question.relevant if answer and _find(answer).search(articles[i].text)]
        if others and having:
            yield _Change(question, having[0], answer, random.choice(others))


def _find(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")


def _look(words: str) -> str:
    """Whether it is a number, a name, or neither."""
    return "number" if re.search(r"\d", words) else "name" if words[:1].isupper() else "words"


def _copy(change: _Change) -> Mapping[str, Any]:
    row = make_article_row(change.article)
    texts = {field: change.write(row.get(field, "")) for field in ("title", "text")}
    own = {"id": f"changed-{change.question.id}", "source": _OUTLET, "url": "", "origin": ""}
    return {**row, **texts, **own}


def _to_query(question: Question, change: _Change | None) -> Mapping[str, Any]:
    relevant = [*question.relevant, *([f"changed-{question.id}"] if change else [])]
    return {"id": question.id, "question": question.question, "relevant": relevant, "disputed": change is not None}


if __name__ == "__main__":
    main()
