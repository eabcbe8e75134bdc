"""What a library's dateline.toml may say: anything that stays in the library, and no more until it is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from index import Ignored, IndexSettings, LibraryMissing, UsageError, is_classified, load_settings, trust_library
from index.errors import DatelineError
from index.trust.allowed import allow, is_allowed, own_folder
from rag.settings import Settings
from tests.conftest import ROOT

# What reaches beyond the library, with a value that would.
REACHING = {
    "embedder": "litellm:openai/any",
    "reranker": "./model",
    "reader": "./model",
    "max_file_mb": 100_000,
    "file_seconds": 100_000,
    "web_seconds": 100_000.0,
    "web_delay": 0.0,
    "allow_private": True,
    "audit_log": "~/.bashrc",
    "audit_questions": True,
    "model": "openai/any",
    "api_base": "http://127.0.0.1:9/v1",
    "timeout_seconds": 100_000.0,
    "max_tokens": 100_000,
    "context_tokens": 100_000,
    "answer_seconds": 100_000.0,
    "retries": 1000,
    "fallback": "openai/any",
    "fallback_api_base": "http://127.0.0.1:9/v1",
    "key_file": "~/.ssh/id_rsa",
    "daily_usd": 0.5,
    "daily_tokens": 5,
    "verifier": "openai/any",
    "log_file": "~/.bashrc",
    "log_prompts": True,
    "public_url": "https://elsewhere.example",
    "oidc_issuer": "https://elsewhere.example",
    "oidc_client_id": "any",
    "oidc_readers": "elsewhere.example",
    "oidc_writers": "elsewhere.example",
}
STAYING = {
    "embedder_runtime": "int8",
    "passage_words": 61,
    "first_stage": 51,
    "vector_search": "thorough",
    "rerank_depth": 9,
    "rerank_settled": 5.0,
    "rerank_ms": 1,
    "passages_of_one": 6,
    "newest_first": True,
    "lock_seconds": 11.0,
    "add_to_queue": True,
    "remove_unsupported": True,
    "passages": 9,
    "answer_sentences": 4,
    "min_confidence": 0.5,
}


def test_the_documentation_says_which_settings_are_the_user_s_own() -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").partition("| setting | default |")[2]
    own = {
        name
        for names, yours in re.findall(r"^\| (`[^|]+`) \|[^|]*\| (✓?)", table, re.MULTILINE)
        if yours
        for name in re.findall(r"`(\w+)`", names)
    }
    assert own == REACHING.keys()


def write(folder: Path, values: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = (f"{name} = {str(v).lower() if isinstance(v, bool) else repr(v)}\n" for name, v in values.items())
    (folder / "dateline.toml").write_text("".join(lines))
    return folder


@pytest.fixture
def heard() -> list[Ignored]:
    return []


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


def test_of_every_setting_it_is_decided_whether_any_library_may_have_it() -> None:
    names = {f.name for f in fields(Settings)}
    assert all(is_classified(f) for f in fields(Settings)), "say `free` or `guarded` of the new setting"
    assert names == REACHING.keys() | STAYING.keys(), "add the new setting to one of the two tables"


@pytest.mark.parametrize("name", REACHING)
def test_what_reaches_beyond_the_library_is_ignored_in_its_folder(
    tmp_path: Path, heard: list[Ignored], name: str
) -> None:
    folder = write(tmp_path / "library", {name: REACHING[name], "passages": 3})
    found = load_settings(Settings, folder, tell=heard.append)
    assert getattr(found, name) == getattr(Settings(), name)
    assert found.passages == 3
    assert heard == [Ignored(folder / "dateline.toml", (name,))]


@pytest.mark.parametrize("name", REACHING)
def test_the_same_counts_from_the_user(
    tmp_path: Path, heard: list[Ignored], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "library", {name: REACHING[name]})
    assert getattr(load_settings(Settings, folder, {name: REACHING[name]}, tell=heard.append), name) == REACHING[name]
    with monkeypatch.context() as patch:
        patch.setenv(f"DATELINE_{name.upper()}", str(REACHING[name]))
        assert getattr(load_settings(Settings, folder, tell=heard.append), name) == REACHING[name]
    write(own_folder(), {name: REACHING[name]})
    assert getattr(load_settings(Settings, folder, tell=heard.append), name) == REACHING[name]
    assert getattr(load_settings(Settings, None, tell=heard.append), name) == REACHING[name]
    assert heard == []  # nothing that counted was ignored


@pytest.mark.parametrize("name", STAYING)
def test_what_stays_in_the_library_counts(tmp_path: Path, heard: list[Ignored], name: str) -> None:
    folder = write(tmp_path, {name: STAYING[name]})
    assert getattr(load_settings(Settings, folder, tell=heard.append), name) == STAYING[name]
    assert heard == []


def test_harmless_values_of_guarded_settings_need_no_trust(tmp_path: Path, heard: list[Ignored]) -> None:
    values = {"model": "offline", "fallback": "none", "verifier": "offline", "allow_private": False, "api_base": ""}
    folder = write(tmp_path, {**values, "embedder": "all-MiniLM-L6-v2", "reranker": "cross-encoder/other"})
    found = load_settings(Settings, folder, tell=heard.append)
    assert (found.fallback, found.embedder, found.reranker) == ("none", "all-MiniLM-L6-v2", "cross-encoder/other")
    assert heard == []


@pytest.mark.parametrize("name", ["./a/b", "/a", "~/a", "a/b/c", "..", "a\\b", "C:/a", "litellm:a/b", "a/b\n", "o/m"])
def test_only_a_name_on_the_hub_is_a_harmless_model(
    tmp_path: Path, heard: list[Ignored], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o" / "m").mkdir(parents=True)  # a folder here takes the place of the name on the hub
    (tmp_path / "dateline.toml").write_text(f"embedder = {name!r}\n".replace("'", '"'))
    if "\\b" in name:
        (tmp_path / "dateline.toml").write_text("embedder = 'a\\b'\n")
    assert load_settings(IndexSettings, tmp_path, tell=heard.append).embedder == ""
    assert len(heard) == 1


def test_trust_is_of_the_file_as_it_stands_and_of_the_folder_where_it_lies(
    tmp_path: Path, heard: list[Ignored]
) -> None:
    folder = write(tmp_path / "one", {"model": "openai/any"})
    other = write(tmp_path / "two", {"model": "openai/any"})
    assert trust_library(folder, Settings) == ["model = 'openai/any'"]
    assert load_settings(Settings, folder, tell=heard.append).model == "openai/any"
    (tmp_path / "link").symlink_to(folder)
    assert load_settings(Settings, tmp_path / "link", tell=heard.append).model == "openai/any"
    assert heard == []
    assert load_settings(Settings, other, tell=heard.append).model == "offline"
    write(folder, {"model": "openai/any", "api_base": "http://elsewhere"})
    found = load_settings(Settings, folder, tell=heard.append)
    assert (found.model, found.api_base) == ("offline", "")
    assert [ignored.names for ignored in heard] == [("model",), ("model", "api_base")]


def test_nothing_in_the_library_can_trust_itself(tmp_path: Path, heard: list[Ignored]) -> None:
    folder = write(tmp_path / "library", {"model": "openai/any"})
    trust_library(folder, Settings)
    own = own_folder() / "trusted.json"
    for place in (folder, folder / "dateline", folder / ".config" / "dateline"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "trusted.json").write_bytes(own.read_bytes())
    own.unlink()
    assert load_settings(Settings, folder, tell=heard.append).model == "offline"
    assert len(heard) == 1


@pytest.mark.parametrize("home", ["", ".", "library/.config"])
def test_no_configuration_is_read_from_where_a_command_happens_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", home)
    monkeypatch.setenv("HOME", home)
    for place in (Path(home), Path(home, ".config"), Path()):
        write(place / "dateline", {"model": "openai/any"})
    assert load_settings(Settings, tmp_path).model == "offline"
    assert not is_allowed(tmp_path, "anything")
    if not Path.home().is_absolute():
        with pytest.raises(DatelineError, match="can't be kept"):
            allow(tmp_path, ["anything"])


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": [1]}', "[" * 100_000, "\0"])
def test_a_damaged_list_of_what_is_trusted_trusts_nothing_and_is_named(tmp_path: Path, content: str) -> None:
    folder = write(tmp_path / "library", {"model": "openai/any"})
    own_folder().mkdir(parents=True)
    (own_folder() / "trusted.json").write_text(content)
    with pytest.raises(DatelineError, match=r"trusted\.json can't be read\. Remove it"):
        load_settings(Settings, folder)
    with pytest.raises(DatelineError, match=r"trusted\.json can't be read\. Remove it"):
        allow(folder, ["anything"])


def test_what_is_ignored_is_said_once_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "evil\x1b[2J\nname", {"model": "openai/any", "log_file": "~/.bashrc", "retries": 9})
    for _ in range(3):
        load_settings(Settings, folder)
    said = capsys.readouterr().err
    assert said.count("dateline: ") == said.count("\n") == 1
    assert "\x1b" not in said
    assert "is not trusted with model, log_file and retries, so that is ignored" in said
    assert "configuration/dateline/dateline.toml" in said


def test_what_is_no_library_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        trust_library(tmp_path, Settings)
    write(tmp_path, {"model": 3})
    with pytest.raises(UsageError, match="must be a text"):
        trust_library(tmp_path, Settings)


@dataclass(frozen=True)
class NewSettings(IndexSettings):
    """Settings with one of which nobody has said anything."""

    forgotten: str = ""


def test_a_setting_that_nobody_decided_on_is_guarded(tmp_path: Path, heard: list[Ignored]) -> None:
    folder = write(tmp_path, {"forgotten": "x"})
    assert load_settings(NewSettings, folder, tell=heard.append).forgotten == ""
    assert [ignored.names for ignored in heard] == [("forgotten",)]
