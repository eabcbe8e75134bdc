"""What programs ask that look after the server: is it alive, is it ready, and what are its figures."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ui.api.service import Service
from ui.health_paths import HEALTH, LIVE, READY

_THREADS = 2  # for these alone: those for answers may all be busy


class Probes:
    """`/health`, `/health/live` and `/health/ready` for supervisors, and `/metrics` for Prometheus."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._threads = CapacityLimiter(_THREADS)

    def make_routes(self) -> list[BaseRoute]:
        """The routes that answer them."""
        return [
            Route(HEALTH, self.health),
            Route(LIVE, self.live),
            Route(READY, self.ready),
            Route("/metrics", self.metrics),
        ]

    async def health(self, _: Request) -> JSONResponse:
        """Answers 200 while the library can be read."""
        try:
            await to_thread.run_sync(self._service.status, limiter=self._threads)
        except Exception as error:
            return JSONResponse({"status": "failing", "error": self._service.explain(error)}, 503)
        return JSONResponse({"status": "ok"})

    async def live(self, _: Request) -> JSONResponse:
        """Answers 200 while the server answers at all: where it doesn't, start it again."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> JSONResponse:
        """Answers 200 where a question would be answered, else 503 with what `lacks`: send nobody here until then."""
        lacks = await to_thread.run_sync(self._service.find_lacks, limiter=self._threads)
        return JSONResponse({"status": "failing", "lacks": lacks}, 503) if lacks else JSONResponse({"status": "ok"})

    async def metrics(self, _: Request) -> Response:
        """The figures in Prometheus' text format."""
        content = await to_thread.run_sync(self._render, limiter=self._threads)
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    def _render(self) -> bytes:
        try:
            status = self._service.status()
        except Exception as error:  # the other figures say what is wrong
            self._service.explain(error)
            status = None
        return self._service.events.metrics.render(status)
