"""`/health` for supervisors, and `/metrics` for Prometheus."""

from __future__ import annotations

from time import perf_counter

from anyio import CapacityLimiter, to_thread
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import DatelineError
from ui.api.service import Service, status_of

_THREADS = 2  # for `/health`
_APIS = {"api": "rest", "v1": "openai", "mcp": "mcp", "health": "health", "metrics": "metrics"}


class Metrics:
    """Requests by API, status and duration, and what the library holds."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._registry = CollectorRegistry()
        self._threads = CapacityLimiter(_THREADS)
        labels = ("api", "status")
        self._requests = Counter("dateline_requests", "HTTP requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "dateline_request_seconds", "Seconds to the end of a response.", ("api",), registry=self._registry
        )
        self._articles = Gauge("dateline_articles", "Articles in the library.", registry=self._registry)
        self._passages = Gauge("dateline_passages", "Passages that can be searched.", registry=self._registry)

    async def health(self, _: Request) -> JSONResponse:
        """Answers 200 while the library can be read. It has threads of its own: those for answers may all be busy."""
        try:
            await to_thread.run_sync(self._service.counts, limiter=self._threads)
        except Exception as error:
            return JSONResponse({"status": "failing", "error": self._service.explain(error)}, 503)
        return JSONResponse({"status": "ok"})

    def metrics(self, _: Request) -> Response:
        """The figures in Prometheus' text format."""
        try:
            articles, passages = self._service.counts()
        except DatelineError as error:
            return JSONResponse({"error": self._service.explain(error)}, status_of(error))
        self._articles.set(articles)
        self._passages.set(passages)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    def count(self, path: str, status: int, seconds: float) -> None:
        """Note a request. The label is the API and not the path, which anybody can make up."""
        api = _APIS.get(path.split("/")[1] if "/" in path else "", "page")
        self._requests.labels(api, str(status)).inc()
        self._seconds.labels(api).observe(seconds)


class CountRequests:
    """ASGI middleware that notes every request in `metrics`."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, clock = 500, perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._metrics.count(scope["path"], status, perf_counter() - clock)
