"""Every file of the library: says what it is, loads without a word, and reproduces what it
claims.
"""

from __future__ import annotations

import pytest

import optimiser
from optimiser.advice import check
from optimiser.scenario import library
from tests.domain import oracle
from tests.domain.solving import known

NAMES = sorted(path.stem for path in oracle.LIBRARY.glob("*.yaml"))
# the effects, costs or coefficients are ours
ILLUSTRATIVE = {
    "capability",
    "dairy_plant",
    "device_state",
    "dyeing_mill",
    "ecommerce",
    "factory_roadmap",
    "finance",
    "fusion_linear",
    "green_agriculture",
    "logistics",
    "product_quality",
    "production_steps",
    "retail",
    "sales_regression",
    "smart_agriculture",
    "smart_city",
    "smart_factory",
    "smart_hospital",
    "smart_manufacturing",
    "smart_manufacturing_phases",
    "staged_equalities",
    "weighted_example",
}
# three rows of collinear data are what this one is about
MEANT = {"sales_regression": ["S140", "S143"]}
# neither linear nor discrete: no exact method takes it; too many roadmaps to list all that are
# efficient
WEAKER = {"smart_agriculture": "approximate", "factory_roadmap": "covering"}


def test_the_library_is_what_the_folder_holds() -> None:
    assert sorted(library()) == NAMES
    assert len(NAMES) == 29


@pytest.mark.parametrize("name", NAMES)
def test_it_explains_itself(name: str) -> None:
    text = (oracle.LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# "), "a planner reads the comment first"
    data = oracle.read(name)
    assert data["name"] == name
    assert data["title"]
    assert len(data["description"]) > 60
    assert data["source"]
    assert data.get("illustrative", False) is (name in ILLUSTRATIVE)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_errors_and_no_warnings(name: str) -> None:
    scenario, findings = check(name)
    assert scenario is not None
    assert [f.code for f in findings] == MEANT.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_its_front_is_proven_and_its_reference_plans_are_judged(name: str) -> None:
    result = known(name)
    assert result.front.proof.status == WEAKER.get(name, "complete")
    assert [plan.name for plan in result.reference_plans] == list(result.scenario.plans)
    listed = name not in WEAKER and result.front.proof.of == "points"
    for plan in result.reference_plans:
        assert plan.feasible or not plan.on_front
        assert not (listed and plan.feasible) or plan.on_front or plan.dominated_by is not None


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_being_resolved(name: str) -> None:
    from optimiser.scenario import from_resolved

    scenario = optimiser.load(name)
    assert from_resolved(scenario.resolved()) == scenario
