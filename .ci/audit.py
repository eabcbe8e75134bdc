"""Says what pip-audit found in requirements.lock; exits with 1 for a known weakness, with 0 where nobody could tell.

pip-audit alone ends with "No known vulnerabilities found" where the database knows none of the packages.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
_SECONDS = 240


def main(command: list[str]) -> int:
    """Run pip-audit, which `command` begins, and say what came of it: for one package first, since there are many."""
    try:
        with NamedTemporaryFile("w", suffix=".txt") as one:
            one.write(re.findall(r"^[\w.-]+==[\w.+]+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)[0])
            one.flush()
            packages = audit(command, one.name)
        return report(audit(command, str(LOCK)) if list_checked(packages) else packages)
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as error:
        print(f"==> Not checked for known weaknesses: pip-audit gave no answer ({type(error).__name__})")
        return 0


def audit(command: list[str], requirements: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package of a file."""
    options = ["-r", requirements, "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=_SECONDS, check=False)
    packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return packages


def list_checked(packages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that the database knows."""
    return [package for package in packages if "skip_reason" not in package]


def report(packages: list[dict[str, Any]]) -> int:
    """Say which packages have known weaknesses; return the exit code."""
    checked = list_checked(packages)
    if not checked:
        print("==> Not checked for known weaknesses: the database of them is out of reach")
        return 0
    weak = [package for package in checked if package.get("vulns")]
    for package in weak:
        for known in package["vulns"]:
            fixed = ", ".join(known.get("fix_versions") or ["none yet"])
            print(f"{package['name']} {package['version']}: {known['id']}; fixed in {fixed}")
    left = len(packages) - len(checked)
    print(
        f"==> {len(checked)} packages were checked for known weaknesses, {len(weak)} have some"
        + (f"; {left} are not in the database" if left else "")
    )
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
