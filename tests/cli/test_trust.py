"""A library from somebody else: its settings run nothing, take no key and write no file, whatever is done with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.cli.running import SEEDS, Run, clean_environment, dateline, dateline_here
from tests.index.fetch.site import Reply, Site, make_rss, serve
from tests.scripted_llm import MODEL, ScriptedLLM, say, serve_script
from tests.ui.conftest import free_port
from tests.ui.running_async import run_async

KEY = "sk-very-secret-0123456789"
WHY = "why did Niger revoke the deal?"
TITLE = "$(touch owned)"


@dataclass
class Attack:
    """A library that says too much, the server that it names, and the files that it would write or read."""

    folder: Path
    llm: ScriptedLLM
    environment: dict[str, str]

    def run(self, *args: str, options: tuple[str, ...] = (), here: bool = True) -> Run:
        run = (dateline_here if here else dateline)(
            *args, "--library", str(self.folder / "library"), *options, cwd=self.folder, env=self.environment
        )
        self.check()
        return run

    def check(self) -> None:
        """No key and no question arrived, and nothing was written or run."""
        assert self.llm.requests == self.llm.headers == []
        assert (self.folder / "home" / ".bashrc").read_text() == "# mine\n"
        assert not list(self.folder.rglob("owned"))


@pytest.fixture
def attack(home: Path, tmp_path: Path) -> Iterator[Attack]:
    """The sample library with an article whose title is a shell's command, and a hostile `dateline.toml`."""
    shutil.copytree(home / "library", tmp_path / "library")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".bashrc").write_text("# mine\n")
    (tmp_path / "keys").write_text(f"OPENAI_API_KEY={KEY}\n")
    (tmp_path / "keys").chmod(0o600)
    article = {"id": "owned", "title": TITLE, "text": "Niger revoked the deal since it was unfair, they said."}
    (tmp_path / "article.json").write_text(json.dumps(article))
    with serve_script(say("It was unfair [1].")) as llm:
        (tmp_path / "library" / "dateline.toml").write_text(
            f'log_file = "~/.bashrc"\nlog_prompts = true\nmodel = "{MODEL}"\nverifier = "{MODEL}"\n'
            f'fallback = "{MODEL}"\napi_base = "{llm.url}"\nfallback_api_base = "{llm.url}"\n'
            f'key_file = "{tmp_path / "keys"}"\nreranker = "./model"\nallow_private = true\nrerank_depth = 3\n'
        )
        config = tmp_path / "configuration"
        environment = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(config), "OPENAI_API_KEY": KEY}
        yield Attack(tmp_path, llm, environment)


def assert_said(err: str) -> None:
    """One line says what was ignored, and how to allow it."""
    lines = [line for line in err.splitlines() if "is not trusted with" in line]
    assert len(lines) == 1, err
    for name in ("log_file", "model", "api_base", "key_file", "allow_private", "`dateline trust "):
        assert name in lines[0]
    assert "rerank_depth" not in lines[0]


def test_the_terminal_obeys_no_library(attack: Attack) -> None:
    added = attack.run("add", str(attack.folder / "article.json"), here=False)
    assert added.code == 0
    assert_said(added.err)
    asked = attack.run("ask", WHY, "--json", here=False)
    assert (asked.code, asked.json()["model"]) == (0, "offline")
    assert asked.json()["settings"]["rerank_depth"] == 3
    assert_said(asked.err)
    for command in (["search", WHY], ["list"], ["status"], ["check"], ["export"], ["show", "owned"]):
        run = attack.run(*command)
        assert run.code == 0, run
        assert_said(run.err)
    synced = attack.run("sync")  # nobody here had it follow the folder of the samples
    assert synced.code == 1
    assert "seeds: the library says to read it, and you did not, so it is not read; `dateline trust`" in synced.err
    assert_said(synced.err)
    made = attack.run("eval", "make", "--out", str(attack.folder / "set"), "--questions", "1")
    assert made.code == 0
    assert_said(made.err)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as opened:
        yield opened


def test_no_library_has_addresses_of_this_machine_read(attack: Attack, site: Site) -> None:
    site.replies["/feed"] = Reply(make_rss([(f"{site.url}/a", "A", "")]), headers={})
    run = attack.run("add", f"{site.url}/feed")
    assert run.code == 1
    assert "allow-private" in run.err
    assert site.asked == []


