"""Recordings: the stand-in has the interface of faster-whisper's WhisperModel, and what is missing is said for real."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pytest

from index import Article, Failure, find_place
from index.extras import is_installed
from index.read.files import read_bytes
from index.read.formats import recordings

SOUND = b"RIFF\x24\0\0\0WAVEfmt " + bytes(100)


class Segment(NamedTuple):
    """What faster-whisper gives of a segment, as far as it is used."""

    start: float
    end: float
    text: str


SEGMENTS = [
    Segment(0.0, 4.2, " The river Aru rose by four metres on Tuesday,"),
    Segment(4.2, 7.0, " and three bridges were closed."),
    Segment(754.2, 760.1, " The mayor asked all people to stay at home."),
    Segment(760.2, 760.4, " "),
]


class Info(NamedTuple):
    """What it says of the whole."""

    language: str = "en"
    language_probability: float = 0.98
    duration: float = 3600.0


class WhisperModel:
    """Hears `segments` in whatever it gets, and each only when it is asked for."""

    segments: list[Segment] = SEGMENTS
    heard = 0

    def __init__(self, model: str, *, device: str, compute_type: str, cpu_threads: int, local_files_only: bool) -> None:
        assert Path(model).is_dir()
        assert local_files_only

    def transcribe(self, audio: BinaryIO, *, vad_filter: bool) -> tuple[Iterator[Segment], Info]:
        assert audio.read(4) == b"RIFF"
        return self._hear(), Info()

    def _hear(self) -> Iterator[Segment]:
        for segment in self.segments:
            type(self).heard += 1
            yield segment


@pytest.fixture
def whisper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[WhisperModel]:
    """A faster-whisper that is made up, with a model in the hub's cache."""
    module: Any = types.ModuleType("faster_whisper")
    module.WhisperModel = WhisperModel
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    monkeypatch.setattr(recordings, "is_installed", lambda extra: True)
    monkeypatch.setattr(recordings, "find_model", lambda: str(tmp_path))
    monkeypatch.setattr(WhisperModel, "heard", 0)
    return WhisperModel


def _read(content: bytes = SOUND) -> list[Article | Failure]:
    return list(read_bytes(content, "speech.wav", 1, ending=".wav"))


def test_what_is_said_is_an_article_with_its_times(whisper: type[WhisperModel]) -> None:
    [article] = _read()
    assert isinstance(article, Article)
    assert article.text == (
        "The river Aru rose by four metres on Tuesday, and three bridges were closed.\n\n"
        "The mayor asked all people to stay at home."
    )
    assert (article.language, article.published) == ("en", None)
    assert article.language_evidence == "speech: heard by Whisper, 0.98 certain"
    start = article.text.index("mayor")
    place = find_place(article, start, start + 5)
    assert place is not None
    assert place.show() == "at 12:34"
    assert place.to_json() == {"at": "12:34", "start": 754.2, "end": 760.1}
    whole = find_place(article, 0, len(article.text))
    assert whole is not None
    assert whole.spoken == (0, 760_100)


def test_listening_ends_before_the_limit_and_says_how_far_it_came(
    whisper: type[WhisperModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([50.0, 3.0])
    monkeypatch.setattr(recordings, "read_seconds_left", lambda: next(left))
    article, failure = _read()
    assert isinstance(article, Article)
    assert article.text.endswith("bridges were closed.")
    assert failure == Failure(
        "speech.wav",
        "only the first 0:07 of its 1:00:00 was written down; split it, or raise the setting `file_seconds`",
    )
    assert whisper.heard == 3, "what is not asked for is not heard"


def test_a_recording_without_words_is_named(whisper: type[WhisperModel], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "segments", [])
    assert _read() == [Failure("speech.wav", "no words were heard in it; leave it out")]


def test_where_there_is_no_model_it_is_said_what_to_fetch(
    whisper: type[WhisperModel], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recordings, "find_model", lambda: None)
    [failure] = _read()
    assert isinstance(failure, Failure)
    assert failure.reason.endswith("needs a Whisper model, and none is here: hf download Systran/faster-whisper-small")


def test_the_best_model_of_the_hub_s_cache_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert recordings.find_model() is None
    for name in ("tiny", "small"):
        folder = tmp_path / f"models--Systran--faster-whisper-{name}"
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text("abc")
        (folder / "snapshots" / "abc").mkdir(parents=True)
        (folder / "snapshots" / "abc" / "model.bin").touch()
    assert str(recordings.find_model()).startswith(str(tmp_path / "models--Systran--faster-whisper-small"))


@pytest.mark.skipif(is_installed("audio"), reason="faster-whisper is installed")
@pytest.mark.parametrize("content", [SOUND, b"\0\0\0\x20ftypisom\0\0" + bytes(99)])
def test_where_faster_whisper_is_missing_it_is_said_what_to_install(content: bytes) -> None:
    [failure] = _read(content)
    assert isinstance(failure, Failure)
    assert failure.reason == (
        'it is a recording; add a transcript of it, or have Whisper make one, which needs the extra "audio": '
        "pip install 'dateline[audio]'"
    )
