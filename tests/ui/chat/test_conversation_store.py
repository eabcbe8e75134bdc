"""Kept conversations: what was put in comes out, to its reader alone, whatever happens to the process."""

from __future__ import annotations

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from index import Article, DatelineError, Hit, Passage, Scope, read_address
from index.assemble import open_backend
from index.settings import IndexSettings
from rag.records import Answer, Citation, Quote, Sentence
from tests.postgres import make_url
from tests.ui.conftest import PAYLOADS, ROOT
from ui.chat.conversation import Exchange
from ui.chat.conversation_store import (
    FILE,
    Conversations,
    ConversationStore,
    choose_conversation,
    is_conversation_id,
    make_conversation_id,
)
from ui.chat.kept.database import DatabaseConversations
from ui.chat.kept.records import is_share_id, make_share_id

NASTY = st.one_of(st.text(), st.sampled_from(PAYLOADS))


def make_exchange(question: str, text: str = "A text.", *, refused: bool = False, error: str = "") -> Exchange:
    """An exchange with all that an answer can have."""
    article = Article("a", question, text, "0", source=text, published=datetime(2024, 3, 17, tzinfo=UTC))
    hit = Hit(Passage("a:0", "a", 0, 0, len(text), text), article, 1, 0.1 + 0.2, {"fused": 1e-300}, ("b",))
    citation = Citation(1, hit, (Quote(0, len(text)),))
    answer = Answer(
        question,
        question,
        "offline",
        sentences=(Sentence(text, (1,), 0.5, "unsupported", (text,)),),
        citations=(citation,),
        hits=(hit,),
        refused=refused,
        reason=text,
        seconds={"search": 0.1},
        settings={"passages": 8},
    )
    return Exchange(question, None if error else answer, error=error, scope=Scope(9, 1, 0))


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=["file", "database"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    """Conversations, by where they are kept."""
    if request.param == "file":
        opened = ConversationStore(tmp_path)
        yield opened
        opened.close()
    else:
        backend = open_backend(read_address(make_url()), IndexSettings(), create=True)
        assert backend.conversations is not None
        yield DatabaseConversations(backend.conversations)
        backend.close()


@given(question=NASTY, text=NASTY, refused=st.booleans())
def test_an_exchange_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, question: str, text: str, refused: bool
) -> None:
    folder = tmp_path_factory.mktemp("conversations")
    given = (make_exchange(question, text, refused=refused), make_exchange(question, error="It failed."))
    first = ConversationStore(folder)
    for turn, exchange in enumerate(given):
        first.put("me", "conversation", turn, exchange)
    first.close()
    second = ConversationStore(folder)
    assert second.read("me", "conversation") == given
    second.close()


def test_an_exchange_that_was_kept_with_the_filters_that_its_question_named_opens(tmp_path: Path) -> None:
    """Once they were a field of the exchange; now they are the answer's."""
    store = ConversationStore(tmp_path)
    store.put("me", "conversation", 0, make_exchange("why?"))
    with sqlite3.connect(tmp_path / FILE) as db:
        (blob,) = db.execute("SELECT exchange FROM exchanges").fetchone()
        old = json.loads(zlib.decompress(blob))
        del old["without"]
        old["named"] = {"after": "2024-03-01", "before": None, "sources": [], "exclude": [], "languages": []}
        db.execute("UPDATE exchanges SET exchange = ?", (zlib.compress(json.dumps(old).encode()),))
    db.close()
    assert store.read("me", "conversation") == (make_exchange("why?"),)
    store.close()


def test_an_exchange_is_replaced_by_what_became_of_it(store: Conversations) -> None:
    store.put("me", "conversation", 0, Exchange("why?", stopped=True))
    store.put("me", "conversation", 0, make_exchange("why?"))
    assert store.read("me", "conversation") == (make_exchange("why?"),)


