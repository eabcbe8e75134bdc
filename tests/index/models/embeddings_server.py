"""A small OpenAI-compatible `/embeddings` on loopback, so that litellm is tested down to the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.doubles import HashingEmbedder


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    seen: list[dict[str, Any]]
    drop: int  # vectors to leave out of each reply
    status: int


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(asked)
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        rows = HashingEmbedder().embed_passages(texts) * 3  # not of unit length: that is for us to fix
        data = [{"object": "embedding", "index": n, "embedding": row.tolist()} for n, row in enumerate(rows)]
        kept = data[: len(data) - self.server.drop]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        reply = {"object": "list", "data": kept, "model": asked["model"], "usage": usage}
        body = json.dumps(reply if self.server.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve_embeddings(drop: int = 0, status: int = 200) -> Iterator[_Server]:
    """Serve until the block ends; `seen` holds what was asked."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.seen, server.drop, server.status = [], drop, status
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def address(server: _Server) -> str:
    """The base address that a client is given."""
    return f"http://127.0.0.1:{server.server_address[1]}/v1"
