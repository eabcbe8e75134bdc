"""What the reader learns from: what is marked as an answer is one, and what was changed is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from evals.fit.reader.alter_question import alter_question
from evals.fit.reader.cloze import make_cloze
from evals.fit.reader.groups import (
    Group,
    Text,
    crop,
    make_question_groups,
    make_sentence_groups,
    read_groups,
    write_groups,
)
from evals.fit.reader.questions import read_news, read_wikipedia
from index import Library
from tests.doubles import WordReader

FERRY = (
    "The ferry Aurora sank off Port Ellen on 5 June 2014 after a fire. Captain Jane Doe led 118 people to the boats. "
    "The owner paid $2 million to the families in 2016. Nobody was hurt. The harbour stayed closed for three days, and "
    "fishermen from Islay waited in Port Ellen until the police had gone."
)
BRIDGE = (
    "The bridge at Millford was opened by Queen Anna in 1998. It carries 12,000 cars a day, and more in summer. "
    "A second bridge is planned for 2030, the mayor, Tom Hill, said on Monday. The town has paid for it with a loan."
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The sets in their formats, with a few questions each."""
    folder = tmp_path / "data"
    (folder / "news").mkdir(parents=True)
    at = FERRY.index("118")
    rows: dict[str, list[dict[str, object]]] = {
        "squad2.jsonl": [
            {
                "id": "s1",
                "title": "Aurora",
                "question": "How many people did the captain lead to the boats?",
                "context": FERRY,
                "answers": [{"start": at, "text": "118"}],
            },
            {"id": "s2", "title": "Aurora", "question": "Who built the ferry?", "context": FERRY, "answers": []},
        ],
        "qed.jsonl": [
            {
                "id": "q1",
                "title": "Millford",
                "question": "who opened the bridge at millford",
                "context": BRIDGE,
                "answers": [{"start": BRIDGE.index("Queen"), "text": "Queen Anna"}],
            }
        ],
        "selqa.jsonl": [
            {
                "id": "l1",
                "title": "Millford",
                "question": "When was the bridge opened?",
                "sentences": BRIDGE.split(". "),
                "right": [0],
            }
        ],
        "news/corpus.jsonl": [
            {"id": "f", "title": "Ferry sinks", "date": "2014-06-06", "url": "https://example.org/f", "text": FERRY},
            {"id": "b", "title": "Bridge opens", "date": "2023-12-01", "url": "https://example.org/b", "text": BRIDGE},
        ],
        "news/queries.jsonl": [
            {
                "id": "n1",
                "date": "2014-06-07",
                "question": "How much did the owner pay to the families?",
                "answers": ["$2 million"],
                "relevant": ["f"],
            },
            {
                "id": "n2",
                "date": "2023-12-02",
                "question": "How many cars does the bridge carry?",
                "answers": ["12,000"],
                "relevant": ["b"],
            },
        ],
    }
    for name, lines in rows.items():
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def _make(library: Library, data: Path, *, news: bool) -> list[Group]:
    articles, asked = (read_news if news else read_wikipedia)(data)
    library.add(articles)
    return list(make_question_groups(library, asked, rerank=False, size=4, times=2))


@pytest.mark.parametrize("news", [True, False])
def test_what_is_marked_answers_and_nothing_else_does(data: Path, library: Library, news: bool) -> None:
    groups = _make(library, data, news=news)
    words = {"s1": "118", "q1": "Queen Anna", "n1": "$2 million", "n2": "12,000"}
    for group in groups:
        assert 1 <= len(group.texts) <= 4
        for text in group.texts:
            assert (text.answers == 1) == bool(text.spans)
            if group.id in words:
                assert all(text.text[a:b] == words[group.id] for a, b in text.spans)
                assert text.answers != 0 or words[group.id] not in text.text
        if group.id.endswith("-altered") or group.id == "s2":
            assert all(text.answers == 0 for text in group.texts)
        elif group.id != "s2":
            assert sum(text.answers == 1 for text in group.texts) == 1
    assert {g.id for g in groups} >= ({"n1", "n2"} if news else {"s1", "s2", "q1", "l1"})


