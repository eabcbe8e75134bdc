"""The programs and the notebook in docs/examples run, and say what they should."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from index import Library
from tests.conftest import ROOT
from tests.ui.python.conftest import ARTICLES, PACT

REVOKED = "Niger revoked its military pact with the United States on Saturday."
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture
def folder(small_library: Library) -> str:
    """The folder of a library that nobody else has open."""
    small_library.close()
    return str(small_library.folder)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run an example as if its name had been typed with these arguments; gives what it prints."""

    def run_example(name: str, *args: str) -> str:
        spec = spec_from_file_location(name, EXAMPLES / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.main(*args)
        return capsys.readouterr().out

    return run_example


def test_ask(run: Callable[..., str], folder: str) -> None:
    said = run("ask", folder, PACT)
    quotes = re.findall(r"^    \[\d+\] “(.+)” \((.+), .+\)$", said, re.MULTILINE)
    assert quotes
    whole = {article["title"]: f"{article['title']}\n{article['text']}" for article in ARTICLES}
    assert all(part in whole[title] for quote, title in quotes for part in quote.split(" … "))


def test_timeline_to_csv(run: Callable[..., str], folder: str, tmp_path: Path) -> None:
    file = tmp_path / "timeline.csv"
    with Library.open(folder) as library:
        library.add([{"id": "5", "title": "Army", "text": REVOKED, "date": "2024-03-17", "source": "The Post"}])
    said = run("timeline_to_csv", folder, "Niger military pact", str(file))
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert said == f"{len({(row['date'], row['event']) for row in rows})} events are in {file}.\n"
    assert (rows[0]["date"], rows[0]["event"], rows[0]["article"]) == ("2024-03-16", REVOKED, "5")


def test_chain(run: Callable[..., str], folder: str) -> None:
    said = run("chain", folder, PACT)
    assert said.startswith("What the first passage says [1].\n[1] ")
    assert len(re.findall(r"^\[\d\] .+: characters \d+ to \d+$", said, re.MULTILINE)) == 3


def test_near_duplicates(run: Callable[..., str], doubles: None, tmp_path: Path) -> None:
    story = " ".join(f"Sentence number {n} of the story about the harbour bridge says more." for n in range(40))
    (tmp_path / "one.txt").write_text(f"Bridge closes\n\n{story}\n")
    (tmp_path / "two.txt").write_text(f"Bridge closes\n\n{story} A last word is new.\n")
    (tmp_path / "other.txt").write_text("Ferry to run\n\nA ferry will run in Torvik until the bridge opens again.\n")
    said = run("near_duplicates", str(tmp_path))
    assert said.endswith("3 articles, of which 2 have near-duplicates.\n")
    assert len([line for line in said.splitlines() if line.startswith("    ")]) == 1


@pytest.mark.models
def test_measure(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("measure", str(tmp_path / "own"))
    assert len(said.splitlines()) > 3
    assert (tmp_path / "own" / "run" / "summary.json").is_file()


def test_the_notebook(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(Path(folder).parent)
    notebook = json.loads((EXAMPLES / "articles.ipynb").read_text(encoding="utf-8"))
    seen: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
            exec("".join(cell["source"]), seen)
    by_month, by_author = seen["by_month"], seen["by_author"]
    assert {str(month): count for month, count in by_month.items()} == {"2023-01": 1, "2024-03": 1, "2024-05": 1}  # type: ignore[attr-defined]
    assert dict(by_author.items()) == {"Ada Bello": 1, "Carl Diop": 1}  # type: ignore[attr-defined]


def test_every_example_is_tested_here() -> None:
    names = {file.stem for file in EXAMPLES.iterdir() if file.suffix in (".py", ".ipynb")}
    here = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in names if f'"{name}"' not in here and f"{name}.ipynb" not in here} == set()
