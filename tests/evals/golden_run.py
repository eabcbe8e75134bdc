"""A run whose records have every field set, as it stands in `tests/golden/format-3/run`.

Where the format changes, that takes another number and another folder: this one must be read for ever.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from evals.records import DayRange, Fact
from evals.rows import (
    AnswerRow,
    KeptAnswer,
    KeptArticle,
    KeptCitation,
    KeptDay,
    KeptDisagreement,
    KeptHit,
    KeptPassage,
    KeptQuote,
    KeptSentence,
    KeptSide,
    KeptWords,
    RankedPassage,
    ScoreRow,
    Summary,
    Timing,
    Timings,
)
from evals.runs.run_folder import open_run
from evals.runs.run_format import FORMAT
from evals.statistics import Interval
from index import Filters
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden"
SETTINGS = {"format": FORMAT, "settings": {"model": "offline", "passages": 8}, "versions": {"dateline": "0.1.0"}}
TEXT = "The bridge opened last week. It cost 12 million euros."
ARTICLE = KeptArticle(
    "bridge", "The bridge opens", "https://example.org/bridge", "The Bugle", datetime(2024, 3, 4, tzinfo=UTC)
)
PASSAGE = KeptPassage("bridge:0", 0, len(TEXT), TEXT)
ANSWER = KeptAnswer(
    question="What did it cost in May?",
    standalone_question="What did the bridge cost in May?",
    as_of=date(2024, 6, 1),
    filters=Filters(date(2024, 5, 1), date(2024, 5, 31), ("The Bugle",), ("toll",), ("en",)),
    named=Filters(date(2024, 5, 1), date(2024, 5, 31), ("The Bugle",), ("old",), ("en",)),
    refused=True,
    reason="The articles don't say.",
    confidence=0.75,
    signals={"passage": 3.5},
    gaps=("The articles don't say who paid.",),
    answer=KeptWords("bridge", 1, 4, 10, "title"),
    disagreements=(
        KeptDisagreement(
            "What did it cost?",
            "changed",
            (KeptSide("12 million", (1,), ("The Bugle",), date(2024, 3, 4), newest=True),),
        ),
    ),
    sentences=(
        KeptSentence("It cost 12 million euros.", "supported", 0.9, ("nothing",), (1,), gap=True),
        KeptSentence("It is 900 metres long.", "unsupported", 0.1, ("the number “900” is not there",), (1, 1)),
    ),
    citations=(
        KeptCitation(
            1,
            ARTICLE,
            PASSAGE,
            ("copy",),
            (
                KeptQuote(
                    0, 10, "The bridge", (KeptDay(18, 27, "last week", date(2024, 2, 26), date(2024, 3, 3)),), "title"
                ),
            ),
        ),
    ),
    unresolved=("[7]",),
    warnings=("The model was busy.",),
    hits=(KeptHit(1, 0.95, ARTICLE, PASSAGE, {"dense": 0.7}, ("copy",)),),
    model="openai/test",
    prompt_tokens=10,
    completion_tokens=5,
    cost_usd=0.01,
    settings={"passages": 8},
)
ROWS = (
    AnswerRow(
        id="q1",
        question="What did it cost in May?",
        variant="without_evidence",
        answers=("12 million euros",),
        relevant=("bridge",),
        grades={"bridge": 2},
        unanswerable=True,
        choices=("12", "14"),
        nuggets=("12 million",),
        evidence=(Fact("bridge", "It cost 12 million euros."),),
        as_of=date(2024, 6, 1),
        written_out="What did the bridge cost in May?",
        earlier=("10 million",),
        disputed=True,
        range=DayRange(date(2024, 5, 1), date(2024, 5, 31)),
        ranking=("bridge", "toll"),
        passages=(RankedPassage("bridge", 0, 54), RankedPassage("toll", 0, 142)),
        answer=ANSWER,
        error="it broke",
    ),
    AnswerRow("q2", "Who paid?", error="the model did not answer"),
)
SCORES = (
    ScoreRow("q1", "without_evidence", {"right": 0.0, "answer_inclusion": None}, {"answer_inclusion": "no label"}),
    ScoreRow("q2", "asked", {"right": 1.0, "answer_inclusion": 0.5}),
)
SUMMARY = Summary("news", 2, 2, 1, {"answer_inclusion": Interval(0.5, 1, 0.25, 0.75)}, judge="openai/judge")
TIMINGS = Timings(
    finished=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    cpus=2,
    asked_now=2,
    asking_seconds=1.5,
    scoring_seconds=0.5,
    overhead=0.25,
    seconds={"rank": 0.5, "total": 1.25},
    prompt_tokens=10,
    completion_tokens=5,
    cost_usd=0.01,
    spent_usd=0.02,
    replies_asked=3,
    replies_kept=4,
    questions=(
        Timing("q1", "without_evidence", {"rank": 0.5, "total": 1.0}),
        Timing("q2", "asked", {"total": 0.25}),
    ),
)


def write_golden(folder: Path) -> None:
    """Write the run as `eval run` does."""
    with open_run(folder) as writer:
        writer.begin(SETTINGS)
        for row, timing in zip(ROWS, TIMINGS.questions, strict=True):
            writer.append(row, timing)
        writer.finish(["q2 Q0 bridge 1 1 dateline\n"], SCORES, SUMMARY, TIMINGS)
