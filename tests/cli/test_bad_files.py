"""Bad and hostile files by the dozen: each is named with its reason, and the good ones between them are in."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CONTROL, dateline
from tests.index.read.bad_files import KINDS, write_bad_files

GOOD = 8


def test_hostile_files_are_named_and_the_good_ones_are_in(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    bad = write_bad_files(folder, 2 * len(KINDS))
    for n in range(GOOD):
        (folder / f"{n * 4:04}a-good.txt").write_text(f"The ferry number {n} has left the harbour of the old town.")
    (folder / "0003\n\x1b[31mevil.json").write_text("{")
    run = dateline("add", "files", "--json", cwd=tmp_path)
    assert run.code == 1, run
    report = run.json()
    reasons: dict[str, list[str]] = {}
    for failure in report["failed"]:
        assert "\n" not in failure["reason"]
        assert 10 < len(failure["reason"]) < 300
        assert "Traceback" not in failure["reason"]
        name = Path(failure["origin"].partition("#")[0]).name
        reasons.setdefault(name, []).append(failure["reason"])
    assert {name for name, surely in bad.items() if surely} <= set(reasons)
    assert not any("good" in name for name in reasons)
    assert not any("broke down" in reason for given in reasons.values() for reason in given)
    assert all(line.startswith("dateline: ") for line in run.err.splitlines())
    assert not CONTROL.search(run.err.replace("\n", ""))
    listed = dateline("list", "--json", "--text", "ferry number", cwd=tmp_path).json()
    assert len(listed) == GOOD
    assert dateline("check", cwd=tmp_path).code == 0
