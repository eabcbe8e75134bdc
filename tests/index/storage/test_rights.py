"""Rights on collections in a database: whoever has none sees nothing, by whatever way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest

from index import (
    Actor,
    DatelineError,
    Filters,
    Library,
    LibraryReadOnly,
    NoRights,
    Right,
    UsageError,
    grant_right,
    list_rights,
    on_behalf_of,
    read_address,
    revoke_rights,
)
from index.settings import IndexSettings
from index.storage.places import KnownPage, Place
from tests.postgres import connect, make_url, run_sql, start_server

ANN, BEA, EDO, ADA, NOBODY = (f"{name}_{os.getpid()}" for name in ("ann", "bea", "edo", "ada", "nobody"))
SAHEL, MARKETS, BOTH, NONE = "sahel", "markets", "both", "none"
TEXTS = {
    SAHEL: "The junta in Niamey ended the drone agreement. Quvexin was nowhere to be seen.",
    MARKETS: "Copper futures in Valdorium fell sharply. The exchange halted trading in zinc.",
    BOTH: "The uranium mine in Arlit was closed. Buyers in Valdorium paid more.",
    NONE: "The ferry of Hallbrook stops in winter. Nobody had foreseen it.",
}
INTO = {SAHEL: ["sahel"], MARKETS: ["markets"], BOTH: ["sahel", "markets"], NONE: []}
OTHERS = {"queue": 0, "worked": 0, "shares": 0, "conversations": 0, "exchanges": 0}  # tables
pytestmark = pytest.mark.usefixtures("doubles")


def make(name: str, text: str = "", **more: object) -> dict[str, object]:
    known = {"id": name, "title": f"On {name}", "source": f"The {name} Post", "published": "2024-03-04"}
    return {**known, "text": text or TEXTS[name], "collections": INTO.get(name, []), **more}


def acting_as(user: str) -> AbstractContextManager[None]:
    """Do what is done in it on behalf of a user whom a proxy names."""
    return on_behalf_of(Actor(f"user:{user}", "rest"))


def read_table(schema: str, member: str, table: str) -> list[tuple[object, ...]]:
    """What a role gets of a table by plain SQL."""
    with connect(make_url(schema, user=member).replace(f"&schema={schema}", "")) as db:
        rows: list[tuple[object, ...]] = db.execute(f"SELECT * FROM {schema}.{table}".encode()).fetchall()
        return rows


class Desk(NamedTuple):
    """A library in a database whose owner has added an article of each kind, and its schema."""

    owner: Library
    schema: str

    def open(self, member: str) -> Library:
        """The library as a role of the database that logs in by itself."""
        return Library.open(make_url(self.schema, user=member))

    def grant(self, member: str, collection: str, role: str = "reader") -> None:
        grant_right(self.owner.place, Right(member, collection, role))


@pytest.fixture
def desk(doubles: None) -> Iterator[Desk]:
    url = make_url()
    with Library.open(url, create=True) as owner:
        owner.add([make(name) for name in TEXTS])
        owner.followed.add(Place("https://a.example/feed", "feed", {}, ("sahel",)))
        owner.followed.add(Place("https://b.example/feed", "feed", {}, ("markets",)))
        owner.pages.put(KnownPage("https://b.example/1", "https://b.example/feed", article_id=MARKETS))
        made = Desk(owner, read_address(url).schema)
        run_sql(*(f'CREATE ROLE "{name}" LOGIN' for name in (ANN, BEA, EDO, ADA, NOBODY)))
        made.grant(ANN, "sahel")
        made.grant(BEA, "markets", "admin")
        made.grant(EDO, "sahel", "editor")
        made.grant(ADA, "", "admin")
        yield made
    members = ", ".join(f'"{name}"' for name in (ANN, BEA, EDO, ADA, NOBODY))
    run_sql(f"DROP SCHEMA {made.schema} CASCADE", f"DROP ROLE {members}")


def assert_sees_sahel_alone(library: Library) -> None:
    """Ask for everything that a library says, and find nothing of what is in no collection of Ann's."""
    assert {a.id: a.collections for a in library.articles()} == {SAHEL: ("sahel",), BOTH: ("sahel",)}
    status = library.status()
    assert (status.articles, status.passages, status.sources) == (2, 2, 2)
    assert library.collections() == {"sahel": 2}
    assert library.sources() == ["The both Post", "The sahel Post"]
    assert library.scope(Filters()).articles == 2
    assert sum(n for _, _, n in library.days()) == 2
    assert set(library.ids()) == {SAHEL, BOTH}
    assert {a.id for a in library.similar(BOTH)} <= {SAHEL}
    for mode in ("dense", "lexical", "hybrid"):
        found = {hit.article.id for hit in library.search("copper zinc ferry Valdorium junta", 50, mode=mode)}
        assert found <= {SAHEL, BOTH}
        assert found or mode == "lexical"
    assert library.search("Hallbrook", mode="lexical") == []
    assert library.correct_spelling("Halbrook") == []
    for hidden in (MARKETS, NONE):
        assert library.find(hidden) is None
        with pytest.raises(DatelineError, match="there is no article"):
            library.get(hidden)
    with pytest.raises(UsageError, match=r"no collection 'markets'\. There are: sahel\."):
        library.search("copper", filters=Filters(collections=("markets",)))
    assert [place.address for place in library.followed] == ["https://a.example/feed"]
    assert list(library.pages) == []
    assert library.copies(BOTH) == ()
    assert library.check() == []


