"""Bad and hostile files by the dozen: each is named with its reason, and the good ones between them are in."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CONTROL, assert_one_line, dateline
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


def test_what_can_hold_no_article_is_one_quiet_line_unless_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "parts").mkdir(parents=True)
    (folder / "a.txt").write_text("The ferry has left the harbour of the old town.")
    for name in ("a.css", "b.css", "a.js"):
        (folder / "parts" / name).write_text("x = 1")
    run = dateline("add", "saved", cwd=tmp_path)
    assert (run.code, run.err) == (0, "left out: 3 files that hold no articles (css, js).\n")
    again = dateline("sync", "--json", cwd=tmp_path)
    assert (again.code, again.json()["left_out"], again.json()["failed"]) == (0, {"css": 2, "js": 1}, [])
    assert_one_line(dateline("add", "saved/parts/a.css", cwd=tmp_path), 1, "a.css: it is named .css", "leave it out")


def test_what_failed_before_is_a_line_for_each_reason(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "a.txt").write_text("The ferry has left the harbour of the old town.")
    for name in ("b.txt", "c.txt", "d.txt"):
        (folder / name).touch()
    assert dateline("add", "saved", cwd=tmp_path).code == 1
    assert len(dateline("sync", cwd=tmp_path).err.splitlines()) == 3
    run = dateline("sync", cwd=tmp_path)
    assert run.code == 1
    assert run.err == f"dateline: {folder}/b.txt and 2 more files: as before, it is empty; leave it out.\n"
