"""Files of conversations that earlier versions of Dateline kept: they open, and nothing in them is lost.

`tests/golden/0.1.0/talks.db` was written by version 0.1.0; `tests/golden/format-2/conversations.db` holds the same, put
there by `ConversationStore.put` when exchanges got a format of their own. Neither is ever written anew.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from index import DatelineError, Filters
from rag import Sentence
from tests.conftest import ROOT
from tests.read_only import forbid_writing
from ui.chat.conversation import Conversation, Exchange
from ui.chat.conversation_store import FILE, OLD_FILE, ConversationStore

GOLDEN = ROOT / "tests" / "golden"
OWNER, ID = "a" * 64, "golden_talk1"
MAY = Filters(after=date(2024, 5, 1), before=date(2024, 5, 31))
GAP = Sentence("The articles don't say: who designed the ferry terminal?", gap=True)
OPEN = "import sys; from pathlib import Path; from ui.chat.conversation_store import ConversationStore; "
KILLED = -signal.SIGKILL


def read(folder: Path) -> Conversation:
    """The conversation of the golden files, as a store opened now has it."""
    with closing(ConversationStore(folder)) as store:
        return store.read(OWNER, ID)


def assert_nothing_lost(folder: Path) -> None:
    with closing(ConversationStore(folder)) as store:
        assert [(kept.id, kept.name) for kept in store.search(OWNER)] == [
            (ID, "How much did the bridge cost, and who designed the ferry terminal?")
        ]
        assert store.search(OWNER, "14 million")
        assert_whole(store.read(OWNER, ID))


def assert_whole(conversation: Conversation) -> None:
    bridge, *_, failed, stopped = conversation
    assert [exchange.question for exchange in conversation] == [
        "How much did the bridge cost, and who designed the ferry terminal?",
        "Is there a toll on the bridge in May 2024?",
        "How long is it?",
        "Who won the chess championship of 1987 in Reykjavik?",
        "And then?",
        "Stopped one",
    ]
    states = ["answered", "answered", "answered", "refused", "failed", "stopped"]
    assert [exchange.state for exchange in conversation] == states
    assert (failed.error, failed.answer, stopped.answer) == ("the model did not answer", None, None)
    asked, in_may, doubted, refused = (answer for exchange in conversation[:4] if (answer := exchange.answer))
    drivers = "From June on drivers pay two euros to cross the Quvex bridge, the mayor said last week."
    cost = Sentence("It cost 14 million euros, said the mayor, Ada Brum.", (1,), 1.0, "supported")
    assert asked.sentences == (cost, Sentence(drivers, (2,), 1.0, "supported"), GAP)
    assert [citation.quoted() for citation in asked.citations] == [(cost.text,), (drivers,)]
    assert [citation.hit.article.source for citation in asked.citations] == [
        "The Quvex Bugle",
        "Harbour Times",
    ]
    assert asked.gaps == (GAP.text,)
    assert asked.confidence == pytest.approx(0.46466, abs=1e-5)
    assert bridge.scope is not None
    assert (bridge.scope.articles, bridge.scope.searched, bridge.scope.undated_left_out) == (3, 3, 0)
    assert bridge.scope.first is not None
    assert bridge.scope.first.isoformat() == "2024-03-04T00:00:00+00:00"
    assert (in_may.filters, in_may.named) == (MAY, MAY)
    unsupported = doubted.sentences[-1]
    assert (unsupported.verdict, unsupported.support) == ("unsupported", 0.1)
    assert unsupported.reasons == ("the number “900” is not in what it cites",)
    assert (doubted.unresolved, doubted.model, doubted.cost_usd) == (("[7]",), "openai/test", 0.01)
    assert doubted.warnings[0].startswith("A passage of “x” gives orders")
    assert refused.reason.startswith("The articles don't say: nothing in the 3 articles searched")
    for answer in (asked, in_may, doubted, refused):
        assert len(answer.hits) >= 1
        assert answer.settings["passages"] == 8
        for hit in answer.hits:
            assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with the file of 0.1.0."""
    shutil.copy(GOLDEN / "0.1.0" / OLD_FILE, tmp_path / OLD_FILE)
    return tmp_path


def test_a_file_of_today_s_format_opens(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "format-2" / FILE, tmp_path / FILE)
    assert_nothing_lost(tmp_path)


