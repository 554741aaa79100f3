"""Functions that keep the order of a linear form do so where every plan has a value."""

from __future__ import annotations

from typing import Any

import pytest

from optimiser import solve
from optimiser.formulate import formulate
from optimiser.scenario import load


def scenario(first: str, most: int) -> dict[str, Any]:
    return {
        "optimise": 1,
        "name": "linked",
        "variables": {"x": {"type": "integer", "min": 0, "max": most}},
        "objectives": {
            "f": {"sense": "minimise", "expr": first},
            "g": {"sense": "maximise", "expr": "x"},
        },
    }


@pytest.mark.parametrize("first", ["exp(x)", "3 * exp(x) + 1", "sinh(x)", "exp(x) / exp(-x)"])
def test_what_overflows_somewhere_is_no_link(first: str) -> None:
    """exp(1000) is no value, so that no plan has it; the search by rows ended with an error."""
    assert formulate(load(scenario(first, 300))).at().linear
    assert not formulate(load(scenario(first, 1000))).at().linear


def test_more_than_can_be_looked_at_overflows() -> None:
    """The error again, with more values than are looked at one by one."""
    made = scenario("exp(x)", 40_000_000) | {"constraints": {"c": "700 <= x <= 720"}}
    front = solve(made, time_limit=3).front
    assert front.y[:, 1].max() == 709