def test_a_conversation_is_named_by_its_first_question_and_listed_by_its_last(store: Conversations) -> None:
    store.put("me", "one", 0, make_exchange("  The first\nquestion? "))
    store.put("me", "two", 0, make_exchange("Another question?"))
    store.put("me", "one", 1, make_exchange("And then?"))
    assert [(kept.id, kept.name) for kept in store.search("me")] == [
        ("one", "The first question?"),
        ("two", "Another question?"),
    ]


def test_conversations_are_their_readers_alone(store: Conversations) -> None:
    store.put("me", "conversation", 0, make_exchange("mine?"))
    store.put("you", "conversation", 0, make_exchange("yours?"))
    assert [kept.name for kept in store.search("you")] == ["yours?"]
    store.rename("you", "conversation", "renamed")
    assert store.search("me")[0].name == "mine?"
    store.delete("you", "conversation")
    assert store.read("me", "conversation") == (make_exchange("mine?"),)
    assert store.read("you", "conversation") == ()
    assert store.find("you", "conversation") is None


@pytest.mark.parametrize(
    ("words", "found"),
    [("", True), ("NIGER", True), ("élysée", True), ("ÉLYSÉE", True), ("100%", True), ("100_", False), ("'", False)],
)
def test_conversations_are_found_by_question_and_answer(store: Conversations, words: str, found: bool) -> None:
    store.put("me", "conversation", 0, make_exchange("why did Niger do it?", "The Élysée said 100% of it."))
    assert bool(store.search("me", words)) is found


def test_a_name_can_be_changed_and_not_taken_away(store: Conversations) -> None:
    store.put("me", "conversation", 0, make_exchange("why?"))
    store.rename("me", "conversation", " Niger\0 \n 2024 ")
    store.rename("me", "conversation", "  ")
    store.put("me", "conversation", 1, make_exchange("and then?"))
    assert store.search("me")[0].name == "Niger 2024"
    assert store.search("me", "niger 2024")


def test_what_was_deleted_comes_back_whole(store: Conversations) -> None:
    for turn in range(3):
        store.put("me", "conversation", turn, make_exchange(f"question {turn}?"))
    before = (store.find("me", "conversation"), store.read("me", "conversation"))
    deleted = store.delete("me", "conversation")
    assert deleted is not None
    assert (store.search("me"), store.read("me", "conversation")) == ([], ())
    assert store.delete("me", "conversation") is None
    store.restore("me", deleted)
    assert (store.find("me", "conversation"), store.read("me", "conversation")) == before


def test_a_deleted_conversation_leaves_nothing_behind(file_store: Conversations, tmp_path: Path) -> None:
    file_store.put("me", "conversation", 0, Exchange("xyzzyplugh?", error="plughxyzzy"))
    file_store.delete("me", "conversation")
    file_store.close()
    assert not any(b"xyzzyplugh" in file.read_bytes() for file in tmp_path.iterdir())


def test_the_file_is_its_owners_alone(file_store: Conversations, tmp_path: Path) -> None:
    file_store.put("me", "conversation", 0, make_exchange("why?"))
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


@pytest.mark.parametrize(("damage", "said"), [(b"this is no database" * 100, "not a database"), (None, "format 9")])
def test_a_file_that_can_not_be_read_is_said_in_a_line(tmp_path: Path, damage: bytes | None, said: str) -> None:
    if damage is None:
        import sqlite3

        with sqlite3.connect(tmp_path / FILE) as db:
            db.execute("PRAGMA user_version = 9")
        db.close()
    else:
        (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(DatelineError, match=said) as caught:
        ConversationStore(tmp_path)
    assert str(tmp_path / FILE) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_exchange_leaves_the_others(file_store: ConversationStore) -> None:
    for turn in range(3):
        file_store.put("me", "conversation", turn, make_exchange(f"question {turn}?"))
    file_store._db.execute("UPDATE exchanges SET exchange = x'00' WHERE turn = 1")
    first, damaged, last = file_store.read("me", "conversation")
    assert (first, last) == (make_exchange("question 0?"), make_exchange("question 2?"))
    assert damaged.state == "failed"


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from ui.chat.conversation import Exchange
from ui.chat.conversation_store import ConversationStore
store = ConversationStore(Path(sys.argv[1]))
for turn in range(100_000):
    store.put("me", "conversation", turn, Exchange(f"question {turn}?"))
    print(turn, flush=True)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout if line.endswith("\n")]
    store = ConversationStore(tmp_path)
    kept = store.read("me", "conversation")
    store.close()
    assert len(kept) > said[-1]
    assert [exchange.question for exchange in kept] == [f"question {turn}?" for turn in range(len(kept))]