def test_a_file_of_0_1_0_opens_and_is_renamed(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert_nothing_lost(old)
    assert f"are kept in {FILE} from now on" in caplog.text
    assert not list(old.glob(f"{OLD_FILE}*"))
    caplog.clear()
    assert_nothing_lost(old)  # and again
    assert caplog.text == ""


def test_what_was_moved_is_as_good_as_new(old: Path) -> None:
    with closing(ConversationStore(old)) as store:
        before = store.read(OWNER, ID)
        store.put(OWNER, ID, len(before), Exchange("One more?", error="No."))
        deleted = store.delete(OWNER, ID)
        assert (store.search(OWNER), store.read(OWNER, ID)) == ([], ())  # exchanges go with their conversation
        assert deleted is not None
        store.restore(OWNER, deleted)
        assert store.read(OWNER, ID) == (*before, Exchange("One more?", error="No."))


def test_what_only_the_write_ahead_log_holds_comes_along(old: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("left")
    with closing(sqlite3.connect(old / OLD_FILE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO talks VALUES ('b', 'late', 'A late question?', 0)")
        db.commit()
        for name in (OLD_FILE, f"{OLD_FILE}-wal"):  # as a process that was killed leaves them
            shutil.copy(old / name, folder / name)
    with closing(sqlite3.connect(f"file:{folder / OLD_FILE}?immutable=1", uri=True)) as db:
        assert db.execute("SELECT * FROM talks WHERE id = 'late'").fetchall() == []
    assert_nothing_lost(folder)
    with closing(ConversationStore(folder)) as store:
        assert [kept.name for kept in store.search("b")] == ["A late question?"]


@pytest.mark.parametrize("both", [False, True], ids=["old", "both"])
@pytest.mark.parametrize(
    "step", ["Path.replace", "Path.unlink", "store._settle_format", "store._add_conversations", "store.connect_sqlite"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_on_the_way_loses_nothing(old: Path, step: str, when: str, both: bool) -> None:
    if both:
        ConversationStore(old).close()
        shutil.copy(GOLDEN / "0.1.0" / OLD_FILE, old / OLD_FILE)
    script = f"""
import os, signal, sys
from pathlib import Path
from ui.chat import conversation_store as store
owner, name = {step.split(".")[0]}, "{step.split(".")[1]}"
real = getattr(owner, name)
def killed(*args, **more):
    if "{when}" == "after":
        real(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, killed)
store.ConversationStore(Path(sys.argv[1]))
"""
    run = subprocess.run([sys.executable, "-c", script, str(old)], env={**os.environ, "PYTHONPATH": str(ROOT)})
    reached = {"Path.replace": not both, "Path.unlink": both, "store._add_conversations": both}.get(step, True)
    assert run.returncode == (KILLED if reached else 0)
    assert_nothing_lost(old)
    assert not (old / OLD_FILE).exists()


def test_several_processes_open_it_at_once(old: Path) -> None:
    command = [sys.executable, "-c", f"{OPEN}sys.stdin.read(); ConversationStore(Path(sys.argv[1]))", str(old)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) for _ in range(4)]
    for process in processes:  # all are up, and begin when their input ends
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait(120) for process in processes] == [0] * 4
    assert_nothing_lost(old)


def test_what_0_1_0_kept_afterwards_is_added(old: Path) -> None:
    before = read(old)
    shutil.copy(GOLDEN / "0.1.0" / OLD_FILE, old / OLD_FILE)
    with closing(sqlite3.connect(old / OLD_FILE)) as db:
        db.execute("INSERT INTO talks VALUES (?, 'another_one1', 'Another?', 7)", (OWNER,))
        db.execute("UPDATE exchanges SET exchange = x'00' WHERE turn = 1")  # another one than the store has
        db.execute("INSERT INTO exchanges SELECT reader, 'another_one1', 0, words, exchange FROM exchanges LIMIT 1")
        db.commit()
    for _ in range(2):
        with closing(ConversationStore(old)) as store:
            assert [kept.id for kept in store.search(OWNER)] == [ID, "another_one1"]
            assert store.read(OWNER, "another_one1") == before[:1]
            *same, added = store.read(OWNER, ID)
        assert tuple(same) == before
        assert added.state == "failed"  # it is no exchange, and kept all the same


def test_a_file_that_another_process_uses_is_left_alone(old: Path) -> None:
    script = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("SELECT * FROM talks").fetchall()
print("open", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", script, str(old / OLD_FILE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(DatelineError, match=r"another process uses .*talks\.db\. Stop it") as caught:
            ConversationStore(old)
        assert "\n" not in str(caught.value)
        process.stdin.close()
    assert_nothing_lost(old)


def test_a_damaged_file_of_0_1_0_is_named(tmp_path: Path) -> None:
    (tmp_path / OLD_FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(DatelineError, match=r"talks\.db can't be kept \(file is not a database\)"):
        ConversationStore(tmp_path)
    assert (tmp_path / OLD_FILE).exists()


@pytest.mark.parametrize("name", ["0.1.0/talks.db", "format-2/conversations.db"])
def test_a_folder_that_can_not_be_written_is_read_and_what_is_new_goes_with_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(GOLDEN / name, folder)
    (folder / f"{Path(name).name}-wal").touch()
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    forbid_writing(folder, monkeypatch)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert_nothing_lost(folder)
    with closing(ConversationStore(folder)) as store:
        store.put("b", "late_one_001", 0, Exchange("A late question?", error="No."))
        assert [kept.name for kept in store.search("b")] == ["A late question?"]
        (temporary,) = tmp_path.glob("dateline-*")
        assert temporary.stat().st_mode & 0o077 == 0
    with closing(ConversationStore(folder)) as store:
        assert store.search("b") == []
    assert list(tmp_path.iterdir()) == [folder]
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()} == before
    assert caplog.text == ""


def test_conversations_that_may_not_be_read_are_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(GOLDEN / "format-2" / FILE, tmp_path / FILE)
    monkeypatch.setattr("index.storage.folder.os.access", lambda path, mode: False)
    with closing(ConversationStore(tmp_path)) as store:
        assert store.search(OWNER) == []
        store.put(OWNER, ID, 0, Exchange("One more?", error="No."))
        assert [kept.name for kept in store.search(OWNER)] == ["One more?"]


def test_a_damaged_file_is_named_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 100)
    forbid_writing(tmp_path, monkeypatch)
    with pytest.raises(DatelineError, match=rf"{tmp_path / FILE} can't be kept \(file is not a database\)"):
        ConversationStore(tmp_path)
