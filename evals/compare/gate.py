"""Pass or fail: a run against floors, ceilings, and a baseline that it must not drop below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

from evals.compare.comparison import check_same_questions, shared_measures
from evals.lines import read_toml
from evals.measures.registry import find_formula, is_higher_better, list_measures
from evals.runs.run_folder import RunFolder
from evals.statistics import Difference, Interval, compare_rows
from index import DatelineError, UsageError


@dataclass(frozen=True, slots=True)
class GateRules:
    """Thresholds by measure: no less than `min`, no more than `max`, no real drop of more than `max_drop`."""

    min: Mapping[str, float] = field(default_factory=dict)
    max: Mapping[str, float] = field(default_factory=dict)
    max_drop: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.min or self.max or self.max_drop)

    def replaced_by(self, other: GateRules) -> GateRules:
        """These rules, and those of `other`, which win."""
        return GateRules({**self.min, **other.min}, {**self.max, **other.max}, {**self.max_drop, **other.max_drop})


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What came of one rule: `rule` in words, whether it `passed`, and the figures as `found`."""

    rule: str
    passed: bool
    found: str


def read_rules(path: Path) -> GateRules:
    """Read rules from TOML: tables `min`, `max` and `max_drop` of numbers by measure; unknown names are refused."""
    tables = read_toml(path, [f.name for f in fields(GateRules)])
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f'`{name}` in {path} must be a table, such as [{name}] with "ndcg@10" = 0.6 in it.')
        for measure, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UsageError(f"`{measure}` under [{name}] in {path} is {value!r}; it must be a number.")
    return GateRules(**tables)


def check_rules(
    run: RunFolder, rules: GateRules, baseline: RunFolder | None = None, seed: int = 0
) -> list[RuleOutcome]:
    """One verdict for each rule; without rules, that no headline drops below the baseline.

    Raises UsageError for a measure that the run has not, for a drop without a baseline, for no rule at all, and
    where the baseline asked other questions.
    """
    if baseline is not None:
        check_same_questions(baseline, run)
        if not rules:
            shared = shared_measures(baseline, run)
            headlines = [measure.name for measure in list_measures() if measure.headline]
            rules = GateRules(max_drop={name: 0.0 for name in headlines if name in shared})
    elif rules.max_drop:
        raise UsageError("a drop is measured from a baseline. Name one with --baseline RUN.")
    if not rules:
        raise UsageError("there is no rule. Give --baseline RUN, --min NAME=NUMBER, or --rules FILE.")
    for name in (*rules.min, *rules.max, *rules.max_drop):
        _check_measure(name, run)
        if baseline is not None and name in rules.max_drop:
            _check_measure(name, baseline)
    return list(_decide(run, rules, baseline, seed))


def _decide(run: RunFolder, rules: GateRules, baseline: RunFolder | None, seed: int) -> Iterator[RuleOutcome]:
    for name, least in rules.min.items():
        found = run.summary.measures[name]
        yield RuleOutcome(f"{name} at least {least:g}", found.mean is not None and found.mean >= least, _show(found))
    for name, most in rules.max.items():
        found = run.summary.measures[name]
        yield RuleOutcome(f"{name} at most {most:g}", found.mean is not None and found.mean <= most, _show(found))
    for name, most in rules.max_drop.items():
        assert baseline is not None
        difference = compare_rows(baseline.scores, run.scores, find_formula(name), seed=seed)
        yield _judge_drop(name, most, difference)


def _judge_drop(name: str, most: float, found: Difference | None) -> RuleOutcome:
    """A drop fails where it is larger than allowed and it is no noise (`Difference.is_real`)."""
    rule = f"{name} drops by at most {most:g}" if most else f"{name} does not drop"
    if not is_higher_better(name):
        rule = f"{name} grows by at most {most:g}" if most else f"{name} does not grow"
    if found is None:
        return RuleOutcome(rule, False, "unscored in one of the runs")
    drop = -found.difference if is_higher_better(name) else found.difference
    figures = f"{found.before:.3f} to {found.after:.3f}, {found.difference:+.3f}"
    if not found.difference:
        return RuleOutcome(rule, True, f"{figures}: the same (n {found.n})")
    sure = f"({found.low:+.3f} to {found.high:+.3f}, p {found.p:.4f}, n {found.n})"
    if drop <= most:
        return RuleOutcome(rule, True, f"{figures} {sure}")
    if not found.is_real:
        return RuleOutcome(rule, True, f"{figures}: within noise {sure}")
    return RuleOutcome(rule, False, f"{figures}: a real drop {sure}")


def _check_measure(name: str, run: RunFolder) -> None:
    measures = list(run.summary.measures)
    if name not in measures:
        near = get_close_matches(name, measures, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(measures)}."
        raise UsageError(f"{run.path} has no measure {name!r}. {hint}")


def _show(found: Interval) -> str:
    if found.mean is None:
        return f"unscored (n {found.n})"
    return f"{found.mean:.3f} ({found.low:.3f} to {found.high:.3f}, n {found.n})"


def write_junit(verdicts: list[RuleOutcome], run: RunFolder, path: Path) -> None:
    """Write the verdicts as JUnit XML, which build servers show: a test case for each rule."""
    failed = [v for v in verdicts if not v.passed]
    counts = {"tests": str(len(verdicts)), "failures": str(len(failed))}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": f"dateline eval gate {run.path.name}", **counts})
    for verdict in verdicts:
        case = ElementTree.SubElement(suite, "testcase", {"classname": "dateline.gate", "name": verdict.rule})
        if not verdict.passed:
            ElementTree.SubElement(case, "failure", {"message": verdict.found})
        ElementTree.SubElement(case, "system-out").text = verdict.found
    try:
        ElementTree.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise DatelineError(f"{path} can't be written ({error.strerror}). Name another file with --junit.") from None
