"""Faults at random moments: a process that kills commands, or has their disk fail, and looks at what is left.

Started by `test_faults.py` with `faults.c` loaded before libc: `python -m tests.index.storage.fault_runs FOLDER RUNS
SEED`. Prints a line of JSON for each run.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from index import Article, Library, allow, follow_folders
from index.trust.claims import name_followed
from tests.conftest import ROOT
from tests.index.storage.forked import Done, OtherEmbedder, fill, make_articles, run, use_doubles, write_lines

NEVER = 2**31
MODES = {"kill": 1, "full": 2, "broken": 3, "read-only": 4}
GOLDEN = ROOT / "tests" / "golden" / "0.1.0" / "dateline.db"


@dataclass
class Operation:
    """A command on a library, and what is true when it has ended.

    `before` and `after` are what the library exports; `again` are the exit codes that the same command may end with
    where it had done its work already.
    """

    name: str
    arguments: tuple[str, ...]
    base: Path
    again: tuple[int, ...] = (0,)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    steps: int = 0


def prepare(folder: Path) -> list[Operation]:
    """The operations, each with the library that it begins with; all is made in forks, as it is in the runs."""
    old, new, changed = make_articles(0, 12), make_articles(20, 6), make_articles(3, 6, "All is changed now.")
    base = folder / "base"
    base.mkdir()
    write_lines(base / "new.jsonl", new)
    write_lines(base / "changed.jsonl", changed)
    followed = base / "followed"
    followed.mkdir()
    _in_fork(folder, lambda: _fill(base / "library", old, followed))
    allow(folder / "work" / "library", [name_followed(str(followed.resolve()))])  # where the copies are struck
    for n in range(3):
        (followed / f"{n}.txt").write_text(f"A letter of the mayor, number {n}.\n\nThe harbour stays open.\n")
    upgraded = folder / "golden"
    (upgraded / "library").mkdir(parents=True)
    shutil.copy(GOLDEN, upgraded / "library")
    library = ("--library", "library")
    ids = [article.id for article in old[:4]]
    operations = [
        Operation("import", ("import", "new.jsonl", *library), base),
        Operation("update", ("import", "changed.jsonl", *library), base),
        Operation("add", ("add", "followed", *library), base),
        Operation("remove", ("remove", *ids, "--yes", *library), base, again=(0, 1)),
        Operation("rebuild", ("rebuild", *library), base),
        Operation("move", ("rebuild", "--embedder", OtherEmbedder.name, *library), base),
        Operation("backup", ("backup", "copy", *library), base, again=(0, 1)),
        Operation("salvage", ("salvage", "library", "copy"), base, again=(0, 1)),
        Operation("sync", ("sync", *library), base),
        Operation("upgrade", ("list", *library), upgraded),
    ]
    for operation in operations:
        _measure(operation, folder)
    return operations


def _fill(library: Path, articles: list[Article], followed: Path) -> None:
    fill(library, articles[:8])
    fill(library, articles[8:])
    with Library.open(library) as opened:
        follow_folders(opened, [followed], {})


def _in_fork(folder: Path, work: Callable[[], None]) -> None:
    done = run(["--version"], folder, work)
    assert done.code == 0, done


def _measure(operation: Operation, folder: Path) -> None:
    """Run the operation undisturbed, and note what it does and how many steps it takes."""
    work = folder / "work"
    shutil.copytree(operation.base, work)
    said = folder / "steps"
    operation.before = export(work, folder)
    done = _run(operation, work, folder, lambda: _count(work, said))
    assert done.code == 0, (operation.name, done)
    operation.steps = int(said.read_text())
    operation.after = export(work, folder)
    shutil.rmtree(work)


def _count(work: Path, said: Path) -> None:
    """Have the number of steps written at the end."""
    shim = arm(work, NEVER, "kill")
    leave = os._exit

    def count_and_leave(status: int) -> NoReturn:
        said.write_text(str(shim.count_steps()))
        leave(status)

    os._exit = count_and_leave


def arm(folder: Path, step: int, mode: str) -> ctypes.CDLL:
    """Have this process struck at a step, in what it does below `folder`."""
    shim = ctypes.CDLL(None)
    shim.count_steps.restype = ctypes.c_long
    shim.arm(str(folder).encode(), ctypes.c_long(step), MODES[mode])
    return shim


def _run(operation: Operation, work: Path, folder: Path, before: Callable[[], object] = lambda: None) -> Done:
    def begin() -> None:
        os.chdir(work)
        before()

    return run(operation.arguments, folder, begin)


def export(work: Path, folder: Path, library: str = "library") -> dict[str, str]:
    """The lines of the library's export, by id; the command has to succeed."""
    done = run(["export", "--library", str(work / library)], folder)
    assert done.code == 0, done
    return {json.loads(line)["id"]: line for line in done.out.splitlines()}


def strike(operation: Operation, mode: str, step: int, folder: Path) -> str:
    """Run an operation that is struck at a step; what is wrong afterwards, or nothing."""
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(operation.base, work)
    struck = _run(operation, work, folder, lambda: arm(work, step, mode))
    if mode == "kill":
        if struck.code not in (-9, 0):
            return f"the command was to be killed: {struck}"
    elif not struck.is_clean or struck.code not in (0, 1):
        return f"the command ended badly: {struck}"
    elif struck.code and not struck.err.strip():
        return f"the command failed without a word: {struck}"
    return _look(operation, work, folder, struck)


def _look(operation: Operation, work: Path, folder: Path, struck: Done) -> str:
    """What is wrong with what a struck command left."""
    checked = run(["check", "--library", str(work / "library")], folder)
    if not checked.is_clean or checked.code:
        return f"check found: {checked}, after {struck}"
    found = export(work, folder)
    for article_id in operation.before.keys() | operation.after.keys():
        line = found.get(article_id)
        if line not in (operation.before.get(article_id), operation.after.get(article_id)):
            return f"article {article_id} is neither as it was nor as it was to be: {line}"
    if struck.code == 0 and found != operation.after:
        return "the command said that it had done its work, and it had not"
    again = _run(operation, work, folder)
    if not again.is_clean or again.code not in operation.again:
        return f"the same command afterwards: {again}, after {struck}"
    if export(work, folder) != operation.after:
        return "the same command afterwards did not finish the work"
    for name in ("library", "copy"):
        if (work / name).exists():
            checked = run(["check", "--library", str(work / name)], folder)
            if checked.code or not checked.is_clean:
                return f"check found in the end: {checked}"
    if (work / "copy").exists() and export(work, folder, "copy") != operation.after:
        return "the copy is not what was copied"
    return ""


def main() -> None:
    """Run as many faults as are asked for, of each operation and mode in turn."""
    folder, runs, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    use_doubles()
    rng = random.Random(seed)
    operations = prepare(folder)
    pairs = [(operation, mode) for operation in operations for mode in MODES]
    rng.shuffle(pairs)
    for n in range(runs):
        operation, mode = pairs[n % len(pairs)]
        step = rng.randint(1, operation.steps)
        wrong = strike(operation, mode, step, folder)
        row = {"operation": operation.name, "mode": mode, "step": step, "steps": operation.steps, "wrong": wrong}
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
