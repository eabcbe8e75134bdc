"""What happens on a server, in figures for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from index import AddReport, QueueState, Status
from rag import Answer

_TENTHS = tuple(n / 10 for n in range(1, 11))
_STAGE_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Metrics:
    """The figures of one server, since it began; no label has anything that a client can make up."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter("dateline_requests", "HTTP requests answered.", ("api", "status"), registry=own)
        self._seconds = Histogram(
            "dateline_request_seconds", "Seconds to the end of a response.", ("api",), registry=own
        )
        self._questions = Counter("dateline_questions", "Questions answered.", ("model", "outcome"), registry=own)
        self._confidence = Histogram(
            "dateline_confidence",
            "How likely the offline answer is right, as it was estimated.",
            buckets=_TENTHS,
            registry=own,
        )
        self._stages = Histogram(
            "dateline_stage_seconds",
            "Seconds that a question took, by stage.",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=own,
        )
        self._tokens = Counter(
            "dateline_model_tokens", "Tokens of answers by a model.", ("model", "kind"), registry=own
        )
        self._cost = Counter("dateline_model_cost_dollars", "What these cost.", ("model",), registry=own)
        self._added = Counter("dateline_added", "Articles given to be added here.", ("outcome",), registry=own)
        self._errors = Counter("dateline_errors", "What failed, by the kind of error.", ("kind",), registry=own)
        self._articles = Gauge("dateline_articles", "Articles in the library.", registry=own)
        self._passages = Gauge("dateline_passages", "Passages that can be searched.", registry=own)
        self._queue = Gauge("dateline_queue", "Articles that wait, or were set aside.", ("state",), registry=own)
        self._workers = Gauge("dateline_workers", "Workers that embed what waits.", registry=own)

    def count_request(self, api: str, status: int, seconds: float) -> None:
        """Note a request."""
        self._requests.labels(api, str(status)).inc()
        self._seconds.labels(api).observe(seconds)

    def count_answer(self, answer: Answer) -> None:
        """Note an answer that is done: who gave it, how sure, how long each stage took, and what a model took."""
        self._questions.labels(answer.model, "refused" if answer.refused else "answered").inc()
        if answer.confidence is not None:
            self._confidence.observe(answer.confidence)
        for stage, seconds in answer.seconds.items():
            self._stages.labels(stage).observe(seconds)
        self._tokens.labels(answer.model, "prompt").inc(answer.prompt_tokens or 0)
        self._tokens.labels(answer.model, "completion").inc(answer.completion_tokens or 0)
        self._cost.labels(answer.model).inc(answer.cost_usd or 0.0)

    def count_added(self, counts: Mapping[str, int]) -> None:
        """Note what became of articles that were given to be added."""
        for outcome, count in counts.items():
            self._added.labels(outcome).inc(count)

    def count_error(self, kind: str) -> None:
        """Note an error."""
        self._errors.labels(kind).inc()

    def render(self, status: Status | None) -> bytes:
        """All figures in Prometheus' text format, and what the library has now; NaN where nobody can say."""
        queue = (status.queue or QueueState()) if status else None  # a folder has none, in which nothing waits
        self._articles.set(status.articles if status else nan)
        self._passages.set(status.passages if status else nan)
        self._queue.labels("waiting").set(queue.waiting if queue else nan)
        self._queue.labels("aside").set(queue.aside if queue else nan)
        self._workers.set(queue.workers if queue else nan)
        return generate_latest(self._registry)


def count_outcomes(report: AddReport) -> dict[str, int]:
    """How many articles were added, updated, unchanged, put into the queue, and could not be added."""
    outcomes = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "queued": report.queued,
        "failed": report.failed,
    }
    return {outcome: len(found) for outcome, found in outcomes.items()}
