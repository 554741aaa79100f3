"""Explanations against brute force: everything is evaluated again, compared with every plan, and
tried with many weights.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimiser.analysis.explaining import Explanation, explain
from optimiser.analysis.first_place import (
    Ahead,
    best_when,
    is_first,
    to_first,
    weight_intervals,
)
from optimiser.analysis.giving_way import giving_way, reached, shapley
from optimiser.analysis.naming_plans import listed_plan, named_plan, typed_plan
from optimiser.analysis.neighbours import nearest_better
from optimiser.engine.holding import broken_each
from optimiser.errors import NoSolutionError
from optimiser.exports.explanation_texts import record
from optimiser.front import non_dominated
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import scenario_file
from tests.random_scenarios import portfolios

COUNTS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def made(folder: Path, data: dict[str, Any]) -> Result:
    path = folder / "random.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        return solve(load(path))
    except NoSolutionError:
        assume(False)
        raise


# ---- what makes its values


@COUNTS
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True)))
def test_contributions_add_up_and_are_those_of_building_the_plan(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Baseline + contributions = value; without synergies each is the change when a technology
    joins those before it.
    """
    found = made(tmp_path, data)
    names = found.front.decision_columns
    for row in range(min(3, len(found.front))):
        plan = listed_plan(found, row)
        parts = explain(found, plan).contributions
        for k, column in enumerate(found.front.columns):
            own = parts[column.name]
            total = Fraction(repr(own.baseline))
            total += sum((Fraction(repr(part.value)) for part in own.parts), Fraction(0))
            assert float(total) == pytest.approx(plan.objectives[k], rel=1e-12, abs=1e-12)
            if not found.scenario.synergies:
                before, cells = own.baseline, {}
                told = {part.source: part.value for part in own.parts}
                for name, cell in zip(names, plan.cells, strict=True):
                    if cell == "0":
                        continue
                    cells[name] = cell
                    now = typed_plan(found, cells, name="built").objectives[k]
                    assert told.get(name, 0.0) == pytest.approx(now - before, abs=1e-9)
                    before = now


def test_synergies_are_separate_and_compound_effects_are_said_to_depend_on_order(
    solved: Result,
) -> None:
    found = solve(load("smart_factory"))
    explained = explain(found, named_plan(found, "2"))
    output = explained.contributions["output"]
    assert [part.source for part in output.parts] == ["iot", "ai_scheduling", "robots", "iot_ai"]
    assert output.ordered
    assert not explained.contributions["investment"].ordered
    plain = explain(solved, named_plan(solved, "iot=1,ai=pilot"))
    assert [(p.source, p.value) for p in plain.contributions["cost"].parts] == [
        ("iot", 2.0),
        ("ai", 1.5),
    ]
    assert not any(own.ordered for own in plain.contributions.values())


# ---- what binds it, what it violates


def test_slack_and_breaches_are_in_the_units_of_the_constraint(solved: Result) -> None:
    held = explain(solved, named_plan(solved, "iot=1,ai=pilot"))
    assert [(one.name, one.slack, one.binding) for one in held.slack] == [("budget", 2.5, False)]
    broken = explain(solved, named_plan(solved, "everything"))
    (breach,) = broken.violated
    assert broken.status == "infeasible"
    assert (breach.name, breach.value, breach.bound) == ("budget", 7.4, 6.0)
    assert breach.by == pytest.approx(1.4)
    assert broken.nearest is not None
    assert len(broken.nearest.changes) == 1
    assert (broken.weight_intervals, broken.to_first, broken.best_when) == (None, None, None)


def test_limits_are_told_phase_by_phase() -> None:
    found = solve(load("smart_manufacturing_phases"))
    explained = explain(found, named_plan(found, "1"))
    assert [(one.phase, one.slack, one.binding) for one in explained.slack] == [
        ("2027", 0.0, True),
        ("2028", 0.0, True),
    ]