@pytest.mark.parametrize(
    ("shown", "address", "chosen"),
    [
        ("shown1234567", {"conversation": "named1234567"}, "shown1234567"),
        ("", {"conversation": "named1234567"}, "named1234567"),
        ("", {"talk": "named1234567"}, "named1234567"),  # a link of version 0.1.0
        ("", {"conversation": "named1234567", "talk": "other1234567"}, "named1234567"),
        ("../etc", {"talk": "named1234567"}, "named1234567"),
    ],
)
def test_a_page_shows_what_it_names_or_what_its_address_names(shown: str, address: dict[str, str], chosen: str) -> None:
    request = SimpleNamespace(query_params=address, session_hash="abc")
    assert choose_conversation(shown, request) == chosen


@pytest.mark.parametrize("address", [{}, {"talk": "../../etc/pw"}, {"conversation": ""}])
def test_a_page_whose_address_names_nothing_gets_an_id_of_its_own(address: dict[str, str]) -> None:
    one, same, other = (SimpleNamespace(query_params=address, session_hash=name) for name in ("a", "a", "b"))
    assert is_conversation_id(choose_conversation("", one))
    assert choose_conversation("", one) == choose_conversation("", same) != choose_conversation("", other)


def test_ids_have_a_shape() -> None:
    ids = {make_conversation_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(map(is_conversation_id, ids))
    assert not any(map(is_conversation_id, ("", "../../etc/pw", "a" * 13, "abcdefghijk\n", "None")))


def test_what_no_file_can_hold_is_said_in_a_line(store: Conversations) -> None:
    with pytest.raises(DatelineError, match="can't be kept"):
        store.put("me", "conversation", 0, make_exchange("why?", "half a pair \ud83d"))
    assert store.search("me") == []


def test_a_conversation_is_shared_until_it_is_not(store: Conversations) -> None:
    store.put("me", "one", 0, make_exchange("mine?"))
    store.put("me", "two", 0, make_exchange("mine too?"))
    share = store.share("me", "one")
    assert is_share_id(share)
    assert store.share("me", "one") == store.shared_as("me", "one") == share
    found = store.find_shared(share)
    assert found is not None
    assert (found.owner, found.kept) == ("me", store.find("me", "one"))
    assert store.shared_as("me", "two") == ""
    store.unshare("you", "one")
    assert store.find_shared(share) == found
    store.unshare("me", "one")
    assert store.find_shared(share) is None
    again = store.share("me", "one")
    assert again not in ("", share)  # the old link stays dead


def test_nobody_shares_what_is_not_theirs(store: Conversations) -> None:
    store.put("me", "one", 0, make_exchange("mine?"))
    assert store.share("you", "one") == store.share("me", "none") == ""
    assert store.find_shared("") is None
    assert store.find_shared("one") is None


def test_a_conversation_that_is_deleted_is_shared_no_more(store: Conversations) -> None:
    store.put("me", "one", 0, make_exchange("mine?"))
    share = store.share("me", "one")
    store.put("me", "one", 1, make_exchange("and then?"))
    assert store.find_shared(share) is not None
    deleted = store.delete("me", "one")
    assert deleted is not None
    assert store.find_shared(share) is None
    store.restore("me", deleted)
    assert store.find_shared(share) is None


def test_share_ids_have_128_bits_and_a_shape() -> None:
    ids = {make_share_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(map(is_share_id, ids))
    assert {len(base64.urlsafe_b64decode(f"{share}==")) for share in ids} == {16}
    assert not any(map(is_share_id, ("", "a" * 21, "a" * 23, "a" * 21 + "\n", "../../etc/passwd_____x", "é" * 22)))
