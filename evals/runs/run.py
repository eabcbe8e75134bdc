"""A run: every question of a dataset asked, kept as it comes, and scored."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from evals.runs.run_folder import AnswerRow, RunFolder, RunWriter, open_run, read_run
from evals.records import Dataset
from evals.runs.replies import BudgetSpent, Replies, check_price
from evals.score import score_rows, summarise
from evals.runs.system import System, Task, Track, describe_run, leave_out_evidence, open_system, track_nothing
from index import DatelineError
from rag import make_offline_verifier
from rag import complete
from rag import Answer, answer_to_dict
from rag import OFFLINE, Settings

Asked = tuple[AnswerRow, dict[str, Any]]  # a row, and its timing


@dataclass(frozen=True)
class RunOptions:
    """How a run is made; none of it but `remove_evidence` changes its figures.

    `cache` is the folder of indexes and of LLM replies; `max_cost` is in dollars.
    """

    cache: Path
    remove_evidence: bool = False
    concurrency: int = 1
    max_cost: float | None = None


def default_cache() -> Path:
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
    replies = Replies(
        options.cache / "replies",
        partial(complete, timeout_seconds=settings.timeout_seconds, key_file=settings.key_file),
        options.max_cost,
    )
    if options.max_cost is not None and settings.model != OFFLINE:
        check_price(settings.model)
    with open_run(folder) as writer, open_system(dataset, settings, options.cache, replies, track) as system:
        settings_json = describe_run(dataset, settings, system.library, remove_evidence=options.remove_evidence)
        kept = writer.begin(settings_json)
        tasks = [Task(question) for question in dataset.questions]
        if options.remove_evidence:
            tasks += leave_out_evidence(dataset.questions, system.library)
        done = {(row.id, row.variant) for row in kept}
        missing = [task for task in tasks if (task.question.id, task.variant) not in done]
        if not missing and writer.is_finished():
            return read_run(folder)
        started = time.perf_counter()
        try:
            with track("Asking", len(missing), "questions") as advance:
                for row, timing in advance(ask_all(missing, system, options.concurrency)):
                    kept.append(row)
                    writer.append(row, timing)
        except BudgetSpent:
            raise DatelineError(
                f"${replies.spent_usd:.4f} are spent, which reaches --max-cost: {len(kept)} of {len(tasks)} questions "
                "are asked, and kept. Give the command again, with a higher --max-cost, and it goes on."
            ) from None
        _finish(writer, dataset, kept, system, replies, started, {(t.question.id, t.variant) for t in missing})
    return read_run(folder)


def ask_all(tasks: Sequence[Task], system: System, concurrency: int = 1) -> Iterator[Asked]:
    """Ask, `concurrency` questions at a time; what comes of them comes in the order of the tasks."""
    if concurrency <= 1:
        yield from (ask_one(task, system) for task in tasks)
        return
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        waiting: deque[Future[Asked]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(ask_one, task, system))
                if len(waiting) > concurrency:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def ask_one(task: Task, system: System) -> Asked:
    """Ask; where that fails the error is kept in the row, with what was found until then."""
    question = task.question
    started = time.perf_counter()
    seconds: dict[str, float] = {}
    found: dict[str, Any] = {}
    answers: deque[Answer] = deque(maxlen=1)  # the last one that came
    try:
        answers.extend(system.ask(task))
        found["answer"] = answer_to_dict(answers[0])
        del found["answer"]["seconds"]
    except DatelineError as error:
        found["error"] = str(error)
    for answer in answers:
        found["ranking"] = tuple(dict.fromkeys(hit.article.id for hit in answer.ranking))
        found["passages"] = tuple((hit.article.id, hit.passage.start, hit.passage.end) for hit in answer.ranking)
        seconds.update(answer.seconds)
    seconds["total"] = time.perf_counter() - started
    row = AnswerRow(
        id=question.id,
        question=question.question,
        variant=task.variant,
        answers=question.answers,
        relevant=question.relevant,
        grades=question.grades,
        unanswerable=question.unanswerable,
        choices=question.choices,
        nuggets=question.nuggets,
        evidence=question.evidence,
        as_of=question.as_of.isoformat() if question.as_of else None,
        **found,
    )
    return row, {"seconds": seconds}


def _finish(
    writer: RunWriter,
    dataset: Dataset,
    rows: Sequence[AnswerRow],
    system: System,
    replies: Replies,
    started: float,
    new: set[tuple[str, str]],
) -> None:
    asked = time.perf_counter()
    scores = score_rows(rows, system.library, make_offline_verifier(system.library))
    summary = {
        "dataset": dataset.name,
        "questions": len(dataset.questions),
        "rows": len(rows),
        "errors": sum(bool(row.error) for row in rows),
        "measures": summarise(scores),
    }
    known = {(row.id, row.variant) for row in rows}
    timings = [t for t in writer.read_timings() if (t["id"], t["variant"]) in known]
    ended = time.perf_counter()
    inside = sum(t["seconds"]["total"] for t in timings if (t["id"], t["variant"]) in new)
    writer.finish(
        write_trec(rows),
        scores,
        summary,
        {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "cpus": os.cpu_count(),
            "asked_now": len(new),
            "asking_seconds": asked - started,
            "scoring_seconds": ended - asked,
            # The share of the time, from the first question on, in which nothing was retrieved or answered; with
            # several questions at a time there is no such share.
            "overhead": max(0.0, 1 - inside / (ended - started)) if new and inside else None,
            "seconds": _add_up([t["seconds"] for t in timings]),
            "tokens": {
                name: sum((row.answer or {}).get(name) or 0 for row in rows)
                for name in ("prompt_tokens", "completion_tokens")
            },
            "cost_usd": sum((row.answer or {}).get("cost_usd") or 0.0 for row in rows),
            "spent_usd": replies.spent_usd,
            "replies": {"asked": replies.asked, "kept": replies.kept},
            "questions": timings,
        },
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
