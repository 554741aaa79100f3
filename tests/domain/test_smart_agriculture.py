"""Technologies and hectares at once: the true front as the best of a concave problem for every
choice of technologies.

For a choice of technologies the profit is a separable concave function of the hectares, land and
water are linear. Its maximum is found by trying every set of active bounds; the multipliers bound
it from above by weak duality, so that the reference is proven and not searched.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from docs.scenario_pages import kept
from optimiser.results import Result
from tests.domain import oracle
from tests.domain.solving import adopted, column, solved

NAME = "smart_agriculture"
CROPS = ("wheat", "maize", "vegetables")
LAND, BUDGET, ANNUITY = 200.0, 900.0, 0.16
MOST = np.array([200.0, 200.0, 60.0])
PRICES, FIRST, FALL = (
    np.array([2.4, 2.2, 2.0]),
    np.array([6.4, 8.2, 46.0]),
    np.array([0.008, 0.016, 0.3]),
)
COSTS, WATER = np.array([8.0, 9.0, 62.0]), np.array([1.8, 3.1, 5.6])
MONEY = {"gateway": 160, "sensors": 140, "irrigation": 380, "cameras": 210, "tracing": 120}
WATERS = np.arange(0, 561, 14.0)  # where the reference is computed

Plan = frozenset[str]


@pytest.fixture(params=["kept", pytest.param("found now", marks=pytest.mark.slow)], scope="module")
def result(request: pytest.FixtureRequest) -> Result:
    """The front that the page shows, and the one that a run finds."""
    return Result.load(kept(NAME)) if request.param == "kept" else solved(NAME)


@cache
def choices() -> list[Plan]:
    """Every choice of technologies that keeps the rules and the budget."""
    found = []
    for cells in itertools.product((False, True), repeat=len(MONEY)):
        plan = frozenset(name for name, cell in zip(MONEY, cells, strict=True) if cell)
        if (plan and "gateway" not in plan) or ("irrigation" in plan and "sensors" not in plan):
            continue
        if sum(MONEY[name] for name in plan) <= BUDGET:
            found.append(plan)
    return found


def coefficients(plan: Plan) -> tuple[NDArray, NDArray, NDArray, float]:
    """Profit a @ h - b @ h² - fixed and water w @ h of the hectares h: a, b, w and fixed."""
    gain = 1 + 0.03 * ("sensors" in plan) + 0.05 * ("cameras" in plan)
    prices = PRICES * np.array([1, 1, 1 + 0.06 * ("tracing" in plan)]) * gain
    saved = 0.06 * ("sensors" in plan) + 0.25 * ("irrigation" in plan)
    return (
        prices * FIRST - COSTS,
        prices * FALL,
        WATER * (1 - saved),
        ANNUITY * sum(MONEY[name] for name in plan),
    )


def best(plan: Plan, water: float) -> tuple[float, NDArray]:
    """The largest profit with so much water, and the multipliers of land and water that prove
    it.
    """
    a, b, w, fixed = coefficients(plan)
    found, proof, least = -np.inf, np.zeros(2), np.inf
    rows, right = np.array([np.ones(3), w]), np.array([LAND, water])
    for ends in itertools.product(("none", "free", "all"), repeat=3):
        free = np.array([end == "free" for end in ends])
        held = np.where([end == "all" for end in ends], MOST, 0.0)
        size = int(free.sum())
        for active in ([], [0], [1], [0, 1]):
            if len(active) > size:
                continue
            hectares, multipliers = held.copy(), np.zeros(2)
            # stationary: a - 2 b h - multipliers @ rows = 0 where free; active rows hold with
            # equality
            part = rows[active][:, free].reshape(len(active), size)
            system = np.block(
                [[np.diag(2 * b[free]), part.T], [part, np.zeros((len(active), len(active)))]]
            )
            solution = np.linalg.solve(
                system, np.concatenate([a[free], (right - rows @ held)[active]])
            )
            hectares[free], multipliers[active] = solution[:size], solution[size:]
            if (
                (hectares >= -1e-9).all()
                and (hectares <= MOST + 1e-9).all()
                and (rows @ hectares <= right + 1e-9).all()
            ):
                found = max(found, float(a @ hectares - b @ hectares**2) - fixed)
            if (multipliers >= 0).all() and bound(plan, multipliers, water) < least:
                proof, least = multipliers, bound(plan, multipliers, water)
    return found, proof


def bound(plan: Plan, multipliers: NDArray, water: Any) -> Any:
    """No plan with this choice and so much water earns more, whatever the multipliers: weak
    duality.
    """
    a, b, w, fixed = coefficients(plan)
    net = a - multipliers @ np.array([np.ones(3), w])
    hectares = np.clip(net / (2 * b), 0, MOST)
    return (
        float(net @ hectares - b @ hectares**2)
        - fixed
        + multipliers[0] * LAND
        + multipliers[1] * water
    )


@cache
def reference(plan: Plan) -> tuple[NDArray, list[NDArray]]:
    """With every amount of WATERS the largest profit, and the multipliers that prove it."""
    found = [best(plan, float(water)) for water in WATERS]
    return np.array([profit for profit, _ in found]), [multipliers for _, multipliers in found]


def most(water: Any) -> Any:
    """No plan with so much water earns more: for each choice the least of the bounds."""
    return np.max(
        [np.min([bound(plan, m, water) for m in reference(plan)[1]], axis=0) for plan in choices()],
        axis=0,
    )


def least(water: NDArray) -> NDArray:
    """Some plan with so much water earns this: between two plans of one choice lie their mixtures,
    which earn more.
    """
    found: NDArray = np.max(
        [np.interp(water, WATERS, reference(plan)[0]) for plan in choices()], axis=0
    )
    return found


def hypervolume(points: NDArray, corner: tuple[float, float]) -> float:
    """Area between points (profit up, water down) and a corner (least profit, most water), by
    rectangles.
    """
    area, highest = 0.0, corner[0]
    for profit, water in sorted(points.tolist(), key=lambda point: point[1]):
        if water < corner[1] and profit > highest:
            area += (corner[1] - water) * (profit - highest)
            highest = profit
    return area


def test_the_file_says_what_the_reference_assumes() -> None:
    data = oracle.read(NAME)
    plans: list[Plan] = [
        frozenset(),
        frozenset(MONEY) - {"tracing"},
        frozenset(("gateway", "tracing")),
    ]
    for plan, hectares in zip(plans, ([120, 60, 20], [10, 3, 60], [0, 200, 1]), strict=True):
        choice: dict[str, Any] = dict.fromkeys(data["technologies"], 0)
        choice |= dict.fromkeys(plan, 1) | dict(zip(CROPS, hectares, strict=True))
        values = oracle.readings(data, choice)
        a, b, w, fixed = coefficients(plan)
        h = np.array(hectares, dtype=float)
        assert float(values["profit"]) == pytest.approx(a @ h - b @ h**2 - fixed)
        assert float(values["water"]) == pytest.approx(w @ h)
    assert [data["variables"][crop]["max"] for crop in CROPS] == MOST.tolist()


def test_the_gateway_is_paid_once_and_enables_the_rest() -> None:
    """Without it nothing; with it sensors, irrigation on top of them, cameras and tracing as the
    budget allows.
    """
    assert len(choices()) == 12
    assert frozenset(MONEY) not in choices()
    three = coefficients(frozenset(("gateway", "sensors", "cameras")))[3]
    assert three == pytest.approx(ANNUITY * (160 + 140 + 210))


def test_the_reference_is_proven() -> None:
    for plan in choices():
        profits, multipliers = reference(plan)
        bounds = [
            bound(plan, m, water) for m, water in zip(multipliers, WATERS.tolist(), strict=True)
        ]
        assert bounds == pytest.approx(profits.tolist(), abs=1e-6)


def test_every_plan_is_feasible_and_none_beats_the_true_front(result: Result) -> None:
    front = result.front
    assert front.proof.status == "approximate"
    for row in range(len(front)):
        cells = dict(zip(front.decision_columns, front.cells[row], strict=True))
        plan = frozenset(name for name in MONEY if cells[name] == "1")
        hectares = np.array([float(cells[crop]) for crop in CROPS])
        assert plan in choices()
        assert (hectares >= 0).all()
        assert (hectares <= MOST).all()
        assert hectares.sum() <= LAND * (1 + 2e-6)
        a, b, w, fixed = coefficients(plan)
        profit, water = front.y[row].tolist()
        assert profit == pytest.approx(a @ hectares - b @ hectares**2 - fixed, abs=1e-4)
        assert water == pytest.approx(w @ hectares, abs=1e-4)
        # a constraint holds to 1e-6 of its bound: worth at most that share of what all the land is
        # worth
        assert profit <= most(water) + 1e-2


def test_the_approximation_covers_99_percent_of_the_true_hypervolume(result: Result) -> None:
    corner, waters = (0.0, 560.0), np.arange(0, 561.0)
    lower = hypervolume(np.column_stack([least(waters), waters]), corner)
    # the profit rises with water: the bound at the end of a step holds in all of it
    upper = hypervolume(np.column_stack([most(waters)[1:], waters[:-1]]), corner)
    assert 1 <= upper / lower < 1.01
    assert hypervolume(result.front.y, corner) >= 0.99 * upper


def test_what_is_grown_and_what_is_adopted_go_together(result: Result) -> None:
    """Where water is short, irrigation pays; where it is not, tracing does, and both would break
    the budget with cameras.
    """
    water = column(result, "water")
    driest = {
        adopted(result, row) & set(MONEY) for row in range(len(water)) if 200 < water[row] < 350
    }
    wettest = adopted(result, max(range(len(water)), key=water.__getitem__))
    assert driest == {frozenset(MONEY) - {"tracing"}}
    assert wettest >= {"gateway", "sensors", "cameras", "tracing"}
    assert "irrigation" not in wettest
