"""Plans nearly as good that differ, against a look at every plan."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.analysis.alternatives import alternatives
from optimiser.analysis.exact_shares import decimal
from optimiser.errors import UsageError
from optimiser.results import Result
from optimiser.results.naming_plans import listed_plan, named_plan
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.every_plan import every_plan, solved
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def adopts(cells: dict[str, str]) -> frozenset[str]:
    return frozenset(name for name, cell in cells.items() if cell != "0")


def greedy(data: Data, folder: Path, draw: st.DataObject) -> None:
    """Each is at the largest distance from those before it, and of these one that scores best;
    the list ends where nothing differs enough."""
    result = solved(data, folder)
    if result is None:
        return
    front = result.front
    row = draw.draw(st.integers(0, len(front) - 1))
    differ, count = draw.draw(st.integers(1, 3)), draw.draw(st.integers(1, 4))
    general, share = draw.draw(st.sampled_from([("5%", 0.05), ("60%", 0.6), ("0", 0.0)]))
    own = draw.draw(st.sampled_from([None, "7.5"]))
    first = front.columns[0].name
    within = [general, *([f"{first}={own}"] if own else [])]
    found = alternatives(
        result, listed_plan(result, row), within=within, differ=differ, count=count
    )
    if not found.proven:
        return
    plan = dict(zip(front.decision_columns, front.cells[row], strict=True))
    plans = every_plan(data)
    (base,) = [values for cells, values in plans if cells == plan]
    allowed = {}
    for column, shown in zip(front.columns, front.y[row].tolist(), strict=True):
        by = Fraction(str(share)) * abs(decimal(shown))
        if own and column.name == first:
            by = Fraction(own)
        allowed[column.name] = by
        assert found.within[column.name] == float(by)
    near = [
        (cells, values)
        for cells, values in plans
        if all(
            int(c.sign) * (values[c.name] - base[c.name]) <= allowed[c.name] for c in front.columns
        )
    ]
    taken = [adopts(plan)]

    def distance(cells: dict[str, str]) -> int:
        return min(len(adopts(cells) ^ other) for other in taken)

    for one in found.plans:
        cells = dict(zip(front.decision_columns, one.plan.cells, strict=True))
        (values,) = [v for c, v in near if c == cells]
        farthest = max(distance(c) for c, _ in near)
        assert one.distance == distance(cells) == farthest >= differ
        assert set(one.differs) == adopts(cells) ^ taken[0]
        if result.problem.linear and not any(result.problem.linear.linked):
            scores = [weighted(result, v) for c, v in near if distance(c) == farthest]
            assert weighted(result, values) == max(scores)
        taken.append(adopts(cells))
    more = max((distance(c) for c, _ in near), default=0) >= differ
    assert found.exhausted == (not more)
    assert len(found.plans) == count or not more


def weighted(result: Result, values: Any) -> Fraction:
    """The weighted sum of shares of the ranges, up to a constant."""
    total = Fraction(0)
    for column, ends, weight in zip(
        result.front.columns, result.ranking.ranges.tolist(), result.ranking.weights, strict=True
    ):
        worst, best = map(decimal, ends)
        if worst != best:
            total += decimal(weight) * values[column.name] / (best - worst)
    return total


@settings(max_examples=examples(20), deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=5), st.data())
def test_against_every_plan(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    greedy(data, tmp_path, draw)


@settings(max_examples=8, deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=3, phases=True), st.data())
def test_against_every_roadmap(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    greedy(data, tmp_path, draw)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=_QUIET)
@given(st.one_of(portfolios(most=6), portfolios(most=4, phases=True)), st.data())
def test_against_many_more(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    greedy(data, tmp_path, draw)


# ---- by hand

MILL = """
optimise: 1
name: 选择
indicators: {产量: {unit: t}, cost: {unit: M}}
technologies:
  a: {effects: {产量: 4, cost: 3}}
  b: {effects: {产量: 4, cost: 3.1}}
  c: {effects: {产量: 2, cost: 1.5}}
  d: {effects: {产量: 2, cost: 1.6}}
