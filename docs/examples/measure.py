"""Measure the answers to questions of your own, whose answers you know.

python docs/examples/measure.py FOLDER

FOLDER is new. Its corpus.jsonl and queries.jsonl are the articles and the questions; evals/README.md says what they may
hold.
"""

import json
import sys
from pathlib import Path

from evals import RunOptions, load_dataset, run_dataset
from rag import Settings

ARTICLES: list[dict[str, object]] = [
    {"id": "a1", "title": "Old bridge closes", "text": "The bridge in Torvik closed. Engineers found cracks in it."},
    {"id": "a2", "title": "Ferry to run", "text": "A ferry will run in Torvik until the bridge opens again."},
]
QUESTIONS: list[dict[str, object]] = [
    {"id": "q1", "question": "What did engineers find?", "answers": ["cracks"], "relevant": ["a1"]},
    {"id": "q2", "question": "Which airline flies to Hamn?", "unanswerable": True},
]


def write(file: Path, rows: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def main(folder: str) -> None:
    place = Path(folder)
    place.mkdir(parents=True)
    write(place / "corpus.jsonl", ARTICLES)
    write(place / "queries.jsonl", QUESTIONS)
    run = run_dataset(load_dataset(folder), Settings(), place / "run", RunOptions(cache=place / "cache"))
    for measure, figure in run.summary.measures.items():
        if figure.n:  # what no question is labelled for has no figure
            print(f"{measure}: {figure.mean:.3f} (n = {figure.n})")


if __name__ == "__main__":
    main(*sys.argv[1:])
