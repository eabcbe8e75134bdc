"""Markdown as site generators have it: front matter of each, and what a reader never sees."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from index import DatelineError
from index.read.formats.markdown import read_markdown
from tests.index.read.make import BODY, FIRST, SECOND, TITLE, read_one

TEXT = "\n\n".join(BODY)
DAY = datetime(2024, 3, 5, tzinfo=UTC)
# As the generators' own starter pages have it.
SITES = {
    "hugo": f'+++\ntitle = "{TITLE}"\ndate = 2024-03-05\nlastmod = 2024-03-06T10:00:00Z\nauthors = ["Ada Writer"]\n'
    'url = "/2024/flood/"\ndraft = false\n[params]\nimages = ["a.png"]\n+++\n',
    "hugo in yaml": f'---\ntitle: "{TITLE}"\npublishDate: 2024-03-05\nlastmod: 2024-03-06T10:00:00Z\n'
    "author: Ada Writer\n---\n",
    "jekyll": f"---\nlayout: post\ntitle:  {TITLE}\ndate:   2024-03-05\nlast_modified_at: 2024-03-06T10:00:00Z\n"
    "author: Ada Writer\npermalink: /:year/flood/\n---\n",
    "eleventy": f"---\ntitle: {TITLE}\ndate: 2024-03-05\nupdated: 2024-03-06T10:00:00Z\nauthor: Ada Writer\n"
    "tags:\n  - posts\n---\n",
    "mkdocs": f"---\ntitle: {TITLE}\nauthors:\n  - Ada Writer\ndate:\n  created: 2024-03-05\n"
    "  updated: 2024-03-06T10:00:00Z\n---\n",
    "astro": f"---\ntitle: '{TITLE}'\npubDate: 2024-03-05\nupdatedDate: '2024-03-06T10:00:00Z'\nauthor: 'Ada Writer'\n"
    "---\nimport Chart from '../components/Chart.astro';\n",
    "pelican": f"Title: {TITLE}\nDate: 2024-03-05\nModified: 2024-03-06\nCategory: News\nAuthors: Ada Writer\n"
    "Summary: In short,\n    the river rose.\n",
}


@pytest.mark.parametrize("site", SITES)
def test_front_matter_of_each_generator(tmp_path: Path, site: str) -> None:
    path = tmp_path / "flood.md"
    path.write_text(f"{SITES[site]}\n{TEXT}\n", encoding="utf-8")
    article = read_one(path)
    assert (article.title, article.text, article.authors) == (TITLE, TEXT, ("Ada Writer",))
    assert (article.published, article.published_precision) == (DAY, "day")
    assert article.modified == datetime(2024, 3, 6, 0 if site == "pelican" else 10, tzinfo=UTC)
    assert article.url is None


def test_a_post_is_of_the_day_that_its_file_is_named_for() -> None:
    [article] = read_markdown(f"---\ntitle: {TITLE}\n---\n{TEXT}", "/site/_posts/2024-03-05-flood.md")
    assert (article.published, article.date_evidence) == (DAY, "file name: 2024-03-05-flood.md")
    [article] = read_markdown(f"---\ntitle: {TITLE}\ndate: 2023-01-02\n---\n{TEXT}", "/site/2024-03-05-flood.md")
    assert article.published == datetime(2023, 1, 2, tzinfo=UTC)


def test_an_address_that_is_whole_counts() -> None:
    [article] = read_markdown(f"---\ntitle: a\ncanonical_url: https://x.org/flood\n---\n{TEXT}", "a.md")
    assert article.url == "https://x.org/flood"


@pytest.mark.parametrize(
    "instruction",
    ["{{< figure src='a.png' >}}", "{{% notice %}}", "{% include a.html %}", "import A from './A.jsx';"],
)
def test_what_a_generator_puts_in_is_no_text(instruction: str) -> None:
    [article] = read_markdown(f"---\ntitle: {TITLE}\n---\n{FIRST}\n\n{instruction}\n\n{SECOND}", "a.md")
    assert article.text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "text", ["Note: this.\nOnly: so.\n\nWords.", f"{FIRST}\n\n{SECOND}", "import duties from 'x'\n"]
)
def test_words_that_only_look_so_are_kept(text: str) -> None:
    [article] = read_markdown(text, "a.md")
    assert f"{article.title} {article.text}".split() == text.split()


@pytest.mark.parametrize(
    ("matter", "reason"),
    [
        ("+++\ntitle = \n+++\n", "its front matter is not TOML"),
        ("+++\na = " + "[" * 60_000 + "\n+++\n", "its front matter is not TOML"),
        ("+++\n" + "a = 1\n" * 20_000 + "+++\n", "longer than 64 KiB"),
        ("---\ntitle: [\n---\n", "its front matter is not YAML"),
    ],
)
def test_front_matter_that_is_none_is_said_in_a_line(matter: str, reason: str) -> None:
    with pytest.raises(DatelineError, match=reason) as error:
        read_markdown(f"{matter}{TEXT}", "a.md")
    assert "\n" not in str(error.value)


LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(LINE, LINE)
def test_toml_and_yaml_say_the_same(title: str, author: str) -> None:
    fields = {"title": title, "author": author}
    in_yaml = f"---\n{yaml.safe_dump(fields, allow_unicode=True)}---\n{TEXT}"
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    in_toml = "\n".join(["+++", *lines, "+++", TEXT])
    assert read_markdown(in_yaml, "a.md") == read_markdown(in_toml, "a.md")