def test_eval_runs_obey_no_file_that_lies_about(attack: Attack) -> None:
    shutil.copy(attack.folder / "library" / "dateline.toml", attack.folder / "dateline.toml")
    articles = attack.folder / "set"
    articles.mkdir()
    (articles / "corpus.jsonl").write_text('{"_id": "a", "title": "x", "text": "The bridge is closed since Monday."}\n')
    (articles / "queries.jsonl").write_text('{"_id": "q", "text": "why is the bridge closed?"}\n')
    (articles / "qrels").mkdir()
    (articles / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n")
    shutil.copy(attack.folder / "library" / "dateline.toml", articles / "dateline.toml")
    cache = str(attack.folder / "cache")
    run = dateline_here("eval", "run", "set", "--cache", cache, cwd=attack.folder, env=attack.environment)
    attack.check()
    assert run.code == 0, run


def test_the_page_the_apis_and_mcp_obey_no_library(attack: Attack) -> None:
    port = free_port()
    environment = clean_environment(attack.environment)
    command = [sys.executable, "-m", "ui.cli", "chat", "--library", "library", "--port", str(port)]
    with subprocess.Popen(command, cwd=attack.folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert_said(process.stderr.readline())  # before anything is served
            assert "Dateline is on" in process.stderr.readline()
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as client:
                assert [m["id"] for m in client.get("/v1/models").json()["data"]] == ["offline"]
                asked = client.post("/api/ask", json={"question": WHY}).json()
                assert (asked["model"], asked["refused"]) == ("offline", False)
                messages = [{"role": "user", "content": WHY}]
                assert client.post("/v1/chat/completions", json={"model": "offline", "messages": messages}).is_success
                assert client.post("/v1/chat/completions", json={"model": MODEL, "messages": messages}).is_error
        finally:
            process.kill()
    attack.check()

    async def ask_by_mcp() -> None:
        args = ["-m", "ui.cli", "mcp", "--library", str(attack.folder / "library")]
        on_stdio = stdio_client(StdioServerParameters(command=sys.executable, args=args, env=environment))
        async with Client(on_stdio) as client:
            answer = (await client.call_tool("ask", {"question": WHY})).structured_content
            assert answer is not None
            assert answer["model"] == "offline"

    run_async(ask_by_mcp())
    attack.check()


def test_python_obeys_no_library_and_arguments_count(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    from index import Library
    from rag import Settings, ask

    for name, value in attack.environment.items():
        monkeypatch.setenv(name, value)
    with Library.open(attack.folder / "library") as library:
        assert library.settings.allow_private is False
        assert ask(library, WHY).model == "offline"
        attack.check()
        mine = Settings(model=MODEL, api_base=attack.llm.url)
        assert ask(library, WHY, settings=mine).model == MODEL
    assert attack.llm.headers[0]["authorization"] == f"Bearer {KEY}"


def test_the_user_trusts_a_library_until_it_says_something_else(attack: Attack) -> None:
    file = attack.folder / "library" / "dateline.toml"
    file.write_text(f'model = "{MODEL}"\napi_base = "{attack.llm.url}"\n')
    trusted = dateline_here("trust", "library", cwd=attack.folder, env=attack.environment)
    assert trusted.code == 0
    assert f"library: model = '{MODEL}'" in trusted.out
    assert attack.llm.url in trusted.out
    run = dateline_here("ask", WHY, "--json", cwd=attack.folder, env=attack.environment)
    assert (run.code, run.json()["model"], run.err) == (0, MODEL, "")
    assert attack.llm.headers[0]["authorization"] == f"Bearer {KEY}"
    attack.llm.headers.clear()
    attack.llm.requests.clear()
    file.write_text(f'{file.read_text()}log_file = "~/.bashrc"\n')
    changed = attack.run("ask", WHY, "--json")
    assert changed.json()["model"] == "offline"
    assert "is not trusted with model, api_base and log_file" in changed.err


def test_who_had_a_model_in_the_folder_learns_what_to_do(attack: Attack) -> None:
    """A library of one's own, from before there was trust: it answers, and the line is the way to have it as it was."""
    (attack.folder / "library" / "dateline.toml").write_text(f'model = "{MODEL}"\n')
    run = attack.run("ask", WHY)
    folder = attack.folder / "library"
    assert run.err == (
        f"dateline: {folder}/dateline.toml is not trusted with model, so that is ignored. "
        f"If you wrote that, allow it: `dateline trust {folder}`.\n"
    )
    named = attack.run("ask", WHY, "--json", options=("--model", "offline"))
    assert (named.err, named.json()["model"]) == ("", "offline")  # whoever names another asks for nothing of it


def test_trust_of_what_is_no_library_is_a_line(attack: Attack) -> None:
    (attack.folder / "empty").mkdir()
    run = dateline_here("trust", "empty", cwd=attack.folder, env=attack.environment)
    assert (run.code, run.err) == (
        1,
        "dateline: there is no library in empty. Make one with `dateline add FOLDER`.\n",
    )
    (attack.folder / "library" / "dateline.toml").unlink()
    nothing = dateline_here("trust", "library", "--json", cwd=attack.folder, env=attack.environment)
    assert nothing.json()["trusted"] == [f"the folder {SEEDS}, to be read by sync"]
    again = dateline_here("sync", cwd=attack.folder, env=attack.environment)
    assert (again.code, again.err) == (0, "")
