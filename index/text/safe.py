"""Characters that could do something to a screen, taken out of text that others wrote."""

from __future__ import annotations

import re

# What could move the cursor, ring, colour or reorder the screen when it stands in an article.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def make_safe(text: str) -> str:
    """Take out control characters: article text must not drive the terminal, nor turn the line round."""
    return UNSAFE.sub("", text)
