"""The yes/no questions, and how right and wrong marks are counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.dataset import load_dataset
from evals.fit.yes_no import QUESTIONS, measure_yes_no, read_shown, read_yes_no
from evals.formats.dateline import read_questions
from index import DatelineError
from rag import Answer, Sentence


def test_sixty_questions_a_third_of_each_verdict_and_half_held() -> None:
    asked = read_yes_no()
    assert Counter(q.verdict for q in asked) == {"yes": 20, "no": 20, "unclear": 20}
    assert len({q.id for q in asked}) == len({q.question for q in asked}) == 60
    held = Counter(q.verdict for q in asked if not q.tuning)
    assert 25 <= held.total() <= 35
    assert min(held.values()) >= 6


def test_other_readers_of_questions_pass_the_verdict_over() -> None:
    questions = list(read_questions(QUESTIONS))
    articles = {article.id for article in load_dataset("seeds").articles()}
    assert len(questions) == 60
    assert all(set(q.relevant) <= articles and q.unanswerable != bool(q.relevant) for q in questions)


def test_balanced_accuracy_is_the_mean_over_verdicts() -> None:
    figures = measure_yes_no(
        [("yes", "yes"), ("yes", "unclear"), ("no", "yes"), ("no", "no"), ("unclear", "unclear"), ("unclear", "no")]
    )
    assert (figures.yes, figures.no, figures.unclear, figures.balanced_accuracy) == (0.5, 0.5, 0.5, 0.5)
    assert (figures.n, figures.marked, figures.wrong) == (6, 4, 2)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("[Yes.] It ended.", "yes"), ("[No.] It did not end.", "no"), ("No date was set.", "unclear"), ("", "unclear")],
)
def test_what_is_shown_is_read_off_the_first_sentence(text: str, verdict: str) -> None:
    sentences = (Sentence(text), Sentence("[Yes.] Later.")) if text else ()
    assert read_shown(Answer("q", "q", "offline", sentences=sentences)) == verdict


def test_a_question_without_a_verdict_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "y1", "question": "Did it end?", "verdict": "maybe"}\n')
    with pytest.raises(DatelineError, match="line 1"):
        read_yes_no(file)
