"""Five routes to a tonne of steel, on two grids: whether hydrogen enters, to the printed digits."""

from __future__ import annotations

import pytest

from tests.domain import oracle
from tests.domain.solving import column, points, solved

# cost is printed to cents, CO2 to four digits
HALF = (0.00501, 0.0000501)
TODAY = [(494.66, 1.7948), (526.92, 0.7103), (531.60, 0.5638)]
CLEAN = [(494.66, 1.7948), (526.92, 0.5824), (531.60, 0.4359), (665.37, 0.1798)]
FRONTS = {"steel_routes": TODAY, "steel_routes_clean_grid": CLEAN}
# cost, CO2 on a grid of 0.25 and of 0.05, final energy, scrap of each route alone
ROUTES = {
    "blast_furnace": (494.66, 1.7948, 1.7948, 5.34, 0.051),
    "gas_reduction": (526.92, 0.7103, 0.5824, 3.4195, 0),
    "hydrogen_reduction": (709.22, 1.1674, 0.2335, 4.6695, 0),
    "scrap_gas": (538.00, 0.3635, 0.2356, 1.6681, 0.71),
    "scrap_hydrogen": (605.45, 0.5327, 0.1065, 2.1306, 0.71),
}
HYDROGEN = ("hydrogen_reduction", "scrap_hydrogen")


def printed_alike(found: list[tuple[float, ...]], expected: list[tuple[float, float]]) -> bool:
    return len(found) == len(expected) and all(
        abs(a - b) <= half
        for p, q in zip(sorted(found), expected, strict=True)
        for a, b, half in zip(p, q, HALF, strict=True)
    )


@pytest.mark.parametrize("route", ROUTES)
def test_each_route_alone_as_published(route: str) -> None:
    cost, today, clean, energy, scrap = ROUTES[route]
    for name, co2 in (("steel_routes", today), ("steel_routes_clean_grid", clean)):
        data = oracle.read(name)
        values = oracle.readings(data, {share: int(share == route) for share in data["variables"]})
        assert float(values["cost"]) == pytest.approx(cost, abs=HALF[0])
        assert float(values["co2"]) == pytest.approx(co2, abs=HALF[1])
        assert float(values["energy"]) == pytest.approx(energy, abs=HALF[1])
        assert float(values["scrap"]) == pytest.approx(scrap)


@pytest.mark.parametrize("name", FRONTS)
def test_the_file_says_what_is_published(name: str) -> None:
    assert printed_alike([tuple(c) for c in oracle.corners(oracle.read(name))], FRONTS[name])


@pytest.mark.parametrize("name", FRONTS)
def test_corners_of_the_front(name: str) -> None:
    result = solved(name)
    assert result.front.proof.status == "complete"
    assert result.front.proof.of == "cells"
    assert len(result.front.proof.cells) == len(FRONTS[name]) - 1
    assert printed_alike(points(result), FRONTS[name])


def test_hydrogen_never_enters_on_todays_grid() -> None:
    assert column(solved("steel_routes"), "hydrogen") == pytest.approx([0, 0, 0])


def test_hydrogen_enters_on_a_clean_grid() -> None:
    result = solved("steel_routes_clean_grid")
    cleanest = column(result, "co2").index(min(column(result, "co2")))
    shares = dict(
        zip(
            result.front.decision_columns,
            (float(c) for c in result.front.cells[cleanest]),
            strict=True,
        )
    )
    assert [shares[name] for name in HYDROGEN] == pytest.approx([0.5775, 0.4225], abs=5e-5)
    assert column(result, "energy")[cleanest] == pytest.approx(3.5967, abs=5e-5)
    assert column(result, "scrap")[cleanest] == pytest.approx(0.3)


def test_the_variant_differs_by_the_grid_alone() -> None:
    assert printed_alike(points(solved("steel_routes", "parameters.grid_factor=0.05")), CLEAN)


@pytest.mark.parametrize(
    ("name", "payoff"),
    [
        ("steel_routes", [(494.66, 1.7948, 5.34), (531.60, 0.5638, 2.6795)]),
        (
            "steel_routes_clean_grid",
            [(494.66, 1.7948, 5.34), (665.37, 0.1798, 3.5967), (531.60, 0.4359, 2.6795)],
        ),
    ],
)
def test_best_of_each_objective_is_listed_with_energy_as_a_third(
    name: str, payoff: list[tuple[float, ...]]
) -> None:
    result = solved(name, "objectives.energy=minimise")
    halves = (*HALF, HALF[1])
    for corner in payoff:
        assert any(
            all(abs(a - b) <= h for a, b, h in zip(y, corner, halves, strict=True))
            for y in points(result)
        ), corner
