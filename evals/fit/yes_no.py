"""How often the offline answer's yes or no is right: `python -m evals.fit.yes_no`.

Its thresholds stand in `rag/extract/yes_or_no.py`. They were chosen on one half of `evals/data/yes-no.jsonl`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from evals.dataset import load_dataset
from evals.lines import get_text, naming, read_jsonl
from index import Library, set_up_process
from rag import Answer, Settings, ask

QUESTIONS = Path(__file__).parents[1] / "data" / "yes-no.jsonl"

YesNoVerdict = Literal["yes", "no", "unclear"]
_VERDICTS: dict[str, YesNoVerdict] = {verdict: verdict for verdict in get_args(YesNoVerdict)}


@dataclass(frozen=True, slots=True)
class YesNoQuestion:
    """A question on the sample articles, and what they say to it."""

    id: str
    question: str
    verdict: YesNoVerdict

    @property
    def tuning(self) -> bool:
        """True for the half by which thresholds may be chosen: the same on every machine."""
        return sha256(self.id.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class YesNoFigures:
    """Of `n` questions: the share with each verdict that is shown so, the mean of these shares, and wrong marks.

    A mark is wrong that says yes or no where the other is right, or where neither is clear.
    """

    n: int
    yes: float
    no: float
    unclear: float
    balanced_accuracy: float
    marked: int
    wrong: int


def read_yes_no(path: Path = QUESTIONS) -> list[YesNoQuestion]:
    """The questions; raises DatelineError that names the line of one without a verdict."""
    found = []
    for row in read_jsonl(path):
        with naming(row.place):
            verdict = _VERDICTS.get(get_text(row.values, "verdict"))
            if verdict is None:
                raise ValueError(f"its verdict is none of {', '.join(_VERDICTS)}")
            found.append(YesNoQuestion(get_text(row.values, "id"), get_text(row.values, "question"), verdict))
    return found


def read_shown(answer: Answer) -> YesNoVerdict:
    """What an answer says in front of its first sentence."""
    first = answer.sentences[0].text if answer.sentences else ""
    return "yes" if first.startswith("[Yes.] ") else "no" if first.startswith("[No.] ") else "unclear"


def measure_yes_no(shown: Iterable[tuple[YesNoVerdict, YesNoVerdict]]) -> YesNoFigures:
    """The figures of pairs of what is right and what was shown; each verdict is right at least once."""
    pairs = list(shown)
    kept = {v: [said == v for right, said in pairs if right == v] for v in _VERDICTS.values()}
    shares = {v: round(sum(found) / len(found), 3) for v, found in kept.items()}
    marks = [(right, said) for right, said in pairs if said != "unclear"]
    balanced = round(sum(shares.values()) / len(shares), 3)
    return YesNoFigures(
        len(pairs), **shares, balanced_accuracy=balanced, marked=len(marks), wrong=sum(a != b for a, b in marks)
    )


def main() -> None:
    """Ask all questions over the sample articles; print the figures of all answers, and of those not refused."""
    set_up_process()
    asked = read_yes_no()
    settings = Settings(min_confidence=0.0)
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "seeds", create=True) as library:
        library.add(load_dataset("seeds").articles())
        answers = [ask(library, question.question, settings=settings) for question in asked]
    figures = {}
    for name, least in (("all_answers", 0.0), ("without_refusals", Settings().min_confidence)):
        pairs = [
            (q, read_shown(a) if (a.confidence or 0.0) >= least else "unclear")
            for q, a in zip(asked, answers, strict=True)
        ]
        for half, tuning in (("held_back", False), ("chosen_by", True)):
            found = measure_yes_no((q.verdict, said) for q, said in pairs if q.tuning == tuning)
            figures[f"{name}, {half}"] = asdict(found)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
