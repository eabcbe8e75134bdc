"""Fitting which blocks are an article's: folds by site, and weights that tell what they were shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from evals.fit.page_dates import measure_days
from evals.fit.pages import FOLDS, assign_folds, main, read_labelled_pages
from index import DatelineError
from tests.index.read.make import BODY

_HEAD = "<html><head><title>Flood | Paper</title></head><body>"
hosts = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=30)


@given(hosts, st.sampled_from(["", "www.", "news."]))
def test_a_site_is_in_one_fold(names: list[str], prefix: str) -> None:
    addresses = [f"https://{prefix if n % 2 else ''}{name}paper.com/{n}" for n, name in enumerate(names)]
    folds = assign_folds(addresses)
    assert set(folds) <= set(range(FOLDS))
    assert len(set(zip(names, folds, strict=True))) == len(set(names))


def _write(folder: Path) -> None:
    pages = {}
    for n in range(10):
        for kind in ("html", "txt"):
            (folder / kind).mkdir(exist_ok=True)
        blocks = ["Flood | Paper", "Home", *BODY, "Most read", f"A cat in tree {n}"]
        (folder / "txt" / f"p{n}.txt").write_text("\n\n".join(blocks), encoding="utf-8")
        body = "".join(f"<p>{b}</p>" for b in BODY)
        html = f"<nav>Home</nav><article>{body}</article><aside>Most read {n}</aside>"
        (folder / "html" / f"p{n}.html").write_text(_HEAD + html, encoding="utf-8")
        within, without = [BODY[0][:30], BODY[1][:30]], ["Home", "Most read"]
        pages[f"p{n}"] = {
            "url": f"https://site{n}.com/a",
            **{"with": within, "without": without, "with_in_txt": within, "without_in_txt": without},
        }
    (folder / "truth.json").write_text(json.dumps({"pages": pages}), encoding="utf-8")


def test_weights_are_fitted_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path)
    written = tmp_path / "weights.json"
    main([str(tmp_path), "--fit", str(written)])
    shown = json.loads(capsys.readouterr().out)
    stored = json.loads(written.read_text(encoding="utf-8"))
    for kind in ("html", "txt"):
        assert [figure[:5] for figure in shown[kind]["all"]] == ["1.000", "1.000"]
        assert stored[kind]["slopes"]["words"] > 0
        assert stored[kind]["kept, removed"] == shown[kind]["all"]


def test_a_folder_without_labels_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"truth\.json"):
        read_labelled_pages(tmp_path, "html")


@given(st.dictionaries(st.sampled_from("abcdefghijkl"), st.sampled_from(["2024-03-05", "2024-03-06"]), max_size=12))
def test_of_every_page_the_day_is_right_wrong_or_not_given(days: dict[str, str]) -> None:
    truth = {name: {"url": f"https://{name}paper.com/", "date": "2024-03-05"} for name in "abcdefghijkl"}
    folds = assign_folds([page["url"] for page in truth.values()])
    figures = measure_days(days, truth)
    assert len(figures) == FOLDS
    for fold, (right, wrong) in enumerate(figures):
        inside = [days.get(name) for name, its in zip(truth, folds, strict=True) if its == fold]
        assert right == inside.count("2024-03-05") / len(inside)
        assert wrong == inside.count("2024-03-06") / len(inside)
