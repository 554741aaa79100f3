"""The yes/no scenarios: every feasible plan counted, every efficient one known."""

from __future__ import annotations

import pytest

import optimiser
from optimiser.engine import Options, registry, run
from optimiser.formulate import formulate
from tests.domain import oracle
from tests.domain.published import FEASIBLE, FRONTS
from tests.domain.solving import adopted, feasible_plans, solved

NAMES = sorted(FRONTS)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_what_is_published(name: str) -> None:
    data = oracle.read(name)
    plans = oracle.plans(data)
    assert len(plans) == FEASIBLE[name]
    front = oracle.front(plans, data)
    efficient = {
        frozenset(t for t, cell in choice.items() if cell): tuple(map(float, y))
        for choice, y in front
    }
    assert efficient == {frozenset(plan.split()): values for plan, values in FRONTS[name].items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_compiled_problem_admits_exactly_the_feasible_plans(name: str) -> None:
    assert feasible_plans(name) == FEASIBLE[name]


@pytest.mark.parametrize("name", NAMES)
def test_front_point_by_point(name: str) -> None:
    result = solved(name)
    assert result.front.proof.status == "complete"
    found = {
        adopted(result, row): tuple(result.front.y[row].tolist())
        for row in range(len(result.front))
    }
    assert found == {frozenset(plan.split()): values for plan, values in FRONTS[name].items()}


@pytest.mark.parametrize("solver", ["enumerate", "exact"])
@pytest.mark.parametrize("name", NAMES)
def test_either_exact_solver_finds_the_same_front(name: str, solver: str) -> None:
    """Each by itself: asked for by method, the one that is quicker on a small model would stand in
    for the other.
    """
    problem = formulate(optimiser.load(name)).at()
    solution = run(registry()[solver], "asked for", problem, Options())
    assert solution.solver == solver
    assert solution.proof.status == "complete"
    assert sorted(map(tuple, (solution.y * problem.signs).tolist())) == sorted(
        FRONTS[name].values()
    )


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("smart_manufacturing", (20, -15, -10, 12)),
        ("ecommerce", (30, 20, -10, 11)),
        ("green_agriculture", (20, -15, -10, 14)),
    ],
)
def test_all_three_technologies_give_the_published_outcome(
    name: str, total: tuple[float, ...]
) -> None:
    result = solved(name)
    everything = {plan.name: plan for plan in result.reference_plans}["everything"]
    assert everything.objectives == total
    assert everything.feasible
    assert everything.on_front


def test_cloud_with_blockchain_is_dominated_by_cloud_with_big_data() -> None:
    result = solved("ecommerce")
    without = {plan.name: plan for plan in result.reference_plans}["without_data"]
    assert without.feasible
    assert not without.on_front
    assert without.objectives == pytest.approx((9, 10, -4, 7))
    assert without.dominated_by is not None
    assert adopted(result, result.plan(without.dominated_by)) == {"big_data", "cloud"}


def test_scheduling_is_never_adopted_without_monitoring() -> None:
    result = solved("smart_manufacturing")
    for row in range(len(result.front)):
        plan = adopted(result, row)
        assert "ai_scheduling" not in plan or "iot_monitoring" in plan
