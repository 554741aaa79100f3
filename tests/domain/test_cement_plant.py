"""23 real measures of a cement plant: a complete front, and what a weighted sum would see of it."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import optimiser
from tests.domain import oracle
from tests.domain.solving import solved

if TYPE_CHECKING:
    from optimiser.results import Result

DIGITS = 4  # the data have no more
FEASIBLE = 1_492_992
SIZES = {"cement_plant": 194, "cement_plant_bill": 490}
EXCLUSIVE = [
    ("RM_classifier", "RM_roller"),
    ("K_cooler_opt", "K_cooler_new"),
    ("CG_mill", "CG_media"),
    ("PF_blended", "PF_limestone"),
]
NEEDS = [("K_combustion", "K_control"), ("U_vsd", "U_motors")]


@cache
def known(name: str) -> tuple[int, np.ndarray[Any, np.dtype[np.int64]]]:
    return oracle.blocks(oracle.read(name), digits=DIGITS)


def listed(result: Result) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The front in whole units of the last digit, minimised, in lexicographic order."""
    return np.unique(np.rint(result.front.minimised * 10**DIGITS).astype(np.int64), axis=0)


def visible(y: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(k,) whether a point of a two-objective front minimises some weighted sum: exact, in whole
    numbers.
    """
    on_hull = np.ones(len(y), dtype=bool)
    stack: list[int] = []
    for k in range(len(y)):
        while len(stack) > 1:
            i, j = stack[-2:]
            turn = int(y[j, 0] - y[i, 0]) * int(y[k, 1] - y[i, 1]) - int(y[j, 1] - y[i, 1]) * int(
                y[k, 0] - y[i, 0]
            )
            if turn >= 0:
                break
            on_hull[stack.pop()] = False
        stack.append(k)
    return on_hull


def test_the_file_has_what_the_source_has() -> None:
    measures = oracle.read("cement_plant")["technologies"]
    assert len(measures) == 23
    assert [(a, b) for a, m in measures.items() for b in m.get("excludes", [])] == EXCLUSIVE
    assert [(a, b) for a, m in measures.items() for b in m.get("requires", [])] == NEEDS


def test_co2_and_bill_follow_from_energy() -> None:
    """Fuel has 93 kg/GJ and costs 10/3 USD/GJ, electricity 0.5 t/MWh and 0.20 USD/kWh; figures are
    rounded to 4 digits.
    """
    for measure in oracle.read("cement_plant")["technologies"].values():
        co2, bill, energy = (
            measure["effects"][name] for name in ("co2_avoided", "bill_saved", "energy_saved")
        )
        fuel = (energy * 0.093, energy / 300)
        electricity = (energy / 3.6 * 0.5, energy / 3.6 * 0.2)
        assert any(
            np.allclose((co2, bill), carrier, rtol=0, atol=1.3e-4)
            for carrier in (fuel, electricity)
        )


def test_feasible_combinations() -> None:
    """Four exclusive pairs (3 ways each), two prerequisites (3 ways each), eleven free measures."""
    assert known("cement_plant")[0] == FEASIBLE == 3**4 * 3**2 * 2**11


def test_the_oracle_agrees_with_plain_enumeration_on_a_part() -> None:
    data = oracle.read("cement_plant_bill")
    kept = [name for name in data["technologies"] if name.startswith(("K_c", "CG_", "PF_"))]
    data["technologies"] = {name: data["technologies"][name] for name in kept}
    plans = oracle.plans(data)
    count, y = oracle.blocks(data, digits=DIGITS)
    assert count == len(plans)
    signs = (1, -1, -1)
    plain = {
        tuple(int(s * v * 10**DIGITS) for s, v in zip(signs, point, strict=True))
        for _, point in oracle.front(plans, data)
    }
    assert {tuple(row) for row in y.tolist()} == plain


@pytest.mark.parametrize(
    "name", ["cement_plant", pytest.param("cement_plant_bill", marks=pytest.mark.slow)]
)
def test_front_is_complete_point_by_point(name: str) -> None:
    result = solved(name)
    assert result.front.proof.status == "complete"
    assert result.front.proof.of == "points"
    assert len(result.front) == SIZES[name]
    assert np.array_equal(listed(result), known(name)[1])


def test_most_of_the_front_is_invisible_to_a_weighted_sum() -> None:
    y = listed(solved("cement_plant"))
    assert (len(y), visible(y).sum()) == (194, 22)
    assert 1 - visible(y).mean() > 0.85


def test_what_is_visible_is_what_some_weights_pick() -> None:
    """By brute force over all weights at which two plans score the same: between them nothing new
    is picked.
    """
    y = known("cement_plant")[1]
    seen: set[int] = set()
    for a, b in itertools.combinations(y, 2):
        scores = y @ np.array((a[1] - b[1], b[0] - a[0]))
        seen.update(np.flatnonzero(scores == scores.min()).tolist())
    assert sorted(seen) == np.flatnonzero(visible(y)).tolist()


def test_every_listed_plan_keeps_the_rules() -> None:
    front = solved("cement_plant").front
    for cells in front.cells:
        plan = {
            name for name, cell in zip(front.decision_columns, cells, strict=True) if cell == "1"
        }
        assert not any(a in plan and b in plan for a, b in EXCLUSIVE)
        assert not any(a in plan and b not in plan for a, b in NEEDS)


def test_the_bill_is_reported_with_every_plan() -> None:
    front = solved("cement_plant").front
    assert [c.name for c in front.columns] == ["capex", "co2_avoided"]
    assert "bill_saved" in [c.name for c in front.indicator_columns]
    assert list(optimiser.load("cement_plant_bill").objectives) == [
        "capex",
        "co2_avoided",
        "bill_saved",
    ]
