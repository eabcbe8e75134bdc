"""What happens to a library that whoever runs the program should know, and that is no error."""

from __future__ import annotations

import sys

from index.text.safe import join_lines


def say(message: str) -> None:
    """Print one line on stderr."""
    print(f"dateline: {join_lines(message)}", file=sys.stderr)
