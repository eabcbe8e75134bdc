"""What is not installed here: tests of it are skipped, and the rest of a light install is tested."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

from index.errors import DatelineError
from index.extras import MODULES, Extra, is_installed

_EXTRA_OF = (
    {module: f"the extra {extra}" for extra, modules in MODULES.items() for module in modules}
    | dict.fromkeys(
        ("httpx", "openai", "playwright", "axe_playwright_python", "datasketch", "cryptography"), "the extra dev"
    )
    | {"langchain_tests": "langchain-tests"}
)
_NEEDS = re.compile(r'needs the extra "([\w-]+)"')


def find_lacking(error: BaseException | None) -> str | None:
    """What the error, or the one behind it, says is not installed, where it really is not."""
    if error is None:
        return None
    if isinstance(error, ModuleNotFoundError) and error.name:
        module = error.name.partition(".")[0]
        return _EXTRA_OF.get(module) if find_spec(module) is None else None
    return _lacking_extra(str(error)) or find_lacking(error.__cause__)


def stop_where_lacking(said: str) -> None:
    """Raise what `find_lacking` knows where a command said that an extra is not installed, and it really is not."""
    if _lacking_extra(said):
        raise DatelineError(said)


def skip_report(report: pytest.TestReport | pytest.CollectReport, lacking: str) -> None:
    """Make a failure a skip, all of one reason as one line."""
    report.outcome = "skipped"
    report.longrepr = ("tests", 0, f"Skipped: not installed: {lacking}")


def _lacking_extra(said: str) -> str | None:
    extras: dict[str, Extra] = {name: name for name in MODULES}
    found = _NEEDS.search(said)
    extra = extras.get(found[1]) if found else None
    return f"the extra {extra}" if extra and not is_installed(extra) else None
