"""The complete fronts of the library, to the last byte of front.csv.

After a change that is meant to alter them: OPTIMISE_GOLDEN=write python -m pytest tests/golden,
then read the difference.
"""

from __future__ import annotations

import pytest

from optimiser.exports import text
from tests.domain.solving import solved
from tests.golden.test_rows import HERE, golden

COMPLETE = (
    "capability",
    "cement_plant",
    "dairy_plant",
    "device_state",
    "dyeing_mill",
    "ecommerce",
    "finance",
    "green_agriculture",
    "logistics",
    "product_quality",
    "production_steps",
    "retail",
    "sales_regression",
    "smart_city",
    "smart_factory",
    "smart_hospital",
    "smart_manufacturing",
    "smart_manufacturing_phases",
    "staged_equalities",
    "steam_supply",
    "steel_routes",
    "steel_routes_clean_grid",
    "weighted_example",
)


@pytest.mark.parametrize("name", COMPLETE)
def test_fronts_are_as_recorded(name: str) -> None:
    result = solved(name)
    assert result.front.proof.status == "complete"
    golden(HERE / "fronts" / f"{name}.csv", text(result, ".csv"))


def test_nothing_is_recorded_that_is_gone() -> None:
    assert {path.stem for path in (HERE / "fronts").glob("*.csv")} == set(COMPLETE)
