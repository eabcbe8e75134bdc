"""What chat programs ask a model beside the conversation, as a title. It is answered without a search."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ui.api.openai.messages import Message

_NEWS = "News"  # where nobody says what it is about
_MOST_WORDS, _LONGEST_TITLE = 5, 60
_LOOKED_AT = 4_000  # characters of the beginning, where a program says what it wants
# Open WebUI gives a task, a form to fill in, and the conversation; others form theirs like it.
_TASK = re.compile(r"\A\s*###\s*Task:.{0,4000}?(?:<chat_history>|###\s*Chat History|<type>)", re.DOTALL | re.IGNORECASE)
_FORM = re.compile(r"\{\s*\"(title|tags|follow_ups|queries|text)\"\s*:")
_EMPTY = {"tags": [_NEWS], "follow_ups": [], "queries": [], "text": ""}
# LibreChat asks for a title in one of several ways, mostly with the conversation below.
_TITLE = re.compile(
    r"\A\s*(?:please\s+)?(?:provide|generate|create|write|analyze|detect|suggest|give)\b[^?]{0,300}?"
    r"\b(?:concise|5[- ]word[- ]or[- ]less|short)[^\n]{0,60}\b(?:sub)?title\b[^\n]{0,40}"
    r"\b(?:(?:this|the|a) (?:chat|conversation)|in the detected language|5 words or less)",
    re.IGNORECASE,
)
_FIRST_ASKED = re.compile(
    r"(?:\A|\n)[ \t]*(?:\|\|>)?(?:user|human|message)[ \t]*:\s*\"?(?P<asked>[^\n\"][^\n]{0,500})", re.IGNORECASE
)
_LEAD = re.compile(
    r"\A(?:why|what|who|when|where|how|which)\s+"
    r"(?:(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could)\s+)?(?:the\s+)?",
    re.IGNORECASE,
)


def run_errand(messages: Sequence[Message]) -> str | None:
    """The answer to what a program asks for itself; None where the last message is a question.

    It is the user's last message, or the instructions where the user says nothing.
    """
    last = next((m for m in reversed(messages) if m.role == "user"), messages[-1])
    text = last.text()
    start = text[:_LOOKED_AT]
    if task := _TASK.search(text):
        form = _FORM.search(text[: task.end()])
        if form is None or form[1] == "title":
            title = _make_title(text[task.end() :], messages, last)
            return json.dumps({"title": title}, ensure_ascii=False) if form else title
        return json.dumps({form[1]: _EMPTY[form[1]]})
    if match := _TITLE.search(start):
        return _make_title(text[match.end() :], messages, last)
    return None


def _make_title(transcript: str, messages: Sequence[Message], last: Message) -> str:
    """A title from the first question: of the conversation as text, else of the messages before."""
    found = _FIRST_ASKED.search(transcript)
    before = (m.text() for m in messages if m.role == "user" and m is not last)
    asked = " ".join((found["asked"] if found else next(before, "")).split())
    words = _LEAD.sub("", asked).strip(" \"'?!.:;").split()[:_MOST_WORDS]
    title = " ".join(words)[:_LONGEST_TITLE].strip(" \"'?!.,:;")
    return title[:1].upper() + title[1:] or _NEWS
