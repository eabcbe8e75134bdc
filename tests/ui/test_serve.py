"""Serving the page: on this machine only, under its own names only, and ended by Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index import DatelineError, UsageError
from tests.ui.conftest import EVIL_HOST, ROOT, free_port
from ui.chat.serve import is_loopback, serve


def test_only_loopback_is_served() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"))
    assert not any(
        is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.2", "example.org", "", "127.0.0.1.example.org")
    )
    with pytest.raises(UsageError, match=r"0\.0\.0\.0"):
        serve(None, None, "0.0.0.0", free_port())  # type: ignore[arg-type]


def test_a_taken_port_is_said_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DatelineError, match=f"port {port}.*--port {port + 1}"):
            serve(None, None, "127.0.0.1", port)  # type: ignore[arg-type]


def test_foreign_names_for_this_machine_are_turned_away(chat_url: str) -> None:
    import httpx

    with httpx.Client(trust_env=False) as client:
        assert client.get(chat_url).status_code == 200
        assert client.get(chat_url, headers={"Host": EVIL_HOST}).status_code == 400


def listen_to_ctrl_c() -> None:
    """Undo what a test run in the background hands down: deafness to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_the_command_without_a_traceback(sample_folder: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "ui.cli", "chat", "--library", str(sample_folder), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=listen_to_ctrl_c,
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == f"Dateline is on http://127.0.0.1:{port} (Ctrl-C stops it)\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert out == ""
    assert err == ""
