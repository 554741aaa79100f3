"""The energy projects of an industrial park: the front against every plan, counted in whole numbers
from re-typed facts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest

import optimiser
from tests.domain.solving import solved

# PyPSA technology-data, costs 2030: EUR/kW, fixed upkeep in % a year, variable upkeep in EUR/MWh;
# and years at 8 %.
FACTS = {
    "roof": ("711.4086", "1.573", "0", 40),
    "field": ("482.4785", "2.4757", "0", 40),
    "wind": ("1383.3059", "1.2167", "1.8033", 30),
    "medium": ("986.0667", "0.1117", "4.0516", 20),
    "high": ("1183.28", "0.0931", "4.0516", 20),
    "wood": ("748.1712", "6.0754", "3.5768", 25),
    "electric": ("88.6295", "1.4571", "1.1079", 25),
}
EFFICIENCY = {"gas": 0.93, "electric": 0.99, "wood": 0.89, "medium": 2.7, "high": 3.05}
# MW and thousand hours a year, in the order of the table
PROJECTS = {
    "roof_hall": ("roof", 2, "0.95"),
    "roof_store": ("roof", 5, "0.95"),
    "field_east": ("field", 8, "1.05"),
    "field_south": ("field", 15, "1.1"),
    "field_quarry": ("field", 25, "1"),
    "wind_hill": ("wind", 10, "2.7"),
    "wind_plain": ("wind", 10, "2.2"),
    "wind_canal": ("wind", 5, "2"),
    "pump_dryer": ("medium", 4, "6"),
    "pump_wash": ("medium", 6, "5"),
    "pump_steam": ("high", 5, "6"),
    "pump_more": ("high", 5, "6"),
    "biomass_small": ("wood", 8, "6"),
    "biomass_large": ("wood", 14, "6"),
    "electrode": ("electric", 10, "2"),
}
SCALE = 10**13  # no number here has more decimals


Whole = np.ndarray[Any, np.dtype[np.int64]]


class Effects(NamedTuple):
    investment: Fraction
    yearly: Fraction
    co2: Fraction
    steam: Fraction
    peak: Fraction


def use(kind: str) -> Fraction:
    """GWh for a GWh of steam, to four decimals as the scenario gives it."""
    return Fraction(round(10**4 / EFFICIENCY[kind]), 10**4)


def annuity(years: int, rate: float = 0.08) -> Fraction:
    return Fraction(round(10**4 * rate / (1 - (1 + rate) ** -years)), 10**4)


def effects(kind: str, size: int, hours: str) -> Effects:
    cost, fixed, variable, years = FACTS[kind]
    investment, energy = size * Fraction(cost) / 1000, size * Fraction(hours)
    yearly = (
        investment * (annuity(years) + Fraction(fixed) / 100) + energy * Fraction(variable) / 1000
    )
    if kind in ("roof", "field", "wind"):
        return Effects(
            investment,
            yearly - energy * Fraction("0.07"),
            -energy * Fraction("0.25"),
            Fraction(0),
            Fraction(size),
        )
    saved = use("gas") * Fraction("0.0284158") + Fraction("0.0012661")
    electricity, wood = (Fraction(0), use(kind)) if kind == "wood" else (use(kind), Fraction(0))
    yearly += energy * (electricity * Fraction("0.07") + wood * Fraction("0.025") - saved)
    return Effects(
        investment,
        yearly,
        energy * (electricity * Fraction("0.25") - use("gas") * Fraction("0.198")),
        -energy,
        Fraction(0),
    )


def whole(values: list[Fraction]) -> Whole:
    scaled = [value * SCALE for value in values]
    assert all(value.denominator == 1 for value in scaled)
    return np.array([int(value) for value in scaled], dtype=np.int64)


def every_front() -> Whole:
    """(k, 2) cost and CO2 of the efficient plans, times ``SCALE``, cheapest first."""
    names, count = list(PROJECTS), len(PROJECTS)
    table = [effects(*PROJECTS[name]) for name in names]
    chosen = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    totals = {
        field: chosen @ whole([getattr(row, field) for row in table]) for field in Effects._fields
    }
    has = {name: chosen[:, i] == 1 for i, name in enumerate(names)}
    possible = (
        (totals["investment"] <= 60 * SCALE)
        & (totals["peak"] <= 35 * SCALE)
        & (totals["steam"] >= -140 * SCALE)
    )
    possible &= ~(has["biomass_small"] & has["biomass_large"]) & (
        has["pump_steam"] | ~has["pump_more"]
    )
    saved = use("gas") * Fraction("0.0284158") + Fraction("0.0012661")
    bill, emitted = (
        300 * Fraction("0.07") + 180 * saved,
        300 * Fraction("0.25") + 180 * use("gas") * Fraction("0.198"),
    )
    y = np.column_stack(
        [totals["yearly"][possible] + whole([bill]), totals["co2"][possible] + whole([emitted])]
    )
    y = y[np.lexsort((y[:, 1], y[:, 0]))]
    best = np.minimum.accumulate(np.concatenate([[np.iinfo(np.int64).max], y[:-1, 1]]))
    return y[y[:, 1] < best]


def test_the_front_is_that_of_all_plans() -> None:
    result, expected = solved("industrial_park"), every_front()
    assert result.front.proof.status == "complete"
    found = result.front.y[np.argsort(result.front.y[:, 0])]
    assert len(found) == len(expected) == 28
    assert found == pytest.approx(expected / SCALE, rel=1e-12)


def test_it_rests_on_its_table() -> None:
    scenario = optimiser.load("industrial_park")
    assert list(scenario.technologies) == list(PROJECTS)
    assert list(scenario.sources) == ["industrial_park_projects.csv"]


def test_what_the_file_says_of_its_front() -> None:
    """The cheapest plan costs less than today and emits less; for today's money 23 % of the CO2 can
    be avoided.
    """
    result = solved("industrial_park")
    today = result.reference_plans[0]
    assert today.name == "today"
    cost, co2 = (float(value) for value in today.objectives if value is not None)
    y = result.front.y
    assert y[:, 0].min() < 0.97 * cost
    affordable = y[y[:, 0] <= cost + 0.0002]
    assert affordable[:, 1].min() / co2 == pytest.approx(0.765, abs=5e-4)
