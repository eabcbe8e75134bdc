"""A library in a database: what only a database can be, or do, or lack."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from index import Article, DatelineError, Library, Passage, Right, UsageError, grant_right
from index.assemble import open_backend, open_store, read_schema, upgrade_schema
from index.errors import (
    DatabaseLost,
    LibraryLocked,
    LibraryMissing,
    LibraryReadOnly,
    OlderSchema,
    OtherEmbedder,
    OtherFormat,
)
from index.settings import IndexSettings
from index.storage.address import read_address
from index.storage.store import Store
from tests.index.articles import make_fields
from tests.index.storage.stores import make_article, put
from tests.postgres import SECRET, end_connections, make_database, make_url, run_sql

pytestmark = pytest.mark.usefixtures("doubles")


def schema_of(url: str) -> str:
    return read_address(url).schema


@pytest.fixture
def url() -> str:
    return make_url()


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    """An empty library in a database."""
    with Library.open(url, create=True) as opened:
        yield opened


# Addresses


def test_an_address_shows_no_password() -> None:
    address = read_address(f"postgres://ann:{'p%40ss:w'}@one.example:6543,two.example/news?sslmode=require&schema=desk")
    assert address == "postgresql://ann@one.example:6543,two.example/news?sslmode=require&schema=desk"
    assert address.parameters == {
        "user": "ann",
        "password": "p@ss:w",
        "host": "one.example,two.example",
        "port": "6543,",
        "dbname": "news",
        "sslmode": "require",
    }
    assert (address.schema, address.has_password) == ("desk", True)
    hidden = read_address("postgresql://h/d?password=secret")
    assert (str(hidden), hidden.has_password) == ("postgresql://h/d", True)
    assert not read_address("postgresql://ann@[::1]:5432/news").has_password
    assert read_address("postgresql://ann@[::1]:5432/news").parameters["host"] == "::1"
    assert "secret" not in str(hidden.folder)


@pytest.mark.parametrize(
    "text", ["mysql://h/d", "postgresql://h/d?schema=A-b", "postgresql://a:b:c/d", "postgresql://["]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_address(text)


# Bad surroundings


def fails(url: str, *, create: bool = False) -> str:
    """The one line that opening a library ends with; it never has the password."""
    with pytest.raises(DatelineError) as found:
        Library.open(url, create=create)
    said = str(found.value)
    assert "\n" not in said
    assert SECRET not in said
    assert "wr0ng" not in said
    return said


def test_a_wrong_password() -> None:
    assert "password authentication failed" in fails(make_url(user="locked", password="wr0ng"))
    assert "no password supplied" in fails(make_url(user="locked"))
    assert "there is no library" in fails(make_url(user="locked", password=SECRET))


def test_no_such_database_or_server(url: str) -> None:
    assert 'database "nowhere" does not exist' in fails(make_url(database="nowhere"))
    assert "can't be reached" in fails("postgresql://ann:wr0ng@127.0.0.1:1/news")
    assert "can't be reached" in fails(f"{url}&sslmoed=require")


def test_no_pgvector() -> None:
    none = make_database()
    run_sql(f"ALTER DATABASE {none} SET extension_control_path = '/nowhere'")
    assert "has no pgvector, and its server none to offer" in fails(make_url(database=none), create=True)
    old = make_database(
        "CREATE EXTENSION vector",
        "SET allow_system_table_mods = on",
        "UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'",
    )
    assert "pgvector 0.7.4, and 0.8 is the oldest that will do" in fails(make_url(database=old), create=True)
    owned = make_database()
    assert "this user may not make it" in fails(make_url(database=owned, user="locked", password=SECRET), create=True)


def test_another_encoding_and_other_tables() -> None:
    name = make_database()
    run_sql(f"DROP DATABASE {name}", f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    assert "has the encoding SQL_ASCII" in fails(make_url(database=name), create=True)
    url = make_url()
    run_sql(f"CREATE SCHEMA {schema_of(url)}", f"CREATE TABLE {schema_of(url)}.others ()")
    assert "other tables in its schema" in fails(url, create=True)
    assert run_sql(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema_of(url)}'") == [(1,)]


def test_another_embedder(library: Library, url: str) -> None:
    with pytest.raises(OtherEmbedder, match="double/hashing"):
        Library.open(url, settings=IndexSettings(embedder="another/one"))


def test_a_reader_who_may_not_write(library: Library, url: str) -> None:
    library.add([make_fields(1)])
    schema = schema_of(url)
    grant_right(library.place, Right("locked", "", "reader"))
    with Library.open(make_url(schema, user="locked", password=SECRET)) as reading:
        assert reading.status().articles == 1
        with pytest.raises(LibraryReadOnly):
            reading.add([make_fields(2)])
        assert reading.status().articles == 1


def test_a_connection_that_is_lost_is_made_again(library: Library, url: str) -> None:
    library.add([make_fields(1)])
    before = [article.id for article in library.articles()]
    end_connections()
    assert library.status().articles == 1
    end_connections()
    assert [article.id for article in library.articles()] == before


def test_a_connection_that_is_lost_in_between_is_said(library: Library, url: str) -> None:
    library.add([make_fields(1)])
    with pytest.raises(DatabaseLost, match=r"Nothing was changed\.$"):
        _read_and_lose(library._store)
    with pytest.raises(DatabaseLost, match=r"Nothing was changed\.$"):
        _write_and_lose(library._store, "half", "other")
    with pytest.raises(DatabaseLost, match=r"as a whole, or not at all\.$"):
        _write_and_lose(library._store, "half")
    assert library.find("half") is None
    assert library.add([make_fields(2)]).added


def test_a_search_whose_connection_is_lost_is_made_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add([make_fields(n) for n in range(3)])
    wanted = library.search("harbour treaty", rerank=False)
    get, ends = library._store.passages.get, iter([end_connections])

    def lose_once(numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        next(ends, lambda: None)()
        return get(numbers)

    monkeypatch.setattr(library._store.passages, "get", lose_once)
    assert library.search("harbour treaty", rerank=False) == wanted
    assert next(ends, None) is None


def _read_and_lose(store: Store) -> None:
    with store.read():
        end_connections()
        store.counts.totals()


def _write_and_lose(store: Store, name: str, *others: str) -> None:
    with store.write():
        store.articles.put(make_article(name))
        end_connections()
        for other in others:
            store.articles.put(make_article(other))


def test_more_connections_than_there_are() -> None:
    name = make_database()
    run_sql(f"ALTER DATABASE {name} CONNECTION LIMIT 0", "ALTER ROLE locked NOSUPERUSER")
    assert "too many connections" in fails(make_url(database=name, user="locked", password=SECRET))


# The schema


def test_steps_lead_from_any_version_to_this_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.storage.postgres import schema

    address = read_address(url)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", 1)
        schema.upgrade(address, create=True)
    article = make_article("a")
    run_sql(
        f"INSERT INTO {address.schema}.articles (id, title, text, content_hash, authors, removed, word_places, folded) "
        "VALUES (%s, %s, %s, %s, '[]', '', '', '')",
        values=(article.id, article.title, article.text, article.content_hash),
    )
    with pytest.raises(OlderSchema, match="of version 1"):
        open_store(address, create=False)
    with pytest.raises(OlderSchema):
        open_store(address, create=True)
    assert upgrade_schema(address) == (1, schema.VERSION)
    assert upgrade_schema(address) == (schema.VERSION, schema.VERSION)
    store = open_store(address, create=False)
    assert list(store.articles.within()) == [article]
    assert put(store, [make_article("b", collections=("sahel",))]) == 1
    assert store.counts.collections() == {"sahel": 1}
    assert list(store.find_damage()) == []
    store.close()


def test_a_step_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.storage.postgres import schema

    address = read_address(url)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (schema.STEPS[0], "CREATE TABLE half (); CREATE TABLE half ();"))
        with pytest.raises(Exception, match="already exists"):
            open_store(address)
    assert read_schema(address).version == 1
    assert run_sql(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{address.schema}' AND tablename = 'half'") == [
        (0,)
    ]
    assert upgrade_schema(address) == (1, schema.VERSION)


def test_a_later_schema_is_refused(library: Library, url: str) -> None:
    run_sql(f"INSERT INTO {schema_of(url)}.steps (version) VALUES (99)")
    with pytest.raises(OtherFormat, match="format 99"):
        Library.open(url)
    with pytest.raises(OtherFormat):
        upgrade_schema(read_address(url))


def test_there_is_nothing_to_upgrade(url: str) -> None:
    with pytest.raises(LibraryMissing):
        upgrade_schema(read_address(url))
    assert read_schema(read_address(url)).version == 0


def test_several_may_make_it_at_once(url: str) -> None:
    address = read_address(url)
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(lambda _: open_store(address), range(4)):
            store.close()
    assert read_schema(address).version == read_schema(address).known


# Writers and readers


def test_writers_take_turns_and_are_named(url: str) -> None:
    one, other = (open_backend(read_address(url), IndexSettings(lock_seconds=0.2), create=True) for _ in range(2))
    with one.lock.hold(), one.lock.hold():
        with pytest.raises(LibraryLocked, match=r"written by process \d+ on "), other.lock.hold():
            pass
        with ThreadPoolExecutor(1) as pool, pytest.raises(LibraryLocked):
            pool.submit(lambda: one.lock.hold(seconds=0).__enter__()).result()
    with other.lock.hold():
        pass
    one.close()
    other.close()


def test_many_write_and_read_at_once(library: Library, url: str) -> None:
    """Each writer adds articles of its own, and some that all of them add; nobody reads a half of anything."""
    shared = [make_fields(n) for n in range(8)]
    done = threading.Event()

    def write(number: int) -> int:
        own = [{**make_fields(100 + n), "id": f"own-{number}-{n}"} for n in range(5)]
        with Library.open(url) as opened:
            return len(opened.add([*own, *shared]).added)

    def read() -> None:
        with Library.open(url) as opened:
            while not done.is_set():
                with opened._indexes.snapshot() as snapshot:
                    articles = {article.id for article in opened.articles()}
                    numbers = opened._store.passages.numbers()
                    found = opened._store.passages.get(numbers)
                    assert {article.id for _, article in found.values()} == articles
                    assert sorted(snapshot.vectors.numbers()) == numbers

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        added = sum(pool.map(write, range(4)))
        done.set()
        for reader in readers:
            reader.result()
    assert added == library.status().articles == 4 * 5 + len(shared)
    assert library.check() == []


def test_what_is_not_as_it_was_written_is_found(library: Library, url: str) -> None:
    library.add([make_fields(1), make_fields(2)])
    schema = schema_of(url)
    run_sql(
        f"UPDATE {schema}.articles SET text = text || ' And more.' WHERE id = (SELECT min(id) FROM {schema}.articles)"
    )
    run_sql(f"UPDATE {schema}.terms SET passages = passages + 1 WHERE term = (SELECT min(term) FROM {schema}.terms)")
    found = library.check()
    assert any("not what was written" in line for line in found)
    assert any("number of passages with a word is wrong for 1 words" in line for line in found)
    library.rebuild()
    assert not any("number of passages" in line for line in library.check())


def test_a_database_is_not_backed_up_into_a_folder(library: Library, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="pg_dump"):
        library.backup(tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_passwords_are_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    schema = schema_of(make_url())
    run_sql(
        f"CREATE SCHEMA {schema}", f"GRANT ALL ON SCHEMA {schema} TO locked", "CREATE EXTENSION IF NOT EXISTS vector"
    )
    with caplog.at_level(0), Library.open(make_url(schema, user="locked", password=SECRET), create=True) as library:
        library.add([make_fields(1)])
        shown = [str(library.place), repr(library.place), library.status().path, str(library.folder), caplog.text]
        kept = [str(row) for row in run_sql(f"SELECT * FROM {schema}.manifest")]
        written = [file.read_text() for file in library.folder.parent.parent.rglob("*") if file.is_file()]
    everything = "\n".join([*shown, *kept, *written])
    assert SECRET not in everything
    assert quote(SECRET, safe="") not in everything


def test_a_move_to_another_embedder(library: Library, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    from tests.doubles import HashingEmbedder

    class Longer(HashingEmbedder):
        name, sha256, dim = "double/longer", "1" * 64, 96

    library.add([make_fields(n) for n in range(3)])
    with Library.open(url) as other:
        monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": Longer())
        library.rebuild("double/longer")
        assert library.status().dimension == 96
        assert library.check() == []
        assert library.search("harbour", rerank=False)
        with pytest.raises(DatelineError, match="moved to the embedder double/longer meanwhile"):
            other.search("harbour", rerank=False)
