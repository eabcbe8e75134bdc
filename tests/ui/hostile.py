"""What somebody may put into a title, a text, a question, a file's name or a model's reply, to take over a page.

Each payload that runs sets `window.pwned`, opens a dialog, or asks `EVIL_HOST` for something.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.ui.conftest import EVIL_HOST, PAYLOADS

_EVIL = f"http://{EVIL_HOST}"
HOSTILE_TEXTS = (
    *PAYLOADS,
    # elements and their handlers
    "<svg onload=alert(1)>",
    "<svg><script>window.pwned=1</script></svg>",
    f'<svg><image href="{_EVIL}/a.svg" onerror=alert(1) /></svg>',
    f'<svg><use href="{_EVIL}/a.svg#x"/></svg>',
    '<svg><animate onbegin="alert(1)" attributeName="x" dur="1s"></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>",
    "<marquee onstart=alert(1)>",
    f'<object data="{_EVIL}/a.swf"></object>',
    f'<embed src="{_EVIL}/a">',
    f'<link rel=stylesheet href="{_EVIL}/a.css">',
    f"<style>@import '{_EVIL}/a.css'; body {{ display: none }}</style>",
    f"<base href='{_EVIL}/'>",
    f"<meta http-equiv=refresh content='0;url={_EVIL}'>",
    f"<form action='{_EVIL}'><button>go</button></form>",
    '<a href="javascript:alert(1)">press</a>',
    '<a href="&#106;avascript:alert(1)">press</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">press</a>',
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<template><script>window.pwned=1</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<img src='x'onerror='alert(1)'//>",
    "<img/src=`x`onerror=alert(1)>",
    "<ScRiPt>window.pwned=1</sCrIpT>",
    "<scr<script>ipt>window.pwned=1</scr</script>ipt>",
    "%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "\u003cscript\u003ewindow.pwned=1\u003c/script\u003e",
    "<x onclick=alert(1) style='position:fixed;inset:0;z-index:9999'>over all</x>",
    # ends of what we put around it
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "--><script>window.pwned=1</script>",
    "]]><script>window.pwned=1</script>",
    "</textarea><script>window.pwned=1</script>",
    "</title><script>window.pwned=1</script>",
    "</mark></p></article></div><h1>Dateline</h1>",
    # Markdown, LaTeX and templates
    f"[![x]({_EVIL}/x.png)]({_EVIL})",
    f"![x][y]\n\n[y]: {_EVIL}/x.png",
    "[x](data:text/html,<script>alert(1)</script>)",
    f"<{_EVIL}>",
    "```html\n<script>window.pwned=1</script>\n```",
    "# A heading\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "\\(\\href{javascript:alert(1)}{x}\\) $\\unicode{x}$",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %> #{alert(1)} @children",
    "{{#each value}}<script>alert(1)</script>{{/each}}",
    # characters
    "null \0 and \x1b[31m red \x07 bell \x08 back",
    "\u202ethe line turns round\u202c \u2066isolated\u2069 \u200b\u200e\u200f",
    "مرحبا بالعالم <b>عربي</b> שלום",
    "\ufeff\ufffe\uffff lone",
    "Z̸̡͓̹̈́a̵͚̔l̴̞͛g̶͇̈́o̷̩͋" * 50,
    "'; DROP TABLE articles; --",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    '=HYPERLINK("http://evil.example")',
    "😀" * 200 + "\ud83d",
    "w" * 3_000,
)
LONG_WORD = "y" * 1_000_000


@contextmanager
def trapped(page: Any, allowed: str) -> Iterator[None]:
    """Fail where anything runs, opens a dialog, or is fetched from elsewhere than `allowed`."""
    dialogs: list[str] = []
    foreign: list[str] = []

    def note_dialog(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    def note_request(request: Any) -> None:
        if urlsplit(request.url).hostname not in (urlsplit(allowed).hostname, None):
            foreign.append(request.url)

    page.on("dialog", note_dialog)
    page.on("request", note_request)
    page.context.on("page", lambda opened: foreign.append(f"a window: {opened.url}"))
    yield
    page.wait_for_timeout(500)  # what would run or be fetched has had its time
    assert dialogs == []
    assert foreign == []
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("h1").all_inner_texts() == ["Dateline"]