def test_a_reader_that_learns_further_is_asked_what_deceives_it(data: Path, library: Library) -> None:
    articles, asked = read_wikipedia(data)
    library.add(articles)
    reader = WordReader()
    groups = list(make_question_groups(library, asked, rerank=False, size=4, reader=reader))
    without = [group for group in groups if group.source.endswith("-without")]
    assert {group.id.partition("-")[0] for group in without} == {one.id for one in asked if one.answers}
    for group in without:
        assert all(text.answers == 0 and not text.spans for text in group.texts)
    asked_first = {group.id: group for group in groups}
    for group in without:
        whole = {text.text for text in asked_first[group.id.partition("-")[0]].texts}
        found = [text.text for text in group.texts if not any(text.text != w and _is_cut(text.text, w) for w in whole)]
        sure = [reading.log_odds for reading in reader.read(group.question, found)]
        assert sure == sorted(sure, reverse=True)


def _is_cut(text: str, whole: str) -> bool:
    """True where a text is the whole without some of its sentences: it has the same heading."""
    return text.partition("\n")[0] == whole.partition("\n")[0] and len(text) < len(whole)


def test_the_same_sets_give_the_same_groups(data: Path, tmp_path: Path) -> None:
    articles, _ = read_news(data)
    first, second = (list(make_sentence_groups(articles, 4, frozenset({"b"}))) for _ in range(2))
    assert first == second
    assert {group.held for group in first} == {True, False}
    write_groups(tmp_path / "groups.jsonl", first)
    assert read_groups(tmp_path / "groups.jsonl") == first


def test_late_news_is_held_back(data: Path) -> None:
    _, asked = read_news(data)
    assert {one.id: one.held for one in asked} == {"n1": False, "n2": True}


def test_a_cloze_asks_for_words_of_the_sentence() -> None:
    asked = set()
    for sentence in FERRY.split(". ") + BRIDGE.split(". "):
        for seed in range(20):
            cloze = make_cloze(sentence, Random(seed))
            if cloze:
                answer = sentence[cloze.start : cloze.end]
                assert cloze.question.endswith("?")
                assert answer not in cloze.question
                asked.add(answer)
    assert asked >= {"$2 million", "2016", "1998", "12,000"}
    assert make_cloze("it rained all day long.", Random(1)) is None


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("Who won the women's final in 2018?", ["What did Simona Halep say?", "Where does Rafael Nadal live?"]),
        ("What is the largest city of Kenya?", ["the capital of Peru is Lima."]),
        ("How many people died on June 5?", ["What did Simona Halep say?"]),
    ],
)
def test_a_changed_question_is_another(question: str, others: Sequence[str]) -> None:
    changed = {alter_question(question, Random(seed), others) for seed in range(12)}
    assert len(changed) > 1
    assert question not in changed
    assert None not in changed


def test_a_question_with_nothing_to_change_stays() -> None:
    assert alter_question("Why did it rain?", Random(1), ["It rained."]) is None


def test_a_window_is_the_sentence_with_its_neighbours_and_its_words_stay_marked() -> None:
    heading = "Aurora (2014-06-06)\n"
    for words in ("5 June 2014", "118", "2016", "Nobody", "three days"):
        at = len(heading) + FERRY.index(words)
        window = crop(Text(heading + FERRY, 1, ((at, at + len(words)),), 0.5), at)
        assert window.answers == 1
        assert window.rank == 0.5
        assert [window.text[a:b] for a, b in window.spans] == [words]
        assert window.text.startswith(heading)
        body = window.text.removeprefix(heading)
        assert body in FERRY
        assert 2 <= body.count(".") <= 3
    short = crop(Text(heading + FERRY, 0), len(heading) + FERRY.index("Nobody"))
    assert short.text.removeprefix(heading).startswith("The owner paid")
    assert short.text.endswith("until the police had gone.")


def test_a_window_without_the_words_that_answer_is_one_of_which_nobody_knows() -> None:
    at = FERRY.index("three days")
    window = crop(Text(FERRY, 1, ((at, at + 10),)), 0)
    assert window.answers == -1
    assert window.spans == ()


@pytest.mark.parametrize("text", ["", "Aurora (2014-06-06)\n", "Aurora (2014-06-06)\nThe ferry sank."])
def test_where_there_is_nothing_to_leave_out_a_window_is_the_text(text: str) -> None:
    assert crop(Text(text, 0), 3).text == text
