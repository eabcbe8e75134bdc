"""Files that programs send: so many at a time, and as much room as all uploads together have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.refusals import refuse_rest
from ui.server.uploads import close_to_others, make_room, open_folder

MOST_UPLOADING = 16  # requests at the same time
_PATH = "/articles/files"
_LONGEST_NAME = 100  # characters of a file's name
_BLOCK = 1024 * 1024  # bytes of an upload that are in memory
_FULL = "too much is being uploaded. Try again in a minute."


class LimitUploads:
    """ASGI middleware that answers 503 before it reads files where there is no room for more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].endswith(_PATH):
            await self._app(scope, receive, send)
            return
        if self._uploading >= MOST_UPLOADING or not await run_in_threadpool(make_room, open_folder()):
            headers = {"Retry-After": "60", "Connection": "close"}  # a body that is not read is no next request
            await refuse_rest(503, _FULL, headers)(scope, receive, send)
            return
        self._uploading += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._uploading -= 1


@contextmanager
def store_files(files: list[UploadFile]) -> Iterator[tuple[Path, list[Path]]]:
    """A folder for as long as it is needed, and the files in it: of the same name and content at the same place."""
    with TemporaryDirectory(dir=open_folder()) as name:
        folder = Path(name)
        yield folder, [_store(file, folder) for file in files]


def _store(file: UploadFile, folder: Path) -> Path:
    """Put an upload into a folder named for its content."""
    digest = hashlib.sha256()
    arriving = folder / "arriving"
    with arriving.open("wb") as out:
        while block := file.file.read(_BLOCK):
            digest.update(block)
            out.write(block)
    path = folder / digest.hexdigest() / _choose_name(file.filename or "")
    path.parent.mkdir(exist_ok=True)
    arriving.rename(path)
    close_to_others(path)
    return path


def _choose_name(given: str) -> str:
    """A name that is no path, and that any file system takes; its end says what kind of file it is."""
    name = "".join(c for c in given.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable() and c not in "#:")
    name = name.encode("utf-8", "ignore").decode("utf-8").strip(" .")
    return name[-_LONGEST_NAME:].encode("utf-8")[-200:].decode("utf-8", "ignore") or "upload"
