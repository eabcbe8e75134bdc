"""A run: every question of a dataset asked, kept as it comes, and scored."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from evals.measures.context import ScoringContext
from evals.measures.scoring import score_rows, summarise
from evals.records import Dataset
from evals.rows import AnswerRow, ScoreRow, Summary, Timing, Timings
from evals.runs.keep_rows import make_answer_row
from evals.runs.replies import BudgetSpent, Replies, check_price
from evals.runs.run_folder import RunFolder, RunWriter, open_run, read_run
from evals.runs.system import System, Task, Track, describe_run, leave_out_evidence, open_system, track_nothing
from index import Address, DatelineError
from rag import OFFLINE, Answer, Settings, complete, make_offline_verifier

AskedRow = tuple[AnswerRow, Timing]


@dataclass(frozen=True)
class RunOptions:
    """How a run is made; none of it but `remove_evidence`, `database` and `collections` changes its figures.

    `cache` is the folder of indexes and of LLM replies; with `database`, indexes are kept there. `max_cost` is in
    dollars.
    """

    cache: Path
    remove_evidence: bool = False
    concurrency: int = 1
    max_cost: float | None = None
    database: Address | None = None
    collections: tuple[str, ...] = ()


def find_cache() -> Path:
    """Where indexes and replies are kept, if nothing else is said."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "dateline"


def run_dataset(
    dataset: Dataset, settings: Settings, folder: Path, options: RunOptions, track: Track = track_nothing
) -> RunFolder:
    """Ask every question and score the answers, into `folder`; a run that was left unfinished there goes on.

    A question that fails is kept with its error. Raises DatelineError where the folder holds another run or is in
    use, where the articles can't be indexed, and where `max_cost` is reached; what was done is kept.
    """
    if options.max_cost is not None and settings.model != OFFLINE:
        check_price(settings.model)
    replies = Replies(
        options.cache / "replies",
        partial(complete, timeout_seconds=settings.timeout_seconds, key_file=settings.key_file),
        options.max_cost,
    )
    with (
        open_run(folder) as writer,
        open_system(
            dataset, settings, options.database or options.cache, replies, track, options.collections
        ) as system,
    ):
        limited = {"collections": list(options.collections)} if options.collections else {}
        described = describe_run(dataset, settings, system.library, remove_evidence=options.remove_evidence)
        kept = writer.begin(described | limited)
        tasks = [Task(question) for question in dataset.questions]
        if options.remove_evidence:
            tasks += leave_out_evidence(dataset.questions, system.library)
        done = {row.key for row in kept}
        missing = [task for task in tasks if (task.question.id, task.variant) not in done]
        if missing or not writer.is_finished():
            started = time.perf_counter()
            with _say_what_is_kept(replies, kept, len(tasks)), track("Asking", len(missing), "questions") as advance:
                for row, timing in advance(ask_all(missing, system, options.concurrency)):
                    kept.append(row)
                    writer.append(row, timing)
            _finish(writer, dataset, kept, system, replies, started, {(t.question.id, t.variant) for t in missing})
    return read_run(folder)


@contextmanager
def _say_what_is_kept(replies: Replies, kept: Sequence[AnswerRow], of: int) -> Iterator[None]:
    """Turn a spent budget into a line that says how far the run has come."""
    try:
        yield
    except BudgetSpent:
        raise DatelineError(
            f"${replies.spent_usd:.4f} are spent, which reaches --max-cost: {len(kept)} of {of} questions "
            "are asked, and kept. Give the command again, with a higher --max-cost, and it goes on."
        ) from None


def ask_all(tasks: Sequence[Task], system: System, concurrency: int = 1) -> Iterator[AskedRow]:
    """Ask, `concurrency` questions at a time; what comes of them comes in the order of the tasks."""
    if concurrency <= 1:
        yield from (ask_one(task, system) for task in tasks)
        return
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        waiting: deque[Future[AskedRow]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(ask_one, task, system))
                if len(waiting) > concurrency:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def ask_one(task: Task, system: System) -> AskedRow:
    """Ask; where that fails the error is kept in the row, with what was found until then."""
    started = time.perf_counter()
    answers: deque[Answer] = deque(maxlen=1)  # the last one that came
    failed = ""
    try:
        answers.extend(system.ask(task))
    except DatelineError as error:
        failed = str(error)
    answer = answers[0] if answers else None
    seconds = {**(answer.seconds if answer else {})}
    seconds["total"] = time.perf_counter() - started
    ranking = answer.ranking if answer else ()
    row = make_answer_row(task.question, task.variant, ranking, None if failed else answer, failed)
    return row, Timing(row.id, row.variant, seconds)


def _finish(
    writer: RunWriter,
    dataset: Dataset,
    rows: Sequence[AnswerRow],
    system: System,
    replies: Replies,
    started: float,
    new: set[tuple[str, str]],
) -> None:
    """Score all rows and write what is made of them; `new` are the keys of those that this process asked."""
    asked = time.perf_counter()
    scores = score_rows(rows, ScoringContext(system.library, make_offline_verifier(system.library)))
    summary = _sum_up(dataset, rows, scores)
    known = {row.key for row in rows}
    timings = tuple(timing for timing in writer.read_timings() if timing.key in known)
    ended = time.perf_counter()
    inside = sum(timing.seconds["total"] for timing in timings if timing.key in new)
    answers = [row.answer for row in rows if row.answer]
    total = Timings(
        finished=datetime.now(UTC).replace(microsecond=0),
        cpus=os.cpu_count(),
        asked_now=len(new),
        asking_seconds=asked - started,
        scoring_seconds=ended - asked,
        overhead=max(0.0, 1 - inside / (ended - started)) if new and inside else None,
        seconds=_add_up(timing.seconds for timing in timings),
        prompt_tokens=sum(answer.prompt_tokens or 0 for answer in answers),
        completion_tokens=sum(answer.completion_tokens or 0 for answer in answers),
        cost_usd=sum(answer.cost_usd or 0.0 for answer in answers),
        spent_usd=replies.spent_usd,
        replies_asked=replies.asked,
        replies_kept=replies.kept,
        questions=timings,
    )
    writer.finish(write_trec(rows), scores, summary, total)


def _sum_up(dataset: Dataset, rows: Sequence[AnswerRow], scores: Sequence[ScoreRow]) -> Summary:
    return Summary(
        dataset=dataset.name,
        questions=len(dataset.questions),
        rows=len(rows),
        errors=sum(bool(row.error) for row in rows),
        measures=summarise(scores),
    )


def _add_up(seconds: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for stages in seconds:
        for name, value in stages.items():
            total[name] = total.get(name, 0.0) + value
    return total


def write_trec(rows: Iterable[AnswerRow]) -> Iterator[str]:
    """The rankings of the questions as they were asked, in TREC's format; the score falls with the rank."""
    for row in rows:
        if row.variant == "asked":
            for rank, article in enumerate(row.ranking, start=1):
                yield f"{_bind(row.id)} Q0 {_bind(article)} {rank} {len(row.ranking) - rank + 1} dateline\n"


def _bind(name: str) -> str:
    """The name without white space, which parts the fields."""
    return re.sub(r"\s", "_", name)
