"""Bytes flipped anywhere in a library: a process that looks at what its commands say then.

Started by `test_flips.py`: `python -m tests.index.storage.flip_runs FOLDER RUNS SEED`. Prints a line of JSON for each
run.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from index import Library
from tests.index.storage.forked import Done, fill, make_articles, run, use_doubles

QUESTIONS = ("harbour treaty election", "volcano report")
# What is on one page of 4,096 bytes with these articles, and one more.
MOST_LOST = 8


class Said(NamedTuple):
    """What commands say of a library: articles by id in four ways, passages by id, and how the commands ended."""

    exported: Mapping[str, Any]
    listed: Mapping[str, Any]
    shown: Mapping[str, Any]
    found: Sequence[Any]
    runs: Sequence[Done]

    @property
    def has_word(self) -> bool:
        """True where any command said that something is wrong."""
        return any(done.code or done.err for done in self.runs)


def ask(library: Path, ids: Sequence[str], folder: Path) -> Said:
    """What each reading command says."""
    place = ("--library", str(library))
    exported = run(["export", *place], folder)
    listed = run(["list", "--json", *place], folder)
    shown = [run(["show", article_id, "--json", "--versions", *place], folder) for article_id in ids]
    found = [run(["search", question, "-k", "5", "--json", *place], folder) for question in QUESTIONS]
    return Said(
        {row["id"]: row for row in map(json.loads, exported.out.splitlines())} if exported.code in (0, 1) else {},
        {row["id"]: row for row in _parse(listed, [])},
        {row["id"]: row for done in shown if (row := _parse(done, {}))},
        [[(hit["passage"], hit["article"]) for hit in _parse(done, [])] for done in found],
        [exported, listed, *shown, *found],
    )


def _parse(done: Done, nothing: Any) -> Any:
    return json.loads(done.out) if done.out.strip().startswith(("[", "{")) else nothing


def judge(library: Path, whole: Said, ids: Sequence[str], folder: Path) -> tuple[str, str]:
    """What became of a library with a flipped byte, and what is wrong with that, if anything."""
    for_check, for_salvage = (Path(shutil.copytree(library, folder / name)) for name in ("check", "salvage"))
    checked = run(["check", "--library", str(for_check)], folder)
    said = ask(library, ids, folder)
    for done in (checked, *said.runs):
        if not done.is_clean or done.code not in (0, 1):
            return "failed", f"a command ended badly: {done}"
    if wrong := _find_wrong(said, whole):
        return "wrong", wrong
    if said[:3] == whole[:3] and checked.code == 0:
        return "healed" if said.has_word else "harmless", ""
    if said[:3] != whole[:3] and not said.has_word:
        return "silent", "something is missing, and no command said so"
    if checked.code == 0:
        return "missed", f"check found nothing: {[done.err for done in said.runs]}"
    return _save(for_salvage, whole, ids, folder, checked)


def _find_wrong(said: Said, whole: Said) -> str:
    """Anything that is said of an article or passage, and is not so."""
    for name in ("exported", "listed", "shown"):
        for article_id, row in getattr(said, name).items():
            known = getattr(whole, name).get(article_id)
            if name == "shown" and known is not None:
                # A version or copy may be left out, with a word.
                kept = [version for version in row["versions"] if version in known["versions"]]
                row, known = ({**one, "versions": [], "copies": []} for one in (row, known))
                if len(kept) != len(getattr(said, name)[article_id]["versions"]):
                    return f"a version of {article_id} is not what it was"
            if row != known:
                return f"{name} {article_id} is not what it was: {row}"
    articles = {row["id"] for row in whole.listed.values()}
    for hits in said.found:
        for passage, article in hits:
            exported = whole.exported.get(article["id"])
            if article["id"] not in articles or exported is None:
                return f"an article that never was: {article}"
            if exported["text"][passage["start"] : passage["end"]] != passage["text"]:
                return f"a passage that never was: {passage}"
            if any(exported[name] != article[name] for name in ("title", "source", "url")):
                return f"an article was found that is not what it was: {article}"
    return ""


def _save(library: Path, whole: Said, ids: Sequence[str], folder: Path, checked: Done) -> tuple[str, str]:
    """Salvage a library that `check` finds broken."""
    new = folder / "saved"
    shutil.rmtree(new, ignore_errors=True)
    saved = run(["salvage", str(library), str(new)], folder)
    if not saved.is_clean or saved.code not in (0, 1) or not new.exists():
        return "failed", f"salvage ended badly: {saved}, after {checked}"
    again = run(["check", "--library", str(new)], folder)
    if again.code != 0 or not again.is_clean:
        return "failed", f"what was saved is not whole: {again}"
    rows = ask(new, ids, folder)
    if wrong := _find_wrong(rows, whole):
        return "wrong", f"what was saved is not so: {wrong}"
    lost = whole.exported.keys() - rows.exported.keys()
    if len(lost) > MOST_LOST:
        return "lost", f"{len(lost)} articles were lost: {saved}, after {checked}"
    if unsaid := [article_id for article_id in lost if f"article {article_id} can't be saved" not in saved.err]:
        return "lost", f"{unsaid} were lost, and salvage did not say so: {saved}"
    return f"found, {len(lost)} articles lost", ""


def flip(library: Path, rng: random.Random) -> tuple[str, int, int]:
    """Flip bits of one byte of any file but the lock; files of many bytes are hit more often, and small ones too."""
    files = sorted(f for f in library.rglob("*") if f.is_file() and f.stat().st_size)
    sizes = [file.stat().st_size for file in files]
    file = rng.choice(files) if rng.random() < 0.2 else rng.choices(files, sizes)[0]
    content = bytearray(file.read_bytes())
    place, bits = rng.randrange(len(content)), rng.randint(1, 255)
    content[place] ^= bits
    file.write_bytes(content)
    return str(file.relative_to(library)), place, bits


def prepare(folder: Path) -> list[Path]:
    """Two libraries: one that was closed, and one whose last write is in the write-ahead log alone."""

    def make() -> None:
        articles = make_articles(0, 14)
        fill(folder / "closed", articles)
        fill(folder / "closed", make_articles(3, 2, "All is changed now."))
        with Library.open(folder / "closed") as library:
            library.remove("made-005")
            library.search("harbour", rerank=False)
        with Library.open(folder / "closed") as library:
            shutil.copytree(folder / "closed", folder / "open")
            opened = Library.open(folder / "open")
            opened.add(make_articles(30, 2))
            shutil.copytree(folder / "open", folder / "logged")
            assert (folder / "logged" / "dateline.db-wal").stat().st_size
            assert library

    assert run(["--version"], folder, make).code == 0, (folder / "err").read_text()
    shutil.rmtree(folder / "open")
    return [folder / "closed", folder / "logged"]


def main() -> None:
    """Flip as many bytes as are asked for, each in a fresh copy."""
    folder, runs, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    use_doubles()
    bases = prepare(folder)
    ids = ["made-001", "made-003", "made-012"]
    wholes = [ask(Path(shutil.copytree(base, folder / f"{base.name}-asked")), ids, folder) for base in bases]
    assert not any(whole.has_word for whole in wholes)
    work = folder / "work"
    for n in range(runs):
        rng = random.Random(f"{seed} {n}")
        base, whole = rng.choice(list(zip(bases, wholes, strict=True)))
        for name in ("work", "check", "salvage"):
            shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(base, work)
        flipped = flip(work, rng)
        outcome, wrong = judge(work, whole, ids, folder)
        row = {"run": n, "base": base.name, "flipped": flipped, "outcome": outcome, "wrong": wrong}
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
