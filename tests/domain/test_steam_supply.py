"""Four sources of steam: three corners between cost and CO2, to the printed digits."""

from __future__ import annotations

import pytest

from tests.domain import oracle
from tests.domain.solving import close, points, solved

CORNERS = [(33.12, 0.2129), (40.2416, 0.1277), (47.3181, 0.0623)]
# cost, CO2 and final energy a MWh of steam of each source alone
SOURCES = {
    "gas": (33.12, 0.2129, 1.0753),
    "electric": (73.414, 0.2525, 1.0101),
    "biomass": (50.924, 0.0, 1.1236),
    "heatpump": (47.273, 0.082, 0.3279),
}


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_alone_as_published(source: str) -> None:
    data = oracle.read("steam_supply")
    values = oracle.readings(data, {name: int(name == source) for name in data["variables"]})
    for name, expected, half in zip(
        ("cost", "co2", "energy"), SOURCES[source], (5e-4, 5e-5, 5e-5), strict=True
    ):
        assert float(values[name]) == pytest.approx(expected, abs=half)


def test_the_file_says_what_is_published() -> None:
    assert close([tuple(c) for c in oracle.corners(oracle.read("steam_supply"))], CORNERS, digits=4)


def test_corners_and_segments() -> None:
    result = solved("steam_supply")
    proof = result.front.proof
    assert proof.status == "complete"
    assert proof.of == "cells"
    assert close(points(result), CORNERS, digits=4)
    neighbours = {
        tuple(sorted(round(float(result.front.y[row, 0]), 2) for row in cell))
        for cell in proof.cells
    }
    assert neighbours == {(33.12, 40.24), (40.24, 47.32)}


def test_shares_at_the_corners() -> None:
    front = solved("steam_supply").front
    shares = {
        round(float(y[0]), 2): [float(c) for c in cells]
        for y, cells in zip(front.y, front.cells, strict=True)
    }
    assert front.decision_columns == ("gas", "electric", "biomass", "heatpump")
    assert shares[33.12] == pytest.approx([1, 0, 0, 0])
    assert shares[40.24] == pytest.approx([0.6, 0, 0.4, 0])
    assert shares[47.32] == pytest.approx([0.1, 0, 0.4, 0.5])


def test_electric_boiler_alone_is_dominated() -> None:
    plans = {plan.name: plan for plan in solved("steam_supply").reference_plans}
    assert plans["gas_only"].on_front
    assert plans["electric_only"].feasible
    assert plans["electric_only"].dominated_by is not None