objectives: {产量: maximise, cost: minimise}
"""


def made(folder: Path, text: str) -> Result:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return solve(load(folder / "case.yaml"))


def test_dominated_plans_are_alternatives_the_most_different_first(tmp_path: Path) -> None:
    """For a (4 t for 3 M): c and d differ in three; b, dominated by a, would differ in two."""
    result = made(tmp_path, MILL)
    found = alternatives(result, named_plan(result, "a=1"), within=["0.2"], differ=2)
    names = [one.plan.id for one in found.plans]
    assert [one.differs for one in found.plans] == [("a", "c", "d"), ("a", "b")]
    assert [one.distance for one in found.plans] == [3, 2]
    assert names == [named_plan(result, "c=1,d=1").id, named_plan(result, "b=1").id]
    assert [one.change for one in found.plans] == [(0.0, 0.1), (0.0, 0.1)]
    assert found.exhausted
    assert found.proven
    one = alternatives(result, named_plan(result, "a=1"), within=["0.2"], differ=2, count=1)
    assert (len(one.plans), one.exhausted, one.proven) == (1, False, True)


def test_nothing_differs_is_an_answer(tmp_path: Path) -> None:
    result = made(tmp_path, MILL)
    found = alternatives(result, named_plan(result, "a=1"), within=["0.05"])
    assert (found.plans, found.exhausted, found.proven) == ((), True, True)


def test_a_plan_that_does_not_hold_has_alternatives_too(tmp_path: Path) -> None:
    text = MILL.replace("objectives:", "groups: {one: {of: [a, b], at_most: 1}}\nobjectives:")
    result = made(tmp_path, text)
    found = alternatives(result, named_plan(result, "a=1,b=1"), within=["9"], differ=1)
    assert found.proven
    assert "does not hold" in found.notes[0]
    assert all({"a", "b"} & set(one.differs) for one in found.plans)


def test_an_objective_with_an_expression_of_its_own(tmp_path: Path) -> None:
    text = MILL.replace("cost: minimise}", "price: {sense: minimise, expr: cost * 2}}")
    result = made(tmp_path, text)
    found = alternatives(result, named_plan(result, "a=1"), within=["0.4"], differ=2)
    assert [one.differs for one in found.plans] == [("a", "c", "d"), ("a", "b")]
    assert found.plans[0].change == (0.0, 0.2)


def test_amounts_for_one_and_for_all_objectives(tmp_path: Path) -> None:
    result = made(tmp_path, MILL)
    plan = named_plan(result, "a=1")
    both = alternatives(result, plan, within=["10%", "cost=1"])
    assert both.within == {"产量": 0.4, "cost": 1.0}
    assert alternatives(result, plan).within == {"产量": 0.08, "cost": 0.06}
    for wrong in ("x", "-1", "cots=1", "cost=", "nan%"):
        with pytest.raises(UsageError):
            alternatives(result, plan, within=[wrong])


CURVED = """
optimise: 1
name: curved
variables: {x: {min: 0, max: 2}}
indicators:
  gain: {expr: sin(x) + 0.3 * a + 0.2 * b}
  cost: {expr: x * x + 0.2 * a + 0.15 * b}
technologies: {a: {}, b: {}}
objectives: {gain: maximise, cost: minimise}
solver: {method: evolutionary, time_limit: 1}
"""


def test_a_model_that_is_not_solved_exactly_has_listed_alternatives(tmp_path: Path) -> None:
    result = made(tmp_path, CURVED)
    found = alternatives(result, named_plan(result, result.front.ids[0]), within=["9"], differ=1)
    assert not found.proven
    assert "listed plans" in found.notes[0]
    assert all(one.plan.row is not None for one in found.plans)
    taken = [one.plan.cells[1:] for one in found.plans]
    assert len(set(taken)) == len(taken)


MIXED = """
optimise: 1
name: mixed
variables: {x: {min: 0, max: 2}}
indicators:
  gain: {expr: 3 * x + 2 * a + 2 * b}
  cost: {expr: 2 * x + 1.5 * a + 1.6 * b}
technologies: {a: {}, b: {}}
objectives: {gain: maximise, cost: minimise}
"""


def test_amounts_that_are_real_numbers_are_no_difference(tmp_path: Path) -> None:
    """Nothing but x = 2/3 gains 2 for 4/3; a and b alone gain as much for a little more."""
    result = made(tmp_path, MIXED)
    found = alternatives(result, named_plan(result, "x=0.7"), within=["0.2"], differ=1)
    assert found.proven
    assert found.exhausted
    assert np.all([one.distance >= 1 for one in found.plans])
    assert {frozenset(one.differs) for one in found.plans} == {frozenset("a"), frozenset("b")}
