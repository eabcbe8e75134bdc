"""From a question to an Answer, whoever answers; and the Answer as JSON has it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from index import DatelineError, Filters, Hit, Library, UsageError
from index.search.question import LONGEST_QUESTION
from rag import Answer, AnswerWords, Citation, ParsedQuestion, Quote, Sentence, Turn, ask, search, stream
from rag.answerer import Draft
from rag.records import answer_to_dict
from rag.settings import Settings
from tests.rag.material import assert_exact, make_settings
from tests.scripted_llm import MODEL, Reply, refuse, say, say_chunks, serve_script

QUESTION = "Why did Niger revoke the deal?"


def test_an_llm_s_answer_holds_all_the_evidence(quick_library: Library) -> None:
    with serve_script(say("It was called unfair [1]. Nobody says more. Really [42].")) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
    assert answer.model == MODEL
    assert [s.citations for s in answer.sentences] == [(1,), (), ()]
    assert answer.unresolved == ("[42]",)
    assert answer.citations[0].hit == answer.hits[0]
    assert set(answer.seconds) == {"search", "answer", "check"}
    assert answer.settings["model"] == MODEL
    assert_exact(answer.citations)


def test_the_words_that_answer_are_found_in_what_a_model_cites(quick_library: Library) -> None:
    question = "How many U.S. military personnel could be withdrawn?"
    hits = ask(quick_library, question, settings=Settings()).hits
    number = 1 + next(n for n, hit in enumerate(hits) if "withdrawal of 1,000" in hit.passage.text)
    with serve_script(say(f"It could lead to the withdrawal of 1,000 U.S. military personnel [{number}].")) as llm:
        answer = ask(quick_library, question, settings=make_settings(llm))
    assert answer.answer is not None
    assert answer.answer.text == "1,000"
    citation = answer.citation(answer.answer.marker)
    assert citation is not None
    assert citation.read("text")[answer.answer.start : answer.answer.end] == "1,000"
    with serve_script(say(f"It could lead to the withdrawal of U.S. military personnel [{number}].")) as llm:
        assert ask(quick_library, question, settings=make_settings(llm)).answer is None


def test_what_a_model_says_is_not_in_the_articles_is_a_gap(quick_library: Library) -> None:
    gap = "The passages do not mention what it cost."
    with serve_script(say(f"It was called unfair [1]. {gap}")) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
    assert answer.gaps == (gap,)
    assert [s.verdict for s in answer.sentences][-1] == "unchecked"
    value = answer_to_dict(answer)
    assert value["gaps"] == [gap]
    assert [sentence["gap"] for sentence in value["sentences"]] == [False, True]
    with serve_script(say("It was called unfair [1].")) as llm:
        assert ask(quick_library, QUESTION, settings=make_settings(llm)).gaps == ()


def test_answers_grow_with_the_stream(quick_library: Library) -> None:
    with serve_script(say("It was called unfair [1]. Troops may leave [2].", 4)) as llm:
        answers = list(stream(quick_library, QUESTION, settings=make_settings(llm)))
    assert [a.stage for a in answers[:2]] == ["searching", "answering"]
    assert {a.stage for a in answers[1:-2]} == {"answering"}
    assert [a.stage for a in answers[-2:]] == ["checking", "done"]
    texts = [a.text() for a in answers]
    assert len(set(texts)) > 5
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert answers[-1].stage == "done"


def test_what_came_before_the_connection_died_was_given(quick_library: Library) -> None:
    script = say_chunks("It was called ", "unfair [1]. And ", ending="cut")
    seen: list[Answer] = []
    with serve_script(script) as llm, pytest.raises(DatelineError, match="broke off"):
        seen.extend(stream(quick_library, QUESTION, settings=replace(make_settings(llm), fallback="none")))
    assert seen[-1].text() == "It was called unfair. And"
    assert seen[-1].stage == "answering"


def test_an_llm_s_refusal_says_what_is_missing(quick_library: Library) -> None:
    with serve_script(refuse("who won the race.")) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
    assert answer.refused
    assert answer.sentences == ()
    assert "Missing: who won the race." in answer.reason
    assert answer.hits
    assert answer.prompt_tokens


def test_the_conversation_is_told_and_searched_with(quick_library: Library) -> None:
    history = [Turn("When did French soldiers leave Niger?", "In December 2023.")]
    with serve_script(say("They left [1].")) as llm:
        answer = ask(quick_library, "And why was that?", history, make_settings(llm))
        prompt = llm.prompt()
    assert answer.question == "And why was that?"
    assert answer.standalone_question == "Why did French soldiers leave Niger?"
    assert "In December 2023." in prompt
    assert "French" in answer.hits[0].article.title


@pytest.mark.parametrize("question", ["", "  \n\t ", "\0", "?!", "\ud800", "Hello!", "x" * (LONGEST_QUESTION + 1)])
def test_a_question_that_cannot_be_asked(quick_library: Library, question: str) -> None:
    with pytest.raises(UsageError) as raised:
        ask(quick_library, question, settings=Settings())
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "question", ["x" * LONGEST_QUESTION, "2022", "\"'(AND OR NOT*", "尼日尔为什么?", "a\0b \ud800"]
)
def test_odd_questions_are_answered_or_refused(quick_library: Library, question: str) -> None:
    answer = ask(quick_library, question, settings=Settings())
    assert answer.stage == "done"
    assert answer.refused or answer.sentences


def test_filters_that_the_question_names_count_and_are_in_the_answer(quick_library: Library) -> None:
    march = "What did Niger revoke in March 2024?"
    answer = ask(quick_library, march, settings=Settings())
    assert answer.named == answer.filters == Filters(date(2024, 3, 1), date(2024, 3, 31))
    assert {f"{hit.article.published:%Y-%m}" for hit in answer.hits} == {"2024-03"}
    assert answer_to_dict(answer)["named"] == answer_to_dict(answer)["filters"]
    early = ask(quick_library, march, settings=Settings(), as_of=date(2024, 3, 17))
    assert early.filters == Filters(date(2024, 3, 1), date(2024, 3, 17))
    assert early.named == answer.named
    lifted = ask(quick_library, march, settings=Settings(), without=["dates"])
    assert lifted.named == lifted.filters == Filters()
    chosen = Filters(after=date(2023, 1, 1), exclude=("none",))
    by_hand = ask(quick_library, march, settings=Settings(), filters=chosen)
    assert (by_hand.named, by_hand.filters) == (Filters(), chosen)


def test_where_they_leave_nothing_it_is_a_refusal_that_offers_the_answer_without_them(quick_library: Library) -> None:
    before = "What happened in Niger in March 2019?"
    stages = list(stream(quick_library, before, settings=Settings()))
    assert [answer.stage for answer in stages] == ["searching", "done"]
    answer = stages[-1]
    assert answer.refused
    assert answer.reason == search(quick_library, before).reason
    assert "1 March 2019 to 31 March 2019, which your question names" in answer.reason
    assert answer.named.after == date(2019, 3, 1)
    assert ask(quick_library, before, settings=Settings(), without=["dates"]).hits
    nothing = ask(quick_library, before, settings=Settings(), filters=Filters(sources=("none",)))
    assert "within the dates, sources, languages and collections asked for" in nothing.reason  # by the caller
    with pytest.raises(UsageError, match="dates, sources, languages"):
        ask(quick_library, before, without=["date"])


@pytest.mark.parametrize("question", [QUESTION, "How many soldiers were there, and when did they leave?"])
def test_the_ranking_begins_with_what_the_answerer_was_given(quick_library: Library, question: str) -> None:
    settings = Settings(passages=3)
    _, given, *_, last = stream(quick_library, question, settings=settings, depth=20)
    assert len(given.hits) == 3
    assert given.ranking[:3] == given.hits
    assert len(given.ranking) == 20
    assert last.ranking == given.ranking
    assert answer_to_dict(last).keys() == answer_to_dict(ask(quick_library, question, settings=settings)).keys()
    assert "ranking" not in answer_to_dict(last)
    _, plain, *_ = stream(quick_library, question, settings=settings)
    assert plain.hits == given.hits
    assert plain.ranking == ()


class TitleAnswerer:
    """A double: the title of the first passage's article, of which the first word answers; or it refuses with it."""

    name = "double/title"

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        title = hits[0].article.title
        first = title.split()[0]
        citation = Citation(1, hits[0], (Quote(0, len(title), "title"),))
        words = AnswerWords(first, 1, 0, len(first), "title")
        yield Draft(tuple(hits), (Sentence(title, (1,)),), (citation,), answer=words, refused=self._refuses)


