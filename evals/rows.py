"""What a run keeps: a row for each question with the answer to it, its scores, its timing, and the sum of all.

`evals/runs/run_format.py` says how each stands on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from evals.records import DayRange, Fact
from evals.statistics import Interval
from index import Filters

Variant = Literal["asked", "without_evidence"]
Verdict = Literal["supported", "unsupported", "unchecked"]
QuotedField = Literal["text", "title"]


class RankedPassage(NamedTuple):
    """Characters `start` to `end` of the article with the id `article`."""

    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What identifies an article, without its text."""

    id: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """Characters `start` to `end` of an article's text."""

    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class KeptDay:
    """Relative words of a quote ("last week"), where they stand in the article, and the days that they mean."""

    start: int
    end: int
    text: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """Words that a sentence rests on: characters `start` to `end` of the article's text, or of its title."""

    start: int
    end: int
    text: str
    days: tuple[KeptDay, ...] = ()
    field: QuotedField = "text"


@dataclass(frozen=True, slots=True)
class KeptWords:
    """The words that answer: characters `start` to `end` of the text, or title, of the article that `marker` cites."""

    text: str
    marker: int
    start: int
    end: int
    field: QuotedField = "text"


@dataclass(frozen=True, slots=True)
class KeptCitation:
    """A numbered source of an answer; `copies` are ids of near-duplicates of the article."""

    marker: int
    article: KeptArticle
    passage: KeptPassage
    copies: tuple[str, ...] = ()
    quotes: tuple[KeptQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptSentence:
    """A sentence of an answer, the markers of what it cites, and what the verifier said of it."""

    text: str
    verdict: Verdict = "unchecked"
    support: float | None = None
    reasons: tuple[str, ...] = ()
    citations: tuple[int, ...] = ()
    gap: bool = False


@dataclass(frozen=True, slots=True)
class KeptSide:
    """What some articles say where others contradict them, and the markers of what says it."""

    value: str
    citations: tuple[int, ...] = ()
    outlets: tuple[str, ...] = ()
    published: date | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True)
class KeptDisagreement:
    """What articles contradict each other in: `kind` is `changed` or `disputed`."""

    about: str
    kind: str
    sides: tuple[KeptSide, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptHit:
    """A passage that the answerer read, with its rank and score."""

    rank: int
    score: float
    article: KeptArticle
    passage: KeptPassage
    signals: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is kept: like `rag.Answer`, without the articles' texts and without its seconds."""

    question: str
    standalone_question: str = ""
    as_of: date | None = None
    filters: Filters = field(default_factory=Filters)
    named: Filters = field(default_factory=Filters)
    refused: bool = False
    reason: str = ""
    confidence: float | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    answer: KeptWords | None = None
    disagreements: tuple[KeptDisagreement, ...] = ()
    sentences: tuple[KeptSentence, ...] = ()
    citations: tuple[KeptCitation, ...] = ()
    unresolved: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    hits: tuple[KeptHit, ...] = ()
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def list_quotes(self) -> list[str]:
        """The words of every quote, in the order of the citations."""
        return [quote.text for citation in self.citations for quote in citation.quotes]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its labels, and what came of it: `ranking` of article ids, `answer` or `error`.

    `variant` is `asked`, or `without_evidence`: against the library without the relevant articles. `grades` is
    how relevant each article is, where that is known; `written_out` is a follow-up as it stands alone; `passages` are
    those ranked; `answer` is None where the question failed.
    """

    id: str
    question: str
    variant: Variant = "asked"
    answers: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    unanswerable: bool = False
    choices: tuple[str, ...] = ()
    nuggets: tuple[str, ...] = ()
    evidence: tuple[Fact, ...] = ()
    as_of: date | None = None
    written_out: str = ""
    earlier: tuple[str, ...] = ()
    disputed: bool | None = None
    range: DayRange | None = None
    ranking: tuple[str, ...] = ()
    passages: tuple[RankedPassage, ...] = ()
    answer: KeptAnswer | None = None
    error: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from all others of its run."""
        return self.id, self.variant

    @property
    def should_refuse(self) -> bool:
        """True where the articles asked don't hold an answer."""
        return self.unanswerable or self.variant == "without_evidence"

    @property
    def refused(self) -> bool:
        """True where it was refused; a question that failed was not."""
        return self.answer is not None and self.answer.refused

    @property
    def text(self) -> str:
        """The answer in words, the reason of a refusal; empty where the question failed."""
        if self.answer is None:
            return ""
        return self.answer.reason if self.refused else " ".join(s.text for s in self.answer.sentences)

    @property
    def citations(self) -> tuple[KeptCitation, ...]:
        """What the answer cites; nothing where the question failed."""
        return self.answer.citations if self.answer else ()


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The scores of one row by name; a score that is None has its reason in `unscored`."""

    id: str
    variant: Variant
    scores: Mapping[str, float | None]
    unscored: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from all others of its run."""
        return self.id, self.variant


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one row took, in seconds by stage; `total` is all of it."""

    id: str
    variant: Variant
    seconds: Mapping[str, float]

    @property
    def key(self) -> tuple[str, str]:
        """What tells the row from all others of its run."""
        return self.id, self.variant


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole run: counts, and each measure over all questions. `judge` is the LLM that graded it, if any."""

    dataset: str
    questions: int
    rows: int
    errors: int
    measures: Mapping[str, Interval]
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds, tokens, dollars: all that differs between two runs of the same.

    `asked_now` counts the rows that the last process asked. `overhead` is the share of its time, from the first
    question on, in which nothing was retrieved or answered; None where it asked none. `cost_usd` is what the
    answers cost, `spent_usd` what was paid for them now; `replies_asked` and `replies_kept` say how many came from
    where.
    """

    finished: datetime
    cpus: int | None
    asked_now: int
    asking_seconds: float
    scoring_seconds: float
    overhead: float | None
    seconds: Mapping[str, float]
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    spent_usd: float
    replies_asked: int
    replies_kept: int
    questions: tuple[Timing, ...]
