"""Replies of an LLM: paid once, asked for again where a provider is busy, and stopped by the budget."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.runs.replies import WAITS, BudgetSpent, Replies, check_price
from index import DatelineError
from rag.provider.completion import LLMRequest, Piece
from rag.provider.provider_errors import TemporaryError

PRICED = "openai/gpt-4o-mini"


def ask(text: str, model: str = PRICED) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], "temperature": 0, "max_tokens": 9}


class Provider:
    """Says a request's words back, in two pieces; fails as often as told."""

    def __init__(self, failures: int = 0, *, breaks_off: bool = False) -> None:
        self.failures = failures
        self.breaks_off = breaks_off
        self.requests: list[LLMRequest] = []

    def __call__(self, request: LLMRequest) -> Iterator[Piece]:
        self.requests.append(request)
        if len(self.requests) <= self.failures:
            raise TemporaryError("busy")
        yield Piece("You said: ")
        yield Piece(request["messages"][0]["content"], not self.breaks_off)
        yield Piece("", False, 1_000_000, 10)


def test_a_reply_is_paid_once(tmp_path: Path) -> None:
    provider = Provider()
    first = Replies(tmp_path, provider)
    again = Replies(tmp_path, provider)
    assert list(first(ask("a"))) == list(first(ask("a"))) == list(again(ask("a")))
    assert "".join(p.text for p in again(ask("a"))) == "You said: a"
    assert len(provider.requests) == 1
    assert first.spent_usd == pytest.approx(0.15, rel=0.01), "a million tokens of the prompt, at the list price"
    assert (again.spent_usd, again.asked, again.kept) == (0.0, 0, 2)


@pytest.mark.parametrize(
    "change", [{"model": "openai/gpt-4o"}, {"max_tokens": 8}, {"temperature": 1}, {"api_base": "http://x"}]
)
def test_another_request_is_another_reply(tmp_path: Path, change: dict[str, Any]) -> None:
    provider = Provider()
    kept = Replies(tmp_path, provider)
    for request in (ask("a"), ask("b"), {**ask("a"), **change}):
        list(kept(request))
    assert len(provider.requests) == 3


def test_what_broke_off_or_is_damaged_is_asked_again(tmp_path: Path) -> None:
    broken = Provider(breaks_off=True)
    assert not any(p.finished for p in Replies(tmp_path, broken)(ask("a")))
    assert list(tmp_path.iterdir()) == []
    whole = Provider()
    kept = Replies(tmp_path, whole)
    list(kept(ask("a")))
    (file,) = tmp_path.rglob("*.json")
    file.write_text('{"text": "You')
    assert [p.text for p in kept(ask("a"))] == ["You said: a"]
    assert len(whole.requests) == 2


@pytest.mark.parametrize("failures", range(len(WAITS) + 1))
def test_a_busy_provider_is_asked_again_after_ever_longer_waits(tmp_path: Path, failures: int) -> None:
    waited: list[float] = []
    provider = Provider(failures)
    assert [p.text for p in Replies(tmp_path, provider, sleep=waited.append)(ask("a"))] == ["You said: a"]
    assert waited == list(WAITS[:failures])
    assert sorted(WAITS) == list(WAITS)


def test_a_provider_that_stays_busy_is_an_error(tmp_path: Path) -> None:
    provider = Provider(len(WAITS) + 1)
    with pytest.raises(TemporaryError, match="busy"):
        list(Replies(tmp_path, provider, sleep=lambda seconds: None)(ask("a")))
    assert len(provider.requests) == len(WAITS) + 1


def test_other_errors_are_not_asked_again(tmp_path: Path) -> None:
    def refuse(request: LLMRequest) -> Iterator[Piece]:
        raise DatelineError("wrong key")

    with pytest.raises(DatelineError, match="wrong key"):
        list(Replies(tmp_path, refuse, sleep=lambda seconds: pytest.fail("it waited"))(ask("a")))


def test_nothing_is_paid_beyond_the_budget_and_what_is_kept_is_still_there(tmp_path: Path) -> None:
    provider = Provider()
    kept = Replies(tmp_path, provider, max_cost=0.2)
    for text in "ab":
        list(kept(ask(text)))
    with pytest.raises(BudgetSpent):
        list(kept(ask("c")))
    assert [p.text for p in kept(ask("a"))] == ["You said: a"]
    assert len(provider.requests) == 2


def test_threads_share_one(tmp_path: Path) -> None:
    provider = Provider()
    kept = Replies(tmp_path, provider)
    threads = [threading.Thread(target=lambda n=n: list(kept(ask(str(n % 5))))) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept.asked + kept.kept == 40
    assert len(list(tmp_path.rglob("*.json"))) == 5
    assert not list(tmp_path.rglob("*.partial"))


def test_a_model_without_a_price_has_no_budget() -> None:
    check_price(PRICED)
    with pytest.raises(DatelineError, match="price of openai/nobodys is not known"):
        check_price("openai/nobodys")