@COUNTS
@given(data=portfolios(most=4, kinds=("yes_no", "yes_no", "levels")), seed=st.integers(0, 10**6))
def test_the_smallest_change_is_the_smallest(
    tmp_path: Path, data: dict[str, Any], seed: int
) -> None:
    """Of an infeasible plan no plan that holds is nearer; of a dominated one no listed plan that
    dominates it.
    """
    found = made(tmp_path, data)
    names, rng = found.front.decision_columns, np.random.default_rng(seed)
    choices = []
    for name in names:
        levels = list(found.scenario.technologies[name].levels)
        choices.append(["0", *(levels or ["1"])])
    everything = list(itertools.product(*choices))
    cells = everything[int(rng.integers(len(everything)))]
    plan = typed_plan(found, dict(zip(names, cells, strict=True)))
    explained = explain(found, plan)
    x = found.model.encode_all([dict(zip(names, c, strict=True)) for c in everything])
    holds = [not (a or b) for a, b in broken_each(found.problem, x)]
    values = found.model.read(x).objectives * found.front.signs
    own = plan.objectives * found.front.signs
    apart = [sum(a != b for a, b in zip(c, cells, strict=True)) for c in everything]
    if not holds[everything.index(cells)]:
        assert explained.status == "infeasible"
        assert explained.violated
        least = min(a for a, h in zip(apart, holds, strict=True) if h)
        assert explained.nearest is not None
        count = len(explained.nearest.changes)
        assert count == least if least <= 2 else count >= least
        return
    better = [
        h and bool((v <= own).all() and (v < own).any()) for v, h in zip(values, holds, strict=True)
    ]
    assert (explained.status == "dominated") == any(better)
    assert explained.proven
    if any(better):
        assert explained.nearest is not None
        assert explained.nearest.result == "efficient"
        rows = [row for row, _ in explained.dominated_by]
        least = min(
            sum(a != b for a, b in zip(found.front.cells[row], cells, strict=True)) for row in rows
        )
        assert len(explained.nearest.changes) == least


# ---- neighbours


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 30))
def test_neighbours_by_looking_at_every_plan(seed: int, m: int, k: int) -> None:
    values = np.random.default_rng(seed).integers(0, 6, (k, m)).astype(float)
    own, scale = values[0], np.ptp(values, axis=0)
    for objective, row in enumerate(nearest_better(values, own, scale)):
        far = {
            other: max(
                (abs(v - o) / s for v, o, s in zip(values[other], own, scale, strict=True) if s),
                default=0.0,
            )
            for other in range(k)
            if values[other, objective] < own[objective]
        }
        assert row == (min(far, key=lambda one: (far[one], one)) if far else None)


# ---- weights and limits


def drawn(seed: int, k: int, m: int) -> tuple[list[tuple[Fraction, ...]], tuple[Fraction, ...]]:
    rng = np.random.default_rng(seed)
    values = [tuple(Fraction(int(v), 8) for v in row) for row in rng.integers(0, 9, (k, m))]
    whole = [int(w) for w in rng.integers(0, 6, m)]
    whole[0] += not any(whole)
    return values, tuple(Fraction(w, sum(whole)) for w in whole)


def first(values: list[tuple[Fraction, ...]], weights: list[Fraction]) -> bool:
    scores = [sum(w * v for w, v in zip(weights, row, strict=True)) for row in values]
    return scores[0] == max(scores)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 12))
