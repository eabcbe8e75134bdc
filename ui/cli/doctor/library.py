"""What a library has: its settings, models, search indexes, database, rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index import (
    DEFAULT_EMBEDDER,
    DatelineError,
    Ignored,
    Library,
    LibraryMissing,
    ModelState,
    Place,
    describe_database,
    find_models,
    find_own_folder,
    load_settings,
    own_folder,
)
from rag import Settings
from ui.advice import ADD_ARTICLES, advise_embedder, name_trust_command
from ui.cli.doctor.finding import Finding, find_wrong
from ui.cli.doctor.machine import look_at_own_files, look_at_room, look_at_secret
from ui.server.tokens import FILE as TOKEN

_OLDEST_SERVER = 13  # of PostgreSQL


def look_at_library(place: Place) -> Iterator[Finding]:
    """All that concerns the library at `place`, and the settings that hold for it, whether or not there is one."""
    folder = find_own_folder(place)
    settings, findings = _read_settings(folder)
    yield from findings
    yield from look_at_own_files(own_folder(), settings)
    if not isinstance(place, Path):
        findings = list(_look_at_database(place))
        yield from findings
        if any(finding.state == "wrong" for finding in findings):
            yield look_at_room(folder, 0)
            return
    try:
        with Library.open(place, settings=settings) as library:
            yield from _look_inside(library, settings)
            yield look_at_room(folder, library.status().size_bytes if isinstance(place, Path) else 0)
    except LibraryMissing as error:
        fix = ADD_ARTICLES if isinstance(place, Path) else "dateline db init"
        yield Finding("library", "warning", str(error), fix)
        yield from _look_at_models(find_models(settings.embedder or DEFAULT_EMBEDDER, settings))
        yield look_at_room(folder, 0)
    except DatelineError as error:
        yield find_wrong("library", error)
        yield look_at_room(folder, 0)
    yield from look_at_secret("token", folder / TOKEN)


def _read_settings(folder: Path) -> tuple[Settings, list[Finding]]:
    """The settings that hold, and what is to be said of them; the defaults where they can't be read."""
    ignored: list[Ignored] = []
    try:
        settings = load_settings(Settings, folder, tell=ignored.append)
    except DatelineError as error:
        return Settings(), [find_wrong("settings", error)]
    if ignored:
        return settings, [Finding("settings", "warning", str(of), name_trust_command(of.file.parent)) for of in ignored]
    return settings, [Finding("settings", "ok", "all of them are known and count")]


def _look_at_database(place: Place) -> Iterator[Finding]:
    try:
        state = describe_database(place)
    except LibraryMissing:
        return  # opening it says so
    except DatelineError as error:
        yield find_wrong("database", error)
        return
    said = f"PostgreSQL {state.server}, pgvector {state.pgvector or 'missing'}"
    if int(state.server.partition(".")[0]) < _OLDEST_SERVER:
        yield Finding("database", "wrong", said, f"update it to PostgreSQL {_OLDEST_SERVER} or newer")
    else:
        yield Finding("database", "ok", said)
    tables = f"of version {state.version}, and this Dateline's are of version {state.known}"
    if state.version < state.known:
        yield Finding("tables", "wrong", tables, "dateline db upgrade")
    elif state.version > state.known:
        yield Finding("tables", "wrong", tables, "update Dateline")
    else:
        yield Finding("tables", "ok", f"of version {state.version}, as they should be")


def _look_inside(library: Library, settings: Settings) -> Iterator[Finding]:
    status = library.status()
    said = f"{status.articles:,} articles, {status.passages:,} passages in {status.path}"
    if not library.can_write():
        yield Finding("library", "warning", f"{said}, which can be read and not written", _name_right(library.place))
    elif advice := advise_embedder(status):
        what, _, fix = advice.partition(". ")
        yield Finding("library", "warning", f"{said}: {what}", fix)
    else:
        yield Finding("library", "ok", said)
    yield from _look_at_indexes(library)
    yield from _look_at_models(find_models(status.embedder, settings, library.place, status.embedder_sha256))


def _look_at_indexes(library: Library) -> Iterator[Finding]:
    try:
        faults = library.check_indexes()
    except DatelineError as error:
        yield find_wrong("indexes", error)
        return
    for fault in faults:
        yield Finding("indexes", "wrong", fault, "dateline rebuild")
    if not faults:
        yield Finding("indexes", "ok", "both have every passage; `dateline check` looks at every article too")


def _look_at_models(models: list[ModelState]) -> Iterator[Finding]:
    for model in models:
        if model.error:
            yield find_wrong(model.role, model.error)
        elif model.folder is None:
            yield Finding(model.role, "ok", f"{model.name}, behind an API: nobody asked it")
        else:
            yield Finding(model.role, "ok", f"{model.name} in {model.folder} (sha256 {model.sha256[:12]}…)")


def _name_right(place: Place) -> str:
    return f"chmod -R u+w {place}" if isinstance(place, Path) else "grant this user the right to write, if it should"
