"""All four formats, read from small files, and what is refused of damaged ones."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.dataset import load_dataset
from evals.lines import LONGEST_LINE, read_json_list
from evals.records import Fact, Question
from index import DatelineError, UsageError
from tests.conftest import ROOT
from tests.evals.make import (
    ARTICLES,
    QUESTIONS,
    URL,
    write_beir,
    write_dateline,
    write_jsonl,
    write_multihop,
    write_realtimeqa,
)


def test_datelines_own(tmp_path: Path) -> None:
    more = {
        "id": 5,
        "question": "Why?",
        "answers": ["a", "b"],
        "relevant": ["bridge"],
        "choices": ["a", "c"],
        "nuggets": ["n"],
        "evidence": [{"article": "bridge", "text": "cracks"}],
        "as_of": "2024-03-01",
        "date": "2024-05-01",
        "rated_by": "the desk",
    }
    dataset = load_dataset(str(write_dateline(tmp_path / "own", [*QUESTIONS, more])))
    assert (dataset.name, dataset.size, dataset.notes) == ("own", 5, ())
    assert {a.id: (a.title, a.text) for a in dataset.articles()} == ARTICLES
    assert [q.id for q in dataset.questions] == ["q1", "q2", "q3", "q4", "5"]
    assert [q.unanswerable for q in dataset.questions] == [False, False, False, True, False]
    last = dataset.questions[-1]
    assert last.evidence == (Fact("bridge", "cracks"),)
    assert (last.choices, last.nuggets) == (("a", "c"), ("n",))
    assert str(last.as_of) == "2024-03-01"
    assert dataset.questions[0].as_of is None, "when it was asked is no limit to what may answer"


def test_beir(tmp_path: Path) -> None:
    dataset = load_dataset(str(write_beir(tmp_path)))
    assert dataset.size == 5, "a document without words is no article"
    assert [(q.id, dict(q.grades)) for q in dataset.questions] == [
        ("q1", {"bridge": 2, "ferry": 1}),
        ("q2", {"mayor": 1}),
    ]
    assert dataset.questions[0].relevant == ("bridge", "ferry")
    assert dataset.questions[0].question == QUESTIONS[0]["question"]


def test_multihop_rag(tmp_path: Path) -> None:
    dataset = load_dataset(str(write_multihop(tmp_path)))
    articles = {a.url: a for a in dataset.articles()}
    asked, unanswerable = dataset.questions
    bridge, ferry = (articles[URL.format(name)].id for name in ("bridge", "ferry"))
    assert asked.relevant == (bridge, ferry)
    assert asked.evidence == (
        Fact(bridge, "Engineers found cracks in a pillar."),
        Fact(ferry, "It leaves\nevery hour."),
    )
    assert asked.answers == ("a ferry",)
    assert unanswerable.unanswerable
    assert unanswerable.answers == ()
    assert articles[URL.format("ferry")].source == "The Post"


def test_realtimeqa(tmp_path: Path) -> None:
    dataset = load_dataset(str(write_realtimeqa(tmp_path)))
    articles = {a.url: a for a in dataset.articles()}
    assert len(articles) == dataset.size == 5, "each page once, and none without text"
    assert [q.id for q in dataset.questions] == ["20240105_0", "20240105_1", "20240112_0"]
    mayor = dataset.questions[1]
    assert mayor.answers == ("Ines Dahl",)
    assert mayor.choices == ("nothing", "Ines Dahl", "everything")
    assert set(mayor.relevant) == {articles[URL.format(n)].id for n in ("mayor", "mayor-copy")}
    assert all(str(a.published)[:10] == "2024-01-04" for a in articles.values())


WRITERS = (write_dateline, write_beir, write_multihop, write_realtimeqa)


@pytest.mark.parametrize("write", WRITERS)
def test_a_folder_is_read_the_same_twice(write: Callable[[Path], Path], tmp_path: Path) -> None:
    one, two = (load_dataset(str(write(tmp_path))) for _ in range(2))
    assert one.questions == two.questions
    assert list(one.articles()) == list(two.articles()) == list(one.articles())


def test_a_folder_of_none_of_them_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"BEIR .*RealTimeQA"):
        load_dataset(str(tmp_path))


GOOD = json.dumps(QUESTIONS[0])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2"),
        ("[]", "line 2 can't be read (it is not an object)"),
        ('{"id": "a"}', "line 2 has no 'question'"),
        ('{"id": "", "question": "b"}', "`id` is empty"),
        ('{"id": "a", "question": ["b"]}', "`question` is not a text"),
        ('{"id": "a", "question": "b", "answer": "c"}', "did you mean `answers`"),
        ('{"id": "a", "question": "b", "answers": "c"}', "`answers` is not a list"),
        ('{"id": "a", "question": "b", "unanswerable": "no"}', "neither true nor false"),
        ('{"id": "a", "question": "b", "unanswerable": true, "answers": ["c"]}', "unanswerable, and has labels"),
        ('{"id": "a", "question": "b", "as_of": "soon"}', "line 2"),
        ('{"id": "a", "question": "b", "evidence": [{"text": "c"}]}', "has no 'article'"),
        ("[" * 100_000, "line 2"),
        ("\udcff", "utf-8"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    write_dateline(tmp_path)
    (tmp_path / "queries.jsonl").write_bytes(f"{GOOD}\n{line}\n".encode("utf-8", "surrogateescape"))
    with pytest.raises(DatelineError, match=r"queries\.jsonl, line 2") as raised:
        load_dataset(str(tmp_path))
    assert says in str(raised.value)
    assert len(str(raised.value)) < 400 + len(str(tmp_path))


@pytest.mark.parametrize("row", [{"id": "a", "title": "b"}, {"title": "b", "text": "c"}, {"id": "a", "text": 1}])
def test_a_malformed_article_is_named_by_file_and_line(tmp_path: Path, row: dict[str, str]) -> None:
    write_dateline(tmp_path, articles=[{"id": "bridge", "text": "Fine."}, row])
    with pytest.raises(DatelineError, match=r"corpus\.jsonl, line 2"):
        load_dataset(str(tmp_path))


@pytest.mark.parametrize("line", ["q1\tbridge", "q1\tbridge\tmuch", "q1 bridge 1"])
def test_a_malformed_judgement_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    write_beir(tmp_path, ["query-id\tcorpus-id\tscore", "q1\tbridge\t1", line])
    with pytest.raises(DatelineError, match=r"test\.tsv, line 3"):
        load_dataset(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "not a list"),
        ("", "not a list"),
        ('[{"query": 1},\n {"query"}]', "line 2 (item 2)"),
        ("[\n\n1]", "line 3"),
    ],
)
def test_a_malformed_list_is_named_by_line(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "list.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DatelineError) as raised:
        list(read_json_list(file))
    assert says in str(raised.value)


def test_a_list_that_breaks_off_is_refused(tmp_path: Path) -> None:
    write_multihop(tmp_path)
    file = tmp_path / "MultiHopRAG.json"
    whole = file.read_text(encoding="utf-8")
    for end in range(0, len(whole) - 1, 37):
        file.write_text(whole[:end], encoding="utf-8")
        with pytest.raises(DatelineError, match="MultiHopRAG"):
            load_dataset(str(tmp_path))


def test_a_choice_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_realtimeqa(tmp_path)
    row = {"question_id": "x", "question_sentence": "Who?", "choices": ["a", "b"], "answer": ["2"]}
    write_jsonl(tmp_path / "20240112_qa.jsonl", [row])
    with pytest.raises(DatelineError, match=r"20240112_qa\.jsonl, line 1"):
        load_dataset(str(tmp_path))


def test_labels_that_dangle_are_counted_and_said(tmp_path: Path) -> None:
    astray = {"id": "q9", "question": "Who?", "answers": ["x"], "relevant": ["bridge", "gone", "lost"]}
    dataset = load_dataset(str(write_dateline(tmp_path, [*QUESTIONS, astray])))
    assert dataset.notes == (
        "2 relevance labels name articles that are not there, the first of them gone (question q9)",
    )
    assert dataset.questions[-1].relevant == ("bridge", "gone", "lost")


def test_the_same_row_twice_is_asked_once_and_said(tmp_path: Path) -> None:
    dataset = load_dataset(str(write_dateline(tmp_path, [*QUESTIONS, QUESTIONS[0]])))
    assert len(dataset.questions) == len(QUESTIONS)
    assert dataset.notes == ("1 question is there twice, with the same labels: asked once",)


def test_two_questions_with_an_id_are_refused(tmp_path: Path) -> None:
    write_dateline(tmp_path, [*QUESTIONS, {**QUESTIONS[0], "answers": ["other"]}])
    with pytest.raises(DatelineError, match="two questions have the id q1"):
        load_dataset(str(tmp_path))


def test_two_articles_with_an_id_are_refused(tmp_path: Path) -> None:
    write_dateline(tmp_path, articles=[{"id": "a", "text": "One."}, {"id": "a", "text": "Two."}])
    with pytest.raises(DatelineError, match="article a is there twice"):
        load_dataset(str(tmp_path))


def test_an_empty_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"queries\.jsonl has no questions"):
        load_dataset(str(write_dateline(tmp_path / "a", questions=[])))
    with pytest.raises(DatelineError, match=r"corpus\.jsonl has no articles"):
        load_dataset(str(write_dateline(tmp_path / "b", articles=[])))


def test_an_endless_line_is_refused_without_reading_it(tmp_path: Path) -> None:
    write_dateline(tmp_path)
    with (tmp_path / "corpus.jsonl").open("r+b") as stream:
        stream.truncate(100 * 2**20)  # zeros behind the last line
    tracemalloc.start()
    try:
        with pytest.raises(DatelineError, match=r"corpus\.jsonl, line 6 is longer than 16 MiB"):
            load_dataset(str(tmp_path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * LONGEST_LINE


def test_a_byte_order_mark_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    write_dateline(tmp_path)
    (tmp_path / "queries.jsonl").write_bytes(b"\xef\xbb\xbf\r\n\r\n" + GOOD.encode() + b"\r\n\r\n")
    expected = Question("q1", QUESTIONS[0]["question"], ("cracks",), ("bridge",))
    assert load_dataset(str(tmp_path)).questions == (expected,)


def read_examples() -> dict[str, list[str]]:
    """The example of each format in the suite's README: its blocks between empty lines."""
    text = (ROOT / "evals" / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\*\*(.+?)\*\*:.*?^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return {name: block.strip().split("\n\n") for name, block in found}


def write_examples(folder: Path) -> dict[str, Path]:
    """The examples as they would lie on disk."""
    found = read_examples()
    own, beir = found["Dateline's own"], found["BEIR"]
    multihop, realtimeqa = found["MultiHop-RAG"], found["RealTimeQA"]
    write_jsonl(folder / "own" / "corpus.jsonl", own[0].splitlines())
    write_jsonl(folder / "own" / "queries.jsonl", own[1].splitlines())
    lines = [re.split(r"\s{5,}", line) for line in beir[0].splitlines()]
    write_jsonl(folder / "beir" / lines[0][1], [lines[0][0]])
    write_jsonl(folder / "beir" / lines[1][1], [lines[1][0]])
    write_jsonl(folder / "beir" / lines[2][1], [line[0] for line in lines[2:]])
    write_jsonl(folder / "multihop" / "corpus.json", [multihop[0]])
    write_jsonl(folder / "multihop" / "MultiHopRAG.json", [multihop[1]])
    write_jsonl(folder / "realtimeqa" / "20240105_qa.jsonl", [json.loads(realtimeqa[0])])
    write_jsonl(folder / "realtimeqa" / "20240105_gcs.jsonl", [json.loads(realtimeqa[1])])
    return {name: folder / name for name in ("own", "beir", "multihop", "realtimeqa")}


def test_the_examples_of_the_readme_can_be_read(tmp_path: Path) -> None:
    for name, folder in write_examples(tmp_path).items():
        dataset = load_dataset(str(folder))
        assert dataset.questions, name
        assert list(dataset.articles()), name
        assert any(q.relevant for q in dataset.questions), name
