"""A small set of articles and questions, written in each of the four formats."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ARTICLES = {
    "bridge": ("Old bridge closes", "The old bridge in Torvik closed on Monday. Engineers found cracks in a pillar."),
    "ferry": ("Ferry to run", "A ferry will run from Torvik to Hamn until the bridge opens. It leaves every hour."),
    "mayor": ("Mayor resigns", "Mayor Ines Dahl resigned on Friday. She said that her health left her no choice."),
    "mayor-copy": ("Mayor resigns", "Mayor Ines Dahl resigned on Friday. She said that her health left her no choice."),
    "harvest": ("Apple harvest", "Growers brought in 300 tonnes of apples. It was the best harvest in ten years."),
}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "question": "What did engineers find in the bridge?", "answers": ["cracks"], "relevant": ["bridge"]},
    {"id": "q2", "question": "Who resigned from her office?", "answers": ["Ines Dahl", "Dahl"], "relevant": ["mayor"]},
    {"id": "q3", "question": "How many tonnes of apples came in?", "answers": ["300"], "relevant": ["harvest"]},
    {"id": "q4", "question": "Which airline flies to Hamn?", "unanswerable": True},
]
URL = "https://example.org/{}"


def write_jsonl(path: Path, rows: Iterable[Any]) -> None:
    """Write a value a line; texts as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_dateline(folder: Path, questions: Iterable[Any] = QUESTIONS, articles: Iterable[Any] | None = None) -> Path:
    """Dateline's own format."""
    rows = [{"id": name, "title": title, "text": text} for name, (title, text) in ARTICLES.items()]
    write_jsonl(folder / "corpus.jsonl", rows if articles is None else articles)
    write_jsonl(folder / "queries.jsonl", questions)
    return folder


def write_beir(folder: Path, qrels: Iterable[str] | None = None) -> Path:
    """BEIR's format, with graded relevance, a document without words and a query that is not judged."""
    rows = [{"_id": name, "title": title, "text": text} for name, (title, text) in ARTICLES.items()]
    write_jsonl(folder / "corpus.jsonl", [*rows, {"_id": "void", "title": "", "text": ""}])
    queries = [{"_id": q["id"], "text": q["question"]} for q in QUESTIONS]
    write_jsonl(folder / "queries.jsonl", queries)
    judged = ("query-id\tcorpus-id\tscore", "q1\tbridge\t2", "q1\tferry\t1", "q1\tharvest\t0", "q2\tmayor\t1")
    write_jsonl(folder / "qrels" / "test.tsv", judged if qrels is None else qrels)
    return folder


def write_multihop(folder: Path) -> Path:
    """MultiHop-RAG's format, the list on many lines as it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = [
        {"title": f"{title} ({name})", "url": URL.format(name), "body": text, "source": "The Post", "author": None}
        for name, (title, text) in ARTICLES.items()
    ]
    facts = [
        {
            "title": "Old bridge closes (bridge)",
            "url": URL.format("bridge"),
            "fact": "Engineers found cracks in a pillar.",
        },
        {"title": "Ferry to run (ferry)", "url": URL.format("ferry"), "fact": "It leaves\nevery hour."},
    ]
    queries = [
        {
            "query": "What replaces the bridge, and why?",
            "answer": "a ferry",
            "evidence_list": facts,
            "question_type": "x",
        },
        {"query": "Who owns it?", "answer": "Insufficient information.", "question_type": "null_query"},
    ]
    (folder / "corpus.json").write_text(json.dumps(corpus, indent=1), encoding="utf-8")
    (folder / "MultiHopRAG.json").write_text(json.dumps(queries, indent=1), encoding="utf-8")
    return folder


def write_realtimeqa(folder: Path) -> Path:
    """RealTimeQA's format: two weeks, a page that both found, and one without text."""
    for week, questions in {"20240105": QUESTIONS[:2], "20240112": QUESTIONS[2:3]}.items():
        rows = [
            {
                "question_id": f"{week}_{n}",
                "question_date": "2024/01/05",
                "question_sentence": q["question"],
                "choices": ["nothing", q["answers"][0], "everything"],
                "answer": ["1"],
            }
            for n, q in enumerate(questions)
        ]
        write_jsonl(folder / f"{week}_qa.jsonl", rows)
        write_jsonl(folder / f"{week}_qa_nota.jsonl", ["not read"])
        results = [
            {"url": URL.format(name), "title": title, "text": text, "authors": [], "publish_date": "2024/01/04"}
            for name, (title, text) in ARTICLES.items()
        ]
        empty = {"url": URL.format("empty"), "title": "Nothing", "text": "", "publish_date": ""}
        found = [{"question_id": row["question_id"], "search_result": [*results, empty]} for row in rows]
        write_jsonl(folder / f"{week}_gcs.jsonl", found)
    return folder
