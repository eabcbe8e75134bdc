"""What readers upload: theirs alone, closed to others, limited, and gone with the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index import Library
from tests.ui.conftest import ROOT
from tests.ui.server.conftest import App
from ui.server import page_requests, uploads
from ui.server.serve import Access
from ui.server.uploads import MOST_BYTES, make_room, open_folder

API = "/gradio_api"


def upload(client: TestClient, name: str = "a.txt", text: bytes = b"A text.") -> str:
    (path,) = client.post(f"{API}/upload", files={"files": (name, text)}).json()
    return str(path)


def test_a_file_is_its_uploaders_alone(app: App, browser_a: TestClient, browser_b: TestClient) -> None:
    path = upload(browser_a, text=b"Only A has this.")
    body = {"data": [[{"path": path, "meta": {"_type": "gradio.FileData"}}], ""], "fn_index": app.event("add_files")}
    assert browser_b.post(f"{API}/queue/join", json={**body, "session_hash": "b"}).status_code == 400
    assert browser_a.post(f"{API}/queue/join", json={**body, "session_hash": "a"}).status_code == 200


def test_uploads_are_closed_to_others(browser_a: TestClient) -> None:
    path = Path(upload(browser_a, "../../b.txt"))
    assert path.name == "b.txt"
    assert open_folder() in path.parents
    assert path.stat().st_mode & 0o777 == 0o600
    while path != path.parent and path != open_folder().parent:
        path = path.parent
        if path != open_folder().parent:
            assert path.stat().st_mode & 0o777 == 0o700


def test_uploads_are_limited_and_old_ones_go(
    browser_a: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "a" / "old.txt", tmp_path / "b" / "new.txt"
    for file in (old, new):
        file.parent.mkdir()
        file.write_bytes(b"1234")
    os.utime(old, (0, 0))
    os.utime(old.parent, (0, 0))
    assert make_room(tmp_path)
    assert not old.exists()
    assert make_room(tmp_path)
    assert new.exists()
    monkeypatch.setattr(uploads, "MOST_BYTES", 4)
    assert not make_room(tmp_path)
    assert MOST_BYTES == 1024**3
    monkeypatch.setattr(page_requests, "open_folder", lambda: tmp_path)
    refused = browser_a.post(f"{API}/upload", files={"files": ("d.txt", b"12345")})
    assert refused.status_code == 503
    assert refused.json()["error"].startswith("too much is being uploaded.")


ODD_UPLOADS: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b"x"),
    "JSON": ("application/json", b"{}"),
    "no type": ("", b"x"),
    "no end": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"'),
    "no file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nx\r\n--b--',
    ),
    "no name": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--"),
    "another boundary": ("multipart/form-data; boundary=b", b"--c\r\n\r\nx\r\n--c--"),
    "long headers": ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"x" * 100_000),
    "a charset that is none": ("multipart/form-data; boundary=b; charset=none", b"--b--"),
}


@pytest.mark.parametrize("odd", ODD_UPLOADS)
def test_odd_uploads_are_refused(browser_a: TestClient, odd: str, capfd: pytest.CaptureFixture[str]) -> None:
    kind, body = ODD_UPLOADS[odd]
    answer = browser_a.post(f"{API}/upload", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 413, 415) or answer.json() == []
    assert "Traceback" not in "".join(capfd.readouterr())


CRASHES = "from ui.server.uploads import open_folder; print(open_folder(), flush=True); input()"


@pytest.mark.parametrize("end", [signal.SIGKILL, None], ids=["killed", "ended"])
def test_the_folder_goes_with_its_process_or_at_the_next_start(tmp_path: Path, end: int | None) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def begin() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", CRASHES], env=environment, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    def finish(process: subprocess.Popen[str]) -> None:
        process.communicate("\n")

    (first, left), (running, kept) = begin(), begin()
    (left / "upload.txt").write_text("private")
    assert left.stat().st_mode & 0o777 == 0o700
    if end:
        first.send_signal(end)
    finish(first)
    assert left.exists() == bool(end)
    last, own = begin()
    assert not left.exists()
    assert kept.exists()  # it is in use
    assert own.exists()
    finish(running)
    finish(last)
    assert not list(tmp_path.iterdir())


def test_read_only_takes_no_upload(empty_library: Library) -> None:
    client = App(empty_library, Access(read_only=True)).visit()
    assert client.post(f"{API}/upload", files={"files": ("a.txt", b"A text.")}).status_code in (403, 404, 405)
    assert client.get(f"{API}/upload_progress?upload_id=x").status_code == 404
    client.__exit__(None, None, None)
