"""Refusals in the shape that each entrance's clients read: problem details (RFC 9457), OpenAI's errors, JSON-RPC."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

PROBLEM = "application/problem+json"


def make_problem(status: int, why: str, **more: Any) -> dict[str, Any]:
    """A problem as RFC 9457 has it: `detail` is for people, and `more` for programs."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": why, **more}


def refuse_rest(status: int, why: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """The answer of the REST API to what can't be done."""
    return JSONResponse(make_problem(status, why, **more), status, headers, PROBLEM)


def make_openai_error(why: str, status: int, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """An error as OpenAI's clients read it; `param` is the field that it is about."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": why, "type": kind, "param": param, "code": code}}


def refuse(path: str, status: int, why: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal in the shape that the clients of the entrance at `path` read."""
    if path.startswith("/api/"):
        return refuse_rest(status, why, headers)
    if path.startswith("/v1/"):
        return JSONResponse(make_openai_error(why, status), status, headers)
    if path.startswith("/mcp"):
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": why}}, status, headers)
    return JSONResponse({"error": why}, status, headers)