def test_weight_intervals_by_dense_sampling(seed: int, m: int, k: int) -> None:
    values, weights = drawn(seed, k, m)
    ahead = Ahead(values[0], tuple(values))
    assert is_first(ahead, weights) == first(values, list(weights))
    if not is_first(ahead, weights):
        return
    for j, (low, high) in enumerate(weight_intervals(ahead, weights)):
        assert low <= weights[j] <= high
        left = 1 - weights[j]
        ends = [low, high, low - Fraction(1, 10**9), high + Fraction(1, 10**9)]
        for t in [Fraction(i, 40) for i in range(41)] + [e for e in ends if 0 <= e <= 1]:
            tried = [
                t if i == j else w * (1 - t) / left if left else (1 - t) / (m - 1)
                for i, w in enumerate(weights)
            ]
            assert first(values, tried) == (low <= t <= high)


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 25))
def test_the_smallest_change_of_weights_against_another_solver(seed: int, m: int, k: int) -> None:
    """HiGHS on the whole linear program: columns w and d >= |w - w0|."""
    values, weights = drawn(seed, k, m)
    found = to_first(Ahead(values[0], tuple(values)), weights)
    own = np.array(values, dtype=float)
    start = np.array(weights, dtype=float)
    eye = np.eye(m)
    solution = linprog(
        np.r_[np.zeros(m), np.ones(m) / 2],
        A_ub=np.block([[own - own[0], np.zeros((k, m))], [eye, -eye], [-eye, -eye]]),
        b_ub=np.r_[np.zeros(k), start, -start],
        A_eq=np.r_[np.ones(m), np.zeros(m)][None],
        b_eq=[1],
    )
    if found is None:
        assert solution.status == 2
        return
    assert solution.status == 0
    assert float(found.distance) == pytest.approx(solution.fun, abs=1e-7)
    assert sum(found.weights) == 1
    assert min(found.weights) >= 0
    assert first(values, list(found.weights))


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 25))
def test_limits_under_which_a_plan_is_best(seed: int, m: int, k: int) -> None:
    values = np.random.default_rng(seed).integers(0, 8, (k, m)).astype(float)
    values = values[non_dominated(values)]
    for own in values:
        found = best_when(values, own)
        assert found is not None
        fewest = math.inf
        for objective in range(m):
            others = [j for j in range(m) if j != objective]
            for count in range(m):
                for chosen in itertools.combinations(others, count):
                    allowed = (values[:, list(chosen)] <= own[list(chosen)]).all(axis=1)
                    best = values[allowed, objective].min() == own[objective]
                    if best:
                        fewest = min(fewest, count)
                    if (objective, chosen) == (found.objective, found.limited):
                        assert best
        assert len(found.limited) == fewest


# ---- Shapley values


def permuted(worth: np.ndarray[Any, Any], m: int) -> np.ndarray[Any, Any]:
    found = np.zeros((worth.shape[1], m))
    for order in itertools.permutations(range(m)):
        coalition = 0
        for j in order:
            found[:, j] += worth[coalition | 1 << j] - worth[coalition]
            coalition |= 1 << j
    return found / math.factorial(m)


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_shapley_values_are_means_over_all_orders(m: int) -> None:
    worth = np.random.default_rng(m).normal(size=(1 << m, 3))
    assert np.allclose(shapley(worth), permuted(worth, m))


def test_the_glove_game() -> None:
    """One left glove and two right ones: 2/3, 1/6, 1/6 (Shapley and Shubik 1969)."""
    worth = np.array([[float(s & 1 and s & 6 != 0)] for s in range(8)])
    assert np.allclose(shapley(worth), [[2 / 3, 1 / 6, 1 / 6]])


def test_what_coalitions_reach_by_looking_at_every_plan() -> None:
    rng = np.random.default_rng(3)
    values, wish, points = rng.random((20, 3)), rng.random(3), rng.random((5, 3))
    found = reached(values, wish, points)
    for coalition in range(8):
        chosen = []
        for point in points:
            wished = [wish[j] if coalition >> j & 1 else point[j] for j in range(3)]
            short = values - np.array(wished)
            chosen.append(values[np.argmin(short.max(axis=1) + 1e-6 * short.sum(axis=1))])
        assert np.allclose(found[coalition], np.mean(chosen, axis=0))


def test_giving_way_helps_where_there_is_a_price() -> None:
    """Of two objectives that are the price of one another, each stands in the way of the other; one
    that is the same in all plans stands in nobody's way.
    """
    steps = np.linspace(0, 1, 21)
    values = np.column_stack([steps, 10 * (1 - steps), np.ones(21)])
    found = giving_way(values, values[10])
    assert found is not None
    assert found[0, 1] > 0 > found[0, 0]
    assert found[1, 0] > 0 > found[1, 1]
    assert not found[2].any()
    assert not found[:, 2].any()


def test_more_objectives_than_coalitions_can_be_looked_at() -> None:
    assert giving_way(np.eye(9), np.eye(9)[0]) is None


# ---- the whole


