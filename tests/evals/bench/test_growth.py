"""Corpora of any size, and what embedding them takes at least."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from evals.bench.growth import draw_growth, repeat_articles
from evals.bench.limit import count_multiply_adds
from index.identify import make_article
from index.near_duplicates import are_copies, read_shingles
from index.settings import IndexSettings
from index.text.passages import split_passages
from tests.evals.bench.test_bench import write_corpus
from tests.index.articles import make_fields
from ui.cli.app import app

ARTICLES: list[dict[str, Any]] = [make_fields(n) for n in range(5)]


def count_passages(articles: list[dict[str, str]]) -> int:
    size = IndexSettings().passage_words
    return sum(len(split_passages(make_article(**a), size)) for a in articles)


@given(st.integers(1, 120))
@settings(max_examples=20, deadline=None)
def test_there_are_as_many_passages_as_asked_for(passages: int) -> None:
    made = list(repeat_articles(ARTICLES, passages))
    assert count_passages(made) >= passages > count_passages(made[:-1])
    assert made == list(repeat_articles(ARTICLES, passages))
    assert len({article["id"] for article in made}) == len(made)


def test_articles_that_come_again_have_other_words_and_are_no_copies() -> None:
    made = list(repeat_articles(ARTICLES, 150))
    assert [a["text"] for a in made[:5]] == [a["text"] for a in ARTICLES]
    vocabulary = {word for a in ARTICLES for word in a["text"].split()}
    for place, again in enumerate(made[5:15]):
        first, words = ARTICLES[place % 5]["text"].split(), again["text"].split()
        assert len(words) == len(first)
        assert set(words) <= vocabulary
        assert 0.15 < sum(a != b for a, b in zip(first, words, strict=True)) / len(words) < 0.5
        assert not are_copies(read_shingles(ARTICLES[place % 5]["text"]), read_shingles(again["text"]))


def test_multiply_adds_are_those_of_the_matrices(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(
        json.dumps({"hidden_size": 8, "intermediate_size": 20, "num_hidden_layers": 3})
    )
    words = Tokenizer(models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.save(str(tmp_path / "tokenizer.json"))
    wanted = 0
    for n in (5, 1):
        projections = 4 * [(n, 8, 8)]  # query, key, value, output
        products = [(n, 8, n), (n, n, 8)]  # of queries and keys, of weights and values
        wanted += 3 * sum(a * b * c for a, b, c in [*projections, *products, (n, 8, 20), (n, 20, 8)])
    assert count_multiply_adds(tmp_path, ["a b a b a", "b"]) == wanted


@pytest.mark.models
def test_the_command_measures_each_size_and_draws_how_they_differ(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "corpus")
    options = ["--mode", "dense", "--passages", "30", "--passages", "12", "--json"]
    done = CliRunner().invoke(app, ["eval", "bench", str(folder), "--out", str(tmp_path / "out"), *options])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert rows[0]["chunks"] >= 12
    assert rows[1]["chunks"] >= 30
    assert (tmp_path / "out" / "growth-30" / "dense.json").is_file()
    drawn = (tmp_path / "out" / "growth-dense.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(drawn)
    assert all(name in drawn for name in ("build", "query", "cold start", "memory"))


@pytest.mark.parametrize("count", [1, 3])
def test_growth_is_drawn_of_one_row_too(tmp_path: Path, count: int) -> None:
    row = {"build_s": 2.0, "chunks": 100, "query_ms": {"p50": 3.0}, "cold_start_s": 1.0, "peak_rss_mb": 300.0}
    draw_growth([{**row, "chunks": 100 * 10**n} for n in range(count)], tmp_path / "x.svg")
    ElementTree.parse(tmp_path / "x.svg")
