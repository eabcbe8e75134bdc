"""Measures the chat page: a crowd, idle pages, what an answer streams, the browser's view, the start. No test: figures
depend on the machine.

python -m tests.ui.chat.measure_chat crowd idle stream browser flood start --library DIR
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import find_chromium
from tests.ui.conftest import ROOT, free_port

PEOPLE, QUESTIONS, PAGES, REQUESTS, ROUNDS = 20, 10, 200, 10_000, 5
QUIET_SECONDS = 20
ASKED = (
    "why did Niger revoke the deal?",
    "When did the last French soldiers leave Niger?",
    "Who led the American delegation?",
    "How many soldiers are in Niger?",
    "What is at Agadez?",
)
BARE = """
import gradio as gr
with gr.Blocks() as app:
    gr.Chatbot()
app.launch(server_port={port}, quiet=True)
"""


@contextmanager
def serve(command: list[str], port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server in a process of its own, and the seconds until it served its page."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1"}
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        try:
            with httpx.Client(trust_env=False) as client:
                while True:
                    try:
                        if client.get(f"http://127.0.0.1:{port}/").status_code == 200:
                            break
                    except httpx.TransportError:
                        time.sleep(0.01)
            yield process, time.perf_counter() - began
        finally:
            process.terminate()


def chat_command(library: Path | str, port: int) -> list[str]:
    return [sys.executable, "-m", "ui.cli", "chat", "--library", str(library), "--port", str(port)]


def resident_mib(process: subprocess.Popen[bytes]) -> float:
    """The memory that a process holds, by Linux."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """What a process has computed so far, by Linux; unlike the clock, it does not count what others do meanwhile."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Page:
    """An open page as the server sees it: a cookie, a session, and Gradio's queue."""

    def __init__(self, port: int) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120)
        self.client.get("/")
        self.session = secrets.token_hex(6)
        self.conversation = secrets.token_urlsafe(9)
        self.streamed = 0  # bytes of the last answer
        self.shown = ""  # as the page's own script has it
        self.turns = 0
        config = self.client.get("/config").json()
        self.events = config["dependencies"]

    def go_on_with(self, other: Page) -> None:
        """Be the same browser as another page, in the same conversation."""
        self.client.cookies = other.client.cookies
        self.conversation = other.conversation

    def load(self) -> None:
        """What a browser asks for when it opens the page."""
        for event in self.events:
            if any(target[1] == "load" for target in event["targets"]) and not event["queue"]:
                given: list[Any] = [None] * len(event["inputs"])
                body = {"data": given, "fn_index": event["id"], "session_hash": self.session}
                self.client.post("/gradio_api/run/predict", json=body)

    def ask(self, question: str) -> float:
        """Ask, and return the seconds until the end of the answer. Raises ValueError where it is an error."""
        event = next(event for event in self.events if event["api_name"] == "converse")
        given: list[Any] = [question, self.conversation, "", "offline", self.shown, None, None, [], [], []]
        body = {"data": given, "fn_index": event["id"], "session_hash": self.session}
        began = time.perf_counter()
        self.client.post("/gradio_api/queue/join", json=body).raise_for_status()
        self.streamed = 0
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                self.streamed += len(line.encode()) + 1
                message = json.loads(line[6:]) if line.startswith("data: ") else {}
                if message.get("msg") == "process_completed":
                    if not message["success"]:
                        raise ValueError(message)
                    self.turns += 1
                    self.shown = f"{self.conversation} {self.turns}"
                    return time.perf_counter() - began
        raise ValueError("the stream ended early")

    def kept(self) -> list[str]:
        """The questions of the conversation as it is kept."""
        answers = self.client.get(f"/conversations/{self.conversation}.json").json()
        return [answer["question"] for answer in (answers if isinstance(answers, list) else [answers])]


def measure_crowd(library: Path) -> dict[str, Any]:
    """20 people with 10 questions each, beside one person alone, before and after them: a machine's speed wavers."""
    port = free_port()
    with serve(chat_command(library, port), port) as (process, _):
        alone = Page(port)
        alone.ask(ASKED[0])  # loads the models
        alone_cpu = 0.0
        single: list[float] = []

        def ask_alone() -> None:
            nonlocal alone_cpu
            began = cpu_seconds(process)
            # Numbered as the crowd's: what was asked before, the cross-encoder remembers.
            first = len(single)
            single.extend(alone.ask(f"{ASKED[n % len(ASKED)]} (alone.{n})") for n in range(first, first + QUESTIONS))
            alone_cpu += (cpu_seconds(process) - began) / QUESTIONS / 2

        ask_alone()
        before = resident_mib(process)
        pages = [Page(port) for _ in range(PEOPLE)]
        began = cpu_seconds(process)

        def live(person: int) -> tuple[list[float], list[str]]:
            wanted = [f"{ASKED[(person + n) % len(ASKED)]} ({person}.{n})" for n in range(QUESTIONS)]
            return [pages[person].ask(question) for question in wanted], wanted

        with ThreadPoolExecutor(PEOPLE) as pool:
            lived = list(pool.map(live, range(PEOPLE)))
        crowd_cpu = (cpu_seconds(process) - began) / (PEOPLE * QUESTIONS)
        ask_alone()
        mixed = sum(page.kept() != wanted for page, (_, wanted) in zip(pages, lived, strict=True))
        for page in (alone, *pages):
            page.client.close()
        time.sleep(5)
        after = resident_mib(process)
    seconds = sorted(second for times, _ in lived for second in times)
    p50, p95 = statistics.median(single), seconds[int(0.95 * len(seconds))]
    return {
        "questions": len(seconds),
        "mixed_up_conversations": mixed,
        "single_p50_s": round(p50, 3),
        "crowd_p50_s": round(statistics.median(seconds), 3),
        "crowd_p95_s": round(p95, 3),
        "p95_over_single_p50": round(p95 / p50, 1),
        "cpu_s_a_question": [round(alone_cpu, 3), round(crowd_cpu, 3)],
        "memory_before_mib": round(before, 1),
        "memory_after_mib": round(after, 1),
    }


