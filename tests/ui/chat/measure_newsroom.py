"""Measures a newsroom: people who ask two servers on one database in turns. No test: figures depend on the machine.

python -m tests.ui.chat.measure_newsroom --library DIR [--people 40] [--questions 5]

The library is copied into a PostgreSQL server of its own. Each person has one conversation, whose questions go to one
server and the other in turns; at the end both have to have all of it, in order.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from index import copy_library, load_settings, read_address
from rag import Settings
from tests.postgres import make_url
from tests.ui.chat.measure_chat import ASKED, Page, chat_command, cpu_seconds, resident_mib, serve
from tests.ui.conftest import free_port


class Person:
    """Somebody with the page of each server open, in one conversation."""

    def __init__(self, number: int, ports: tuple[int, int]) -> None:
        self._number = number
        self._pages = [Page(port) for port in ports]
        self._pages[1].go_on_with(self._pages[0])
        self.errors: Counter[str] = Counter()

    def ask(self, questions: int) -> list[float]:
        """Ask so many, in turns; return the seconds of those that were answered."""
        self._asked = [f"{ASKED[(self._number + n) % len(ASKED)]} ({self._number}.{n})" for n in range(questions)]
        seconds = []
        for n, question in enumerate(self._asked):
            try:
                seconds.append(self._pages[(self._number + n) % 2].ask(question))
            except httpx.RequestError as error:
                self.errors[f"{type(error).__name__} at {error.request.url.path}"] += 1
            except (httpx.HTTPStatusError, ValueError) as error:
                self.errors[str(error)] += 1
        return seconds

    def is_whole(self) -> bool:
        """True where both servers have the conversation as it was held."""
        return all(page.kept() == self._asked for page in self._pages)


def measure(library: Path, people: int, questions: int) -> dict[str, Any]:
    """What these people waited for, and what went wrong."""
    address = make_url()
    copied = copy_library(library, read_address(address), load_settings(Settings, None))
    ports = free_port(), free_port() + 1
    with ExitStack() as stack:
        servers = [stack.enter_context(serve(chat_command(address, port), port))[0] for port in ports]
        for port in ports:
            Page(port).ask(ASKED[0])  # loads the models
        crowd = [Person(number, ports) for number in range(people)]
        began = sum(map(cpu_seconds, servers))
        with ThreadPoolExecutor(people) as pool:
            seconds = sorted(
                second for times in pool.map(lambda person: person.ask(questions), crowd) for second in times
            )
        computed = sum(map(cpu_seconds, servers)) - began
        return {
            "articles": copied.copied,
            "people": people,
            "questions": people * questions,
            "answered": len(seconds),
            "errors": dict(sum((person.errors for person in crowd), Counter())),
            "conversations_not_whole": sum(not person.is_whole() for person in crowd),
            "p50_s": round(statistics.median(seconds), 2),
            "p95_s": round(seconds[int(0.95 * len(seconds))], 2),
            "cpu_s_a_question": round(computed / len(seconds), 3),
            "memory_mib": [round(resident_mib(server)) for server in servers],
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--questions", type=int, default=5)
    given = parser.parse_args()
    print(json.dumps(measure(given.library, given.people, given.questions), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
