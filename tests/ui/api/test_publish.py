"""What leaves this machine with an answer, and what doesn't."""

from __future__ import annotations

from rag import Answer, NothingAnswers
from ui.api.publish import hide_servers


def test_no_address_of_a_model_s_server_leaves_with_a_warning() -> None:
    address = "http://10.0.0.5:8080/v1"
    warning = f"{NothingAnswers('openai/x', address)} The answer is the offline one instead."
    settings = {"api_base": address, "fallback_api_base": ""}
    answer = hide_servers(Answer("q", "q", "offline", warnings=(warning, "Another."), settings=settings))
    assert "10.0.0.5" not in "".join(answer.warnings)
    assert "nothing answers at its address" in answer.warnings[0]
    assert answer.warnings[1] == "Another."
