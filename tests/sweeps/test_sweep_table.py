"""The table of a sweep: what differs looks different, and what lies between two values does."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from optimiser.render.layout import Grid
from optimiser.render.sweep import sweep_table

PROOF = {"status": "complete", "basis": "exact", "gap": None}


def variant(price: float | str) -> dict[str, Any]:
    return {
        "id": f"v{price}",
        "status": "done",
        "values": {"price": price},
        "ideal": {"cost": 1.0},
        "hypervolume": 0.5,
        "plans": 2,
        "best": "p1",
        "proof": PROOF,
    }


def table(prices: list[float | str], between: tuple[float, float]) -> list[Grid]:
    point = {
        "path": "price",
        "exact": False,
        "value": sum(between) / 2,
        "between": list(between),
        "others": {},
        "enters": ["ai"],
        "leaves": [],
    }
    record = {
        "scenario": "s",
        "varied": ["price"],
        "objectives": [{"name": "cost", "sense": "minimise"}],
        "variants": list(map(variant, prices)),
        "breakpoints": [point],
        "notes": [],
    }
    return [part for part in sweep_table(record) if isinstance(part, Grid)]


def test_values_that_were_set_are_told_apart() -> None:
    grid, _ = table([0.1, 1.0000000001, 1.0000000002, "high"], (0.0, 1.0))
    assert list(grid.fields[1].cells) == ["0.1", "1.0000000001", "1.0000000002", "high"]


def test_a_technology_enters_between_no_less_than_it_does() -> None:
    """Nearest, these would be 0.33334 to 0.66666, which neither variant is."""
    low, high = 0.333336111, 0.666664111
    _, grid = table([0.1], (low, high))
    (shown,) = grid.fields[1].cells
    assert isinstance(shown, str)
    first, last = shown.split(" to ")
    assert Fraction("0.3333") <= Fraction(first) <= Fraction(repr(low))
    assert Fraction(repr(high)) <= Fraction(last) <= Fraction("0.6667")
