"""The method `highs` against looking at every combination, on models whose rows hold amounts and starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.scenario import load
from optimiser.solvers import Options
from optimiser.study import solve

AMOUNT = """\
optimise: 1
name: amount
indicators:
  output: {baseline: 10}
  cost: {timing: one_off}
technologies:
  pump: {effects: {output: 0.1, cost: 2}, effects_per_unit: {output: 5}, scale: {min: 1, max: 2, step: 1}, ramp: [0, 0.5]}
phases: [{name: "2027", years: 3}, {name: "2028"}]
objectives: {output: maximise}
"""
LATE = """\
optimise: 1
name: late
indicators:
  o: {baseline: -50, aggregate: final}
  c: {timing: one_off}
  k: {timing: one_off, baseline: -8}
  n: {expr: c + k * 2}
  m: {expr: 'n["2028"] + c["2027"]'}
technologies:
  t0: {effects: {c: 3}}
  t1: {effects: {o: 4, c: 2}, ramp: [1, 0], requires: [{technology: t0, lead: 2}]}
synergies:
  s0: {between: [t0, t1], effects: {o: -1%}}
  s1: {between: [t0, t1], effects: {o: 4, k: 1}}
groups:
  one: {of: [t0, t1], exactly: 1}
phases: [{name: "2027"}, {name: "2028"}]
discount_rate: -0.2
constraints: {e: 'n["2027"] <= 100'}
objectives: {c: maximise, n: maximise, m: minimise}
"""


@pytest.mark.parametrize("text", [AMOUNT, LATE], ids=["an amount times a start", "a start that only just holds"])
def test_it_lists_what_enumeration_lists(text: str, tmp_path: Path) -> None:
    """An amount was read as its smallest where a start multiplied it, and a program that just holds was called infeasible."""
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    found, every = (solve(load(file), Options(method=method)) for method in ("highs", "enumerate"))
    assert found.front.proof.status == "complete"
    assert found.front.cells == every.front.cells
    assert found.front.y.tolist() == every.front.y.tolist()
