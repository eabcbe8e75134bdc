"""What was found damaged while a library is in use: said once, remembered, and gone past."""

from __future__ import annotations

from index.messages import say
from index.text.safe import make_safe


class Damage:
    """Collects what readers leave out since it is not what was written. Threads may share one."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def notice(self, what: str) -> None:
        """Say on stderr that `what` ("article 12") is damaged and left out, unless that was said before."""
        if what not in self._found:
            self._found[what] = None
            say(make_safe(f"{what} is damaged and left out"))

    def remember(self, what: str) -> None:
        """The same, where it is said elsewhere."""
        self._found[what] = None

    def notice_article(self, article_id: str) -> None:
        """The same of an article."""
        self.notice(f"article {article_id}")

    def list_all(self) -> tuple[str, ...]:
        """All that was noticed, in order."""
        return tuple(self._found)
