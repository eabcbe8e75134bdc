"""How far a judge can be trusted: its grades against ours, on a small set of answers that we labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.compare.statistics import Interval, measure_agreement
from evals.judge.judging import GRADES, RUBRICS, Judgement, grade_rows
from evals.lines import get_text, get_texts, naming, read_jsonl
from evals.runs.run import RunOptions
from evals.runs.run_folder import AnswerRow
from evals.runs.system import Track, track_nothing
from rag import Settings

LABELLED = Path(__file__).parents[1] / "data" / "judge-check.jsonl"
# "Substantial" begins above this: Landis and Koch, The Measurement of Observer Agreement, Biometrics 33, 1977.
LEAST_KAPPA = 0.6
MOST_UNREADABLE = 0.1  # share of the grades


class Labelled(NamedTuple):
    """An answer, and our own grade of it by each rubric."""

    row: AnswerRow
    grades: dict[str, str]


class Agreement(NamedTuple):
    """How a judge's grades agree with ours; `unreadable` counts the replies without one."""

    measure: str
    kappa: Interval
    unreadable: int
    disagreements: tuple[tuple[Labelled, Judgement], ...]

    @property
    def is_enough(self) -> bool:
        """True where the judge may be used."""
        readable = self.unreadable <= MOST_UNREADABLE * (self.kappa.n + self.unreadable)
        return readable and self.kappa.mean is not None and self.kappa.mean > LEAST_KAPPA


def read_labelled(path: Path = LABELLED) -> Iterator[Labelled]:
    """The labelled answers; raise DatelineError that names the line of a malformed one."""
    for row in read_jsonl(path):
        with naming(row.place):
            grades = {measure: get_text(row.values, measure) for measure in RUBRICS}
            if wrong := [grade for grade in grades.values() if grade not in GRADES]:
                raise ValueError(f"{wrong[0]!r} is not one of {', '.join(GRADES)}")
            answer = {
                "refused": False,
                "sentences": [{"text": get_text(row.values, "answer")}],
                "citations": [{"quotes": [{"text": text} for text in get_texts(row.values, "quotes")]}],
            }
            name, question = get_text(row.values, "id"), get_text(row.values, "question")
            asked = AnswerRow(name, question, answers=get_texts(row.values, "answers"), answer=answer)
            labelled = Labelled(asked, grades)
        yield labelled


def check_judge(settings: Settings, options: RunOptions, track: Track = track_nothing) -> list[Agreement]:
    """Have the labelled answers graded, and measure the agreement by each rubric; raises what `grade_rows` raises."""
    labelled = list(read_labelled())
    judged = grade_rows([each.row for each in labelled], settings, options, track)
    return [_compare(measure, labelled, judged) for measure in RUBRICS]


def _compare(measure: str, labelled: Sequence[Labelled], judged: Sequence[Judgement]) -> Agreement:
    found = {judgement.id: judgement for judgement in judged if judgement.measure == measure}
    pairs = [(each, found[each.row.id]) for each in labelled]
    read = [(each.grades[measure], judgement.grade) for each, judgement in pairs if judgement.grade is not None]
    return Agreement(
        measure,
        measure_agreement(read),
        len(pairs) - len(read),
        tuple((each, judgement) for each, judgement in pairs if judgement.grade != each.grades[measure]),
    )
