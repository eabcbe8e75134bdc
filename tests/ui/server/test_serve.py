"""Serving the page: under this machine's names only, to other machines with a token only, and ended by Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index import DatelineError, UsageError
from rag import Settings
from tests.read_only import mounted_read_only
from tests.ui.conftest import EVIL_HOST, ROOT, free_port
from ui.server.serve import Access, is_loopback, serve


def test_loopback_is_known() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"))
    assert not any(
        is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.2", "example.org", "", "127.0.0.1.example.org")
    )


def test_an_address_of_no_machine_is_said_in_a_line() -> None:
    with pytest.raises(UsageError, match=r"--host nowhere\.invalid"):
        serve(None, None, "nowhere.invalid", free_port(), Path("runs"), Access())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "access", "says"),
    [
        (Settings(oidc_issuer="https://login.example.org"), Access(), "needs `oidc_client_id` and `public_url` beside"),
        (Settings(oidc_issuer="https://login.example.org"), Access(user_header="X-User"), "Leave one out"),
    ],
)
def test_logins_that_can_not_be_are_said_in_a_line(settings: Settings, access: Access, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        serve(None, settings, "127.0.0.1", free_port(), Path("runs"), access)  # type: ignore[arg-type]


def test_a_taken_port_is_said_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DatelineError, match=f"port {port}.*--port {port + 1}"):
            serve(None, Settings(), "127.0.0.1", port, Path("runs"), Access())  # type: ignore[arg-type]


def test_foreign_names_for_this_machine_are_turned_away(chat_url: str) -> None:
    import httpx

    with httpx.Client(trust_env=False) as client:
        for path in ("/", "/api/articles", "/v1/models", "/health", "/metrics"):
            assert client.get(chat_url + path).status_code == 200
            assert client.get(chat_url + path, headers={"Host": EVIL_HOST}).status_code == 400
        assert client.post(f"{chat_url}/mcp", headers={"Host": EVIL_HOST}, json={}).status_code == 400


def test_to_other_machines_it_is_served_with_a_token_until_ctrl_c(sample_folder: Path, tmp_path: Path) -> None:
    import httpx

    folder = tmp_path / "library"
    shutil.copytree(sample_folder, folder)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with start(folder, port, "--host", "0.0.0.0") as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            assert process.stderr.readline() == f"Dateline is on http://0.0.0.0:{port} (Ctrl-C stops it)\n"
            token = said.split()[-1]
            with httpx.Client(base_url=address, trust_env=False) as client:
                assert client.get("/api/articles").status_code == 401
                found = client.get("/api/articles", headers={"Authorization": f"Bearer {token}"})
                assert found.json()["total"] == 9
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    kept = folder / "tokens.json"
    assert token not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_library_in_a_folder_that_can_not_be_written_is_served(sample_folder: Path, tmp_path: Path) -> None:
    import httpx

    folder = Path(shutil.copytree(sample_folder, tmp_path / "library"))
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    question = "why did Niger revoke the deal?"
    address = f"http://127.0.0.1:{(port := free_port())}"
    with start(folder, port, mounted=True) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == (
                f"{folder} can't be written: nothing can be added or removed, and conversations are kept until this "
                "server stops.\n"
            )
            assert process.stderr.readline() == f"Dateline is on {address} (Ctrl-C stops it)\n"
            with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
                assert client.get("/").status_code == 200
                assert client.get("/api/articles").json()["total"] == 9
                assert client.get("/api/articles/hostile").status_code == 200
                assert client.get("/api/search", params={"question": question}).json()
                assert not client.post("/api/ask", json={"question": question}).json()["refused"]
                files = {"files": ("a.txt", b"A text.")}
                assert client.post("/gradio_api/upload", files=files).status_code == 403
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before


def start(folder: Path, port: int, *options: str, mounted: bool = False) -> subprocess.Popen[str]:
    """`dateline chat` in a process of its own; where it is `mounted` so, the folder can only be read there."""
    command = [sys.executable, "-m", "ui.cli", "chat", "--library", str(folder), "--port", str(port), *options]
    return subprocess.Popen(
        mounted_read_only(folder, *command) if mounted else command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        preexec_fn=listen_to_ctrl_c,
    )


def listen_to_ctrl_c() -> None:
    """Undo what a test run in the background hands down: deafness to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
