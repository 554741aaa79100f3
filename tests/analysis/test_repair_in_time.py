"""A repair whose time is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.analysis.repair import repair
from optimiser.engine.contract import Budget
from optimiser.formulate import formulate
from optimiser.scenario import load

BUDGET = """
optimise: 1
name: purse
indicators: {cost: {}, gain: {}}
technologies:
  a: {effects: {cost: 3, gain: 2}}
  b: {effects: {cost: 4, gain: 5}}
objectives: {gain: maximise}
constraints: {purse: cost <= 5, enough: gain >= 6}
"""


def test_nothing_is_prepared_once_the_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tree of refutations of thousands of technologies takes seconds to prepare."""
    from optimiser.analysis import cheapest as module

    def refused(*_: object) -> None:
        raise AssertionError("prepared")

    monkeypatch.setattr(module, "RefutationTree", refused)
    path = tmp_path / "s.yaml"
    path.write_text(BUDGET, encoding="utf-8")
    found = repair(formulate(load(path)), Budget(0.0))
    assert not found.proven
    assert not found.repairs
