"""`python -m evals.fit.reader.near_misses DATA OUT`: near misses as a set for `dateline eval run`.

They are questions of SQuAD 2.0 on titles that the reader did not learn from, most of them with no answer in their
paragraphs. The confidence is fitted to a run of them, beside the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from evals.fit.reader.questions import Asked, read_wikipedia
from evals.lines import write_jsonl

_QUESTIONS = 300
_SEED = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Write `corpus.jsonl` and `queries.jsonl`."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.reader.near_misses", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with squad2.jsonl, qed.jsonl and selqa.jsonl")
    parser.add_argument("out", type=Path, help="folder for the set")
    chosen = parser.parse_args(arguments)
    out: Path = chosen.out
    articles, asked = read_wikipedia(chosen.data)
    held = [one for one in asked if one.held and one.source == "squad2"]
    known = {article_id for one in held for article_id in one.relevant}
    out.mkdir(parents=True, exist_ok=True)
    kept = ({"id": a.id, "title": a.title, "text": a.text} for a in articles if a.id in known)
    write_jsonl(out / "corpus.jsonl", kept)
    first: dict[str, Asked] = {}
    for one in held:
        first.setdefault(one.question, one)
    questions = list(first.values())
    Random(_SEED).shuffle(questions)  # noqa: S311 - chance that can be repeated, no secret
    write_jsonl(out / "queries.jsonl", map(_to_query, questions[:_QUESTIONS]))


def _to_query(one: Asked) -> Mapping[str, Any]:
    labels = {"relevant": sorted(one.relevant), "answers": list(one.answers)} if one.answers else {"unanswerable": True}
    return {"id": one.id, "question": one.question, **labels}


if __name__ == "__main__":
    main()
