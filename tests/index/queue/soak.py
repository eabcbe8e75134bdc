"""A newsroom at work on one database, and what may happen to it: workers are killed, the server is stopped.

python -m tests.index.queue.soak --minutes 5

Every writer notes what was acknowledged; at the end just that has to be there, once, with every text that it had.
The server is a real PostgreSQL of its own, with a small embedder, so that writing is what counts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple

from index import TROUBLE, DatelineError, Library
from index.settings import IndexSettings
from tests.index.articles import make_fields
from tests.index.storage.forked import use_doubles
from tests.postgres import Server, run_server

_SHARED = 10  # articles that all writers add, and that are near copies of each other
_PATIENCE_SECONDS = 0.2  # after what failed for no fault of ours
_PROCESSES = multiprocessing.get_context("fork")
Acknowledged = dict[str, list[str]]  # by id, the texts of an article in their order; none where it was removed


class Plan(NamedTuple):
    """How long it goes on, how many are at work, and what happens to them."""

    seconds: float
    writers: int = 8
    readers: int = 8
    workers: int = 3
    kill_seconds: float = 10.0
    restarts: int = 2
    pause_seconds: float = 0.05  # of writers and readers, who have a processor to share


def _settings(*, queue: bool) -> IndexSettings:
    return IndexSettings(add_to_queue=queue, lock_seconds=30.0)


def insist(work: Callable[[], object], troubles: Counter[str]) -> None:
    """Do something until it is acknowledged, as who reads "run the command again" does."""
    while True:
        try:
            work()
            return
        except TROUBLE as error:
            troubles[type(error).__name__] += 1
            time.sleep(_PATIENCE_SECONDS)


def _open(url: str, *, queue: bool, troubles: Counter[str]) -> Library:
    found: list[Library] = []
    insist(lambda: found.append(Library.open(url, settings=_settings(queue=queue))), troubles)
    return found[0]


def write(url: str, number: int, plan: Plan, over: Event, out: Path) -> None:
    """Add articles, change some, remove some where that is not left to the queue, and note what was acknowledged."""
    chance = random.Random(number)
    queue = number % 2 == 1
    troubles: Counter[str] = Counter()
    acknowledged: Acknowledged = {}
    seconds: list[float] = []
    with _open(url, queue=queue, troubles=troubles) as library:
        while not over.is_set():
            known = [name for name in acknowledged if name.startswith("own-")]
            name = chance.choice(known) if known and chance.random() < 0.3 else f"own-{number}-{len(known)}"
            text = make_fields(chance.randrange(10**9))["text"]
            shared = chance.randrange(_SHARED)
            given = [{"id": name, "title": name, "text": text}, make_copy(shared)]
            began = time.monotonic()
            insist(lambda given=given: library.add(given), troubles)  # type: ignore[misc]
            seconds.append(time.monotonic() - began)
            acknowledged.setdefault(name, []).append(text)
            acknowledged[f"shared-{shared}"] = [make_copy(shared)["text"]]
            if not queue and chance.random() < 0.1:
                insist(lambda name=name: library.remove_all([name]), troubles)  # type: ignore[misc]
                acknowledged[name] = []
            time.sleep(plan.pause_seconds)
    note(out, {"acknowledged": acknowledged, "troubles": troubles, "seconds": seconds})


def make_copy(number: int) -> dict[str, str]:
    """An article that many writers add; all of them tell one story, each with a last sentence of its own."""
    text = make_fields(4242, words=400)["text"]
    return {"id": f"shared-{number}", "title": "The same story", "text": f"{text} So says outlet number {number}."}


def read(url: str, number: int, plan: Plan, over: Event, out: Path) -> None:
    """Search, and look whether all that is seen is whole: no article without its passages, and none of two texts."""
    troubles: Counter[str] = Counter()
    seconds: list[float] = []
    wrong: list[str] = []
    chance = random.Random(number)
    with _open(url, queue=False, troubles=troubles) as library:
        while not over.is_set():
            began = time.monotonic()
            with suppress_trouble(troubles):
                hits = library.search(make_fields(chance.randrange(1000))["title"], rerank=False)
                seconds.append(time.monotonic() - began)
                wrong += [
                    h.passage.id for h in hits if h.article.text[h.passage.start : h.passage.end] != h.passage.text
                ]
                with library._indexes.snapshot():
                    ids = library._store.articles.ids()
                    some = chance.sample(ids, min(3, len(ids)))
                    wrong += [id_ for id_ in some if not library._store.passages.spans(id_)]
            time.sleep(plan.pause_seconds)
    note(out, {"troubles": troubles, "seconds": seconds, "wrong": wrong})


class suppress_trouble(suppress):  # noqa: N801 (as its parent)
    """Pass over what may pass, and count it."""

    def __init__(self, troubles: Counter[str]) -> None:
        super().__init__(*TROUBLE)
        self._troubles = troubles

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if passes := bool(super().__exit__(kind, error, trace)) and kind is not None:
            self._troubles[kind.__name__] += 1
            time.sleep(_PATIENCE_SECONDS)
        return passes


def work(url: str, number: int, plan: Plan, over: Event, out: Path) -> None:
    """A worker as `dateline worker` is, until it is killed, or all is over and the queue is empty."""
    troubles: Counter[str] = Counter()
    failed: list[str] = []
    with _open(url, queue=False, troubles=troubles) as library:
        worker = library.make_worker()
        while True:
            last = over.is_set()
            with suppress_trouble(troubles):
                for report in worker.work(threading.Event(), once=True):
                    failed += [failure.reason for failure in report.failed]
                if last:
                    break
            time.sleep(plan.pause_seconds)
    note(out, {"troubles": troubles, "failed": failed})


def note(out: Path, values: dict[str, Any]) -> None:
    out.write_text(json.dumps(values), encoding="utf-8")


def soak(plan: Plan) -> dict[str, Any]:
    """Let them all work, and return what was found: under `wrong` nothing, where all is well."""
    with run_server() as server:
        return _soak(plan, server)


def _soak(plan: Plan, server: Server) -> dict[str, Any]:
    folder = server.folder
    _warm(server.url)
    over, closed = _PROCESSES.Event(), _PROCESSES.Event()
    outs: dict[str, list[Path]] = {"write": [], "read": [], "work": []}

    def start(task: Callable[..., None], number: int, end: Event) -> BaseProcess:
        out = folder / f"{task.__name__}-{len(outs[task.__name__])}.json"
        outs[task.__name__].append(out)
        process = _PROCESSES.Process(target=task, args=(server.url, number, plan, end, out), daemon=True)
        process.start()
        return process

    began = time.monotonic()
    others = [start(write, n, over) for n in range(plan.writers)] + [start(read, n, over) for n in range(plan.readers)]
    workers = [start(work, n, closed) for n in range(plan.workers)]
    killed = 0
    restarts = [plan.seconds * (n + 1) / (plan.restarts + 1) for n in range(plan.restarts)]
    while (passed := time.monotonic() - began) < plan.seconds:
        if restarts and passed >= restarts[0]:
            restarts.pop(0)
            server.restart("immediate" if restarts else "fast")
        if passed >= (killed + 1) * plan.kill_seconds:
            victim = workers.pop(0)
            victim.kill()
            victim.join()
            killed += 1
            workers.append(start(work, killed, closed))
        time.sleep(0.05)
    over.set()
    ends = [_end(process, plan) for process in others]
    closed.set()
    ends += [_end(process, plan) for process in workers]
    found = {name: [json.loads(out.read_text()) for out in files if out.exists()] for name, files in outs.items()}
    lost = [f"a process ended with {code}" for code in ends if code]
    with Library.open(server.url) as library:
        wrong = [*lost, *compare(library, found["write"]), *(line for one in found["read"] for line in one["wrong"])]
        return {**describe(plan, found, library), "killed": killed, "wrong": wrong}


def _warm(url: str) -> None:
    """Make the library, and load here what all processes would load, each for itself."""
    with Library.open(url, create=True) as library:
        library.add([make_copy(0)])
        library.search("story", rerank=False)
        library.remove_all(["shared-0"])


def _end(process: BaseProcess, plan: Plan) -> int | None:
    process.join(timeout=60 + plan.seconds)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def compare(library: Library, written: Sequence[dict[str, Any]]) -> list[str]:
    """What is not as it was acknowledged, a line each."""
    wrong = [f"check: {line}" for line in library.check()]
    expected: Acknowledged = {id_: texts for one in written for id_, texts in one["acknowledged"].items()}
    there = library._store.articles.ids()
    wrong += [f"{id_} is there {n} times" for id_, n in Counter(there).items() if n > 1]
    wanted = {id_ for id_, texts in expected.items() if texts}
    wrong += [f"{id_} was acknowledged, and is not there" for id_ in sorted(wanted - set(there))]
    wrong += [f"{id_} is there, and was not acknowledged" for id_ in sorted(set(there) - wanted)]
    for id_ in sorted(wanted & set(there)):
        had = [*(v.text for v in library.versions(id_)), library.get(id_).text]
        if had != expected[id_]:
            wrong.append(f"{id_} has {len(had)} texts, and was to have {len(expected[id_])}")
    shared = {id_ for id_ in wanted if id_.startswith("shared-")}
    for id_ in shared:
        if {id_, *library.copies(id_)} != shared:
            wrong.append(f"{id_} tells no story with the other {len(shared) - 1}")
    state = library.status().queue
    if state is None or state.waiting or state.aside:
        wrong.append(f"the queue is not empty: {state}")
    return wrong


def describe(plan: Plan, found: dict[str, list[dict[str, Any]]], library: Library) -> dict[str, Any]:
    """The figures of a run."""
    troubles = sum((Counter(one["troubles"]) for group in found.values() for one in group), Counter[str]())
    written = [seconds for one in found["write"] for seconds in one["seconds"]]
    searched = [seconds for one in found["read"] for seconds in one["seconds"]]
    return {
        "seconds": plan.seconds,
        "articles": library.status().articles,
        "acknowledged": 2 * len(written),
        "add_s": _percentiles(written),
        "searches": len(searched),
        "search_s": _percentiles(searched),
        "troubles": dict(troubles),
        "failed": [reason for one in found["work"] for reason in one["failed"]],
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """The median, that of 95 in 100, and the longest."""
    cuts = statistics.quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
    return {"p50": round(cuts[9], 3), "p95": round(cuts[18], 3), "most": round(max(seconds, default=0.0), 3)}


def main() -> None:
    """Soak for as long as the command says; exit code 1 where anything is not as it was acknowledged."""
    parser = argparse.ArgumentParser(prog="python -m tests.index.queue.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    given = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    use_doubles()
    try:
        found = soak(Plan(given.minutes * 60))
    except DatelineError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    sys.exit(1 if found["wrong"] or found["failed"] else 0)


if __name__ == "__main__":
    main()
