"""What happens where a provider is busy, down, dear or silent: asked again, then somebody else, never nothing."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import DatelineError, Library
from rag import ask
from rag.llm.context_window import fit_prompt
from rag.llm.prompt import write_messages
from rag.provider.completion import LLMRequest, Piece
from rag.provider.keys import read_key
from rag.provider.provider import Provider
from rag.provider.provider_errors import ProviderError, TemporaryError
from rag.provider.spending import FILE, Spending
from rag.records import Turn
from rag.settings import OFFLINE, Settings, show_settings
from tests.rag.material import HITS, QUESTION, make_settings
from tests.read_only import forbid_writing
from tests.scripted_llm import MODEL, Reply, fail, say, say_chunks, serve_script

KEY = "sk-very-secret-0123456789"
REQUEST: LLMRequest = {"model": MODEL, "messages": [{"role": "user", "content": "what?"}]}


class Flaky:
    """A `Complete` that fails a number of times before it replies."""

    def __init__(self, failures: int, error: ProviderError, *, first: str = "") -> None:
        self.failures, self.error, self.first = failures, error, first
        self.asked = 0

    def __call__(self, request: LLMRequest) -> Iterator[Piece]:
        self.asked += 1
        if self.asked <= self.failures:
            if self.first:
                yield Piece(self.first)
            raise self.error
        yield Piece("It is so [1].", True, 10, 5)


def ask_flaky(tmp_path: Path, flaky: Flaky, settings: Settings) -> tuple[str, list[float]]:
    """What came, and the pauses."""
    pauses: list[float] = []
    provider = Provider(settings, tmp_path, flaky, pauses.append)
    return "".join(piece.text for piece in provider(REQUEST)), pauses


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_busy_provider_is_asked_again_with_growing_pauses(tmp_path: Path, failures: int) -> None:
    flaky = Flaky(failures, TemporaryError("busy"))
    text, pauses = ask_flaky(tmp_path, flaky, Settings(model=MODEL, retries=2))
    assert text == "It is so [1]."
    assert flaky.asked == failures + 1
    assert len(pauses) == failures
    for n, pause in enumerate(pauses):
        assert 0.25 * 2**n <= pause <= 0.5 * 2**n


def test_it_waits_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    busy = TemporaryError("busy")
    busy.wait_seconds = 7.0
    assert ask_flaky(tmp_path, Flaky(1, busy), Settings(model=MODEL))[1] == [7.0]


@pytest.mark.parametrize(
    ("flaky", "asked"),
    [
        (Flaky(9, TemporaryError("busy")), 3),
        (Flaky(9, ProviderError("no such model")), 1),
        (Flaky(9, TemporaryError("torn"), first="It is"), 1),
    ],
)
def test_when_it_is_not_asked_again(tmp_path: Path, flaky: Flaky, asked: int) -> None:
    with pytest.raises(ProviderError):
        ask_flaky(tmp_path, flaky, Settings(model=MODEL, retries=2))
    assert flaky.asked == asked


def test_no_pause_goes_past_the_time_limit(tmp_path: Path) -> None:
    busy = TemporaryError("busy")
    busy.wait_seconds = 3600.0
    flaky = Flaky(1, busy)
    with pytest.raises(TemporaryError):
        ask_flaky(tmp_path, flaky, Settings(model=MODEL))
    assert flaky.asked == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_busy_and_broken_servers_are_asked_again(quick_library: Library, status: int) -> None:
    replies = iter([Reply(status=status, body=b"{}"), say("The deal was unfair [1].")])
    with serve_script(lambda request: next(replies)) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
        assert len(llm.requests) == 2
    assert answer.model == MODEL
    assert answer.warnings == ()


@pytest.mark.parametrize("script", [fail(401), fail(503), say(""), say_chunks("It was ", ending="cut")])
def test_where_the_model_fails_the_offline_answer_comes_and_says_so(quick_library: Library, script: Reply) -> None:
    with serve_script(script) as llm:
        answer = ask(quick_library, QUESTION, settings=replace(make_settings(llm), retries=0))
    assert answer.model == OFFLINE
    assert answer.text() == ask(quick_library, QUESTION, settings=Settings()).text()
    (warning,) = answer.warnings
    assert MODEL in warning
    assert "The answer is the offline one instead." in warning


def test_another_model_comes_before_the_offline_answer(quick_library: Library) -> None:
    with serve_script(fail(401)) as first, serve_script(say("The deal was unfair [1].")) as second:
        settings = replace(make_settings(first), fallback="openai/second", fallback_api_base=second.url)
        answer = ask(quick_library, QUESTION, settings=settings)
        second.script = fail(403)
        last = ask(quick_library, QUESTION, settings=settings)
    assert answer.model == "openai/second"
    assert "openai/second answers instead." in answer.warnings[0]
    assert last.model == OFFLINE
    assert len(last.warnings) == 2


def test_an_error_where_no_fallback_is_wanted(quick_library: Library) -> None:
    with serve_script(fail(401)) as llm, pytest.raises(DatelineError, match="refused the key"):
        ask(quick_library, QUESTION, settings=replace(make_settings(llm), fallback="none"))


def test_an_unknown_model_is_the_user_s_mistake_and_no_failure(quick_library: Library) -> None:
    with pytest.raises(DatelineError, match="does not know the model"):
        ask(quick_library, QUESTION, settings=Settings(model="nonsense"))


def test_the_day_s_tokens_are_a_limit_for_all_processes(tmp_path: Path) -> None:
    settings = Settings(model=MODEL, daily_tokens=20)
    for _ in range(2):
        assert ask_flaky(tmp_path, Flaky(0, ProviderError("")), settings)[0]
    flaky = Flaky(0, ProviderError(""))
    with pytest.raises(ProviderError, match="`daily_tokens`"):
        ask_flaky(tmp_path, flaky, settings)
    assert flaky.asked == 0
    stored = json.loads((tmp_path / FILE).read_text())
    assert stored["tokens"] == 30
    (tmp_path / FILE).write_text(json.dumps({**stored, "day": "2020-01-01"}))
    assert ask_flaky(tmp_path, flaky, settings)[0], "another day"


def test_the_day_s_dollars_are_a_limit(tmp_path: Path) -> None:
    spending = Spending(tmp_path, Settings(daily_usd=0.001))
    spending.check("openai/gpt-4o-mini")
    spending.add("openai/gpt-4o-mini", Piece("", True, 100_000, 1000))
    tokens, usd, *most = spending.today()
    assert (tokens, most) == (101_000, [0, 0.001])
    assert usd > 0.001
    with pytest.raises(ProviderError, match="`daily_usd`"):
        spending.check("openai/gpt-4o-mini")
    with pytest.raises(ProviderError, match="nobody knows what"):
        spending.check(MODEL)


@pytest.mark.parametrize(
    "spent",
    ["{", "[]", '{"day": "2024-01-01", "tokens": -9, "usd": 0}', '{"day": "2024-01-01", "tokens": 0, "usd": NaN}'],
)
def test_a_damaged_file_of_spending_is_named(tmp_path: Path, spent: str) -> None:
    """A library from somebody else may say that less than nothing was spent."""
    (tmp_path / FILE).write_text(spent)
    with pytest.raises(ProviderError, match=FILE):
        Spending(tmp_path, Settings(daily_tokens=5)).check(MODEL)


def test_a_limit_that_can_not_be_kept_to_lets_no_model_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_writing(tmp_path, monkeypatch)
    flaky = Flaky(0, ProviderError(""))
    with pytest.raises(ProviderError, match="can't be written, so today's limit can't be kept to") as caught:
        ask_flaky(tmp_path, flaky, Settings(model=MODEL, daily_tokens=20))
    assert str(tmp_path) not in str(caught.value)
    assert flaky.asked == 0
    assert ask_flaky(tmp_path, flaky, Settings(model=MODEL))[0]


def test_without_a_limit_nothing_is_written(tmp_path: Path) -> None:
    ask_flaky(tmp_path, Flaky(0, ProviderError("")), Settings(model=MODEL))
    assert list(tmp_path.iterdir()) == []


def test_a_key_comes_from_a_file_that_its_owner_alone_may_read(tmp_path: Path, quick_library: Library) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# mine\nexport OPENAI_API_KEY='{KEY}'\nOTHER=\n")
    file.chmod(0o600)
    assert read_key(["OTHER", "OPENAI_API_KEY"], str(file)) == KEY
    assert read_key(["OTHER"], str(file)) is None
    with serve_script(say("The deal was unfair [1].")) as llm:
        settings = replace(make_settings(llm), key_file=str(file))
        answer = ask(quick_library, QUESTION, settings=settings)
        assert llm.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(answer)
    file.chmod(0o640)
    with pytest.raises(DatelineError, match="chmod 600"):
        read_key(["OPENAI_API_KEY"], str(file))
    with pytest.raises(DatelineError, match="can't be read"):
        read_key(["OPENAI_API_KEY"], str(tmp_path / "none"))


def test_addresses_are_shown_without_what_is_secret_in_them() -> None:
    people = Settings(oidc_readers="ada@example.org", oidc_issuer="https://login.example.org")
    assert "example.org" not in str(show_settings(people))
    shown = show_settings(Settings(api_base=f"https://me:{KEY}@host.example/v1?key={KEY}"))
    assert shown["api_base"] == "https://host.example/v1"


@pytest.mark.parametrize("prompts", [False, True])
def test_the_log_holds_stages_and_words_only_if_asked(quick_library: Library, tmp_path: Path, prompts: bool) -> None:
    file = tmp_path / "log.jsonl"
    with serve_script(say("The deal was unfair [1].")) as llm:
        settings = replace(make_settings(llm), log_file=str(file), log_prompts=prompts)
        ask(quick_library, QUESTION, settings=settings)
    text = file.read_text()
    stages = [json.loads(line)["stage"] for line in text.splitlines()]
    assert stages == ["searched", "prompted", "replied", "checked", "done"]
    assert (QUESTION in text) == ("The deal was unfair" in text) == prompts
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_fits_is_left_as_it_is() -> None:
    assert fit_prompt(QUESTION, HITS, (), None, Settings(model=MODEL)) == (list(HITS), [])


@pytest.mark.parametrize("room", range(400, 800, 50))
def test_passages_are_cut_at_sentence_ends_and_the_best_are_kept(room: int) -> None:
    import litellm

    settings = Settings(model=MODEL, context_tokens=room, max_tokens=20)
    kept, _ = fit_prompt(QUESTION, HITS, (), None, settings)
    assert [h.article for h in kept] == [h.article for h in HITS[: len(kept)]]
    for hit, whole in zip(kept, HITS, strict=False):
        assert whole.passage.text.startswith(hit.passage.text)
        assert hit.passage.text[-1] in '."'
        assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
    words = "".join(m["content"] for m in write_messages(QUESTION, kept, (), None))
    assert litellm.token_counter(model=MODEL, text=words) <= room - 20


def test_a_window_that_takes_not_one_sentence_is_an_error() -> None:
    with pytest.raises(DatelineError, match="context_tokens"):
        fit_prompt(QUESTION, HITS, (), None, Settings(model=MODEL, context_tokens=200, max_tokens=20))


def test_old_turns_of_a_conversation_make_room_for_passages() -> None:
    history = [Turn(f"question {n}?" * 30, f"answer {n}." * 30) for n in range(4)]
    kept, turns = fit_prompt(QUESTION, HITS, history, None, Settings(model=MODEL, context_tokens=1200, max_tokens=20))
    assert kept[0] == HITS[0]
    assert turns == history[len(history) - len(turns) :]
    assert len(turns) < len(history)