def measure_idle(library: Path) -> dict[str, Any]:
    """A server of which nobody asks anything, without pages and with 200 open ones: what it costs."""
    port = free_port()
    with serve(chat_command(library, port), port) as (process, _), ExitStack() as stack:
        Page(port).ask(ASKED[0])
        time.sleep(3)
        before, alone = resident_mib(process), measure_quiet(process)
        for _ in range(PAGES):
            page = Page(port)
            page.load()
            stack.enter_context(page.client.stream("GET", f"/gradio_api/heartbeat/{page.session}"))
        time.sleep(3)
        return {
            "pages": PAGES,
            "cost_mib": round(resident_mib(process) - before, 1),
            "percent_of_a_core": [alone, measure_quiet(process)],
        }


def measure_quiet(process: subprocess.Popen[bytes]) -> float:
    """What a process computes while nobody asks anything, in percent of a core."""
    began = cpu_seconds(process)
    time.sleep(QUIET_SECONDS)
    return round(100 * (cpu_seconds(process) - began) / QUIET_SECONDS, 2)


def measure_stream(library: Path) -> dict[str, Any]:
    """Bytes that are streamed for the same question as the first and as the last of a conversation."""
    port = free_port()
    with serve(chat_command(library, port), port):
        page = Page(port)
        streamed = []
        for n in range(2 * QUESTIONS):
            page.ask(ASKED[n % len(ASKED)])
            streamed.append(page.streamed)
        return {"first_bytes": streamed[: len(ASKED)], "last_bytes": streamed[-len(ASKED) :]}


def measure_browser(library: Path) -> dict[str, Any]:
    """What a reader waits for: the largest paint of the page, and the first stage after the click on Ask."""
    from playwright.sync_api import sync_playwright

    stage = """question => new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (document.querySelectorAll(".dl-question").length === window.asked) return;
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - window.clicked));
      });
      window.asked = document.querySelectorAll(".dl-question").length;
      observer.observe(document.querySelector("#chat"), { childList: true, subtree: true });
      window.clicked = performance.now();
      document.querySelector("#ask").click(); })"""
    paint = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
      .observe({ type: "largest-contentful-paint", buffered: true }))"""
    port = free_port()
    paints, stages = [], []
    with serve(chat_command(library, port), port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(ROUNDS):
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            page.goto(f"http://127.0.0.1:{port}")
            page.locator(".example").first.wait_for()
            page.wait_for_timeout(1_000)
            paints.append(page.evaluate(paint))
            for question in ASKED[:2]:
                page.locator("#question textarea").fill(question)
                page.wait_for_timeout(300)
                stages.append(page.evaluate(stage, question))
                page.wait_for_function("() => !document.querySelector('.dl-busy')")
            page.context.close()
        browser.close()
    return {
        "largest_paint_ms": [round(paint) for paint in paints],
        "first_stage_ms": [round(stage) for stage in stages],
        "first_stage_median_ms": round(statistics.median(stages)),
    }


def measure_flood(library: Path) -> dict[str, Any]:
    """10,000 requests in a row: how many failed, and what the server's memory grew by."""
    port = free_port()
    paths = ("/", "/health", "/api/articles", "/v1/models", "/config")
    with serve(chat_command(library, port), port) as (process, _):
        page = Page(port)
        page.ask(ASKED[0])
        for path in paths * 20:
            page.client.get(path)
        before = resident_mib(process)
        failed = sum(page.client.get(paths[n % len(paths)]).status_code != 200 for n in range(REQUESTS))
        page.ask(ASKED[1])
        return {"requests": REQUESTS, "failed": failed, "growth_mib": round(resident_mib(process) - before, 1)}


def measure_start(library: Path) -> dict[str, Any]:
    """From the command to the served page, in turns with a Gradio app that has one chatbot and nothing else."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        port = free_port()
        with serve(chat_command(library, port), port) as (_, seconds):
            ours.append(seconds)
        port = free_port()
        with serve([sys.executable, "-c", BARE.format(port=port)], port) as (_, seconds):
            bare.append(seconds)
    return {
        "dateline_s": [round(s, 2) for s in ours],
        "bare_gradio_s": [round(s, 2) for s in bare],
        "ratio_of_medians": round(statistics.median(ours) / statistics.median(bare), 2),
    }


MEASURES = {
    "crowd": measure_crowd,
    "idle": measure_idle,
    "stream": measure_stream,
    "browser": measure_browser,
    "flood": measure_flood,
    "start": measure_start,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", choices=MEASURES)
    parser.add_argument("--library", type=Path, required=True)
    given = parser.parse_args()
    for what in given.what:
        sys.stdout.write(json.dumps({what: MEASURES[what](given.library.resolve())}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