def test_a_role_sees_its_collections_alone(desk: Desk) -> None:
    assert desk.owner.correct_spelling("Halbrook") != []
    with desk.open(ANN) as library:
        assert_sees_sahel_alone(library)
        assert not library.can_write()
        with pytest.raises(LibraryReadOnly):
            library.add([make("new", "It is new.", collections=["sahel"])])
    with desk.open(ADA) as library:
        assert {a.id: a.collections for a in library.articles()} == {a.id: a.collections for a in desk.owner.articles()}
        assert library.check() == []
    with pytest.raises(NoRights, match="has no rights"), desk.open(NOBODY) as library:
        library.status()


def test_tables_themselves_show_no_more(desk: Desk) -> None:
    counts = {"articles": 2, "passages": 2, "vectors": 2, "terms": 0, "lengths": 0, "memberships": 2, "followed": 1}
    for table, wanted in {
        **counts,
        "pages": 0,
        "upcoming": 0,
        "rights": 1,
        "versions": 0,
        "bands": None,
        **OTHERS,
    }.items():
        rows = read_table(desk.schema, ANN, table)
        assert wanted is None or len(rows) == wanted, table
        assert not any(word in str(rows) for word in ("markets", "copper", "Hallbrook", "b.example"))


def test_whom_a_proxy_names_sees_the_same(desk: Desk) -> None:
    everything = desk.owner.scope(Filters())
    with acting_as(ANN):
        assert_sees_sahel_alone(desk.owner)
        with pytest.raises(LibraryReadOnly):
            desk.owner.remove(SAHEL)
    assert desk.owner.scope(Filters()) == everything
    for name in (NOBODY, "postgres", "no such", "x'; RESET ROLE; --"):
        with acting_as(name), pytest.raises(NoRights, match="has no rights"):
            desk.owner.status()
    assert desk.owner.status().articles == 4


def test_rights_that_are_taken_back_count_at_once(desk: Desk) -> None:
    with acting_as(ANN):
        assert desk.owner.sources() != []
    assert revoke_rights(desk.owner.place, ANN, "markets") == 0
    assert revoke_rights(desk.owner.place, ANN, None) == 1
    with acting_as(ANN), pytest.raises(NoRights):
        desk.owner.sources()
    desk.grant(ANN, "markets")
    with acting_as(ANN):
        assert desk.owner.sources() == ["The both Post", "The markets Post"]


