"""How far a judge can be trusted: its grades against ours, on a small set of answers that we labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.judge.judging import GRADES, RUBRICS, Judgement, grade_rows
from evals.lines import get_text, get_texts, naming, read_jsonl
from evals.rows import AnswerRow, KeptAnswer, KeptArticle, KeptCitation, KeptPassage, KeptQuote, KeptSentence
from evals.runs.run import RunOptions
from evals.runs.system import Track, track_nothing
from evals.statistics import Interval, measure_agreement
from rag import Settings

LABELLED = Path(__file__).parents[1] / "data" / "judge-check.jsonl"
# "Substantial" begins above this: Landis and Koch, The Measurement of Observer Agreement, Biometrics 33, 1977.
LEAST_KAPPA = 0.6
MOST_UNREADABLE = 0.1  # share of the grades


class LabelledAnswer(NamedTuple):
    """An answer, and our own grade of it by each rubric."""

    row: AnswerRow
    grades: dict[str, str]


class JudgeAgreement(NamedTuple):
    """How a judge's grades agree with ours; `unreadable` counts the replies without one."""

    rubric: str
    kappa: Interval
    unreadable: int
    disagreements: tuple[tuple[LabelledAnswer, Judgement], ...]

    @property
    def is_enough(self) -> bool:
        """True where the judge may be used."""
        readable = self.unreadable <= MOST_UNREADABLE * (self.kappa.n + self.unreadable)
        return readable and self.kappa.mean is not None and self.kappa.mean > LEAST_KAPPA


def read_labelled(path: Path = LABELLED) -> Iterator[LabelledAnswer]:
    """The labelled answers; raise DatelineError that names the line of a malformed one."""
    for row in read_jsonl(path):
        with naming(row.place):
            grades = {rubric: get_text(row.values, rubric) for rubric in RUBRICS}
            if wrong := [grade for grade in grades.values() if grade not in GRADES]:
                raise ValueError(f"{wrong[0]!r} is not one of {', '.join(GRADES)}")
            name, question = get_text(row.values, "id"), get_text(row.values, "question")
            answer = _make_answer(question, get_text(row.values, "answer"), get_texts(row.values, "quotes"))
            asked = AnswerRow(name, question, answers=get_texts(row.values, "answers"), answer=answer)
            labelled = LabelledAnswer(asked, grades)
        yield labelled


def _make_answer(question: str, text: str, quotes: Sequence[str]) -> KeptAnswer:
    """An answer of one sentence, each of its quotes a passage of its own."""
    citations = tuple(
        KeptCitation(
            marker,
            KeptArticle(""),
            KeptPassage("", 0, len(quote), quote),
            quotes=(KeptQuote(0, len(quote), quote),),
        )
        for marker, quote in enumerate(quotes, start=1)
    )
    markers = tuple(citation.marker for citation in citations)
    return KeptAnswer(question, sentences=(KeptSentence(text, citations=markers),), citations=citations)


def check_judge(settings: Settings, options: RunOptions, track: Track = track_nothing) -> list[JudgeAgreement]:
    """Have the labelled answers graded, and measure the agreement by each rubric; raises what `grade_rows` raises."""
    labelled = list(read_labelled())
    judged = grade_rows([each.row for each in labelled], settings, options, track)
    return [_compare(rubric, labelled, judged) for rubric in RUBRICS]


def _compare(rubric: str, labelled: Sequence[LabelledAnswer], judged: Sequence[Judgement]) -> JudgeAgreement:
    found = {judgement.id: judgement for judgement in judged if judgement.rubric == rubric}
    pairs = [(each, found[each.row.id]) for each in labelled]
    read = [(each.grades[rubric], judgement.grade) for each, judgement in pairs if judgement.grade is not None]
    return JudgeAgreement(
        rubric,
        measure_agreement(read),
        len(pairs) - len(read),
        tuple((each, judgement) for each, judgement in pairs if judgement.grade != each.grades[rubric]),
    )
