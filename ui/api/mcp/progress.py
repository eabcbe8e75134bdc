"""Work that takes a while: the client sees how far it has come, and may cancel it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, TypeVar

from anyio import from_thread
from mcp.server.mcpserver import Context

from rag import Answer, Timeline

T = TypeVar("T")

_STAGES = {
    "searching": "Searching the articles",
    "answering": "Answering",
    "checking": "Checking each sentence",
    "translating": "Translating the quotes",
    "done": "Done",
}


def drain(growing: Generator[T, None, None], context: Context[Any, Any], describe: Callable[[T], str]) -> T:
    """The last of what grows; the client is shown each change of what `describe` says of it.

    It is for a thread that the server's event loop waits for. Raises what cancels a task there, where the client has
    cancelled; a model that is silent just then is waited for.
    """
    said: list[str] = []
    with closing(growing):
        for grown in growing:
            from_thread.check_cancelled()
            if (words := describe(grown)) not in said[-1:]:
                said.append(words)
                from_thread.run(context.report_progress, len(said), None, words)
    return grown


def describe_answer(answer: Answer) -> str:
    """How far an answer has come."""
    count = len(answer.sentences)
    sentences = f": {count} {'sentence' if count == 1 else 'sentences'}" if count else ""
    return _STAGES[answer.stage] + (sentences if answer.stage == "answering" else "")


def describe_timeline(timeline: Timeline) -> str:
    """How far a timeline has come."""
    count = len(timeline.events)
    return f"{count} {'event' if count == 1 else 'events'}"