def test_an_editor_writes_to_what_is_its_own(desk: Desk) -> None:
    with desk.open(EDO) as library:
        assert library.add([make("mine", "The well in Agadez is dry.", collections=["sahel"])]).added == ("mine",)
        assert library.add([make(SAHEL, "The junta is gone.")]).updated == (SAHEL,)
        assert len(library.versions(SAHEL)) == 1
        for wrong in (
            make("astray", "It is in none.", collections=[]),
            make("astray", "It is another's.", collections=["markets"]),
            make(MARKETS, "It is drawn over.", collections=["sahel"]),
        ):
            with pytest.raises(NoRights):
                library.add([wrong])
        with pytest.raises(NoRights):
            library.change_collections([SAHEL], ["markets"])
        library.remove("mine")
        assert library.check() == []
    assert desk.owner.check() == []
    assert {a.id for a in desk.owner.articles()} == set(TEXTS)
    assert desk.owner.get(MARKETS).text == TEXTS[MARKETS]
    assert desk.owner.get(BOTH).collections == ("markets", "sahel")


def test_nobody_takes_what_is_another_s_by_its_id(desk: Desk) -> None:
    """With SQL alone: a hidden article is not drawn into a collection, and rights are not given to oneself."""
    with connect(make_url(desk.schema, user=EDO).replace(f"&schema={desk.schema}", "")) as db:
        db.execute(f"SET search_path = {desk.schema}".encode())
        for statement in (
            f"INSERT INTO memberships VALUES ('sahel', '{MARKETS}')",
            f"INSERT INTO rights VALUES ('{EDO}', '', 'admin')",
            "WITH changed AS (UPDATE manifest SET value = 'x' WHERE name = 'embedder' RETURNING 1) "
            "SELECT 1 / count(*) FROM changed",
            "SET ROLE postgres",
            "ALTER TABLE articles DISABLE ROW LEVEL SECURITY",
        ):
            with pytest.raises(Exception, match=r"security|permission|denied|must be owner|division by zero"):
                db.execute(statement.encode())
    with desk.open(EDO) as library:
        assert library.find(MARKETS) is None


def test_admins_give_rights_in_what_is_theirs(desk: Desk) -> None:
    url = read_address(make_url(desk.schema, user=BEA))
    grant_right(url, Right(NOBODY, "markets", "editor"))
    assert list_rights(url) == [Right(BEA, "markets", "admin"), Right(NOBODY, "markets", "editor")]
    with desk.open(NOBODY) as library:
        assert {a.id for a in library.articles()} == {MARKETS, BOTH}
    for other in (Right(BEA, "sahel", "reader"), Right(BEA, "", "reader")):
        with pytest.raises(NoRights):
            grant_right(url, other)
    with pytest.raises(DatelineError, match="superuser"):
        grant_right(desk.owner.place, Right("postgres", "", "reader"))
    assert list_rights(read_address(make_url(desk.schema, user=ANN))) == [Right(ANN, "sahel", "reader")]


def test_conversations_are_their_owners_alone(desk: Desk) -> None:
    rows = desk.owner.conversations
    assert rows is not None
    with acting_as(ANN):
        rows.put(f"user:{ANN}", ("c1", "On copper", 1.0), [(0, "words", b"content")])
        assert rows.find(f"user:{ANN}", "c1") == ("c1", "On copper", 1.0)
    with acting_as(BEA):
        assert rows.search(f"user:{ANN}", "", 10) == []
        assert rows.exchanges(f"user:{ANN}", "c1") == []
        rows.delete(f"user:{ANN}", "c1")
    with acting_as(ANN):
        assert [turn for turn, _, _ in rows.exchanges(f"user:{ANN}", "c1")] == [0]


