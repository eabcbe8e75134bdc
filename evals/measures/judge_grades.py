"""The grades of an LLM as judge, which `dateline eval judge` adds to a run. A measure for each rubric."""

from __future__ import annotations

from evals.measures.measure import Measure

_SOURCE = "a judge with a fixed rubric, after Zheng et al. 2023"

CORRECTNESS = Measure(name="judge_correctness", words="answers that the judge calls correct", source=_SOURCE)
GROUNDEDNESS = Measure(name="judge_groundedness", words="answers that the judge calls grounded", source=_SOURCE)
FAMILY = (CORRECTNESS, GROUNDEDNESS)
