"""An article that changes: its old text is never quoted as what it says now, and old answers say so."""

from __future__ import annotations

from datetime import UTC, date, datetime

from index import Library
from rag import ask
from ui.chat.changes import list_changes
from ui.chat.conversation import Exchange
from ui.chat.render import render_conversation

QUESTION = "What does the crossing to Store Holm cost?"
OLD = "The crossing to Store Holm costs 44 crowns. It leaves from the east quay."
NEW = "The crossing to Store Holm costs 48 crowns. It leaves from the east quay."


def put(library: Library, text: str, **more: str) -> None:
    library.add([{"id": "fare", "title": "The <b>fare</b>", "text": text, "published": "2024-03-01", **more}])


def test_the_old_text_is_not_quoted_any_more(library: Library) -> None:
    put(library, OLD)
    before = ask(library, QUESTION)
    put(library, NEW)
    after = ask(library, QUESTION)
    assert any("44 crowns" in words for citation in before.citations for words in citation.quoted())
    assert {citation.hit.article.text for citation in after.citations} == {NEW}
    assert not any("44" in hit.passage.text for hit in after.hits)
    assert [version.text for version in library.versions("fare")] == [OLD]


def test_an_old_answer_says_that_its_article_has_changed_or_gone(library: Library) -> None:
    put(library, OLD)
    conversation = (Exchange(QUESTION, ask(library, QUESTION)), Exchange("and then?"))
    assert list_changes(conversation, library) == {}
    put(library, NEW, modified=datetime(2024, 6, 4, tzinfo=UTC).isoformat())
    changes = list_changes(conversation, library)
    assert changes == {0: ("Changed since: The <b>fare</b> (updated 4 June 2024)",)}
    shown = render_conversation(conversation, "c", changes=changes)[1]["content"]
    assert "Changed since" in shown
    assert "<b>" not in shown
    assert "44 crowns" in shown, "the answer stays as it was"
    library.remove("fare")
    assert list_changes(conversation, library) == {0: ("Removed since: The <b>fare</b>",)}


def test_500_articles_of_one_second_are_all_searched(library: Library) -> None:
    second = "2024-05-21T10:00:00+00:00"
    articles = [
        {"id": f"n{n}", "text": f"Ferry number {n} left the quay of Halvik.", "published": second} for n in range(500)
    ]
    library.add(articles)
    answer = ask(library, "Which ferry left the quay of Halvik yesterday?", as_of=date(2024, 5, 22))
    assert library.scope(answer.filters).searched == 500
    assert answer.filters.after == answer.filters.before == date(2024, 5, 21)
    assert answer.hits


def test_an_article_is_of_the_day_that_it_names_in_its_own_time_zone(library: Library) -> None:
    library.add([{"id": "late", "text": "A ferry sank off Halvik.", "published": "2024-05-21T23:30:00-05:00"}])
    library.add([{"id": "early", "text": "A ferry rose off Halvik.", "published": "2024-05-22T00:30:00+09:00"}])
    for as_of, expected in ((date(2024, 5, 22), "late"), (date(2024, 5, 23), "early")):
        answer = ask(library, "What happened off Halvik yesterday?", as_of=as_of)
        assert {hit.article.id for hit in answer.hits} == {expected}