def test_the_words_that_answer_come_with_the_answer(quick_library: Library) -> None:
    answer = ask(quick_library, QUESTION, answerer=TitleAnswerer())
    title = answer.hits[0].article.title
    first = title.split()[0]
    assert answer.answer == AnswerWords(first, 1, 0, len(first), "title")
    assert [(s.text, s.verdict) for s in answer.sentences] == [(title, "supported")]
    value = json.loads(json.dumps(answer_to_dict(answer)))
    assert value["answer"] == {"text": first, "marker": 1, "start": 0, "end": len(first), "field": "title"}
    assert value["citations"][0]["quotes"] == [
        {"start": 0, "end": len(title), "text": title, "field": "title", "days": [], "translation": None}
    ]


def test_a_refusal_has_no_words_that_answer(quick_library: Library) -> None:
    answer = ask(quick_library, QUESTION, answerer=TitleAnswerer(refuses=True))
    assert (answer.refused, answer.answer) == (True, None)
    assert answer_to_dict(answer)["answer"] is None


def test_no_passages_are_too_few(quick_library: Library) -> None:
    with serve_script(Reply(("It was unfair [1].",))) as llm:
        settings = Settings(model=MODEL, api_base=llm.url, passages=0)
        assert len(ask(quick_library, QUESTION, settings=settings).hits) == 1


def test_an_answer_as_json(quick_library: Library) -> None:
    with serve_script(say("It was called unfair [1]. Really [42].")) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
    value = json.loads(json.dumps(answer_to_dict(answer)))
    assert value["sentences"][0] == {
        "text": "It was called unfair.",
        "verdict": answer.sentences[0].verdict,
        "support": answer.sentences[0].support,
        "reasons": list(answer.sentences[0].reasons),
        "citations": [1],
        "gap": False,
    }
    assert value["sentences"][1]["verdict"] == "unsupported"
    assert value["sentences"][1]["reasons"] == ["it cites nothing"]
    (citation,) = value["citations"]
    hit = answer.citations[0].hit
    assert citation["marker"] == 1
    assert citation["article"]["id"] == hit.article.id
    assert citation["passage"]["text"] == hit.passage.text
    assert value["answer"] is None, "a model does not say which of its words answer"
    for quote in citation["quotes"]:
        assert quote["field"] == "text"
        assert quote["text"] == hit.article.text[quote["start"] : quote["end"]]
    assert value["unresolved"] == ["[42]"]
    assert [h["rank"] for h in value["hits"]] == list(range(1, len(answer.hits) + 1))
