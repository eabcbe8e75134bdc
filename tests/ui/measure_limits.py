"""Measures what a person waits for beside a flood, idle connections and slow clients. No test: figures vary.

python -m tests.ui.measure_limits flood connections slow --library DIR

All of it stays on this machine's loopback. Those who disturb run in a process of their own with the lowest priority: in
earnest they are on other machines, and don't share our processors.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import resource
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import httpx

from tests.ui.chat.measure_chat import ASKED, Page, chat_command, resident_mib, serve
from tests.ui.conftest import free_port

REQUESTS, AT_ONCE = 10_000, 20
CONNECTIONS, SLOW = 2_000, 50
ROUNDS = 10
PATHS = ("/", "/config", "/api/articles", "/v1/models", "/metrics", "/no-such-page", "/gradio_api/file=/etc/passwd")
LONGEST = 600  # seconds; then a disturbance ends in any case
Disturb = Callable[[int, Event, Event], dict[str, int]]


def flood(port: int, begun: Event, over: Event) -> dict[str, int]:
    """10,000 requests as fast as 20 clients get answers: pages, lists, and bodies that are none."""
    counts: dict[str, int] = {}
    left = iter(range(REQUESTS))
    lock = threading.Lock()

    def send() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as client:
            while True:
                with lock:
                    n = next(left, None)
                if n is None or over.is_set():
                    return
                try:
                    if n % 4:
                        status = str(client.get(PATHS[n % len(PATHS)]).status_code)
                    else:
                        status = str(client.post("/api/ask", content=b"[" * 5_000).status_code)
                except httpx.TransportError as error:
                    status = type(error).__name__
                with lock:
                    counts[status] = counts.get(status, 0) + 1
                begun.set()

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts


def hold_connections(port: int, begun: Event, over: Event) -> dict[str, int]:
    """2,000 connections that ask for nothing; what the server closes is opened again."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4_096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    opened: list[socket.socket] = []
    again = 0
    while not over.wait(0.05):
        kept = [connection for connection in opened if not _is_closed(connection)]
        again += len(opened) - len(kept)
        opened = kept
        while len(opened) < CONNECTIONS and not over.is_set():
            with contextlib.suppress(OSError):
                connection = socket.create_connection(("127.0.0.1", port), timeout=5)
                connection.setblocking(False)
                opened.append(connection)
        begun.set()
    for connection in opened:
        connection.close()
    return {"opened again": again}


def _is_closed(connection: socket.socket) -> bool:
    try:
        closed = connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        closed = True
    if closed:
        connection.close()
    return closed


def drip(port: int, begun: Event, over: Event) -> dict[str, int]:
    """50 clients that send headers and bodies a byte at a time, or take the page a byte at a time."""
    again = 0
    lock = threading.Lock()

    def send(number: int) -> None:
        nonlocal again
        beginnings = (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
            b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        )
        while not over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(beginnings[number % 3])
                begun.set()
                while not over.wait(0.2):
                    if number % 3 == 2:
                        if not connection.recv(1):
                            break
                    else:
                        connection.sendall(b"x")
            with lock:
                again += 1

    threads = [threading.Thread(target=send, args=(number,)) for number in range(SLOW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"connections": again}


def _disturb(disturb: Disturb, port: int, begun: Event, over: Event, said: Any) -> None:
    os.nice(19)
    threading.Timer(LONGEST, over.set).start()
    said.send(disturb(port, begun, over))
    os._exit(0)


class Person:
    """Somebody who opens the page and asks, again and again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = iter(range(10**9))
        Page(port).ask(ASKED[0])  # loads the models

    def visit(self) -> tuple[float, float]:
        """The seconds until the page is there, and until a question is answered."""
        began = time.perf_counter()
        page = Page(self._port)
        loaded = time.perf_counter() - began
        n = next(self._numbers)
        # Numbered: what was asked before, the cross-encoder remembers.
        answered = page.ask(f"{ASKED[n % len(ASKED)]} ({n}.{random.randrange(10**6)})")
        page.client.close()
        return loaded, answered


def measure(library: Path, disturb: Disturb) -> dict[str, Any]:
    """A person before and after a disturbance, and beside it."""
    port = free_port()
    context = multiprocessing.get_context("spawn")
    with serve(chat_command(library, port), port) as (process, _):
        person = Person(port)
        before = resident_mib(process)
        alone = [person.visit() for _ in range(ROUNDS)]
        begun, over = context.Event(), context.Event()
        hears, said = context.Pipe(duplex=False)
        disturbing = context.Process(target=_disturb, args=(disturb, port, begun, over, said))
        disturbing.start()
        begun.wait(60)
        beside: list[tuple[float, float]] = []
        health: list[float] = []
        while disturbing.is_alive() and (disturb is flood or len(beside) < ROUNDS):
            beside.append(person.visit())
            health.append(_ask_health(port))
        over.set()
        counts: dict[str, int] = hears.recv()
        disturbing.join()
        alone += [person.visit() for _ in range(ROUNDS)]
        after = resident_mib(process)
    return {
        "visits": len(beside),
        **_compare(alone, beside),
        "health_max_s": max(health),
        **counts,
        "growth_mib": round(after - before),
    }


def _ask_health(port: int) -> float:
    began = time.perf_counter()
    httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False, timeout=60).raise_for_status()
    return round(time.perf_counter() - began, 3)


def _compare(alone: list[tuple[float, float]], beside: list[tuple[float, float]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for n, name in enumerate(("page", "answer")):
        usual, disturbed = (statistics.median(times[n] for times in visits) for visits in (alone, beside))
        worst = [sorted(times[n] for times in visits)[int(0.95 * len(visits))] for visits in (alone, beside)]
        found |= {f"{name}_alone_s": round(usual, 3), f"{name}_beside_s": round(disturbed, 3)}
        found |= {f"{name}_ratio": round(disturbed / usual, 2), f"{name}_p95_ratio": round(worst[1] / worst[0], 2)}
    return found


MEASURES: dict[str, Disturb] = {"flood": flood, "connections": hold_connections, "slow": drip}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", choices=MEASURES)
    parser.add_argument("--library", type=Path, required=True)
    given = parser.parse_args()
    for what in given.what:
        sys.stdout.write(json.dumps({what: measure(given.library.resolve(), MEASURES[what])}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
