"""A process that reads files for another one, with limits of its own; `subprocesses.py` runs it.

It gets requests on stdin, a JSON object a line, with `size` and so many bytes after it where what is to be read is no
file; it answers on stdout with a line for each article, listing or failure, and `null` after the last of a request.
What is read is hostile: nothing but JSON goes back.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any

from index.identify import article_to_fields
from index.read.files import FileRequest, guard, read_bytes, read_request
from index.read.formats.listing import Listing, read_listing
from index.records import Article, Failure

_Request = tuple[dict[str, Any], bytes | None]  # what is known of it, and its content where it is no file


def encode(read: Article | Listing | Failure, share: float = 1.0) -> bytes:
    """Return what `subprocesses` makes the same of, as a line; `share` is that of the file that has been read."""
    if isinstance(read, Article):
        given = article_to_fields(read)
    else:
        given = read.to_json() if isinstance(read, Listing) else read._asdict()
    return json.dumps({**given, "share": share}).encode("ascii") + b"\n"


def main() -> None:
    """Answer requests until stdin ends. Of `argv`, the first is the seconds of computing that one article may take, the
    second the bytes of memory.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks us, who ends us then
    seconds, memory = map(int, sys.argv[1:])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints is no answer
    _limit_memory(memory)
    requests: SimpleQueue[_Request] = SimpleQueue()
    Thread(target=_take_requests, args=(requests,), daemon=True).start()
    answers.write(b"null\n")
    answers.flush()
    while True:
        request, content = requests.get()
        _limit_time(seconds)
        for line in _answer(request, content):
            answers.write(line)
            answers.flush()
            _limit_time(seconds)
        answers.write(b"null\n")
        answers.flush()


def _answer(request: dict[str, Any], content: bytes | None) -> Iterator[bytes]:
    """The lines that answer a request."""
    if content is None:
        yield from (encode(read, share) for read, share in read_request(FileRequest(**request)))
    elif request.pop("listing", False):
        address = request["url"]
        for listing in guard(lambda: [read_listing(content, address)], address):
            if listing is not None:
                yield encode(listing)
    else:
        yield from map(encode, read_bytes(content, **request))


def _take_requests(requests: SimpleQueue[_Request]) -> None:
    """Take requests as they come; with who asks, this process ends too, whatever it is at."""
    for line in sys.stdin.buffer:
        request = json.loads(line)
        size = request.pop("size", None)
        requests.put((request, None if size is None else sys.stdin.buffer.read(size)))
    os._exit(0)


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _limit_time(seconds: int) -> None:
    """End this process after so many more seconds of computing."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, most))


if __name__ == "__main__":
    main()
