"""Levels, amounts, compound effects and a ratio in one plan, against plain enumeration in exact
fractions.
"""

from __future__ import annotations

import pytest

from tests.domain import oracle
from tests.domain.solving import close, points, solved


def test_effects_compound() -> None:
    data = oracle.read("smart_factory")
    nothing = dict.fromkeys(data["technologies"], 0)
    values = oracle.readings(
        data, {**nothing, "iot": 1, "ai_scheduling": "full", "robots": 4, "waste_heat": 1}
    )
    assert float(values["output"]) == pytest.approx(100 * 1.04 * 1.07 * 1.03 * (1 + 4 * 0.009))
    assert float(values["energy"]) == pytest.approx(520 * 0.97 * 0.95 * (1 + 4 * 0.003) * 0.94)
    assert float(values["investment"]) == pytest.approx(1.8 + 3.1 + 1.5 + 4 * 1.2 + 12)


def test_front_point_by_point() -> None:
    data = oracle.read("smart_factory")
    plans = oracle.plans(data)
    expected = {tuple(map(float, point)) for _, point in oracle.front(plans, data)}
    assert (len(plans), len(expected)) == (450, 61)
    result = solved("smart_factory")
    assert result.front.proof.status == "complete"
    assert close(points(result), expected, digits=6)


def test_todays_factory_breaks_the_regional_cap() -> None:
    plans = {plan.name: plan for plan in solved("smart_factory").reference_plans}
    assert not plans["today"].feasible
    assert plans["today"].violated == ("clean",)
    assert plans["proposal"].feasible


def test_an_amount_is_a_cell_and_a_level_is_a_name() -> None:
    front = solved("smart_factory").front
    cells = {name: {row[i] for row in front.cells} for i, name in enumerate(front.decision_columns)}
    assert cells["ai_scheduling"] <= {"0", "pilot", "full"}
    assert {"0", "8"} <= cells["robots"] <= {"0", "2", "4", "6", "8"}
