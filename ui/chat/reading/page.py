"""A page of plain HTML with the chat page's look."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse

from ui.escape import escape_line

_HERE = Path(__file__).parent
_STYLES = (_HERE.parent / "style.css", _HERE.parent / "tabs.css", _HERE / "reading.css")
_NOT_KEPT = {"Cache-Control": "no-store"}  # what is shared may be taken back


def show_page(title: str, about: str, body: str, *, status: int = 200, again: int = 0) -> HTMLResponse:
    """The page with that title, a line about it, and that body as HTML; `again` reloads it in so many seconds."""
    reload = f'<meta http-equiv="refresh" content="{again}">' if again else ""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{reload}'
        f"<title>{escape_line(title)} – Dateline</title>"
        f'<link rel="stylesheet" href="/theme.css"><style>{_read_styles()}</style>'
        f'<script>{_read_script()}</script></head><body class="gradio-container">'
        f'<header id="masthead"><h1><a href="/">Dateline</a></h1><p>{escape_line(about)}</p></header>'
        f'<main id="reading">{body}</main></body></html>',
        status,
        _NOT_KEPT,
    )


@cache
def _read_styles() -> str:
    return "\n".join(style.read_text(encoding="utf-8") for style in _STYLES)


@cache
def _read_script() -> str:
    return (_HERE / "reading.js").read_text(encoding="utf-8")
