"""Says what pip-audit found in requirements.lock; exits with 1 for a known weakness, with 0 where nobody could tell.

pip-audit alone ends with "No known vulnerabilities found" where the database knows none of the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
_SECONDS = 900


def main(command: list[str]) -> int:
    """Run pip-audit, which `command` begins, and say what came of it."""
    options = ["-r", str(LOCK), "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=_SECONDS, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as error:
        print(f"==> Not checked for known weaknesses: pip-audit gave no answer ({type(error).__name__})")
        return 0
    return report(packages)


def report(packages: list[dict[str, Any]]) -> int:
    """Say which packages have known weaknesses; return the exit code."""
    checked = [package for package in packages if "skip_reason" not in package]
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
