"""A scripted OpenAI-compatible server on loopback: what an LLM's provider may do to us, over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from rag.records import REFUSAL_MARK

MODEL = "openai/scripted"
PROMPT_TOKENS = 321
# Longest that the server holds a connection for a test that never lets it go on.
_PATIENCE_SECONDS = 30.0

Ending = Literal["whole", "quiet", "cut", "hang"]


@dataclass(frozen=True)
class Reply:
    """What the server does with a request.

    `chunks` are streamed one by one. Then comes the `ending`: `whole` (finish reason, usage, end mark),
    `quiet` (a clean end of the HTTP body without them), `cut` (the connection dies) or `hang` (nothing more).
    With `gate`, everything behind the first chunk waits for it. `body` and `status` replace all that.
    """

    chunks: tuple[str, ...] = ()
    ending: Ending = "whole"
    gate: threading.Event | None = None
    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"

    @property
    def text(self) -> str:
        """The whole reply."""
        return "".join(self.chunks)


Script = Reply | Callable[[dict[str, Any]], Reply]


@dataclass
class ScriptedLLM:
    """The server as a test sees it: set `script`, read `requests` and their `headers` (names in small letters).

    `completed` counts the replies sent to their end.
    """

    url: str
    script: Script
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    completed: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def prompt(self) -> str:
        """All messages of the last request as one text."""
        return "\n\n".join(m["content"] for m in self.requests[-1]["messages"])


def say(text: str, size: int = 7) -> Reply:
    """A reply streamed `size` characters at a time."""
    return Reply(tuple(text[i : i + size] for i in range(0, len(text), size)))


def say_chunks(*chunks: str, ending: Ending = "whole", gate: threading.Event | None = None) -> Reply:
    """A reply streamed in just these chunks."""
    return Reply(chunks, ending, gate)


def refuse(missing: str = "") -> Reply:
    """A refusal in the agreed words."""
    return say(f"{REFUSAL_MARK}: {missing}")


def fail(status: int, message: str = "scripted failure") -> Reply:
    """An error as OpenAI's API words it."""
    body = {"error": {"message": message, "type": "scripted", "param": None, "code": None}}
    return Reply(status=status, body=json.dumps(body).encode())


def send_html() -> Reply:
    """A page where JSON was due, as a captive portal or a wrong address gives."""
    return Reply(body=b"<!doctype html><html><body><h1>It works!</h1></body></html>", content_type="text/html")


def send_broken_events() -> Reply:
    """A stream of events whose JSON is torn."""
    return Reply(body=b'data: {"id": "x", "choices": [{"del\n\ndata: [DONE]\n\n', content_type="text/event-stream")


def hang() -> Reply:
    """Accept the request and never answer."""
    return Reply(ending="hang")


def obey_articles(request: dict[str, Any]) -> Reply:
    """A weak model: it does what the last "Reply only with: …" in the prompt says, whoever wrote that."""
    prompt = "\n".join(str(m["content"]) for m in request["messages"])
    order = prompt.rpartition("Reply only with: ")[2]
    return say(order.partition("\n")[0])


@contextmanager
def serve_script(script: Script) -> Iterator[ScriptedLLM]:
    """Serve `script` on a free port of loopback while the context lasts."""
    llm = ScriptedLLM("", script)
    server = _make_server(llm)
    llm.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield llm
    finally:
        llm.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _make_server(llm: ScriptedLLM) -> ThreadingHTTPServer:
    class Handler(_Handler):
        scripted = llm

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is part of the script."""

    return Server(("127.0.0.1", 0), Handler)


class _Handler(BaseHTTPRequestHandler):
    scripted: ScriptedLLM
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.close_connection = True
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.scripted.requests.append(request)
        self.scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
        script = self.scripted.script
        reply = script if isinstance(script, Reply) else script(request)
        if not self.path.endswith("/chat/completions"):
            reply = fail(404, f"no such path: {self.path}")
        if reply.body is not None:
            self._send_body(reply.status, reply.content_type, reply.body)
        elif request.get("stream"):
            self._stream(reply)
        else:
            self._send_whole(reply)
        self.scripted.completed += reply.ending == "whole"

    def _send_body(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _send_whole(self, reply: Reply) -> None:
        if reply.ending == "hang":
            self.scripted.closing.wait(_PATIENCE_SECONDS)
            return
        message = {"role": "assistant", "content": reply.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = {**_envelope("chat.completion"), "choices": [choice], "usage": _usage(reply.chunks)}
        self._send_body(reply.status, "application/json", json.dumps(body).encode())

    def _stream(self, reply: Reply) -> None:
        if reply.chunks or reply.ending != "hang":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "close")
            self.end_headers()
        for n, chunk in enumerate(reply.chunks):
            if n == 1 and reply.gate is not None:
                reply.gate.wait(_PATIENCE_SECONDS)
            self._send_event({"choices": [{"index": 0, "delta": {"content": chunk}, "finish_reason": None}]})
        self._end_stream(reply)

    def _end_stream(self, reply: Reply) -> None:
        if reply.ending == "hang":
            self.scripted.closing.wait(_PATIENCE_SECONDS)
            return
        if reply.ending == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if reply.ending == "whole":
            self._send_event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._send_event({"choices": [], "usage": _usage(reply.chunks)})
            self._send_chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send_event(self, fields: dict[str, Any]) -> None:
        event = {**_envelope("chat.completion.chunk"), **fields}
        self._send_chunk(f"data: {json.dumps(event)}\n\n".encode())

    def _send_chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 1_700_000_000, "model": "scripted"}


def _usage(chunks: Sequence[str]) -> dict[str, int]:
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": len(chunks),
        "total_tokens": PROMPT_TOKENS + len(chunks),
    }
