"""The set in which articles stand beside copies with another answer."""

from __future__ import annotations

import json
from pathlib import Path

from evals.dataset import load_dataset
from evals.make.changed_facts import main

ARTICLE = "The Otter won the Ardle regatta. Otterberg cheered, and the Otter's crew of 8 went home."
QUESTIONS = [
    {"id": "q1", "question": "Which boat won?", "choices": ["Otter", "Heron", "12"], "answers": ["Otter"]},
    {"id": "q2", "question": "How many rowed?", "choices": ["8", "9"], "answers": ["8"]},
    {"id": "q3", "question": "Who lost?", "choices": ["Heron", "Wren"], "answers": ["Heron"]},  # stands nowhere
    {"id": "q4", "question": "Who cheered?", "answers": ["Otterberg"]},  # has no choices
]


def test_a_copy_has_another_choice_wherever_the_answer_stands(tmp_path: Path) -> None:
    given, made = tmp_path / "given", tmp_path / "made"
    given.mkdir()
    article = {"id": "a", "title": "Otter wins", "date": "2024-03-05", "text": ARTICLE}
    (given / "corpus.jsonl").write_text(json.dumps(article) + "\n")
    (given / "queries.jsonl").write_text("".join(json.dumps({**q, "relevant": ["a"]}) + "\n" for q in QUESTIONS))
    main([str(given), str(made)])
    dataset = load_dataset(str(made))
    texts = {article.id: (article.title, article.text) for article in dataset.articles()}
    assert texts == {
        "a": ("Otter wins", ARTICLE),
        "changed-q1": ("Heron wins", ARTICLE.replace("The Otter", "The Heron").replace("the Otter", "the Heron")),
        "changed-q2": ("Otter wins", ARTICLE.replace("8", "9")),
    }
    assert {q.id: (q.disputed, set(q.relevant)) for q in dataset.questions} == {
        "q1": (True, {"a", "changed-q1"}),
        "q2": (True, {"a", "changed-q2"}),
        "q3": (False, {"a"}),
        "q4": (False, {"a"}),
    }