@COUNTS
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True)))
def test_every_listed_plan_is_explained(tmp_path: Path, data: dict[str, Any]) -> None:
    found = made(tmp_path, data)
    for row in range(min(4, len(found.front))):
        explained = explain(found, listed_plan(found, row))
        assert explained.status == "efficient"
        assert not explained.violated
        kept = record(explained)
        assert set(" ".join(KEYS).split()) <= set(kept)
        ranked_first = found.ranking.rank[row] == 1
        assert (explained.weight_intervals is not None) or not ranked_first
        assert (explained.to_first is None) != (explained.best_when is None)


KEYS = (
    "schema_version command scenario scenario_hash proof notes plan status dominated_by violated",
    "contributions baseline ordered slack gives_up neighbours weight_intervals to_first best_when",
    "give_way nearest",
)


def test_the_cement_plant_under_a_limit() -> None:
    """Most CO2 of all plans with a limit on capex: the plans that no weights make first."""
    found = solve(load("cement_plant"))
    seen = 0
    for row in range(0, len(found.front), 10):
        explained: Explanation = explain(found, listed_plan(found, row))
        if explained.best_when is None:
            continue
        seen += 1
        capex = float(found.front.y[row, 0])
        assert explained.limits == (f"capex <= {capex!r}".removesuffix(".0"),)
        within = found.front.y[found.front.y[:, 0] <= capex]
        assert within[:, 1].max() == found.front.y[row, 1]
    assert seen


# ---- fronts of every kind


def written(folder: Path, **changes: Any) -> Result:
    return solve(load(scenario_file(folder, **changes)))


def test_a_front_of_segments() -> None:
    """A plan between two vertices is efficient without being listed; one above is dominated by a
    mixture.
    """
    found = solve(load("steam_supply"))
    assert found.front.proof.of == "cells"
    names = found.front.decision_columns
    ends = [dict(zip(names, map(float, cells), strict=True)) for cells in found.front.cells[:2]]
    between = {name: repr((ends[0][name] + ends[1][name]) / 2) for name in names}
    middle = explain(found, typed_plan(found, between))
    assert (middle.status, middle.proven) == ("efficient", True)
    for row in range(len(found.front)):
        explained = explain(found, listed_plan(found, row))
        assert explained.to_first is not None or explained.best_when is not None


def test_one_plan_and_a_constant_objective(tmp_path: Path) -> None:
    one = written(
        tmp_path, objectives={"cost": "minimise"}, constraints={"some": "output >= 100"}, plans={}
    )
    assert len(one.front) == 1
    explained = explain(one, named_plan(one, "1"))
    assert explained.weight_intervals == ((Fraction(0), Fraction(1)),)
    assert explained.neighbours == ()
    flat = written(
        tmp_path,
        indicators={
            "output": {"baseline": 100},
            "cost": {},
            "jobs": {"baseline": 10},
            "常数": {"baseline": 3},
        },
        objectives={"output": "maximise", "cost": "minimise", "常数": "minimise"},
    )
    assert len(flat.front) > 1
    for row in range(len(flat.front)):
        explained = explain(flat, listed_plan(flat, row))
        assert explained.gives_up[2].by == 0
        assert explained.give_way is not None
        assert not explained.give_way[:, 2].any()


def test_nothing_is_proven_on_an_unfinished_front(tmp_path: Path) -> None:
    found = solve(load(scenario_file(tmp_path, solver={"method": "evolutionary"})))
    explained = explain(found, named_plan(found, "1"))
    assert (explained.status, explained.proven) == ("efficient", False)
    assert any("not proven" in note for note in explained.notes)
    assert not any(one.proven for one in explained.gives_up)


@pytest.mark.parametrize("name", ["device_state", "factory_roadmap", "cement_plant_compound"])
def test_reference_plans_of_the_library(name: str) -> None:
    found = solve(load(name))
    for outcome in found.reference_plans:
        explained = explain(found, named_plan(found, outcome.name))
        assert (explained.status == "infeasible") == (not outcome.feasible)
        if outcome.dominated_by is not None:
            assert found.front.ids[explained.dominated_by[0][0]] == outcome.dominated_by
        record(explained)
