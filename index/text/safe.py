"""Characters that could do something to a screen, taken out of text that others wrote."""

from __future__ import annotations

import re

# What could move the cursor, ring, colour or reorder the screen, or is not seen, when it stands in an article.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def make_safe(text: str) -> str:
    """Take out control characters: article text must not drive the terminal, nor turn the line round."""
    return UNSAFE.sub("", text)


def join_lines(text: str) -> str:
    """The text in one line, without what could drive a screen: what looks like a line of ours is none."""
    return " ".join(make_safe(text).split())
