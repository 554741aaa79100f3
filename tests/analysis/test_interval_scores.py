"""The robust set of plans against its definition, over every pair of plans of small models."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser import load, solve
from optimiser.analysis.interval_scores import interval_set
from optimiser.analysis.statements import Statement
from optimiser.errors import InfeasibleError, UsageError
from tests.small_robust import Small, small

Weights = list[tuple[Fraction, Fraction]]
ANY: Weights = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))]
GAIN_FIRST: Weights = [(Fraction(1), Fraction(0)), (Fraction(1, 2), Fraction(1, 2))]


def by_hand(model: Small, weights: Weights, spans: list[Fraction]) -> set[tuple[int, ...]]:
    """The plans that no other beats at any corner of the box and extreme weight."""
    own = {n: v for n, (_, v, _, _) in model.ranges.items()}
    corners = [
        dict(zip(model.ranges, ends, strict=True))
        for ends in itertools.product(*((low, high) for low, _, high, _ in model.ranges.values()))
    ]
    plans = [plan for plan in model.plans if model.loss("budget", plan, own) <= 0]

    def scores(plan: tuple[int, ...]) -> list[Fraction]:
        losses = [(model.loss("gain", plan, c), model.loss("harm", plan, c)) for c in corners]
        shares = [
            sum(w * v / span for w, v, span in zip(row, own, spans, strict=True) if span)
            for own in losses
            for row in weights
        ]
        # what has no range counts nothing beside another, and must be no worse on its own
        alone = [own[j] for own in losses for j in (0, 1) if not spans[j]]
        return [Fraction(value) for value in (*shares, *alone)]

    known = {plan: scores(plan) for plan in plans}
    return {
        plan
        for plan in plans
        if not any(
            known[other] != known[plan]
            and all(a <= b for a, b in zip(known[other], known[plan], strict=True))
            for other in plans
        )
    }


@pytest.mark.parametrize("order", ["", "gain,harm"])
@pytest.mark.parametrize("seed", range(6))
def test_plans_are_those_that_no_pair_refutes(order: str, seed: int, tmp_path: Path) -> None:
    model = small(seed)
    (tmp_path / "small.yaml").write_text(model.text(), encoding="utf-8")
    try:
        result = solve(load(tmp_path / "small.yaml"))
    except InfeasibleError:
        pytest.skip("no plan at the parameters' own values")
    statements = [Statement("order", order)] if order else []
    found = interval_set(result, statements)
    spans = [abs(Fraction(repr(a)) - Fraction(repr(b))) for a, b in result.ranking.ranges.tolist()]
    decided = {tuple(int(cell) for cell in cells) for cells in found.cells}
    assert decided == by_hand(model, GAIN_FIRST if order else ANY, spans)
    if not order:
        listed = set(result.front.ids)
        own = {n for n, efficient in zip(found.ids, found.efficient, strict=True) if efficient}
        assert listed <= own | (listed - set(found.ids))
    shares = {
        name: sum(plan[place] for plan in decided) / len(decided)
        for place, name in enumerate(model.effects)
    }
    assert found.core_index == pytest.approx(shares)


def test_a_beaten_plan_is_back(tmp_path: Path) -> None:
    """``b`` earns less than ``a`` at the values, and may earn more: both are left; ``c`` never."""
    text = """
optimise: 1
name: back
parameters:
  p: {value: 5, low: 3, high: 9}
technologies:
  a: {effects: {gain: 6}}
  b: {effects: {gain: {value: p}}}
  c: {effects: {gain: {value: p - 1}}}
groups:
  one: {of: [a, b, c], exactly: 1}
indicators: {gain: {}}
objectives: {gain: maximise}
"""
    (tmp_path / "back.yaml").write_text(text, encoding="utf-8")
    found = interval_set(solve(load(tmp_path / "back.yaml")))
    assert found.core_index == {"a": 0.5, "b": 0.5, "c": 0.0}
    assert found.efficient.tolist() == [True, False]


def test_certain_scenarios_are_refused() -> None:
    with pytest.raises(UsageError, match="no parameter"):
        interval_set(solve(load("production_steps")))


def test_what_changes_nothing_at_the_parameters_own_values_is_looked_at(tmp_path: Path) -> None:
    """A hedge costs nothing at the price of today, and pays or costs at others; a logo never does
    anything. All eight plans hold the budget and none beats another but for the pump.
    """
    (tmp_path / "hedge.yaml").write_text(HEDGE, encoding="utf-8")
    found = interval_set(solve(load(tmp_path / "hedge.yaml")))
    assert found.looked_at == 8
    assert {cells[:2] for cells in found.cells} == {("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")}
    assert found.core_index == {"pump": 0.5, "hedge": 0.5, "logo": 0.5}


HEDGE = """
optimise: 1
name: hedge
parameters: {price: {value: 1, low: 0, high: 2}}
indicators: {gain: {}, cost: {}}
technologies:
  pump: {effects: {gain: 3, cost: 2}}
  hedge: {effects: {cost: {value: price - 1}}}
  logo: {}
objectives: {gain: maximise, cost: minimise}
"""


@pytest.mark.parametrize(("times", "unit"), [(1, "t"), (1000, "kg")])
@pytest.mark.parametrize("order", ["", "gain,harm", "harm,gain"])
def test_what_all_listed_plans_have_the_same_of(
    times: int, unit: str, order: str, tmp_path: Path
) -> None:
    """The plans that are listed do no harm, so that its range is 0: how much gain an amount of harm
    is worth is not known, in whatever unit it is written.
    """
    (tmp_path / "flat.yaml").write_text(FLAT.format(harm=2 * times, unit=unit), encoding="utf-8")
    result = solve(load(tmp_path / "flat.yaml"))
    assert result.ranking.ranges.tolist()[1] == [0.0, 0.0]
    found = interval_set(result, [Statement("order", order)] if order else [])
    assert found.cells == (("1", "0", "0"), ("0", "1", "0"))
    assert found.efficient.tolist() == [True, False]


FLAT = """
optimise: 1
name: flat
parameters: {{yield: {{value: 5, low: 3, high: 9}}}}
technologies:
  sure: {{effects: {{gain: 6}}}}
  open: {{effects: {{gain: {{value: yield}}}}}}
  dirty: {{effects: {{gain: {{value: yield}}, harm: {harm}}}}}
groups: {{one: {{of: [sure, open, dirty], exactly: 1}}}}
indicators: {{gain: {{}}, harm: {{unit: {unit}}}}}
objectives: {{gain: maximise, harm: minimise}}
"""
