"""What becomes of plans in another scenario, asked of that scenario itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optimiser import load, solve
from optimiser.analysis.measures import Fate
from optimiser.analysis.settling import settle

LINES = """
optimise: 1
name: ranges
indicators: {output: {baseline: 100}, cost: {baseline: 0, unit: EUR}}
variables: {lines: {type: integer, min: 0, max: 6}}
technologies:
  iot: {effects: {output: 4, cost: 3}}
  ai: {effects: {output: 6, cost: 7}}
objectives:
  profit: {expr: 10*lines + output, sense: maximise}
  spent: {expr: lines*lines + cost, sense: minimise}
"""


def test_a_plan_outside_the_ranges_of_the_other_scenario_is_lost(tmp_path: Path) -> None:
    """It was kept: rows and constraints were looked at, and no range."""
    path = tmp_path / "ranges.yaml"
    path.write_text(LINES, encoding="utf-8")
    base = solve(load(path))
    new = solve(load(path, overrides=["variables.lines.max=3"]))
    nothing = np.zeros(len(base.front), dtype=bool)
    found = settle(base, new, Fate(nothing, nothing))
    place = base.front.decision_columns.index("lines")
    lines = np.array([float(cells[place]) for cells in base.front.cells])
    assert (lines > 3).any()
    assert (lines <= 3).any()
    assert not (found.kept & (lines > 3)).any()
    assert found.kept[lines <= 3].all()
    assert (found.kept | found.lost).all()
