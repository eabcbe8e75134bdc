"""Speech in recordings and videos, written down by faster-whisper where it and a model are at hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from index.errors import DatelineError
from index.extras import is_installed
from index.identify import make_article
from index.read.tools import read_seconds_left
from index.records import Article, Failure
from index.word_places import Spoken, place_words, show_time

# The models that are used where one is in the hub's cache, the best first; larger ones need more memory than there is.
MODELS = ("medium", "small", "base", "tiny")
_OWNER = "Systran/faster-whisper"
_UNHEARD = "it is a recording; add a transcript of it, or have Whisper make one"
_PAUSE = 1.5  # seconds of silence that begin a paragraph
_RESERVE = 5.0  # seconds of computing that are left for all but the listening


def read_recording(content: bytes, origin: str) -> list[Article | Failure]:
    """Make one article of what is said in a recording: of as much as the limit of computing lets through.

    Raises DatelineError with what to install where faster-whisper or a model is missing.
    """
    model = _load_model()
    segments, about = model.transcribe(io.BytesIO(content), vad_filter=True)
    heard, ended = _listen(segments)
    pieces = list(_write(heard))
    if not pieces:
        raise DatelineError("no words were heard in it; leave it out")
    article = make_article(
        "".join(text for text, _ in pieces),
        origin=origin,
        language=about.language,
        language_evidence=f"speech: heard by Whisper, {about.language_probability:.2f} certain",
    )
    read: list[Article | Failure] = [place_words(article, pieces)]
    if not ended:
        until, whole = show_time(heard[-1][1].end), show_time(round(about.duration * 1000))
        said = f"only the first {until} of its {whole} was written down"
        read.append(Failure(origin, f"{said}; split it, or raise the setting `file_seconds`"))
    return read


def find_model() -> str | None:
    """Return the folder of the best model in the hub's cache, or None. Nothing is ever fetched."""
    from huggingface_hub import try_to_load_from_cache

    for name in MODELS:
        found = try_to_load_from_cache(f"{_OWNER}-{name}", "model.bin")
        if isinstance(found, str):
            return found.removesuffix("model.bin")
    return None


def _load_model() -> Any:
    if not is_installed("audio"):
        raise DatelineError(f"{_UNHEARD}, which needs the extra \"audio\": pip install 'dateline[audio]'")
    folder = find_model()
    if folder is None:
        raise DatelineError(f"{_UNHEARD}, which needs a Whisper model, and none is here: hf download {_OWNER}-small")
    from faster_whisper import WhisperModel

    return WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)


def _listen(segments: Iterator[Any]) -> tuple[list[tuple[str, Spoken]], bool]:
    """What is said, a sentence or so at a time, and whether that is all of it; they are made as they are asked for."""
    heard: list[tuple[str, Spoken]] = []
    for segment in segments:
        if heard and read_seconds_left() < _RESERVE:
            return heard, False
        if words := " ".join(segment.text.split()):
            heard.append((words, Spoken(round(segment.start * 1000), round(segment.end * 1000))))
    return heard, True


def _write(heard: list[tuple[str, Spoken]]) -> Iterator[tuple[str, Spoken | None]]:
    """The same in paragraphs, with what stands between them."""
    for n, (words, spoken) in enumerate(heard):
        if n:
            paused = spoken.start - heard[n - 1][1].end >= _PAUSE * 1000
            yield "\n\n" if paused else " ", None
        yield words, spoken
