"""What docs/deploy has for servers fits this Dateline: commands, settings, ports, addresses; and holds no secret."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from index.settings import NOT_SETTINGS, PREFIX
from rag.settings import Settings
from tests.conftest import ROOT
from tests.test_install import EXTRAS, PROJECT
from ui.cli.app import app
from ui.health_paths import HEALTH_PATHS
from ui.server.connections import HEADER_SECONDS

DEPLOY = ROOT / "docs" / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
CADDYFILE = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
NEWSROOM = (ROOT / "docs" / "newsroom.md").read_text(encoding="utf-8")
UNITS = sorted(DEPLOY.glob("*.service"))
PORT = "7860"
GIVEN = {"%i": PORT, "${NEWS_HOST}": "news.example", "${NEWS_HOST:?put it into .env}": "news.example"}


def list_commands() -> Iterator[tuple[str, list[str]]]:
    """Where a command of ours stands, and its words."""
    entry = read_list("ENTRYPOINT")
    assert entry == ["dateline"]
    yield "Dockerfile", read_list("CMD")
    for name, service in SERVICES.items():
        if service.get("image") == "dateline":
            yield name, service["command"]
    for unit in UNITS:
        [line] = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        program, *words = line.split()
        assert program == "/opt/dateline/bin/dateline"
        yield unit.name, words
    for block in re.findall(r"```sh\n(.*?)```", NEWSROOM, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if "dateline" in words[:1]:
                yield line, words[1:]


def read_list(instruction: str) -> list[str]:
    """The words of the last such instruction that begins a line of the Dockerfile."""
    found = re.findall(rf"^{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    words: list[str] = yaml.safe_load(found[-1])
    return words


def parse(words: Sequence[str]) -> list[click.Context]:
    """What our own command line makes of the words, without doing it. Raises click.UsageError for what it lacks."""
    contexts = [app.make_context("dateline", [GIVEN.get(word, word) for word in words])]
    while isinstance(command := contexts[-1].command, click.Group):
        given = [*contexts[-1].protected_args, *contexts[-1].args]
        if not given and command.invoke_without_command:
            break
        name, inner, rest = command.resolve_command(contexts[-1], given)
        assert inner is not None
        contexts.append(inner.make_context(name, rest, parent=contexts[-1]))
    return contexts


@pytest.mark.parametrize(("where", "words"), list_commands(), ids=lambda value: " ".join(value)[:60] if value else "")
def test_every_command_is_one_of_ours_with_options_that_it_has(where: str, words: list[str]) -> None:
    parse(words)


def test_a_command_that_is_none_of_ours_would_be_found() -> None:
    for words in (["chat", "--no-such-option"], ["db", "none"], ["chat", "--port", "many"]):
        with pytest.raises(click.UsageError):
            parse(words)


def test_settings_in_the_environment_are_settings() -> None:
    known = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)} | NOT_SETTINGS
    named = {name for service in SERVICES.values() for name in service.get("environment", {})}
    for unit in UNITS:
        for line in re.findall(r"^Environment=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
            named |= {pair.partition("=")[0] for pair in shlex.split(line)}
    named |= set(re.findall(rf"\b{PREFIX}[A-Z_]+", NEWSROOM))
    assert {"DATELINE_LIBRARY", "DATELINE_LOG_FILE"} <= named
    assert {name for name in named if name.startswith(PREFIX)} <= known


def test_ports_and_paths_agree() -> None:
    [chat] = [context for context in parse(read_list("CMD")) if context.info_name == "chat"]
    assert str(chat.params["port"]) == PORT
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE) == [PORT]
    for service, port in re.findall(r"\b(chat\d+):(\d+)", CADDYFILE):
        assert (service in SERVICES, port) == (True, PORT)
    assert set(re.findall(r"\bchat\d+", CADDYFILE)) == {name for name in SERVICES if name.startswith("chat")}
    assert set(re.findall(r"/health/\w+", f"{CADDYFILE}{DOCKERFILE}")) <= HEALTH_PATHS
    assert re.findall(r"urlopen\('http://127.0.0.1:(\d+)", DOCKERFILE) == [PORT]
    assert list(SERVICES["proxy"]["ports"]) == ["80:80", "443:443"]
    [kept] = re.findall(r"keepalive (\d+)s", CADDYFILE)
    assert int(kept) < HEADER_SECONDS  # else the proxy could ask on a connection that a server is about to close
    assert all("ports" not in service for name, service in SERVICES.items() if name != "proxy")


def test_whom_the_proxy_names_is_whom_the_servers_believe() -> None:
    for name in ("chat1", "chat2"):
        words = SERVICES[name]["command"]
        header = words[words.index("--user-header") + 1]
        assert f"header_up {header} {{http.auth.user.id}}" in CADDYFILE


def test_everything_that_is_waited_for_or_mounted_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= SERVICES.keys()
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            own = source.removeprefix("./") in ("users", "Caddyfile")  # users is whoever's who serves it
            assert source in COMPOSE["volumes"] or own
    build = SERVICES["chat1"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_the_image_runs_as_nobody_special_and_has_two_stages() -> None:
    stages = DOCKERFILE.split("FROM ")[1:]
    assert len(stages) == 2
    users = re.findall(r"^USER (\S+)$", stages[1], re.MULTILINE)
    made = re.findall(r"useradd .*?--uid (\d+) (\w+)", stages[1])
    assert [(int(uid) > 0, name) for uid, name in made] == [(True, users[-1])]
    assert stages[1].index("USER ") < stages[1].index("ENTRYPOINT")
    for unit in UNITS:
        assert re.findall(r"^User=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE) == ["dateline"]


def test_the_image_installs_as_the_light_install_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ").replace("$$", "$")
    [pins] = re.findall(r"RUN (sed .*?) requirements\.lock > /pins\.txt", DOCKERFILE)
    assert pins in makefile
    installs = re.findall(r"RUN /opt/dateline/bin/python -m pip \S+ \S+ install (.*)", DOCKERFILE)
    light = [
        re.sub(r"\S*pins\.txt", "/pins.txt", line)
        for line in re.findall(r"-light\) install --no-compile (.*)", makefile)
    ]
    assert installs[0].endswith('".[$EXTRAS]"')
    [project] = re.findall(r"^ARG EXTRAS=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert set(project.split(",")) <= EXTRAS.keys()
    assert "torch" not in " ".join(line for extra in project.split(",") for line in EXTRAS[extra])
    assert installs[0].split()[:2] == light[0].split()[:2]
    assert installs[1].split() == light[1].split()
    [oldest] = set(re.findall(r"^FROM python:(3\.\d+)-slim", DOCKERFILE, re.MULTILINE))
    assert PROJECT["requires-python"] == f">={oldest}"


def test_the_image_gets_what_is_built_from_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    wheel = {"index", "rag", "evals", "ui", "seeds"}
    assert taken == {*wheel, "README.md", "LICENSE", "pyproject.toml", "requirements.lock"}
    assert not any(fnmatch(name, pattern) for name in ("library", ".git", ".venv", ".env") for pattern in taken)


def test_no_secret_lies_there() -> None:
    for file in DEPLOY.iterdir():
        text = file.read_text(encoding="utf-8")
        for name, value in re.findall(r"(?im)^\s*[\w-]*(password|token|secret|key)\w*\s*[:=]\s*(\S+)", text):
            assert value.startswith("${"), (file.name, name)
        assert not re.search(r"\$2[aby]\$|://\w+:\w+@|BEGIN [A-Z ]*PRIVATE", text), file.name
    assert not (DEPLOY / ".env").exists()
    assert not (DEPLOY / "users").exists()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = unit.read_text(encoding="utf-8").replace("/opt/dateline/bin/dateline", shutil.which("true") or "/bin/true")
    copy = tmp_path / unit.name.replace("@.", f"@{PORT}.")
    copy.write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    complaints = [line for line in checked.stderr.splitlines() if unit.name.partition("@")[0] in line]
    assert complaints == []
    copy.write_text(text.replace("ProtectSystem=strict", "ProtectSystm=strict"), encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    assert "ProtectSystm" in checked.stderr
