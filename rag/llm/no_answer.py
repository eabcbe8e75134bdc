"""Whether a model's reply is an answer at all."""

from __future__ import annotations

import re

from rag.answerer import Draft
from rag.llm.injection import GAVE_AWAY
from rag.question.record import ParsedQuestion

# What chat templates put around a message, with the name of who says it; the last sign may still be to come.
_TURN = re.compile(
    r"(?:<\|(?:im_start|start_header_id)\|>|<start_of_turn>)\s*(?:system|user|assistant|model)\b"
    r"|<\|[\w ]{0,30}(?:\|>|\|?$)|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
EMPTY = "gave an empty reply"
_LABELS = frozenset(("question", "answer"))


def strip_turns(reply: str) -> str:
    """The reply without the signs of chat templates, which say whose turn it is."""
    return _TURN.sub(" ", reply)


def find_lack(draft: Draft, question: ParsedQuestion) -> str:
    """What the model did instead of answering; "" where the draft of its whole reply is an answer, or a refusal.

    An answer says something that the question doesn't, and cites a passage that there is.
    """
    if draft.refused:
        return ""
    said = " ".join(_list_words(sentence.text) for sentence in draft.sentences)
    if not said.strip():
        return "only repeated its own rules" if GAVE_AWAY in draft.warnings else EMPTY
    for asked in filter(None, map(_list_words, (question.standalone, question.asked))):
        said = re.sub(rf"(?<!\S){re.escape(asked)}(?!\S)", " ", said)
    if set(said.split()) <= _LABELS:
        return "only repeated the question"
    if not any(sentence.citations and _list_words(sentence.text) for sentence in draft.sentences):
        return "cited only passages that don't exist" if draft.unresolved else "cited nothing"
    return ""


def _list_words(text: str) -> str:
    """The words of a text, in small letters, with a space between them."""
    return " ".join(_WORD.findall(text.lower()))