def test_a_shared_conversation_is_read_by_who_has_the_link(desk: Desk) -> None:
    rows, owner = desk.owner.conversations, f"user:{ANN}"
    assert rows is not None
    with acting_as(ANN):
        rows.put(owner, ("c1", "On copper", 1.0), [(0, "words", b"content")])
        rows.put(owner, ("c2", "On zinc", 2.0), [(0, "words", b"other")])
        assert rows.share(owner, "c1", "link") == "link"
    with acting_as(BEA):
        assert rows.find_shared("link") == (owner, "c1", "On copper", 1.0)
        assert rows.exchanges(owner, "c1") == [(0, "words", b"content")]
        assert (rows.exchanges(owner, "c2"), rows.find_shared("c2")) == ([], None)
        assert (rows.shared_as(owner, "c1"), rows.search(owner, "", 10)) == ("", [])
        rows.unshare(owner, "c1")
        assert rows.share(owner, "c2", "stolen") == ""
    for table in ("shares", "exchanges", "conversations"):
        assert read_table(desk.schema, BEA, table) == []
    with acting_as(NOBODY), pytest.raises(NoRights):
        rows.find_shared("link")
    with acting_as(ANN):
        assert rows.shared_as(owner, "c1") == "link"
        rows.unshare(owner, "c1")
    with acting_as(BEA):
        assert (rows.find_shared("link"), rows.exchanges(owner, "c1")) == (None, [])


def test_the_queue_is_for_who_has_the_whole_library(desk: Desk) -> None:
    queueing = IndexSettings(add_to_queue=True)
    new = make("new", "It is new.", collections=["sahel"])
    for member, refused in ((ANN, LibraryReadOnly), (EDO, NoRights)):
        with Library.open(make_url(desk.schema, user=member), settings=queueing) as library, pytest.raises(refused):
            library.add([new])
    with Library.open(make_url(desk.schema, user=ADA), settings=queueing) as library:
        assert library.add([new], collections=["markets"]).queued == ("new",)
        assert (found := library.status().queue) is not None
        assert found.waiting == 1
    assert len(read_table(desk.schema, ADA, "queue")) == 1
    assert read_table(desk.schema, EDO, "queue") == []
    with desk.open(EDO) as library:
        assert (found := library.status().queue) is not None
        assert found.waiting == 0
        assert list(library.make_worker().work(Event(), once=True)) == []
    with desk.open(ADA) as library:
        assert [report.added for report in library.make_worker().work(Event(), once=True)] == [("new",)]
        assert library.get("new").collections == ("markets", "sahel")


def test_an_owner_who_is_no_superuser_serves_others(doubles: None) -> None:
    name, member = read_address(make_url()).schema, f"served_{os.getpid()}"
    owner = f"owner_{os.getpid()}"
    run_sql("CREATE EXTENSION IF NOT EXISTS vector", f"CREATE ROLE {owner} LOGIN CREATEROLE")
    run_sql(f"CREATE SCHEMA {name} AUTHORIZATION {owner}")
    with Library.open(make_url(name, user=owner), create=True) as library:
        library.add([make(name) for name in TEXTS])
        grant_right(library.place, Right(member, "sahel", "editor"))
        with acting_as(member):
            assert {a.id for a in library.articles()} == {SAHEL, BOTH}
            assert library.add([make("new", "It is new.", collections=["sahel"])]).added == ("new",)
        assert {a.id for a in library.articles()} == {*TEXTS, "new"}
        assert library.check() == []
    run_sql(f"DROP SCHEMA {name} CASCADE", f"DROP ROLE {member}", f"DROP OWNED BY {owner}", f"DROP ROLE {owner}")


def test_earlier_readers_go_on_reading(doubles: None, tmp_path: Path) -> None:
    from index.storage.postgres import schema as steps

    url = make_url()
    name = read_address(url).schema
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "STEPS", steps.STEPS[:-1])
        patch.setattr(steps, "VERSION", len(steps.STEPS))
        steps.upgrade(read_address(url), create=True)
    old = f"old_{os.getpid()}"
    run_sql(f"CREATE ROLE {old} LOGIN", f"GRANT USAGE ON SCHEMA {name} TO {old}")
    run_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {old}")
    steps.upgrade(read_address(url), create=False)
    assert list_rights(read_address(url)) == [Right(old, "", "reader")]
    with Library.open(url, create=True) as owner:
        owner.add([make(NONE)])
        with Library.open(make_url(name, user=old)) as reading:
            assert [a.id for a in reading.articles()] == [NONE]
        with acting_as("anybody"):  # nobody was ever given a right
            assert owner.status().articles == 1
    assert start_server()
    run_sql(f"DROP SCHEMA {name} CASCADE", f"DROP ROLE {old}")
